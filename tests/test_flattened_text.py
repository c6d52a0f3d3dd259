"""Flattened text is cut into spans that tile it."""

import textwrap
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.extraction.flattened_text import cut, cut_all
from cleaner.records import Kind
from tests.linear_time import grows_linearly

PIECES = ["\n", "\r\n", "\r", "\x85", "\u2028", "\u2029", "\u00a0", " ", "\t", "\u200b", "\ufeff", "\u3000", "\x0c"]
PIECES += [
    "Harbour",
    "fees rise",
    "|",
    "| a | b |",
    "- item",
    "1. item",
    "> said",
    "## Head",
    "```",
    "***",
    "“So?”",
    ".",
]
texts = st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=60).map("".join)

PROSE = (
    "The harbour council of Alverne met on Tuesday evening to decide whether the old customs house should be sold, "
    "and after three hours of debate the members agreed to wait for another survey before they take any step. The "
    "mayor told the meeting that nobody wanted to hurry, but that the roof would not last a third winter without "
    "repairs which the town can hardly pay for."
)


def pieces(text, *, blank=False):
    return [text[s.char_start : s.char_end] for s in cut(text) if blank or s.kind is not Kind.BLANK]


def kinds(text):
    return [s.kind.value for s in cut(text) if s.kind is not Kind.BLANK]


@given(texts)
def test_spans_tile_the_text(text):
    spans = cut(text)
    assert "".join(text[s.char_start : s.char_end] for s in spans) == text
    assert [s.char_start for s in spans] == [0, *(s.char_end for s in spans)][: len(spans)]
    assert all(s.char_start < s.char_end for s in spans)


@given(texts)
def test_blank_and_paragraph_take_turns(text):
    blank = [s.kind is Kind.BLANK for s in cut(text)]
    assert all(a != b for a, b in pairwise(blank))


@given(texts)
def test_blank_spans_hold_nothing_visible_and_paragraphs_begin_and_end_with_something(text):
    for span in cut(text):
        part = text[span.char_start : span.char_end]
        bare = part.translate(dict.fromkeys(map(ord, "\u200b\u2060\ufeff"))).strip()
        assert bool(bare) == (span.kind is not Kind.BLANK)
        assert span.kind is Kind.BLANK or not (part[0].isspace() or part[-1].isspace())


@given(st.lists(texts, max_size=5))
def test_texts_are_cut_together_as_they_are_alone(several):
    alone = [cut(text) for text in several]
    assert [pieces.ends for pieces in cut_all(several)] == [[s.char_end for s in spans] for spans in alone]
    assert [pieces.kinds for pieces in cut_all(several)] == [[s.kind for s in spans] for spans in alone]


def test_hard_wrapped_and_fenced_texts_are_joined_among_others():
    wrapped, fenced = textwrap.fill(PROSE, 60), "See:\n```\nx = 1\n\ny = 2\n```\nThat is all of it."
    several = [PROSE, wrapped, "Menu\nHome", fenced, ""]
    assert [pieces.ends for pieces in cut_all(several)] == [[s.char_end for s in cut(text)] for text in several]
    assert len(cut_all(several)[1].ends) == 1
    assert [kind.value for kind in cut_all(several)[3].kinds[::2]] == ["paragraph", "code", "paragraph"]


def test_empty_text_has_no_spans():
    assert cut("") == []


@pytest.mark.parametrize("text", [" ", "\n\n", "\u00a0\n \u2029", "\ufeff"])
def test_text_of_white_space_is_one_blank(text):
    assert [s.kind for s in cut(text)] == [Kind.BLANK]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r", "\x85", "\u2028", "\u2029"])
def test_every_line_break_parts_paragraphs(newline):
    assert pieces(f"One.{newline}Two.{newline}{newline}Three.") == ["One.", "Two.", "Three."]


def test_line_of_no_break_space_is_blank():
    assert pieces("One.\n\u00a0\nTwo.", blank=True) == ["One.", "\n\u00a0\n", "Two."]


