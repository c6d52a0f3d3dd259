"""The SQL of the pipeline, one text a decision, in the subset that every engine reads alike.

Columns are BIGINT, STRING and BOOLEAN in every expression; other types only pass through.
"""

from __future__ import annotations

UNKNOWN = """
    SELECT i.* FROM items i LEFT JOIN (SELECT DISTINCT item_key FROM understood) u ON u.item_key = i.item_key
    WHERE u.item_key IS NULL
"""
"""Inputs that no earlier run has understood."""

HOW_MUCH = "SELECT count(*) AS items, coalesce(CAST(sum(size_bytes) AS BIGINT), 0) AS num_bytes FROM inputs"

LIVE = "SELECT u.doc_id, u.item_key FROM understood u JOIN items i ON u.item_key = i.item_key"
"""Documents whose input is still there and unchanged.  An input that was touched gives the same `doc_id` again."""

FACTS_OF_LIVE = "SELECT f.* FROM facts f JOIN live l ON l.doc_id = f.doc_id AND l.item_key = f.item_key"

SAME_URI = """
    SELECT u.source_uri, count(*) AS documents
    FROM understood u JOIN live l ON u.doc_id = l.doc_id AND u.item_key = l.item_key
    GROUP BY u.source_uri HAVING count(*) > 1 ORDER BY u.source_uri LIMIT 5
"""

DECIDED = """
    SELECT u.doc_id AS doc_id, u.item_key AS item_key, s.payload AS site, c.payload AS casing,
        concat(u.item_key, '/', coalesce(s.key, ''), '/', coalesce(c.key, '')) AS decision_key
    FROM live u LEFT JOIN site s ON s.doc_id = u.doc_id LEFT JOIN casing c ON c.doc_id = u.doc_id
"""
"""Every live document with the decisions that touch it, and the key of what it is settled by: its input and them."""

HEADS = """
    SELECT source_uri, doc_id, outlet, published_us, source_sha256, row_count, rows_key, edits_key, file, number
    FROM placed WHERE position = -1
"""
"""Settled documents, and where the first of their rows stands."""

GATHERED = "SELECT s.*, o.stretch AS stretch FROM settled s JOIN documents o ON o.doc_id = s.doc_id"

REUSED = """
    SELECT o.stretch AS stretch, m.paragraph_id AS row_id, m.cluster_id, m.collapsed, m.is_canonical,
        m.canonical_similarity, m.cluster_size, m.cluster_outlet_count, c.copy_count, c.outlet_count, c.outlets,
        c.copy_ids, c.first_outlet, c.first_published_at, NULL AS copy_of, NULL AS copied_share
    FROM members m JOIN documents o ON o.doc_id = m.doc_id LEFT JOIN clusters c ON c.cluster_id = m.paragraph_id
    UNION ALL
    SELECT o.stretch, d.doc_id, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
        d.copy_of, d.copied_share
    FROM copies d JOIN documents o ON o.doc_id = d.doc_id
"""
"""What reuse says of paragraphs that are in a cluster, and of documents that hold something of others."""

PIECES = """
    SELECT p.number AS number, p.name AS name, p.key AS key, d.row_count AS row_count, d.digest AS digest
    FROM pieces p JOIN drawn d ON d.name = p.name AND d.key = p.key
"""
"""What the tables are joined from."""

CLUSTER_MEMBERS = """
    SELECT m.cluster_id, m.paragraph_id, m.doc_id, d.source_uri, d.outlet, d.published_us, m.cluster_outlet_count
    FROM members m JOIN documents d ON d.doc_id = m.doc_id WHERE m.cluster_size > 1
"""

MATCHES = """
    WITH linked AS (
        SELECT s.paragraph_id, s.source_uri, s.position FROM settled s
        WHERE s.paragraph_id IN (SELECT a_paragraph_id FROM links UNION SELECT b_paragraph_id FROM links))
    SELECT l.*, a.source_uri AS a_uri, a.position AS a_position, b.source_uri AS b_uri, b.position AS b_position
    FROM links l JOIN linked a ON a.paragraph_id = l.a_paragraph_id
    JOIN linked b ON b.paragraph_id = l.b_paragraph_id
"""
