"""Menus: containers of links that are called or placed like furniture are not read, and still get their verdicts."""

from __future__ import annotations

import numpy as np
import pytest

from cleaner.chrome.class_words import class_scores
from cleaner.chrome.containers import read_containers
from cleaner.chrome.dom_features import NAMES, observe_page
from cleaner.chrome.evidence import gathered
from cleaner.chrome.judge import decide, explain_features
from cleaner.chrome.names import Names
from cleaner.extraction.html_page import read_page
from cleaner.extraction.main_text import main_text
from cleaner.extraction.source_spans import SourceMarks
from cleaner.records import Role

LINKS = "".join(f"<li><a href=/{i}>District {i}</a></li>" for i in range(6))
LONG = "The ferry to the outer islands was late again, and nobody on the quay could say why it was. " * 2
STORY = "".join(
    f"<p>On day {i} the ferry was late again, and nobody on the quay could say why it was.</p>" for i in range(9)
)


def read_texts(html: str, scores: dict[str, float] | None = None) -> list[str]:
    return read_containers(read_page(html), Names(class_scores(scores or {}))).texts


@pytest.mark.parametrize(
    "html",
    [
        f"<nav><ul>{LINKS}</ul></nav>",
        f"<footer><ul>{LINKS}</ul></footer>",
        f"<div role=navigation><ul>{LINKS}</ul></div>",
        f"<aside><h3>Elsewhere</h3><ul>{LINKS}</ul></aside>",
        f"<aside><p>{LONG}</p><ul>{LINKS}</ul></aside>",
    ],
)
def test_links_in_furniture_are_not_read(html: str) -> None:
    assert "District 1" not in read_texts(f"<div>{html}</div><p>Rain.</p>")


@pytest.mark.parametrize(
    "html",
    [
        f"<div><ul>{LINKS}</ul></div>",
        f"<nav>{STORY}</nav>",
        f"<nav><p>{LONG}</p><p>{LONG}</p></nav>",
        "<footer><p>Printed in Oslo, with no link at all.</p></footer>",
    ],
)
def test_what_is_no_menu_is_read(html: str) -> None:
    page = read_page(html)
    assert read_texts(html) == page.texts


def test_a_paragraph_beside_a_menu_is_read() -> None:
    assert read_texts(f"<aside><p>{LONG}</p><ul>{LINKS}</ul></aside>") == [LONG.strip()]


def test_names_that_are_used_for_furniture_make_a_menu_and_names_of_text_forbid_it() -> None:
    scores = {"bottombar": -4.0, "story": 1.5}
    assert read_texts(f"<div class=bottombar><ul>{LINKS}</ul></div><p>Rain.", scores) == ["Rain."]
    assert len(read_texts(f"<div class='bottombar story'><ul>{LINKS}</ul></div><p>Rain.", scores)) == 7


def test_blocks_in_menus_have_verdicts_roles_and_reasons_and_no_features() -> None:
    page = read_page(f"<nav><ul>{LINKS}</ul></nav><article><h1>Late</h1>{STORY}</article>")
    seen = observe_page(page)
    verdicts = decide([seen])[0]
    assert len(verdicts) == len(page)
    first = verdicts[0]
    assert (first.is_content, first.role, first.rule_ids) == (False, Role.NAVIGATION, ("judge/menu",))
    assert len(first.reasons) == 1
    assert explain_features(seen.mode, gathered([seen]).row(0)) == [
        "for chrome: it stands in a container that holds mostly links and is called or placed like furniture"
    ]
    assert len(seen.matrix) == np.count_nonzero(~seen.in_menu) < len(seen)


def test_menus_change_nothing_for_the_blocks_beside_them() -> None:
    story = f"<article><h1>Late</h1>{STORY}</article>"
    alone, beside = (observe_page(read_page(html)).matrix for html in (story, f"<nav><ul>{LINKS}</ul></nav>{story}"))
    assert np.array_equal(alone, beside)


def test_a_page_of_nothing_but_menus_has_no_text() -> None:
    html = f"<nav><ul>{LINKS}</ul></nav>"
    assert main_text(html) == ""
    assert [v.is_content for v in decide([observe_page(read_page(html))])[0]] == [False] * 6


def test_the_text_of_a_page_is_what_its_verdicts_keep() -> None:
    html = f"<nav><ul>{LINKS}</ul></nav><article><h1>Late</h1>{STORY}<ul>{LINKS}</ul></article><footer><p>Oslo</p></footer>"
    page = read_page(html)
    kept = [text for text, v in zip(page.texts, decide([observe_page(page)])[0], strict=True) if v.is_content]
    assert [text for text in kept if text != "Late"] == [line for line in main_text(html).split("\n") if line != "Late"]


def read_both_ways(html: str) -> tuple[list[str], list[str]]:
    """Return the blocks that are read of a page that was walked whole, and of one whose menus were not walked."""
    names = Names(class_scores({}))
    pages = (read_page(html), read_page(html, body_only=True))
    whole, body = (read_containers(page, names).texts for page in pages)
    return whole, body


@pytest.mark.parametrize(
    "html",
    [
        f"<nav><ul>{LINKS}</ul></nav><p>Rain.</p>",
        f"<p>Rain.<nav><ul>{LINKS}</ul></nav>Snow.</p>",
        f"<div>Rain.<aside>{LINKS}</aside>Snow.<img><nav><img>{LINKS}</nav>Ice.</div>",
        f"<aside><div><nav>{LINKS}</nav></div><p>{LONG}</p></aside>",
        f"<div role=navigation>{LINKS}<p hidden>{LONG * 9}</p></div><p>Rain.</p>",
        f"<nav>{LINKS}<noscript><p>{LONG * 9}</p></noscript></nav><p>Rain.</p>",
        f"<header><div><nav>{LINKS}</nav><a href=/>Home</a></div></header><p>Rain.</p>",
        f"<table><tr><td>Rain<nav>{LINKS}</nav><td>Snow</table>",
    ],
)
def test_what_is_not_walked_changes_nothing_of_the_rest(html: str) -> None:
    whole, body = read_both_ways(html)
    assert whole == body
    rows = observe_page(read_page(html)).matrix
    rest = observe_page(read_page(html, body_only=True)).matrix
    numbers = NAMES.index("list_number")
    rows, rest = (np.delete(m, numbers, axis=1) for m in (rows, rest))
    assert np.array_equal(rows, rest)


def test_marks_in_the_source_do_not_change_what_a_menu_is() -> None:
    html = f"<nav><ul>{LINKS}</ul><p>&nbsp;{'word ' * 9}</p></nav><p>Rain.</p>"
    marks = SourceMarks(html.encode())
    assert read_page(marks.marked, marks.reading).menus == read_page(html).menus == [1]


def test_menus_inside_each_other_are_asked_a_few_times_only() -> None:
    deep = "<nav>" * 4_000 + f"<p>{LONG}</p>" + LINKS
    assert read_page(deep).menus == []
    assert LONG.strip() in read_both_ways(deep)[1]
