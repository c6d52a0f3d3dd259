"""How the rest of the corpus writes the words that a document asks about: aggregation as portable SQL.

`casing_corpus` holds the same in memory for `Repairer`.  Both leave the document's own rows out: what it says itself
is weighed apart, and first.
"""

from __future__ import annotations

DECIDE_CASING = """
WITH keys AS (
  SELECT DISTINCT key FROM asked
), written AS (
  SELECT w.document, w.key, w.surface, TRUE AS capital, concat(d.doc_id, w.place) AS example, d.outlet
  FROM capitals w JOIN keys k ON k.key = w.key JOIN documents d ON d.document = w.document
  UNION ALL
  SELECT q.document, q.key, q.word AS surface, FALSE AS capital, NULL AS example, d.outlet
  FROM (SELECT document, key, key AS word FROM questions WHERE small UNION ALL SELECT document, key, word FROM pairs) q
  JOIN keys k ON k.key = q.key JOIN documents d ON d.document = q.document
), by_outlet AS (
  SELECT key, surface, capital, outlet, CAST(count(*) AS BIGINT) AS documents, min(example) AS example
  FROM written GROUP BY key, surface, capital, outlet
), totals AS (
  SELECT key, surface, capital, CAST(sum(documents) AS BIGINT) AS documents, CAST(count(*) AS BIGINT) AS outlets,
    min(example) AS example, max(example) AS other_example
  FROM by_outlet GROUP BY key, surface, capital
), own AS (
  SELECT w.document, w.key, w.surface, w.capital
  FROM asked q JOIN written w ON w.document = q.document AND w.key = q.key
), compared AS (
  SELECT q.document, q.key, t.surface, t.capital, t.example, t.other_example,
    t.documents - CASE WHEN o.document IS NULL THEN 0 ELSE 1 END AS documents,
    t.outlets - CASE WHEN o.document IS NOT NULL AND h.documents = 1 THEN 1 ELSE 0 END AS outlets,
    CASE WHEN h.documents IS NULL THEN 0 ELSE h.documents END
      - CASE WHEN o.document IS NULL THEN 0 ELSE 1 END AS here
  FROM asked q JOIN documents d ON d.document = q.document
  JOIN totals t ON t.key = q.key
  LEFT JOIN by_outlet h
    ON h.key = q.key AND h.surface = t.surface AND h.capital = t.capital AND h.outlet = d.outlet
  LEFT JOIN own o
    ON o.document = q.document AND o.key = q.key AND o.surface = t.surface AND o.capital = t.capital
)
SELECT document, key, surface, capital, documents, outlets, here, example, other_example
FROM compared WHERE documents > 0
"""
"""The answers to every question: rows of (document, key, surface, capital, documents, outlets, here, example,
other_example).  Input: `asked`, rows of `casing_gate.ASKED`, and the tables of `casing_tables`."""
