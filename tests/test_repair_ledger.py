"""compose: what the layers do one after another, in the coordinates of the source."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.ledger import LedgerError, apply_edits, compose, invert_edits
from cleaner.records import Edit


def edit(start, end, before, after, *, applied=True, rule="r"):
    return Edit("stage", (rule,), start, end, before, after, "because", applied=applied)


@st.composite
def layered_edits(draw):
    """A source text, and layers of disjoint edits, each in the coordinates that the layer before leaves."""
    source = text = draw(st.text("abc ", max_size=12))
    layers = []
    for number in range(draw(st.integers(1, 4))):
        cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=6)))
        layer, last = [], -1
        for start, end in zip(cuts[::2], cuts[1::2], strict=False):
            if start <= last:
                continue
            after = draw(st.text("XYZ", max_size=3))
            if after or end > start:
                applied = draw(st.booleans()) or draw(st.booleans())
                layer.append(edit(start, end, text[start:end], after, applied=applied, rule=f"r{number}"))
                last = end
        layers.append(layer)
        text = apply_edits(text, layer)
    return source, layers, text


@given(layered_edits())
def test_composed_edits_do_what_the_layers_do(case):
    source, layers, text = case
    composed = compose(source, layers)
    assert apply_edits(source, composed) == text
    assert invert_edits(text, composed) == source


@given(layered_edits())
def test_composed_rows_are_disjoint_sorted_and_true_of_the_source(case):
    source, layers, _ = case
    composed = compose(source, layers)
    for row in composed:
        assert source[row.char_start : row.char_end] == row.before
    for left, right in pairwise(composed):
        assert left.char_end <= right.char_start
        assert (left.char_start, left.char_end) != (right.char_start, right.char_end)


def test_no_proposal_stays_that_a_later_edit_covers_though_another_stands_beside_it():
    layers = [[edit(0, 2, "aa", "", applied=False)], [edit(0, 2, "aa", "", applied=False)], [edit(1, 2, "a", "")]]
    assert compose("aa", layers) == (edit(1, 2, "a", ""),)


def test_every_applied_rule_is_kept_in_the_composed_rows():
    layers = [[edit(0, 2, "ab", "x", rule="one")], [edit(0, 1, "x", "yy", rule="two")]]
    (row,) = compose("abc", layers)
    assert row.rule_ids == ("one", "two")
    assert (row.before, row.after) == ("ab", "yy")


def test_a_proposal_under_an_applied_edit_is_dropped_and_a_free_one_is_moved_to_the_source():
    layers = [[edit(0, 1, "a", "xxx")], [edit(1, 2, "x", "z", applied=False), edit(4, 5, "c", "C", applied=False)]]
    rows = compose("abc", layers)
    assert [(r.char_start, r.after, r.applied) for r in rows] == [(0, "xxx", True), (2, "C", False)]


def test_an_edit_that_does_not_fit_is_refused():
    with pytest.raises(LedgerError):
        compose("abc", [[edit(0, 1, "z", "y")]])


def test_ten_thousand_edits_compose_in_one_sweep():
    text = "a," * 10_000
    layer = [edit(i * 2, i * 2 + 1, "a", "b") for i in range(10_000)]
    second = [edit(i * 2 + 1, i * 2 + 1, "", " ") for i in range(10_000)]
    assert apply_edits(text, compose(text, [layer, second])) == "b ," * 10_000
