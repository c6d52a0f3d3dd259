"""The SQL of the pipeline, one text a decision, in the subset that every engine reads alike.

Columns are BIGINT, STRING and BOOLEAN in every expression; other types only pass through.
"""

from __future__ import annotations

UNKNOWN = """
    SELECT i.* FROM items i LEFT JOIN (SELECT DISTINCT item_key FROM known) u ON u.item_key = i.item_key
    WHERE u.item_key IS NULL
"""
"""Inputs that no earlier run has understood."""

HOW_MUCH = "SELECT count(*) AS items, coalesce(CAST(sum(size_bytes) AS BIGINT), 0) AS num_bytes FROM inputs"

LIVE = "SELECT k.* FROM known k JOIN items i ON k.item_key = i.item_key"
"""Documents whose input is still there and unchanged.  An input that was touched gives the same `doc_id` again."""

FACTS_OF_LIVE = "SELECT f.* FROM facts f JOIN live l ON l.doc_id = f.doc_id AND l.item_key = f.item_key"

SAME_URI = """
    SELECT source_uri, count(*) AS documents FROM live GROUP BY source_uri HAVING count(*) > 1
    ORDER BY source_uri LIMIT 5
"""

DECIDED = """
    SELECT u.doc_id AS doc_id, u.item_key AS item_key, s.payload AS site, c.payload AS casing,
        concat(u.item_key, '/', coalesce(s.key, ''), '/', coalesce(c.key, '')) AS decision_key
    FROM live u LEFT JOIN site s ON s.doc_id = u.doc_id LEFT JOIN casing c ON c.doc_id = u.doc_id
"""
"""Every live document with the decisions that touch it, and the key of what it is settled by: its input and them."""

INPUTS = """
    SELECT s.source_uri AS source_uri, s.position AS position, s.document AS document, s.authors AS authors,
        s.quality_flags AS quality_flags FROM settled s WHERE s.position = -1
"""

REUSED = """
    SELECT s.source_uri, s.position, m.cluster_id, m.collapsed, m.is_canonical, m.canonical_similarity, m.cluster_size,
        m.cluster_outlet_count, c.copy_count, c.outlet_count, c.outlets, c.copy_ids, c.first_outlet,
        c.first_published_at, NULL AS copy_of, NULL AS copied_share
    FROM members m JOIN settled s ON s.paragraph_id = m.paragraph_id
    LEFT JOIN clusters c ON c.cluster_id = m.paragraph_id
    UNION ALL
    SELECT s.source_uri, s.position, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
        d.copy_of, d.copied_share
    FROM copies d JOIN settled s ON s.doc_id = d.doc_id WHERE s.position = -1
"""
"""What reuse says of paragraphs that are in a cluster, and of documents that hold something of others."""

CLUSTER_MEMBERS = """
    SELECT m.cluster_id, m.paragraph_id, s.doc_id, s.source_uri, s.position, s.outlet, s.published_us,
        m.cluster_outlet_count
    FROM members m JOIN settled s ON s.paragraph_id = m.paragraph_id WHERE m.cluster_size > 1
"""

MATCHES = """
    SELECT l.*, a.source_uri AS a_uri, a.position AS a_position, b.source_uri AS b_uri, b.position AS b_position
    FROM links l JOIN settled a ON a.paragraph_id = l.a_paragraph_id
    JOIN settled b ON b.paragraph_id = l.b_paragraph_id
"""
