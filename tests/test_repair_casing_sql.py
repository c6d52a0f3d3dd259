"""The aggregation in SQL and the one in memory give the same answers."""

from __future__ import annotations

import duckdb
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.repair.casing_document import read_document
from cleaner.repair.casing_evidence import DECIDE_CASING, CorpusEvidence
from cleaner.repair.casing_facts import facts_of

SENTENCES = [
    "The envoy Lindqvist spoke in Oslo.",
    "Later the envoy lindqvist left oslo.",
    "Russian foreign Minister Berg met Foreign Minister Holm.",
    "They said that Nato and the NATO council agreed.",
    "The Nato council and nato met in the White House.",
    "THE COUNCIL OF THE TOWN said that the White house stood.",
    "We saw the Table and the chair in Berg.",
]


def rows_of(documents):
    for number, (outlet, sentences) in enumerate(documents):
        document = read_document([SENTENCES[i] for i in sentences])
        for fact in facts_of(document):
            example = f"d{number}:{fact.paragraph:05d}" if fact.paragraph >= 0 else None
            home = outlet or f"\0d{number}"
            yield (f"d{number}", home, fact.key, fact.surface, fact.capital, fact.asks, example)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["a", "b", None]), st.lists(st.integers(0, len(SENTENCES) - 1), min_size=1, max_size=4)
        ),
        min_size=1,
        max_size=6,
    )
)
def test_sql_and_memory_agree(documents):
    names = ["doc_id", "outlet", "key", "surface", "capital", "asks", "paragraph_id"]
    columns = list(zip(*rows_of(documents), strict=True))
    facts = pa.table({name: list(values) for name, values in zip(names, columns, strict=True)})
    connection = duckdb.connect()
    connection.register("facts", facts)
    found = {row[:7] for row in connection.execute(DECIDE_CASING).fetchall()}
    evidence = CorpusEvidence()
    read = [read_document([SENTENCES[i] for i in sentences]) for _, sentences in documents]
    for number, ((outlet, _), document) in enumerate(zip(documents, read, strict=True)):
        evidence.add(f"d{number}", outlet, document)
    expected = {
        (f"d{number}", a.key, a.surface, a.capital, a.documents, a.outlets, a.here)
        for number, ((outlet, _), document) in enumerate(zip(documents, read, strict=True))
        for a in evidence.answers(f"d{number}", outlet, document)
    }
    asked = {(f"d{number}", key) for number, document in enumerate(read) for key in evidence.questions(document)}
    assert {row for row in found if row[:2] in asked} == expected
    decided = {row[:2] for row in found if row[3] and row[:2] not in asked}
    assert not decided, "somebody writes these with a capital: they can matter"


def test_facts_hold_one_row_for_each_key_and_surface():
    facts = list(facts_of(read_document(SENTENCES)))
    assert len({(f.key, f.surface, f.capital) for f in facts}) == len(facts)
