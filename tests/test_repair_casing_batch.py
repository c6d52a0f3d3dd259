"""What is told of case for a batch is what each document tells by itself, and no more is read than may change."""

from __future__ import annotations

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.records import Document, Kind, Paragraphs
from cleaner.repair.casing_document import read_document
from cleaner.repair.casing_facts import facts_of
from cleaner.repair.casing_numbers import key_numbers, word_numbers
from cleaner.repair.casing_outlook import Outlook
from cleaner.repair.casing_records import Answer
from cleaner.repair.casing_stage import repair_columns
from cleaner.repair.mending import Unmended, mend
from cleaner.repair.plan import Plan, plan_repairs
from cleaner.repair.settings import RepairSettings

PARAGRAPHS = [
    "The envoy Lindqvist spoke in Oslo, and the Council of the town agreed with the council.",
    "Later the envoy lindqvist left oslo with Anna berg. nobody stayed behind in the town.",
    "Russian foreign Minister Berg met Foreign Minister Holm while The ministers of the north sat.",
    "They said that Nato and the NATO council agreed; the house of Lords was Empty again.",
    "the whole of the town had gathered on the market square by noon and waited there for news.",
    "THE COUNCIL OF THE TOWN said that the White house stood and that it would stand for ever.",
    "How To Live In A Small house",
    "What Lindqvist Said About oslo",
    "Why The Council Left",
    "- bread\n- milk and honey\n- Butter",
    "We saw the Table in\nthe Hall and on friday we ate in the hall.",
    "It ended.Later they called mu.Lock() from the file , as oslo does.",
    "42",
    "",
]
ANSWERS = [
    Answer(*row)
    for row in (
        ("oslo", "Oslo", True, 4, 2, 1),
        ("lindqvist", "Lindqvist", True, 8, 2, 0),
        ("lindqvist", "lindqvist", False, 1, 1, 0),
        ("<White house", "House", True, 3, 2, 0),
        ("council", "council", False, 16, 2, 1),
        ("empty", "empty", False, 64, 2, 0),
        (">foreign Minister", "Foreign", True, 4, 2, 0),
    )
]

numbers = st.lists(st.integers(0, len(PARAGRAPHS) - 1), min_size=1, max_size=12)


def document_of(chosen, language="en"):
    texts = [PARAGRAPHS[number] for number in chosen]
    paragraphs = Paragraphs([Kind.PARAGRAPH if text else Kind.BLANK for text in texts], texts)
    return Document("d", "d.txt", "", 0, "text/plain", language=language, paragraphs=paragraphs)


def told_of(documents, settings):
    numbers = np.arange(len(documents))
    return repair_columns(documents, numbers, [document.paragraphs.shown for document in documents], settings)


def outlook_of(document):
    return Outlook.unpacked(told_of([document], RepairSettings()).columns["case"][0].as_py())


def named_facts(facts):
    """Yield the facts of a batch as documents have them: number, key, surface, capital or small, place of an example."""
    tables = {name.removeprefix("casing_"): rows for name, rows in facts.items()}
    with duckdb.connect() as db:
        for name, rows in tables.items():
            db.register(name, rows)
        query = """
            WITH told AS (
                SELECT document, key, surface, TRUE AS capital, place FROM capitals
                UNION ALL SELECT document, key, CASE WHEN small THEN key END, FALSE, NULL FROM questions
                UNION ALL SELECT document, key, word, FALSE, NULL FROM pairs
            ) SELECT t.document, t.key, coalesce(w.text, ''), t.capital, t.place
            FROM told t LEFT JOIN words w ON w.number = t.surface
        """
        yield from db.execute(query).fetchall()


def key_number(key):
    """Return the number that a key has in tables."""
    if key[0] not in "<>":
        return int(word_numbers(pa.array([key])).view(np.int64)[0])
    before, _, after = key[1:].partition(" ")
    names, word = (before.split("+")[::-1], after) if key[0] == "<" else (after.split("+"), before)
    own, near, further = (
        word_numbers(pa.array([text])) if text else np.zeros(1, np.uint64) for text in (word, *names, "")[:3]
    )
    return int(key_numbers(own, near, further, np.array([1 + (key[0] == ">")])).view(np.int64)[0])


@settings(max_examples=150, deadline=None)
@given(st.lists(numbers, min_size=1, max_size=4), st.data())
def test_reading_only_what_may_change_changes_the_same(documents, data):
    documents = [document_of(chosen) for chosen in documents]
    answers = data.draw(st.lists(st.sampled_from(ANSWERS), unique=True))
    outlooks = told_of(documents, RepairSettings()).columns["case"].to_pylist()
    plans = []
    for document in documents:
        kept = [position for position in document.paragraphs.shown if data.draw(st.booleans())]
        plans.append(Plan([document.paragraphs.texts[at] for at in kept], "en", answers, positions=kept))
    briefly = [plan._replace(case=outlook) for plan, outlook in zip(plans, outlooks, strict=True)]
    found, expected = plan_repairs(briefly, RepairSettings()), plan_repairs(plans, RepairSettings())
    assert [one.edits for one in found] == [one.edits for one in expected]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(numbers, st.sampled_from(["en", "en-GB", "de", None])), min_size=1, max_size=4))
def test_a_batch_tells_what_each_document_tells(documents):
    documents = [document_of(*one) for one in documents]
    told = sorted(named_facts(told_of(documents, RepairSettings()).facts), key=str)
    for number, document in enumerate(documents):
        rows = [row[1:] for row in told if row[0] == number]
        if not (document.language or "").startswith("en"):
            assert rows == []
            continue
        plan = Plan(document.paragraphs.lines, document.language)
        mended = mend([Unmended(plan.texts, plan.language)], RepairSettings())[0].texts
        positions = document.paragraphs.shown
        expected = {
            (key_number(f.key), f.surface, f.capital, f":{positions[f.paragraph]:05d}" if f.capital else None)
            for f in facts_of(read_document(mended))
        }
        assert len(rows) == len(expected)
        assert set(rows) == expected


def test_nothing_is_told_where_nothing_is_repaired():
    told = told_of([document_of([0, 1])], RepairSettings(mode="off"))
    assert told.columns["case"].to_pylist() == [None]
    assert [rows.num_rows for rows in told.facts.values()] == [0] * 4


def test_words_are_noted_where_they_stand():
    document = document_of([0, 8, 1, 12])
    outlook = outlook_of(document)
    words = dict(outlook.words)
    assert words["oslo"] == [0, 2]
    assert words["council"] == [0]
    assert outlook.capital_total([0, 1, 2, 3]) == 6
    assert outlook.places([1, 3], {"oslo"}) == set()
    assert outlook.places([0, 1], {"oslo"}) == {0}


@pytest.mark.parametrize(("number", "why"), [(4, "a start"), (5, "a lede"), (6, "a heading"), (9, "an item of a list")])
def test_more_than_words_may_change(number, why):
    outlook = outlook_of(document_of([0, number]))
    assert outlook.whole == [1], why
    assert not outlook.words_alone([0, 1])
    assert outlook.words_alone([0])
