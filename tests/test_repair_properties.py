"""Properties of repairs on any text, and time on hostile ones."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from ftfy.badness import is_bad
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.ledger import apply_edits, invert_edits
from cleaner.repair import encoding
from cleaner.repair.casing import repair_casing
from cleaner.repair.encoding import repair_encoding
from cleaner.repair.repairer import Repairer
from cleaner.repair.spacing import repair_spacing
from tests.linear_time import grows_linearly

PIECES = st.sampled_from(
    [
        "the", "Oslo", "oslo", "NATO", "nato", "said", "Berg", "berg", "U.S.", "p.m.", ".", ",", ";", "?", "!", ":", " ", "  ",
        "\n", "â€™", "Ã©", "\u00a0", "\u200b", "&amp;", "&#39;", "“", "”", "’", "a.b", "1,5", "http://a.b/c", "…", "-", "(",
        ")", "|", "\u0301", "\ufeff", "é", "THE", "AND", "x@y.z", "\u3000", "&", "amp;", "\u00ad",
    ]
)  # fmt: skip
TEXTS = st.one_of(
    st.lists(PIECES, max_size=30).map("".join), st.lists(PIECES, max_size=30).map(" ".join), st.text(max_size=40)
)


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_encoding_repaired_once_is_repaired(text):
    once = apply_edits(text, repair_encoding(text))
    assert repair_encoding(once) == []


@settings(max_examples=300, deadline=None)
@given(st.text("aZ \n.?ÂÃâ€™šØÙà²√‚вЂВГ“”°œŒ\xa0\x80£¢", max_size=12))
def test_lines_that_are_looked_at_near_unusual_characters_alone_are_as_bad_as_ftfy_finds_them(line):
    assert encoding._is_bad(line) == is_bad(line)


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_spacing_repaired_once_is_repaired(text):
    once = apply_edits(text, repair_spacing(text, "en"))
    assert not [edit for edit in repair_spacing(once, "en") if edit.applied]


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_edits_are_disjoint_true_and_invertible(text):
    edits = Repairer().explain(text)
    for edit in edits:
        assert text[edit.char_start : edit.char_end] == edit.before
    for left, right in pairwise(edits):
        assert left.char_end <= right.char_start
    assert invert_edits(apply_edits(text, edits), edits) == text


@settings(max_examples=60, deadline=None)
@given(st.lists(TEXTS, max_size=5))
def test_casing_changes_case_alone(paragraphs):
    for text, edits in zip(paragraphs, repair_casing(paragraphs), strict=True):
        assert apply_edits(text, edits).casefold() == text.casefold()


HOSTILE = {
    "mojibake": "Ã",
    "mojibake with spaces": "Â ",
    "spaces": " ",
    "dots": ".",
    "spaced dots": ". ",
    "glued words": "word,",
    "glued sentences": "word.Word",
    "capitals": "A",
    "capital words": "ABC ",
    "title words": "Abc abc ",
    "combining marks": "\u0301",
    "entities": "&amp;",
    "open entities": "&",
    "no-break spaces": "\u00a0",
    "joiners": "\u200d",
    "quotes": "”",
    "small starts": "it. ",
    "digits": "1,",
    "letters": "a",
    "names of code": "a.",
}


def test_a_long_run_of_joiners_between_letters_that_join_takes_linear_time():
    assert grows_linearly(lambda text: repair_encoding(f"\u0627{text}\u0627"), "\u200d")


IN_DOUBT = "It ended .Then they left â€™\n"  # what is repaired somewhere is looked at more closely


@pytest.mark.parametrize("unit", HOSTILE.values(), ids=HOSTILE)
def test_time_grows_no_faster_than_the_text(unit):
    repairer = Repairer()
    repairer(IN_DOUBT)

    def seconds(size: int) -> float:
        text = IN_DOUBT + (unit * size)[:size]
        start = time.process_time()
        repairer.explain(text)
        return time.process_time() - start

    # a busy machine disturbs one measurement, not three: quadratic time would miss the bound each time
    assert any(seconds(500_000) < 35 * max(seconds(50_000), 0.02) for _ in range(3))
