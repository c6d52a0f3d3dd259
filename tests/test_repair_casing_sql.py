"""The aggregation in SQL and the one in memory give the same answers."""

from __future__ import annotations

from collections import defaultdict

import duckdb
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.repair.casing_corpus import CorpusEvidence
from cleaner.repair.casing_document import read_document
from cleaner.repair.casing_evidence import DECIDE_CASING
from cleaner.repair.casing_facts import asked_keys, facts_of, word_of
from cleaner.repair.casing_parts import NOBODY, by_key
from cleaner.repair.casing_records import Answer
from cleaner.repair.dictionary import capital_forms

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
    found = defaultdict(list)
    for doc_id, *row in connection.execute(DECIDE_CASING).fetchall():
        found[doc_id].append(Answer(*row[:6]))
    evidence = CorpusEvidence()
    read = [read_document([SENTENCES[i] for i in sentences]) for _, sentences in documents]
    for number, ((outlet, _), document) in enumerate(zip(documents, read, strict=True)):
        evidence.add(f"d{number}", outlet, document)
    for number, ((outlet, _), document) in enumerate(zip(documents, read, strict=True)):
        heard = evidence.heard(f"d{number}", outlet, document)
        told = by_key(found[f"d{number}"])
        named = {word_of(key) for key in heard.capitalised} | document.counts.capital.keys() | capital_forms().keys()
        for key in asked_keys(document):
            expected = told[key] if told[key].capital or word_of(key) in named else NOBODY
            assert without_examples(heard.cited(key)) == without_examples(expected)
            assert without_outlets(heard[key]) == without_outlets(expected)
        assert all(key in heard.capitalised for key in document.candidates.distinct() if told[key].capital)


def without_examples(others):
    return others._replace(surfaces=sorted(answer._replace(examples=()) for answer in others.surfaces))


def without_outlets(others):
    found = without_examples(others)
    return found._replace(outlets=0, surfaces=[answer._replace(outlets=0) for answer in found.surfaces])


def test_facts_hold_one_row_for_each_key_and_surface():
    facts = list(facts_of(read_document(SENTENCES)))
    assert len({(f.key, f.surface, f.capital) for f in facts}) == len(facts)
