"""What the corpus is not asked about could not have changed: neither by itself nor by what it shows of damage."""

from __future__ import annotations

from collections import defaultdict

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner import records
from cleaner.documents import document_numbers, known_rows
from cleaner.records import Document, Kind
from cleaner.repair.casing_columns import Keys
from cleaner.repair.casing_document import read_documents
from cleaner.repair.casing_evidence import DECIDE_CASING
from cleaner.repair.casing_finder import Finder
from cleaner.repair.casing_gate import ASKED, WITHIN_REACH, WRITTEN
from cleaner.repair.casing_lowering import lowering_cases
from cleaner.repair.casing_paragraphs import Paragraphs
from cleaner.repair.casing_parts import by_key
from cleaner.repair.casing_raising import raising_cases
from cleaner.repair.casing_reach import Reach
from cleaner.repair.casing_stage import STEADY, casing_answers, repair_columns
from cleaner.repair.casing_weights import casing_weights, weigh
from cleaner.repair.ledes import find_ledes, lede_words
from cleaner.repair.plan import Plan, plan_repairs
from cleaner.repair.running_text import read_texts
from cleaner.repair.settings import RepairSettings
from tests.cased_paragraphs import PARAGRAPHS

SETTINGS = RepairSettings()
NO_KEYS = [""] * 9

numbers = st.lists(st.integers(0, len(PARAGRAPHS) - 1), min_size=1, max_size=9)


def sums_of(paragraphs):
    """Yield for each case that stands alone its log odds, and the most that the columns tell of it."""
    reading = read_texts(["\n".join(paragraphs)])
    ledes = find_ledes(reading)
    finder = Finder(reading, ledes)
    keys = Keys(finder, [lede_words(reading, number, found) for number, found in enumerate(ledes)])
    reach = Reach(keys, Paragraphs(finder, [paragraphs], [range(len(paragraphs))]))
    [document] = read_documents([paragraphs])
    places = finder.small, finder.capitals[reach.odd]
    for direction, cases, at, most in (
        ("raise", raising_cases, places[0], reach.raised),
        ("lower", lowering_cases, places[1], reach.lowered),
    ):
        told = dict(zip(at.tolist(), most.tolist(), strict=True))
        for case in cases(document, by_key(())):
            yield weigh(casing_weights()[direction].alone, case.parts), told[case.at]


@settings(max_examples=150, deadline=None)
@given(numbers)
def test_no_word_comes_further_than_the_columns_tell(chosen):
    for log_odds, most in sums_of([PARAGRAPHS[number] for number in chosen]):
        assert log_odds <= most + 1e-9


def test_the_columns_tell_the_very_sum_of_a_word_that_stands_once():
    text = "Then the envoy of the northern town, Louise lindgren, left Norway with her staff."
    [(log_odds, most)] = sums_of([text])
    assert most == pytest.approx(log_odds + 0.8117), "the columns leave `surname` out, which others decide"


def documents_of(corpus):
    return [
        Document(
            f"d{number}",
            f"{number}.txt",
            "",
            0,
            "text/plain",
            language="en",
            outlet=outlet,
            paragraphs=records.Paragraphs([Kind.PARAGRAPH] * len(some), [PARAGRAPHS[one] for one in some]),
        )
        for number, (outlet, some) in enumerate(corpus)
    ]


def told_of(documents):
    shown = [document.paragraphs.shown for document in documents]
    numbers = document_numbers(documents, NO_KEYS[: len(documents)])
    told = repair_columns(documents, numbers, shown, SETTINGS)
    known = known_rows(documents, NO_KEYS[: len(documents)], numbers, **told.known)
    return told._replace(facts={"documents": known, **told.facts})


def answers_of(corpus, facts, asked):
    """Return for each document the answers to the questions that the SQL `asked` selects."""
    with duckdb.connect() as db:
        for name, rows in facts.items():
            db.register(name.removeprefix("casing_"), rows)
        for name, query in (("written", WRITTEN), ("reached", WITHIN_REACH), ("asked", asked)):
            db.execute(f"CREATE TABLE {name} AS {query}")
        db.execute(f"CREATE TABLE answers AS {DECIDE_CASING}")
        found = defaultdict(list)
        for doc_id, *row in db.execute(STEADY).fetchall():
            found[doc_id].append(row)
    return [casing_answers(found[f"d{number}"]) for number in range(len(corpus))]


EVERYTHING = """
    SELECT document, key, key AS word, 0 AS side, 0 AS near, 0 AS further FROM questions
    UNION ALL SELECT document, key, word, side, near, further FROM pairs
"""


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("ab"), numbers), min_size=1, max_size=7), st.data())
def test_asking_less_changes_the_same(corpus, data):
    documents = documents_of(corpus)
    shown = [document.paragraphs.shown for document in documents]
    told = told_of(documents)
    few, many = answers_of(corpus, told.facts, ASKED), answers_of(corpus, told.facts, EVERYTHING)
    kept = [[at for at in some if data.draw(st.integers(0, 5))] for some in shown]
    texts = [[d.paragraphs.texts[at] for at in some] for d, some in zip(documents, kept, strict=True)]
    plans = [Plan(own, "en", positions=some) for own, some in zip(texts, kept, strict=True)]
    cases = told.columns["case"].to_pylist()
    briefly = [p._replace(answers=a, case=case) for p, a, case in zip(plans, few, cases, strict=True)]
    in_full = [p._replace(answers=a) for p, a in zip(plans, many, strict=True)]
    found, expected = plan_repairs(briefly, SETTINGS), plan_repairs(in_full, SETTINGS)
    assert [changes(some.edits) for some in found] == [changes(some.edits) for some in expected]


def changes(edits):
    """Return what is changed or proposed, without the confidence: a word that is no suspect weighs in its neighbour's."""
    return {n: [(e.char_start, e.before, e.after, e.applied) for e in some] for n, some in edits.items()}


def test_few_words_of_sound_text_are_asked_about():
    corpus = [(outlet, [0, 3, 7]) for outlet in "abab"]
    facts = told_of(documents_of(corpus)).facts
    few, many = ({a.key for found in answers_of(corpus, facts, sql) for a in found} for sql in (ASKED, EVERYTHING))
    assert few < many
    assert "council" not in few
