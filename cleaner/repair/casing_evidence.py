"""How the rest of the corpus writes the words that a document asks about: aggregation as portable SQL.

`casing_corpus` holds the same in memory for `Repairer`.  Both leave the document's own rows out: what it says itself
is weighed apart, and first.
"""

from __future__ import annotations

DECIDE_CASING = """
WITH questions AS (
  SELECT doc_id, outlet, key FROM facts WHERE asks
), by_outlet AS (
  SELECT f.key, f.surface, f.capital, f.outlet, CAST(count(*) AS BIGINT) AS documents, min(f.paragraph_id) AS example
  FROM facts f JOIN (SELECT DISTINCT key FROM questions) k ON k.key = f.key
  WHERE f.surface <> '' GROUP BY f.key, f.surface, f.capital, f.outlet
), totals AS (
  SELECT key, surface, capital, CAST(sum(documents) AS BIGINT) AS documents, CAST(count(*) AS BIGINT) AS outlets,
    min(example) AS example, max(example) AS other_example
  FROM by_outlet GROUP BY key, surface, capital
), own AS (
  SELECT f.doc_id, f.key, f.surface, f.capital
  FROM facts f JOIN questions q ON q.doc_id = f.doc_id AND q.key = f.key WHERE f.surface <> ''
), compared AS (
  SELECT q.doc_id, q.key, t.surface, t.capital, t.example, t.other_example,
    t.documents - CASE WHEN o.doc_id IS NULL THEN 0 ELSE 1 END AS documents,
    t.outlets - CASE WHEN o.doc_id IS NOT NULL AND h.documents = 1 THEN 1 ELSE 0 END AS outlets,
    CASE WHEN h.documents IS NULL THEN 0 ELSE h.documents END
      - CASE WHEN o.doc_id IS NULL THEN 0 ELSE 1 END AS here
  FROM questions q
  JOIN totals t ON t.key = q.key
  LEFT JOIN by_outlet h
    ON h.key = q.key AND h.surface = t.surface AND h.capital = t.capital AND h.outlet = q.outlet
  LEFT JOIN own o
    ON o.doc_id = q.doc_id AND o.key = q.key AND o.surface = t.surface AND o.capital = t.capital
)
SELECT doc_id, key, surface, capital, documents, outlets, here, example, other_example
FROM compared WHERE documents > 0
"""
"""The answers to every question: rows of (doc_id, key, surface, capital, documents, outlets, here, example,
other_example).  Input: `facts` of (doc_id STRING, outlet STRING not null, key STRING, surface STRING, capital BOOLEAN,
asks BOOLEAN, paragraph_id STRING)."""
