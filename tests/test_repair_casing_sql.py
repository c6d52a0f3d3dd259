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


def tables_of(documents):
    """Return the tables that the SQL is over; texts stand for their numbers."""
    every = [
        (number, fact)
        for number, (_, sentences) in enumerate(documents)
        for fact in facts_of(read_document([SENTENCES[i] for i in sentences]))
    ]
    homes = [(f"d{number}", number, outlet or f"\0d{number}") for number, (outlet, _) in enumerate(documents)]
    capitals = [(n, f.key, f.surface, f":{f.paragraph:05d}") for n, f in every if f.capital]
    questions = [(n, f.key, bool(f.surface), f.asks) for n, f in every if not f.capital and f.key[0] not in "<>"]
    pairs = [(n, f.key, word_of(f.key), f.asks) for n, f in every if not f.capital and f.key[0] in "<>"]
    names = {
        "documents": (homes, ("doc_id", "document", "outlet")),
        "capitals": (capitals, ("document", "key", "surface", "place")),
        "questions": (questions, ("document", "key", "small", "asks")),
        "pairs": (pairs, ("document", "key", "word", "asks")),
    }
    for name, (rows, columns) in names.items():
        some = [dict(zip(columns, row, strict=True)) for row in rows]
        yield name, pa.Table.from_pylist(some or [dict.fromkeys(columns)])


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
    connection = duckdb.connect()
    for name, table in tables_of(documents):
        connection.register(name, table)
    connection.execute("""
        CREATE TABLE asked AS SELECT document, key FROM questions WHERE asks
        UNION ALL SELECT document, key FROM pairs WHERE asks
    """)
    found = defaultdict(list)
    for number, *row in connection.execute(DECIDE_CASING).fetchall():
        found[number].append(Answer(*row[:6]))
    evidence = CorpusEvidence()
    read = [read_document([SENTENCES[i] for i in sentences]) for _, sentences in documents]
    for number, ((outlet, _), document) in enumerate(zip(documents, read, strict=True)):
        evidence.add(f"d{number}", outlet, document)
    for number, ((outlet, _), document) in enumerate(zip(documents, read, strict=True)):
        heard = evidence.heard(f"d{number}", outlet, document)
        told = by_key(found[number])
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
