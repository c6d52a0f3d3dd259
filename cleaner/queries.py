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

SEEN = "SELECT document, outlet FROM live"

CHANGED_OUTLETS = """
    SELECT l.outlet AS outlet FROM live l LEFT JOIN seen s ON s.document = l.document WHERE s.document IS NULL
    UNION SELECT s.outlet FROM seen s LEFT JOIN live l ON l.document = s.document WHERE l.document IS NULL
"""
"""Outlets that have documents which were not seen before, or had others."""

KEPT = """
    SELECT p.* FROM packed p JOIN live l ON l.doc_id = p.doc_id
    LEFT JOIN changed c ON c.outlet = l.outlet WHERE c.outlet IS NULL
"""

FACTS_OF_CHANGED = """
    SELECT f.* FROM facts f JOIN live l ON l.doc_id = f.doc_id AND l.item_key = f.item_key
    JOIN changed c ON c.outlet = l.outlet
"""

TOGETHER = "SELECT * FROM kept UNION ALL SELECT * FROM fresh"

SAME_URI = """
    SELECT source_uri, count(*) AS documents FROM live GROUP BY source_uri HAVING count(*) > 1
    ORDER BY source_uri LIMIT 5
"""

MOVED = """
    SELECT b.doc_id AS doc_id, b.casing AS casing, b.decision_key AS decision_key, c.payload AS now, n.note AS note
    FROM before b JOIN live u ON u.doc_id = b.doc_id AND u.item_key = b.item_key
    JOIN casing c ON c.doc_id = b.doc_id AND c.payload <> b.casing LEFT JOIN site s ON s.doc_id = b.doc_id
    JOIN settled n ON n.doc_id = b.doc_id AND n.decision_key = b.decision_key
    WHERE n.note IS NOT NULL AND coalesce(s.payload, '') = coalesce(b.site, '')
"""
"""Documents of which answers about case alone are decided otherwise: those they are settled by, and those of now."""

DECIDED = """
    SELECT u.doc_id AS doc_id, u.item_key AS item_key, s.payload AS site, coalesce(a.casing, c.payload) AS casing,
        coalesce(a.decision_key, concat(u.item_key, '/', coalesce(s.key, ''), '/', coalesce(c.key, ''))) AS decision_key
    FROM live u LEFT JOIN site s ON s.doc_id = u.doc_id LEFT JOIN casing c ON c.doc_id = u.doc_id
    LEFT JOIN asbefore a ON a.doc_id = u.doc_id
"""
"""Every live document with the decisions that touch it, and the key of what it is settled by: its input and them.

Some stay `asbefore`."""

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

DRAWN = "SELECT name, key, own_key, digests FROM drawn"

PIECES = """
    SELECT p.number AS number, p.name AS name, p.key AS key, d.row_count AS row_count, d.digests AS digests,
        d.row_group AS row_group
    FROM pieces p JOIN drawn d ON d.name = p.name AND d.key = p.key
"""
"""What the tables are joined from."""

CLUSTER_MEMBERS = """
    SELECT m.cluster_id, m.paragraph_id, m.doc_id, d.source_uri, d.outlet, d.published_us, m.cluster_outlet_count
    FROM members m JOIN documents d ON d.doc_id = m.doc_id WHERE m.cluster_size > 1
"""

MATCHES = """
    SELECT l.match_id, l.kind, l.a_paragraph_id, l.b_paragraph_id, l.a_char_start, l.a_char_end, l.b_char_start,
        l.b_char_end, l.similarity, l.jaccard, l.a_in_b, l.b_in_a, l.aligned_word_count, l.speaker, l.direction,
        l.direction_basis, a.source_uri AS a_uri, CAST(substr(l.a_paragraph_id, 34) AS BIGINT) AS a_position,
        b.source_uri AS b_uri, CAST(substr(l.b_paragraph_id, 34) AS BIGINT) AS b_position
    FROM links l JOIN documents a ON a.doc_id = substr(l.a_paragraph_id, 1, 32)
    JOIN documents b ON b.doc_id = substr(l.b_paragraph_id, 1, 32)
"""
"""Links with the places of both paragraphs, as their ids tell (`identity.paragraph_id`)."""