def test_white_space_at_line_ends_belongs_to_the_blank():
    assert pieces("  One. \n\tTwo.", blank=True) == ["  ", "One.", " \n\t", "Two."]


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("- A bench by the river", "list_item"),
        ("• A bench by the river", "list_item"),
        ("12. A bench by the river", "list_item"),
        ("3) A bench by the river", "list_item"),
        ("| Day | Boats |", "table_row"),
        ("|---|---|", "table_row"),
        ("> We never asked for that.", "quote"),
        ("## What the survey found", "heading"),
        ("* * *", "other"),
        ("-----", "other"),
        ("-5 degrees at dawn.", "paragraph"),
        ("2024. That was the year.", "paragraph"),
        ("— Je ne sais pas, dit-elle.", "paragraph"),
        ("| trump card", "paragraph"),
        ("Oderno\t12\t31", "table_row"),
        ("Oderno\t12", "table_row"),
        (
            "A sentence that some program broke with a tab\tin its middle stays what it is, however odd that may look to us.",
            "paragraph",
        ),
        ("A plain sentence stands here.", "paragraph"),
    ],
)
def test_kind_of_one_line(line, kind):
    assert kinds(line) == [kind]


def test_short_line_before_prose_is_a_heading():
    assert kinds(f"A long debate\n\n{PROSE}") == ["heading", "paragraph"]


@pytest.mark.parametrize("line", ["Nobody came.", "Present:", "in the end", "Menu"])
def test_short_line_that_is_no_heading(line):
    assert kinds(f"{line}\n{PROSE if line != 'Menu' else 'Search'}")[0] == "paragraph"


@pytest.mark.parametrize("line", ["- a bench", "| Day | Boats |"])
def test_short_line_before_a_list_or_table_is_a_heading(line):
    assert kinds(f"What we found\n\n{line}")[0] == "heading"


def test_code_between_fences_is_one_paragraph():
    text = "Run this:\n```\nmake all\n\nmake test\n```\nDone."
    assert pieces(text) == ["Run this:", "```\nmake all\n\nmake test\n```", "Done."]
    assert kinds(text)[1] == "code"


def test_lonely_fence_changes_nothing():
    assert pieces("```\nOne.\nTwo.") == ["```", "One.", "Two."]


@pytest.mark.parametrize("width", [50, 66, 78])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_hard_wrapped_lines_join(width, newline):
    text = "\n\n".join("\n".join(textwrap.wrap(PROSE, width)) for _ in range(2)).replace("\n", newline)
    assert [" ".join(part.split()) for part in pieces(text)] == [PROSE, PROSE]


def test_hard_wrapped_list_items_stay_apart():
    item = "\n".join(textwrap.wrap(PROSE, 70))
    assert len(pieces(f"{item}\n\n- {item}\n- {item}")) == 3


@pytest.mark.parametrize(
    "lines",
    [
        # a menu: short lines of many widths, each with a capital
        ["Home", "Town", "Harbour", "Letters to the editor", "Sport and leisure", "Jobs", "Cars"] * 3,
        # headlines of nearly one width, as in a list of stories
        [
            "Council puts off the sale of the old customs house again",
            "Ferry to the islands starts two weeks earlier this year",
            "Rain closes the coast road between Alverne and Port Lee",
            "School choir wins first prize at the festival in Oderno",
        ],
        # one line, one paragraph
        [PROSE, PROSE, PROSE, PROSE],
        # a poem: lines end where the verse ends
        [
            "and all the boats came home",
            "with nothing in their nets",
            "but fog and silver rain",
            "and what the sea forgets",
        ],
        # short sentences, one a line
        ["He waited.", "Nobody came to the door that night.", "He went home and wrote it down.", "It was late."] * 2,
    ],
)
def test_lines_that_must_not_join(lines):
    assert pieces("\n".join(lines)) == lines


@pytest.mark.parametrize(
    "unit", ["a", " ", "\n", "\u00a0", "|", "> ", "- ", "a \n", "`", "```\n", "\r", "a" * 79 + "\n", "x " * 39 + "\n"]
)
def test_a_megabyte_of_anything_takes_linear_time(unit):
    assert grows_linearly(cut, unit)
    assert cut(unit * 1000)[-1].char_end == 1000 * len(unit)
