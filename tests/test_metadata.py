"""Metadata: what pages say of themselves, in all the shapes they say it, and nothing from hostile ones."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from cleaner.extraction.byline import visible_authors
from cleaner.extraction.linked_data import article_of, nodes_of
from cleaner.extraction.metadata import page_metadata
from cleaner.extraction.page_head import read_head
from cleaner.reading.dates import parse_date
from tests.linear_time import grows_linearly


def metadata(html, source="fast"):
    return page_metadata(read_head(LexborHTMLParser(html)), html, source)


def linked(value):
    text = value if isinstance(value, str) else json.dumps(value)
    return metadata(f'<script type="application/ld+json">{text}</script>')


ARTICLE = {
    "@context": "https://schema.org",
    "@type": "NewsArticle",
    "headline": "Bridge reopens after storm",
    "datePublished": "2024-05-01T10:00:00+02:00",
    "author": [{"@type": "Person", "name": "Ann Bee"}, {"@type": "Person", "name": "Cy Dee"}],
    "publisher": {"@type": "Organization", "name": "The Harbour Post"},
    "license": "https://creativecommons.org/licenses/by/4.0/",
    "inLanguage": "en",
}
MAY_FIRST = datetime(2024, 5, 1, 8, tzinfo=UTC)


class TestLinkedData:
    def test_plain_article(self):
        found = linked(ARTICLE)
        assert (found.title, found.title_source) == ("Bridge reopens after storm", "json-ld")
        assert found.authors == ("Ann Bee", "Cy Dee")
        assert (found.published_at, found.published_at_source) == (MAY_FIRST, "json-ld")
        assert (found.site_name, found.language) == ("The Harbour Post", "en")
        assert found.license == "https://creativecommons.org/licenses/by/4.0/"

    @pytest.mark.parametrize("wrap", [
        lambda a: [a],
        lambda a: {"@context": "x", "@graph": [{"@type": "WebSite", "name": "S"}, a]},
        lambda a: {"@graph": [{"@graph": [a]}]},
        lambda a: {"@type": "WebPage", "mainEntity": a},
        lambda a: [[{"@type": "BreadcrumbList"}], [a]],
        lambda a: {**a, "@type": ["Article", "NewsArticle"]},
        lambda a: {**a, "@type": "http://schema.org/NewsArticle"},
        lambda a: {**a, "@type": "schema:NewsArticle"},
        lambda a: json.dumps(a).replace("}]", "},]"),
        lambda a: "<!--\n" + json.dumps(a) + "\n-->",
        lambda a: "/*<![CDATA[*/" + json.dumps(a) + "/*]]>*/",
        lambda a: "//<![CDATA[\n" + json.dumps(a) + "\n//]]>",
        lambda a: json.dumps(a) + ";",
        lambda a: json.dumps({**a, "description": "x"}).replace('"x"', '"line\nbreak\ttab"'),
        lambda a: json.dumps(a).replace('"', "&quot;"),
    ])  # fmt: skip
    def test_shapes(self, wrap):
        found = linked(wrap(ARTICLE))
        assert (found.title, found.published_at, found.authors) == (
            "Bridge reopens after storm",
            MAY_FIRST,
            ("Ann Bee", "Cy Dee"),
        )

    def test_authors_by_reference(self):
        graph = [{**ARTICLE, "author": {"@id": "#ann"}}, {"@type": "Person", "@id": "#ann", "name": "Ann Bee"}]
        assert linked({"@graph": graph}).authors == ("Ann Bee",)

    @pytest.mark.parametrize(("author", "names"), [
        ("Ann Bee", ("Ann Bee",)), (["Ann Bee", "Cy Dee"], ("Ann Bee", "Cy Dee")), ("By Ann Bee and Cy Dee", ("Ann Bee", "Cy Dee")),
        ("Ann Bee, Cy Dee", ("Ann Bee", "Cy Dee")), ({"name": ["Ann Bee"]}, ("Ann Bee",)), ({"@type": "Person"}, ()),
        ("https://example.org/ann", ()), (None, ()), (5, ()), ([[["Ann"]]], ()), ("admin", ()), ("Bee, Ann", ("Bee, Ann",)),
        ({"name": "Ann &amp; Cy&#39;s"}, ("Ann", "Cy's")), ([{"name": "Ann Bee"}, {"name": "The Harbour Post"}], ("Ann Bee",)),
        ({"name": "The Harbour Post"}, ("The Harbour Post",)),
    ])  # fmt: skip
    def test_authors(self, author, names):
        assert linked({**ARTICLE, "author": author}).authors == names

    def test_the_page_s_own_article_among_others(self):
        others = [
            {
                "@type": "NewsArticle",
                "headline": f"Other {i}",
                "url": f"https://example.org/{i}",
                "datePublished": "2020-01-01",
            }
            for i in range(3)
        ]
        own = {**ARTICLE, "mainEntityOfPage": {"@id": "https://example.org/own/"}}
        text = json.dumps([*others, own])
        found = metadata(
            f'<link rel=canonical href="https://example.org/own"><script type="application/ld+json">{text}</script>'
        )
        assert found.title == "Bridge reopens after storm"

    def test_news_before_page(self):
        assert (
            linked([{"@type": "WebPage", "headline": "Page", "datePublished": "2020-01-01"}, ARTICLE]).title
            == ARTICLE["headline"]
        )

    def test_broken_beside_whole(self):
        html = f'<script type="application/ld+json">{{"@type": </script><script type="application/ld+json">{json.dumps(ARTICLE)}</script>'
        assert metadata(html).title == "Bridge reopens after storm"

    @pytest.mark.parametrize("text", [
        "", "null", "5", '"x"', "[]", "{}", "[" * 100_000, '{"a":' * 50_000, "{" * 9, '{"@graph": 5}', '{"@type": {"a": 1}, "headline": 5}',
        '{"@type": "NewsArticle", "headline": {"@value": {}}, "author": {"name": {"name": {}}}, "datePublished": [[]]}',
        '{"@type": "NewsArticle", "headline": "x", "datePublished": 1e400}', "\ud800", '{"@type": "NewsArticle", "url": "http://[bad"}',
    ])  # fmt: skip
    def test_hostile(self, text):
        nodes = nodes_of([text])
        article_of(nodes)
        linked(text.encode("utf-8", "replace").decode())

    @pytest.mark.parametrize("text", [
        "{" + " " * 199_000 + "x", "\n;" * 99_000, "," * 199_000, ", " * 99_000 + "}", "<!--" * 49_000, "&quot;" * 33_000, '{"a": "' + "&" * 190_000 + '"}',
        '{"@type": "NewsArticle", "headline": "' + "<" * 180_000 + '"}', '{"@type": "Article", "author": "' + " ;" * 90_000 + '"}',
        '{"@type": "Article", "author": "' + " and" * 45_000 + '", "datePublished": "' + "2024-" * 900 + '"}',
    ])  # fmt: skip
    def test_long_texts_take_no_time(self, text):
        linked(text)

    @pytest.mark.parametrize(
        "unit",
        [
            "<meta property=og:title content='a | '>",
            "<title>",
            "<time datetime=2024-05-01>",
            "<a rel=author>x",
            " | ",
            "<div itemprop=author>",
        ],
    )
    def test_long_pages_take_no_time(self, unit):
        metadata(unit * (300_000 // len(unit)))

    def test_a_million_nodes_are_cut_off(self):
        assert len(nodes_of([json.dumps([{"a": i} for i in range(20_000)])])) <= 5_000

    @settings(max_examples=60, deadline=None)
    @given(st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12) | st.just("2024-05-01"),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
            st.sampled_from(["@type", "@id", "@graph", "headline", "name", "author", "datePublished", "publisher", "url", "mainEntityOfPage"]),
            inner | st.just("NewsArticle"), max_size=5),
        max_leaves=20,
    ))  # fmt: skip
    def test_nothing_in_json_raises(self, value):
        linked(value)


class TestMeta:
    def test_open_graph(self):
        found = metadata(
            '<html lang="de-AT"><meta property="og:title" content="Titel &amp; mehr | Die Zeitung"><meta property="og:site_name" content="Die Zeitung">'
            '<meta property="article:published_time" content="2024-05-01"><meta name="author" content="Ann Bee; Cy Dee">'
            '<meta property="og:description" content="Kurz."><link rel="canonical" href="https://example.org/1">'
        )
        assert (found.title, found.title_source) == ("Titel & mehr", "html-meta")
        assert (found.published_at, found.published_at_source) == (datetime(2024, 5, 1, tzinfo=UTC), "html-meta")
        assert found.authors == ("Ann Bee", "Cy Dee")
        assert (found.site_name, found.language, found.description, found.url) == (
            "Die Zeitung",
            "de-at",
            "Kurz.",
            "https://example.org/1",
        )

    @pytest.mark.parametrize(("html", "title"), [
        ("<title>Rain in town | Harbour Post</title><meta property=og:site_name content='Harbour Post'>", "Rain in town"),
        ("<title>Harbour Post - Rain in town</title><meta property=og:site_name content='Harbour Post'>", "Rain in town"),
        ("<title>Rain | wind - storm</title>", "Rain | wind - storm"),
        ("<title>Rain – harbourpost.example</title><link rel=canonical href='https://www.harbourpost.example/1'>", "Rain"),
        ("<body><svg><title>Logo</title></svg>", None),
        ("<title> \n </title>", None),
        ("<title>A</title><title>B</title>", "A"),
    ])  # fmt: skip
    def test_titles_without_the_site(self, html, title):
        assert metadata(html).title == title

    def test_headline_cut_at_110_characters_gives_way(self):
        long = "Council votes after a debate of nine hours to close the old bridge over the river until the end of the year, and to build another"
        html = f'<meta property="og:title" content="{long}"><script type="application/ld+json">{json.dumps({**ARTICLE, "headline": long[:107] + "..."})}</script>'
        assert metadata(html).title == long

    @pytest.mark.parametrize(("canonical", "og_url", "expected"), [
        ("https://example.org/", "https://example.org/story", "https://example.org/story"),
        ("/relative", "https://example.org/story", "https://example.org/story"),
        ("//example.org/a", "", "https://example.org/a"), ("javascript:x", "", None), ("http://[bad", "", None), ("https://a b/c", "", None),
    ])  # fmt: skip
    def test_address(self, canonical, og_url, expected):
        assert (
            metadata(f'<link rel=canonical href="{canonical}"><meta property="og:url" content="{og_url}">').url
            == expected
        )

    def test_date_from_the_path_last(self):
        found = metadata('<link rel=canonical href="https://example.org/2024/05/01/rain">')
        assert (found.published_at, found.published_at_source) == (datetime(2024, 5, 1, tzinfo=UTC), "url")
        assert metadata('<link rel=canonical href="https://example.org/2024/13/41/rain">').published_at is None

    @pytest.mark.parametrize(("times", "day"), [
        ("<time datetime=2024-05-01T10:00:00Z itemprop=datePublished>x</time><time datetime=2020-01-01>y</time>", 1),
        ("<time datetime=2020-01-01>y</time><time pubdate datetime=2024-05-01>x</time>", 1),
        ("<time datetime=2024-05-01T12:00Z>x</time><time datetime=2024-05-01T09:00Z>x</time>", 1),
        ("<time datetime=2024-05-01>x</time><time datetime=2024-05-02>x</time>", None),
    ])  # fmt: skip
    def test_time_elements(self, times, day):
        found = metadata(times).published_at
        assert (found and found.day) == day

    def test_license_link(self):
        assert metadata('<a rel="license" href="https://creativecommons.org/licenses/by/4.0/">CC</a>').license.endswith(
            "by/4.0/"
        )

    def test_author_in_the_body(self):
        html = '<div itemprop="author" itemscope><span itemprop="name">Ann Bee</span> writes about rain</div><a rel="author" href=/x>Cy Dee</a>'
        assert metadata(html).authors == ("Ann Bee", "Cy Dee")

    @pytest.mark.parametrize(
        "html", ["", "<", "<meta>", "<meta name=author>", "<link rel>", "<time datetime>", "plain", "<title>", "\x00"]
    )
    def test_nothing_to_say(self, html):
        found = metadata(html)
        assert (found.published_at, found.authors) == (None, ())

    def test_a_hundred_thousand_meta_elements(self):
        assert metadata("<meta name=author content='Ann Bee'>" * 100_000).authors == ("Ann Bee",)


class TestFull:
    PAGE = '<html><head><title>Rain | Post</title><meta property=og:type content=article></head><body><article><h1>Rain</h1><p class=byline>By Ann Bee</p><p class="date">2024-05-01</p><p>' + "It rained in the town. " * 30 + "</p></article></body></html>"  # fmt: skip

    def test_asks_for_what_is_missing(self):
        assert metadata(self.PAGE).published_at is None
        found = metadata(self.PAGE, "full")
        assert (found.published_at, found.published_at_source) == (datetime(2024, 5, 1, tzinfo=UTC), "htmldate")
        assert (found.title, found.authors) == ("Rain | Post", ("Ann Bee",))

    def test_keeps_what_is_said(self):
        html = self.PAGE.replace(
            "</head>", '<meta name="author" content="Cy Dee"><meta name="date" content="2023-01-02"></head>'
        )
        found = metadata(html, "full")
        assert (found.authors, found.published_at.year) == (("Cy Dee",), 2023)

    def test_does_not_look_at_the_clock(self):
        future = self.PAGE.replace("2024", "2091")
        assert metadata(future, "full").published_at in {None, datetime(2091, 5, 1, tzinfo=UTC)}

    def test_pages_that_are_no_articles_are_not_searched(self, monkeypatch):
        def refuse(*_args):
            raise AssertionError("asked")

        monkeypatch.setattr("cleaner.extraction.borrowed_date.ask_htmldate", refuse)
        monkeypatch.setattr("cleaner.extraction.byline.visible_authors", refuse)
        metadata("<title>Shop</title><p>Buy now 1 May 2024", "full")


class TestByline:
    @pytest.mark.parametrize(("html", "expected"), [
        ("<p class=byline>By Ann Bee</p>", ("Ann Bee",)),
        ("<p class=byline><span>By</span> <a href=/x>Ann Bee</a>, <a href=/y>Cy Dee</a><br>4 May 2024</p>", ("Ann Bee", "Cy Dee")),
        ("<span class='entry-author vcard'>von <b>Jörg Äugler</b></span>", ("Jörg Äugler",)),
        ("<address>Ann van der Bee<p>Oslo</address>", ("Ann van der Bee",)),
        ("<a href=/author/ann-bee/>Ann Bee</a>", ("Ann Bee",)),
        ("<div id=author-box><p>Ann Bee<p>writes about rain</div>", ("Ann Bee",)),
        ("<p class=author>Staff Writer</p><p class=byline>Ann Bee</p>", ("Ann Bee",)),
        ("<p class=byline>By our correspondent in Oslo</p>", ()),
        ("<p class=byline>Rain in Oslo: what we know</p>", ()),
        ("<p class=author>About the Author</p>", ()),
        ("<p class=author>View all posts</p>", ()),
        ("<p class=author>ann</p>", ()),
        ("<div class=comments><p class=author>Ann Bee</p></div>", ()),
        ("<aside><p class=author>Ann Bee</p></aside>", ()),
        ("<footer><a rel=author href=/x>Ann Bee</a></footer>", ()),
        ("<p>By Ann Bee</p>", ()),
        ("<p class=byline>", ()),
        ("", ()),
        ("\ud800<p class=byline>Ann Bee", ("Ann Bee",)),
    ])  # fmt: skip
    def test_names_of_people_and_nothing_else(self, html, expected):
        assert visible_authors(html) == expected

    def test_hostile_pages_cost_linear_time(self):
        assert grows_linearly(visible_authors, "<div class=author>x", 300_000)
        assert grows_linearly(visible_authors, "<p class=author>By ", 300_000)


class TestDates:
    @pytest.mark.parametrize(("text", "expected"), [
        ("2024-05-01T10:00:00Z", "2024-05-01T10:00:00+00:00"), ("2024-05-01T10:00:00+0530", "2024-05-01T04:30:00+00:00"),
        ("2024-05-01T10:00:00.123456789Z", "2024-05-01T10:00:00.123456+00:00"), ("2024-05-01 10:00", "2024-05-01T10:00:00+00:00"),
        ("20240501", "2024-05-01T00:00:00+00:00"), ("2024/05/01", "2024-05-01T00:00:00+00:00"), ("2024-05-01T10:00:00 -04", "2024-05-01T14:00:00+00:00"),
        ("20240501T101112Z", "2024-05-01T10:11:12+00:00"), ("Wed, 01 May 2024 10:00:00 +0200", "2024-05-01T08:00:00+00:00"),
        ("1 May 2024", "2024-05-01T00:00:00+00:00"), (1714550400, "2024-05-01T08:00:00+00:00"), (1714550400000, "2024-05-01T08:00:00+00:00"),
        ("1912-04-15", "1912-04-15T00:00:00+00:00"), (" 2024-05-01 ", "2024-05-01T00:00:00+00:00"),
        ("2024-05-01T24:00:00", None), ("2024-13-01", None), ("0001-01-01T00:00:00", None), ("1970-01-01T00:00:00Z", None),
        ("9999-12-31", None), ("2024", None), ("", None), ("today", None), (None, None), (True, None), (2024, None), (float("nan"), None),
        (float("inf"), None), ("2024-05-01T10:00:00+99:99", "2024-05-01T10:00:00+00:00"), ("x" * 10_000, None), ("Mon, 99 Foo 2024", None),
        ("05/01/2024", None),
    ])  # fmt: skip
    def test_parse(self, text, expected):
        found = parse_date(text)
        assert (found and found.isoformat()) == expected

    @given(st.text(max_size=40) | st.floats() | st.integers())
    def test_never_raises_and_is_utc(self, text):
        found = parse_date(text)
        assert found is None or found.tzinfo is UTC
