"""Roles are read from structure and names; a headline is found once, wherever it is said again."""

from __future__ import annotations

import pytest

from cleaner.chrome.class_words import class_scores, load_class_words
from cleaner.chrome.containers import read_containers
from cleaner.chrome.names import Names
from cleaner.chrome.roles import Roles, is_date, read_roles
from cleaner.extraction.html_page import read_page
from cleaner.records import Role


def roles_of(html: str) -> tuple[list[str], Roles]:
    page = read_page(html)
    return page.texts, read_roles(page, read_containers(page, Names(class_scores({}))))


def content_role(html: str) -> Role:
    return roles_of(html)[1].as_content[0]


def chrome_role(html: str) -> Role:
    return roles_of(html)[1].as_chrome[0]


@pytest.mark.parametrize(
    ("html", "role"),
    [
        ("<h2>What the harbour master saw</h2>", Role.SUBHEADING),
        ("<ul><li>Two ferries</ul>", Role.LIST),
        ("<table><tr><td>1998<td>Oslo</table>", Role.TABLE),
        ("<figure><figcaption>The quay in March.</figcaption></figure>", Role.CAPTION),
        ('<blockquote class="pull-quote">“We waited.”</blockquote>', Role.PULL_QUOTE),
        ("<p>By Kari Vik</p>", Role.BYLINE),
        ("<p>Von Uwe Brandt</p>", Role.BYLINE),
        ("<p>4 May 2021, 10:15</p>", Role.DATELINE),
        ("<p>Updated 3 hours ago</p>", Role.DATELINE),
        ("<p>The ferry left at noon.</p>", Role.BODY),
        ("<p>By noon the ferry had left.</p>", Role.BODY),
        ("<p>by hand</p>", Role.BODY),
        ("<p>By Tuesday the whole harbour had frozen over and nobody could leave it, said Kari Vik</p>", Role.BODY),
        ("<p>In May 2021 the harbour froze over.</p>", Role.BODY),
        ("<p>She was born on 4 May 2021.</p>", Role.BODY),
        ("<blockquote>“We waited,” he said.</blockquote>", Role.BODY),
    ],
)
def test_role_as_content(html: str, role: Role) -> None:
    assert content_role(html) is role


@pytest.mark.parametrize(
    ("html", "role"),
    [
        ("<nav><a href=/>Home</a></nav>", Role.NAVIGATION),
        ("<footer><p>Imprint</p></footer>", Role.FOOTER),
        ('<div class="comment-list"><p>First!</p></div>', Role.COMMENT),
        ('<div id="cookie-consent"><p>We use cookies.</p></div>', Role.COOKIE_NOTICE),
        ('<div class="newsletter-signup"><p>Get our letter.</p></div>', Role.NEWSLETTER),
        ('<div class="social-share"><a href=x>Post it</a></div>', Role.SHARE),
        ('<div class="related-posts"><a href=x>Another storm</a></div>', Role.RELATED),
        (
            '<div class="author-bio"><p>Kari Vik has covered harbours and their masters for eleven years now.</p></div>',
            Role.AUTHOR_BIO,
        ),
        ("<div><a href=x>Archive</a></div>", Role.NAVIGATION),
        ("<div><p>The ferry left at noon.</p></div>", Role.UNKNOWN),
        ('<div class="document"><p>The ferry left at noon.</p></div>', Role.UNKNOWN),
        ('<div class="address"><p>4 Quay Street</p></div>', Role.UNKNOWN),
    ],
)
def test_role_as_chrome(html: str, role: Role) -> None:
    assert chrome_role(html) is role


def test_the_headline_is_the_heading_that_says_the_title() -> None:
    texts, roles = roles_of(
        "<title>Ferry late again - Harbour Gazette</title>"
        "<nav><a href=x>Ferry late again</a></nav><h1>Ferry late again</h1><p>Nobody knew why.</p>"
        "<p>Ferry late again</p>"
    )
    assert [role.value for role in roles.as_content] == ["body", "headline", "body", "body"]
    assert roles.repeat_of == (1, -1, -1, 1)
    assert roles.hits == (("repeat/headline",), ("role/headline",), (), ("repeat/headline",))
    assert texts[1] == "Ferry late again"


@pytest.mark.parametrize(
    "html",
    [
        "<title>Harbour Gazette</title><p>Harbour Gazette</p>",
        "<h1>News</h1><p>Nobody knew why.</p>",
        "<title>Ferry late again</title><p>The ferry was late again, and nobody knew why.</p>",
        "<h1>One title of several words</h1><h1>Another title of several words</h1>",
        "<p>No title at all.</p>",
        "",
    ],
)
def test_no_headline_is_invented(html: str) -> None:
    assert Role.HEADLINE not in roles_of(html)[1].as_content


@pytest.mark.parametrize(
    "text", ["4 May 2021", "May 4, 2021 10:15 AM", "2021-05-04", "04.05.2021", "3 hours ago", "12. mai 2020"]
)
def test_dates(text: str) -> None:
    assert is_date(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "May",
        "May I come in?",
        "2021",
        "He came in May 2021.",
        "Augustus 44 gave it to Rome",
        "1,200 people",
        "March for peace",
        "Chapter 3",
    ],
)
def test_no_dates(text: str) -> None:
    assert not is_date(text)


def test_class_words_hit_their_examples_and_no_counter_example() -> None:
    import tomllib
    from importlib.resources import files

    rules = tomllib.loads((files("cleaner") / "rules" / "class_words.toml").read_text(encoding="utf-8"))
    known = load_class_words()
    for place, (category, rule) in enumerate(rules.items()):
        for name in rule["examples"]:
            assert known.bits(name) >> place & 1, (category, name)
        for name in rule["counter_examples"]:
            assert not known.bits(name) >> place & 1, (category, name)
        assert rule["why"]
