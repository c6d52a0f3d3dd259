"""The judge of pages: body text is kept, furniture is named, and the verdict depends on the stored evidence alone."""

from __future__ import annotations

import json
import random

import numpy as np
import pytest

from cleaner.chrome.dom_features import DOM_FEATURES, NAMES, measure_page, observe_pages
from cleaner.chrome.evidence import PageFeatures, gathered
from cleaner.chrome.judge import decide, explain_features, observe_page
from cleaner.chrome.judge_stream import StreamError, is_running_text, judge_sites, judge_stream
from cleaner.chrome.page_cut import threshold
from cleaner.extraction.html_page import read_page
from cleaner.extraction.main_text import main_text
from cleaner.records import Role, Verdict

BODY = [
    "The ferry to the outer islands was two hours late on Tuesday, and nobody on the quay could say why.",
    "“We have been here since six in the morning,” said Kari Vik, who works at the fish market and takes the boat daily.",
    "The company blamed the ice. It had broken a propeller blade of the older of its two ships on Sunday night.",
    "A spare part is on its way from Bergen, the harbour master said, but the road over the mountain is closed as well.",
    "Until then the smaller ship sails twice a day, and those who have no ticket are asked to stay at home.",
]
PAGE = """<!doctype html><html lang="en"><head><title>Ferry two hours late | Island Courier</title>
<meta property="og:type" content="article"></head><body>
<header class="site-header"><a href="/">Island Courier</a><nav class="main-menu"><ul><li><a href="/news">News</a></li>
<li><a href="/sport">Sport</a></li><li><a href="/weather">Weather</a></li></ul></nav></header>
<main><article class="post"><h1 class="entry-title">Ferry two hours late</h1>
<p class="byline">By Ola Nordahl</p><time class="entry-date">4 May 2021, 10:15</time>
<div class="social-share"><a href="#">Share</a> <a href="#">Tweet</a></div>
<figure><img src="quay.jpg"><figcaption>The quay on Tuesday. Photo: Eva Lund</figcaption></figure>
<div class="entry-content">{body}</div></article>
<section class="related-posts"><h3>Related stories</h3><ul><li><a href="/1">Ice on the fjord again</a></li>
<li><a href="/2">Fish market gets a new roof</a></li></ul></section>
<div id="comments" class="comments-area"><h3>2 Comments</h3><ol class="comment-list">
<li class="comment"><p>I waited for three hours and then I went home, what a shame this company is.</p></li>
<li class="comment"><p>They should buy a new ship and stop blaming the ice every single winter.</p></li></ol></div></main>
<footer class="site-footer"><p>© 2021 Island Courier. All rights reserved.</p><a href="/privacy">Privacy policy</a></footer>
</body></html>""".replace("{body}", "".join(f"<p>{text}</p>" for text in BODY))


@pytest.fixture(scope="module")
def judged() -> dict[str, Verdict]:
    page = read_page(PAGE)
    return dict(zip(page.texts, decide([observe_page(page)])[0], strict=True))


def test_main_text_is_the_body() -> None:
    assert main_text(PAGE).split("\n") == BODY


def test_main_text_of_bytes_is_that_of_text() -> None:
    assert main_text(PAGE.encode()) == main_text(PAGE)


@pytest.mark.parametrize("text", BODY)
def test_body_is_content(judged: dict[str, Verdict], text: str) -> None:
    assert judged[text].is_content
    assert judged[text].role is Role.BODY


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("Ferry two hours late", Role.HEADLINE),
        ("By Ola Nordahl", Role.BYLINE),
        ("4 May 2021, 10:15", Role.DATELINE),
        ("The quay on Tuesday. Photo: Eva Lund", Role.CAPTION),
    ],
)
def test_what_stands_beside_the_text_is_content_of_its_own_role(
    judged: dict[str, Verdict], text: str, role: Role
) -> None:
    verdict = judged[text]
    assert (verdict.is_content, verdict.role) == (True, role)
    assert not is_running_text(verdict)


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("News", Role.NAVIGATION),
        ("Share Tweet", Role.SHARE),
        ("Ice on the fjord again", Role.RELATED),
        ("2 Comments", Role.COMMENT),
        ("I waited for three hours and then I went home, what a shame this company is.", Role.COMMENT),
        ("© 2021 Island Courier. All rights reserved.", Role.FOOTER),
    ],
)
def test_furniture_is_named(judged: dict[str, Verdict], text: str, role: Role) -> None:
    assert (judged[text].is_content, judged[text].role) == (False, role)
    assert judged[text].rule_ids[0] == ("judge/menu" if role is Role.NAVIGATION else "judge/html")
    assert judged[text].reasons


