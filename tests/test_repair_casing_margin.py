"""Answers that move within the margins of a document change nothing in it: no edit, and no part of one."""

from __future__ import annotations

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from cleaner.repair.casing import repaired
from cleaner.repair.casing_document import read_document
from cleaner.repair.casing_facts import asked_keys, word_of
from cleaner.repair.casing_margin import changes_nothing, margins
from cleaner.repair.casing_parts import by_key
from cleaner.repair.casing_stage import casing_answers
from cleaner.repair.plan import Plan, plan_repairs
from cleaner.repair.settings import RepairSettings
from tests.cased_paragraphs import PARAGRAPHS

STEPS = (0, 1, 2, 3, 4, 8, 16, 32)


@st.composite
def asking(draw):
    """Draw paragraphs, answers about some of their words, and the same ones with some numbers moved."""
    chosen = draw(st.lists(st.integers(0, len(PARAGRAPHS) - 1), min_size=1, max_size=4, unique=True))
    paragraphs = [PARAGRAPHS[number] for number in chosen]
    keys = list(asked_keys(read_document(paragraphs)))
    words = draw(st.sets(st.sampled_from(sorted(set(map(word_of, keys)))), min_size=1, max_size=6))
    before, now = [], []
    for key in (key for key in keys if word_of(key) in words):
        told = draw(st.tuples(*[st.integers(0, len(STEPS) - 1)] * 3))
        moved = [step + draw(st.sampled_from((0, 0, 0, 0, 1, -1))) for step in told]
        before += answers(key, *(STEPS[step] for step in told))
        now += answers(key, *(STEPS[max(0, min(step, len(STEPS) - 1))] for step in moved))
    return paragraphs, before, now


def answers(key, capital, small, shouted):
    """Return what others say of a key: how many write it with a capital, in small letters, and in capitals throughout."""
    word = word_of(key)
    rows = [[key, "", False, small, 1, min(small, 2), None, None]] * (small > 0 or key == word)
    rows += [[key, word.capitalize(), True, capital, 1, min(capital, 4), "d:00001", None]] * (capital > 0)
    return [*rows, *[[key, word.upper(), True, shouted // 8, 1, 0, None, None]] * (shouted > 7)]


@settings(max_examples=400, deadline=None)
@given(asking())
def test_what_moves_within_the_margins_changes_no_edit(drawn):
    paragraphs, before, now = drawn
    first, then = (
        plan_repairs([Plan(paragraphs, "en", casing_answers(rows))], RepairSettings())[0] for rows in (before, now)
    )
    same = changes_nothing(before, now, first.margins)
    event(f"within the margins: {same}, moved: {before != now}, the same: {first.edits == then.edits}")
    assert first.edits == then.edits or not same


@settings(max_examples=200, deadline=None)
@given(asking())
def test_the_margin_of_a_word_is_what_is_left_of_it(drawn):
    paragraphs, before, _ = drawn
    document = read_document(paragraphs)
    document.narrow({word_of(row[0]) for row in before})
    found = repaired(document, by_key(casing_answers(before)), "full")
    told = margins(document, found.weighed).split()
    left = dict(zip(told[::2], map(int, told[1::2]), strict=True))
    for word in found.weighed:
        assert (left[word.case.word.lower()] == 0) or word.confidence < 0.4


@pytest.mark.parametrize(
    ("before", "now", "told"),
    [
        ([["council", "", False, 4, 1, 0, None, None]], [["council", "", False, 0, 0, 0, None, None]], ""),
        ([["council", "", False, 4, 1, 0, None, None]], [], ""),
        ([["oslo", "Oslo", True, 4, 1, 0, None, None]], [["oslo", "Oslo", True, 8, 1, 0, None, None]], "oslo 500"),
        ([["oslo", "Oslo", True, 8, 1, 0, None, None]], [["oslo", "Oslo", True, 4, 1, 0, None, None]], "oslo 0"),
        ([["oslo", "Oslo", True, 4, 1, 0, "a", None]], [["oslo", "Oslo", True, 4, 1, 0, "b", None]], "oslo 0"),
    ],
)
def test_what_may_change_something_is_looked_at_again(before, now, told):
    assert not changes_nothing(before, now, told)


def test_a_word_with_room_to_spare_may_be_heard_more_often():
    few, many = ([["oslo", "Oslo", True, count, 1, 0, None, None]] for count in (4, 8))
    assert changes_nothing(few, many, "oslo 2000")
    assert changes_nothing(few, many, ""), "a word without a case stays without one"
