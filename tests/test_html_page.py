"""Every visible character of a page is in exactly one block, whatever the markup."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from html.parser import HTMLParser

import pytest

from cleaner.extraction.html_page import read_page
from cleaner.extraction.page_walk import INVISIBLE, Marks
from cleaner.records import Kind

MARK = ""


def through(look: Callable[[str, int], str]) -> Marks:
    """Return what hands every visible text to `look`."""
    return Marks({}, {}, re.compile(MARK), look)


def texts(html: str) -> list[str]:
    return [block.text for block in read_page(html).blocks]


def kinds(html: str) -> list[Kind]:
    return [block.kind for block in read_page(html).blocks]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>The <b>har</b>bour froze.</p>", ["The harbour froze."]),
        ("<p>One<br>two</p>", ["One", "two"]),
        ("<div>before<p>inside</p>after</div>", ["before", "inside", "after"]),
        ("<table><tr><td>1998<td>Oslo<tr><td>1999<td>Rome</table>", ["1998 Oslo", "1999 Rome"]),
        ("<select><option>Norway<option>Chad</select>", ["Norway Chad"]),
        ("<button>Send</button><textarea>note</textarea>", ["Send", "note"]),
        ("<p>a<script>x()</script>b</p>", ["ab"]),
        ("<p>a<!-- note -->b</p>", ["ab"]),
        ("loose text", ["loose text"]),
        ("<video>No video here.</video>", ["No video here."]),
        ("<p>caf&eacute; &amp;&nbsp;&lt;bar&gt;</p>", ["café & <bar>"]),
        ("<a href=x><div>card</div></a>", ["card"]),
        ("<p>one<p>two", ["one", "two"]),
        ("<details><summary>more</summary>hidden until opened</details>", ["more", "hidden until opened"]),
    ],
)
def test_text_is_cut_where_a_browser_starts_a_line(html: str, expected: list[str]) -> None:
    assert texts(html) == expected


@pytest.mark.parametrize(
    "html",
    [
        "",
        " \n ",
        "<title>Only a title</title>",
        "<script>var text = 'x'</script>",
        "<style>p { color: red }</style>",
        "<template><p>later</p></template>",
        "<body><noscript><p>no script</p></noscript>",
        "<p hidden>secret</p>",
        "<div hidden><p>deep <b>secret</b></p></div>",
        "<p><span hidden>secret</span></p>",
        "<img alt='a dog'>",
        "<iframe>fallback</iframe>",
        "<svg><title>icon</title><desc>an arrow</desc></svg>",
        "<datalist><option>a</datalist>",
        "<frameset><frame src=x></frameset>",
        "<!-- only a comment -->",
        "<p>\u00a0</p>",
    ],
)
def test_what_is_not_visible_makes_no_block(html: str) -> None:
    assert texts(html) == []


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<h3>x</h3>", Kind.HEADING),
        ("<ul><li>x</ul>", Kind.LIST_ITEM),
        ("<ul><li><p>x</p></ul>", Kind.LIST_ITEM),
        ("<dl><dd>x</dl>", Kind.LIST_ITEM),
        ("<table><tr><td>x</table>", Kind.TABLE_ROW),
        ("<table><tr><td><p>x</p></table>", Kind.PARAGRAPH),
        ("<blockquote><p>x</blockquote>", Kind.QUOTE),
        ("<figure><figcaption><div>x</div></figcaption></figure>", Kind.CAPTION),
        ("<pre><code>x</code></pre>", Kind.CODE),
        ("<p>x", Kind.PARAGRAPH),
        ("<div>x</div>", Kind.OTHER),
        ("<li><h2>x</h2>", Kind.HEADING),
    ],
)
def test_kind_is_the_structure_around_the_text(html: str, expected: Kind) -> None:
    assert kinds(html) == [expected]


def test_links_and_path_are_told() -> None:
    (block,) = read_page('<div class="story main"><p>see <a href="/x">the report</a></p></div>').blocks
    assert block.link_chars == len("the report")
    assert block.tag_path == "html>body>div.story>p"
    assert block.classes == ()


def test_deep_paths_are_bounded() -> None:
    (block,) = read_page("<div class=wrapper>" * 200 + "text").blocks
    assert len(block.tag_path) < 300


def test_fifty_thousand_nested_tags_are_one_block() -> None:
    assert texts("<div>" * 50_000 + "deep") == ["deep"]
    assert texts("<b>" * 50_000 + "deep") == ["deep"]


@pytest.mark.parametrize(
    "html", ["a\0b", "<p>\0</p>", "\ud800<p>x</p>", "<", "</", "<p", "&#0;", "<p a=\"'>x", "\ufeff"]
)
def test_broken_input_raises_nothing(html: str) -> None:
    read_page(html)


def test_head_is_metadata_not_text() -> None:
    page = read_page('<html lang=NO><title>Rain </title><meta property="og:type" content="article"><p>Wet.')
    assert page.head.title == "Rain"
    assert page.head.language == "no"
    assert page.head.meta == {"og:type": "article"}
    assert page.texts == ["Wet."]


# ------------------------------------------------------------------ properties on random pages

_TAGS = "p div span b a li ul table tr td h2 blockquote pre script style template noscript button select option br"
TAGS = _TAGS.split()
WORDS = ["snow", "harbour", "12,5", "naïve", "—", "東京", "q&a", "x<y"]


def random_page(seed: int) -> str:
    rng = random.Random(seed)
    out: list[str] = []
    for _ in range(rng.randrange(120)):
        tag = rng.choice(TAGS)
        hidden = " hidden" if rng.random() < 0.05 else ""
        out.append(f"<{tag}{hidden}>" if rng.random() < 0.6 else f"</{tag}>")
        if rng.random() < 0.6:
            word = rng.choice(WORDS).replace("&", "&amp;").replace("<", "&lt;")
            out.append(rng.choice(["", " ", "\n"]) + word + rng.choice(["", " "]))
    return "".join(out)


class Serialised(HTMLParser):
    """An independent reader of the visible text, over markup that the parser has put in order."""

    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []
        self.silent = 0
        self.stack: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"br", "hr", "img", "input", "wbr", "meta", "link"}:
            return
        self.stack.append(tag in INVISIBLE or any(name == "hidden" for name, _ in attrs))
        self.silent += self.stack[-1]

    def handle_endtag(self, _tag: str) -> None:
        self.silent -= self.stack.pop()

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.text.append(data)


def visible_characters(html: str) -> str:
    from selectolax.lexbor import LexborHTMLParser

    body = LexborHTMLParser(html).body
    reader = Serialised()
    reader.feed((body.html or "") if body is not None else "")
    reader.close()
    return "".join("".join(reader.text).split())


@pytest.mark.parametrize("seed", range(150))
def test_every_visible_character_is_in_exactly_one_block(seed: int) -> None:
    html = random_page(seed)
    assert "".join("".join(texts(html)).split()) == visible_characters(html)


@pytest.mark.parametrize("seed", range(100))
def test_taking_marks_out_leaves_the_blocks_unchanged(seed: int) -> None:
    seen: dict[int, str] = {}

    def note(text: str, place: int) -> str:
        seen[place] = text
        return text

    html = random_page(seed)
    plain = read_page(html, lambda: through(note))
    marked = html
    for word in sorted({run.strip() for run in seen.values() if run.strip() and "<" not in run and "&" not in run}):
        marked = marked.replace(f">{word}", f">{MARK}{word}")
    assert read_page(marked, lambda: through(lambda text, _: text.replace(MARK, ""))).blocks == plain.blocks
    assert list(seen) == sorted(seen)
    assert all(0 <= place < plain.run_count for place in seen)


@pytest.mark.parametrize("seed", range(100))
def test_blocks_hold_their_runs(seed: int) -> None:
    runs: dict[int, str] = {}

    def keep(text: str, place: int) -> str:
        runs[place] = text
        return text

    html = random_page(seed)
    covered: list[int] = []
    for block in read_page(html, lambda: through(keep)).blocks:
        own = range(block.run_start, block.run_end)
        assert "".join(block.text.split()) == "".join("".join(runs.get(place, "") for place in own).split())
        covered.extend(own)
    assert covered == sorted(set(covered))
    assert all(not run.strip() for place, run in runs.items() if place not in set(covered))


def test_a_page_read_anew_begins_with_new_marks() -> None:
    begun: list[list[str]] = []

    def reading() -> Marks:
        begun.append([])
        return through(lambda text, _: (begun[-1].append(text), text)[1])

    read_page("<p>Loading</p><div hidden><p>" + "It rained again. " * 40, reading)
    assert [len(texts) for texts in begun] == [1, 2]


def test_a_break_that_nobody_sees_cuts_nothing() -> None:
    assert texts("<p>It rained<noscript><br></noscript> again<span hidden><br></span>.</p>") == ["It rained again."]
