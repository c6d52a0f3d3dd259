"""Spans of page text: exact, disjoint, verified; never silently wrong."""

import itertools
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.config import resolve
from cleaner.decoding import decode
from cleaner.extraction.html_page import read_page
from cleaner.extraction.source_spans import SourceMarks, flatten, flatten_bytes, text_runs
from cleaner.records import Source
from cleaner.understand import understand

PAGES = {
    "entities": "<p>Fish &amp; chips&nbsp;&mdash; caf&eacute;</p>",
    "inline": "<p>The <b>quick</b> <i>brown</i>\n fox</p>",
    "cells": "<table><tr><td>One</td><td>Two</td></tr><tr><td>Three<td>Four</table>",
    "comment": "<p>a<!-- not <b>this</b> -->b</p><!--><p>c</p>",
    "script": "<p>x</p><script>if (a<b) { document.write('<p>no</p>') }</script><p>y</p>",
    "attribute": "<p title=\"a > b\" data-x='<p>'>shown</p>",
    "odd quotes": '<a title="x" y">one</a> <p>two</p>',
    "textarea": "<textarea>\nkeep <b>this</b></textarea><p>after</p>",
    "unclosed": "<div><p>one<p>two<div>three",
    "less than": "<p>1 < 2 and 3 <4</p>",
    "foster": "<table>stray<tr><td>cell</td></tr></table>",
    "formatting": "<p><b>bold <p>next</b> plain",
    "title": "<title>Not <b>here</title><p>here</p>",
    "pre": "<pre>\n  two\n  lines</pre>",
    "select": "<select><option>One<option>Two</select>",
}


def located(source: str) -> list[tuple[str, tuple[tuple[int, int], ...], bool]]:
    marks = SourceMarks(source.encode())
    page = read_page(marks.marked, marks.reading)
    assert page.texts == read_page(source).texts, "marks must not change what the parser reads"
    places = marks.locate_all(page.texts, page.run_starts, page.run_ends)
    return list(zip(page.texts, places.ranges, places.exact, strict=True))


@pytest.mark.parametrize("name", PAGES)
def test_every_block_is_found_exactly(name: str) -> None:
    for text, spans, exact in located(PAGES[name]):
        assert exact, (text, spans)
        assert flatten_bytes(PAGES[name].encode(), spans, "utf-8") == text


def test_spans_keep_apart_and_hold_every_visible_character() -> None:
    source = "".join(PAGES[name] for name in ("entities", "inline", "cells", "comment", "attribute"))
    found = located(source)
    spans = sorted(span for _, places, _ in found for span in places)
    assert all(left[1] <= right[0] for left, right in itertools.pairwise(spans))


def test_characters_of_the_private_planes_in_the_source_are_text() -> None:
    source = "<p>icon \U000f0001 and \U00100000</p><p>next</p>"
    assert [(text, exact) for text, _, exact in located(source)] == [
        ("icon \U000f0001 and \U00100000", True),
        ("next", True),
    ]


def test_a_tag_that_never_ends_swallows_the_rest_as_in_a_browser() -> None:
    assert located("<p>one</p><p class='x'") == [("one", ((3, 6),), True)]


def test_bytes_and_characters_tell_the_same() -> None:
    source = "<p>Ærø &amp; <b>Fyn</b></p>"
    data = source.encode()
    (text, spans, _), *_ = located(source)
    in_characters = [(len(data[:a].decode()), len(data[:b].decode())) for a, b in spans]
    assert flatten(source, in_characters) == text == "Ærø & Fyn"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "gb18030"])
def test_spans_count_bytes_of_the_source_in_whatever_encoding(encoding: str) -> None:
    page = "<html><meta charset=utf-8><p>Tvær eða þrjár: <b>ís</b> &amp; «snjór»</p><p>\xa0Ærø</p>"
    if encoding == "gb18030":
        page = "<p>" + "渡轮今天没有开。港口结冰了。" * 20 + "</p><p>第<b>二</b>段 &amp; 雪</p>"
    data = page.encode(encoding)
    decoded = decode(data, encoding.replace("-sig", ""), is_html=True)
    document = understand(Source("a.html", data, "text/html", charset=decoded.encoding_declared), resolve({})).document
    assert document.paragraphs
    assert all(document.paragraphs.exact)
    for spans, text in zip(document.paragraphs.spans, document.paragraphs.texts, strict=True):
        assert flatten_bytes(data, spans, decoded.encoding_used) == text


def test_marks_are_taken_out_of_all_that_is_read_of_a_page() -> None:
    page = '<p>By <a rel="author" href="/kv">Kari Vik</a><span itemprop="author">Olav Aas</span></p><p>It rained.</p>'
    marks = SourceMarks(page.encode())
    assert read_page(marks.marked, marks.reading).head == read_page(page).head


MARKUP = st.lists(
    st.one_of(
        st.sampled_from(["<p>", "</p>", "<b>", "</b>", "<td>", "<table>", "</table>", "<br>", "<!--", "-->", "<li>"]),
        st.sampled_from(["<script>", "</script>", "<a href='x>y'>", "</a>", "&amp;", "&lt;p&gt;", "<", ">", " ", "\n"]),
        st.text(string.ascii_letters + "äß \U000f0000", max_size=8),
    ),
    max_size=40,
).map("".join)


@settings(max_examples=300, deadline=None)
@given(MARKUP)
def test_what_is_called_exact_is_exact(source: str) -> None:
    exact_spans = []
    for text, spans, exact in located(source):
        if exact:
            assert flatten_bytes(source.encode(), spans, "utf-8") == text
            exact_spans += spans
    exact_spans.sort()
    assert all(left[1] <= right[0] for left, right in itertools.pairwise(exact_spans))


@given(MARKUP)
def test_runs_lie_in_order_within_the_source(source: str) -> None:
    runs = text_runs(source.encode())
    assert all(a < b for a, b in runs)
    assert all(left[1] <= right[0] for left, right in itertools.pairwise(runs))


@pytest.mark.parametrize("unit", ["<", "<a ", '<a href="', "<!--", "<script>", "&", "<p>x", "</"])
def test_hostile_sources_cost_linear_time(unit: str) -> None:
    import time

    def seconds(count: int) -> float:
        began = time.process_time()
        text_runs(unit.encode() * count)
        return time.process_time() - began

    assert any(seconds(50_000) < 60 * max(seconds(5_000), 0.002) for _ in range(3))