@pytest.mark.parametrize(
    "html", ["", " ", "<title>x</title>", "<nav><a href=/>Home</a></nav>", "<p></p>", "<img alt=x>"]
)
def test_pages_without_text_have_no_main_text(html: str) -> None:
    assert main_text(html) == ""


def test_no_pages_no_verdicts() -> None:
    assert decide([]) == []


def test_a_page_without_blocks_has_no_verdicts() -> None:
    assert decide([observe_page(read_page("")), observe_page(read_page(PAGE))])[0] == []


def test_pages_do_not_see_one_another() -> None:
    other = PAGE.replace("ferry", "bus").replace("comment", "reader")
    pages = [observe_page(read_page(html)) for html in (PAGE, other, "<p>Short.</p>")]
    together = decide(pages)
    assert together == [decide([page])[0] for page in pages]
    assert together[::-1] == decide(pages[::-1])


def test_site_evidence_takes_a_paragraph_out_and_is_named() -> None:
    seen = observe_page(read_page(PAGE))
    place = read_page(PAGE).texts.index(BODY[-1])
    told = decide([seen.with_hits({place: ("site/on-64-documents",)})])[0]
    before = decide([seen])[0]
    assert told[place].score < before[place].score
    assert [v for i, v in enumerate(told) if i != place] == [v for i, v in enumerate(before) if i != place]


def test_explanations_are_of_the_block_and_strongest_first() -> None:
    page = read_page(PAGE)
    seen = observe_page(page)
    said = {text: explain_features(seen.mode, gathered([seen]).row(i)) for i, text in enumerate(page.texts)}
    assert said[BODY[0]][0].startswith("for content")
    assert said["Privacy policy"][0].startswith("for chrome")
    assert all(1 <= len(reasons) <= 5 for reasons in said.values())


def test_features_are_named_once_and_finite() -> None:
    assert len(set(NAMES)) == len(NAMES)
    assert set(DOM_FEATURES) <= set(NAMES)
    matrix = measure_page(read_page(PAGE)).matrix
    assert matrix.dtype == np.float32
    assert np.isfinite(matrix).all()


@pytest.mark.parametrize("seed", range(40))
def test_any_soup_of_tags_gets_one_verdict_a_block(seed: int) -> None:
    rng = random.Random(seed)
    tags = ["div", "p", "table", "tr", "td", "li", "ul", "a", "h2", "b", "section", "footer", "br", "span"]
    soup = "".join(
        f"<{rng.choice(['', '/'])}{rng.choice(tags)}>{rng.choice(['', 'word', 'A line.', '東京'])}" for _ in range(200)
    )
    page = read_page(soup)
    seen = observe_page(page)
    assert np.isfinite(seen.matrix).all()
    assert len(decide([seen])[0]) == len(page)


def test_threshold_is_lower_where_the_page_is_a_puzzle() -> None:
    words = np.full(4, 50.0)
    sure, unsure = np.array([0.99, 0.98, 0.02, 0.01]), np.array([0.6, 0.5, 0.4, 0.3])
    assert threshold(sure, words) > threshold(unsure, words)
    assert 0 < threshold(np.zeros(4), words) < 1
    assert 0 < threshold(np.zeros(0), np.zeros(0)) < 1


