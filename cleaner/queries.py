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

INPUTS = """
    SELECT s.source_uri AS source_uri, s.document.source_sha256 AS source_sha256 FROM settled s WHERE s.position = -1
"""

DOCUMENTS = """
    SELECT document.*, copy_of, copied_share FROM (
        SELECT s.document AS document, d.copy_of AS copy_of, d.copied_share AS copied_share
        FROM settled s LEFT JOIN copies d ON d.doc_id = s.doc_id WHERE s.position = -1) AS every
"""

PARAGRAPHS = """
    SELECT s.paragraph_id, s.doc_id, s.source_uri, s.position, s.kind, s.role,
        CASE WHEN m.collapsed THEN 'copy' ELSE s.status END AS status,
        s.rule_ids, s.chrome_score, s.source_spans, s.spans_exact, s.source_text, s.source_bytes, s.text,
        s.text_char_start, s.text_char_end, s.num_words, s.language, m.cluster_id,
        coalesce(m.is_canonical, FALSE) AS is_canonical, m.canonical_similarity,
        coalesce(m.cluster_size, 1) AS cluster_size, coalesce(m.cluster_outlet_count, 1) AS cluster_outlet_count
    FROM settled s LEFT JOIN members m ON m.paragraph_id = s.paragraph_id WHERE s.position >= 0
"""

CORPUS = """
    SELECT s.paragraph_id, s.text, s.kind, s.role, s.language, s.doc_id, d.outlet, d.url, d.title, d.authors,
        d.published_at, s.source_uri, d.source_sha256, s.source_byte_start, s.source_byte_end, s.position,
        s.num_words, s.edit_count, m.cluster_id,
        coalesce(c.copy_count, 0) AS copy_count, coalesce(c.outlet_count, 1) AS outlet_count,
        c.outlets, c.copy_ids, c.first_outlet, c.first_published_at
    FROM settled s
    JOIN (SELECT doc_id, document.outlet AS outlet, document.url AS url, document.title AS title,
            document.authors AS authors, document.published_at AS published_at, document.source_sha256 AS source_sha256
        FROM settled WHERE position = -1) d ON d.doc_id = s.doc_id
    LEFT JOIN members m ON m.paragraph_id = s.paragraph_id
    LEFT JOIN clusters c ON c.cluster_id = m.paragraph_id
    WHERE s.position >= 0 AND s.status = 'kept' AND NOT coalesce(m.collapsed, FALSE)
"""

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