def test_deep_and_wide_pages_end() -> None:
    assert main_text("<div>" * 20_000 + "deep") == main_text("<div>" * 20_000 + "deep")
    assert len(decide([observe_page(read_page("<p>word</p>" * 3_000))])[0]) == 3_000


def test_stream_answers_each_page_in_order() -> None:
    lines = [json.dumps({"id": str(i), "url": None, "html": PAGE if i % 2 else "<nav>Menu</nav>"}) for i in range(70)]
    answers = [json.loads(answer) for answer in judge_stream(lines)]
    assert [answer["id"] for answer in answers] == [str(i) for i in range(70)]
    assert {answer["text"] for answer in answers} == {"", "\n".join(BODY)}


@pytest.mark.parametrize("line", ["{", "[]", '{"id": "1"}', '{"html": "x"}', '{"id": "1", "html": null}'])
def test_a_line_that_is_no_page_is_named(line: str) -> None:
    with pytest.raises(StreamError, match="line 2"):
        list(judge_stream(['{"id": "0", "html": ""}', line]))


def test_page_features_are_immutable() -> None:
    seen = observe_page(read_page("<p>Short.</p>"))
    with pytest.raises(AttributeError):
        seen.page_type = "forum"  # type: ignore[misc]
    assert isinstance(seen, PageFeatures)


STORIES = [
    "The harbour froze over in January, and for the first time in forty years people walked to the lighthouse.",
    "A baker in the old town has found a recipe from 1783 in the wall of his shop, and he means to use it.",
    "The council voted on Monday to move the school to the other side of the river, against the will of the parents.",
    "Nine of the eleven candidates came to the debate, and only two of them had read the report on the bridge.",
]
HOUSE_LINE = "Our reporters work for you every day of the year. Send them what you know, they will call you back soon."


def site_lines(outlet: str) -> list[str]:
    lines = []
    for i, story in enumerate(STORIES):
        body = "".join(f"<p>{sentence}, as was told on day {i}.</p>" for sentence in story.split(", "))
        html = f"<title>Story {i}</title><article><h1>Story number {i} of four</h1>{body}<p>{HOUSE_LINE}</p></article>"
        lines.append(json.dumps({"id": f"{outlet}{i}", "url": f"https://{outlet}/{i}", "html": html}))
    return lines


def test_sites_answer_the_same_pages_in_the_same_order() -> None:
    lines = site_lines("courier.example.com") + site_lines("gazette.example.org")
    answers = [json.loads(answer) for answer in judge_sites(lines)]
    assert [answer["id"] for answer in answers] == [json.loads(line)["id"] for line in lines]
    assert list(judge_sites(lines)) == list(judge_sites(lines))


def test_pages_without_an_address_are_judged_alone() -> None:
    lines = [json.dumps({"id": "1", "html": PAGE}), json.dumps({"id": "2", "url": None, "html": PAGE})]
    assert list(judge_sites(lines)) == list(judge_stream(lines))


def test_no_pages_no_answers() -> None:
    assert list(judge_sites([])) == []
    assert list(judge_stream(["", "\n"])) == []


@pytest.mark.parametrize(
    ("html", "kind"),
    [
        (PAGE, "article"),
        ("", "article"),
        ("<p>Short.</p>", "article"),
        ('<meta property="og:type" content="article"><div class="thread"><p>A story.</p></div>', "article"),
    ],
)
def test_page_types(html: str, kind: str) -> None:
    assert observe_page(read_page(html)).page_type == kind


def test_pages_observed_together_are_what_they_are_alone() -> None:
    other = (
        "<title>Fog on the fjord</title><nav><a href=/>Home</a></nav><p>Fog on the fjord kept the ferry in port.</p>"
    )
    pages = [read_page(html) for html in (PAGE, "", other, "<nav><a href=/>Home</a></nav>", PAGE)]
    for together, page in zip(observe_pages(pages), pages, strict=True):
        alone = observe_page(page)
        assert together.matrix.tobytes() == alone.matrix.tobytes()
        assert together.hits == alone.hits
        assert (together.as_content, together.as_chrome) == (alone.as_content, alone.as_chrome)
