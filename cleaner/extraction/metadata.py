"""What a page says about itself: title, authors, date, site, language, licence, address.

Read from `meta` elements, JSON-LD, links and `time` elements; for articles that lack authors or a date `full` looks at
the visible page too: for bylines by itself, for a date by htmldate, which costs as much as an extraction.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final, Literal
from urllib.parse import urlsplit

from cleaner.extraction.author_names import author_names
from cleaner.extraction.linked_data import Node, article_of, first_text, names_of, nodes_of, plain_line, types_of
from cleaner.extraction.page_head import Head
from cleaner.reading.dates import parse_date


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a page says about itself; what it lacks is None.

    `title_source` and `published_at_source` are `json-ld`, `html-meta`, `html-title`, `html-time`, `url` or, asked in
    `full`, `htmldate`.  `url` is the canonical one.
    """

    title: str | None = None
    title_source: str | None = None
    authors: tuple[str, ...] = ()
    published_at: datetime | None = None
    published_at_source: str | None = None
    site_name: str | None = None
    language: str | None = None
    description: str | None = None
    license: str | None = None
    url: str | None = None
    is_article: bool = False
    """Whether the page calls itself an article, or names an author or a date."""


def page_metadata(
    head: Head,
    html: str = "",
    source: Literal["fast", "full"] = "fast",
    signed: Callable[[], tuple[str, ...]] | None = None,
) -> Metadata:
    """Return what a page says about itself; `html` is the decoded page, needed for `full` only.

    `signed` gives the names in its visible bylines, for those who have the page parsed.

    Nothing in a page makes it raise, nothing depends on the present day, and nothing is fetched.

    >>> page_metadata(Head(meta={"og:title": "Rain - The Example", "og:site_name": "The Example"})).title
    'Rain'
    """
    said = _said(head)
    return _completed(said, html, signed) if source == "full" and html else said


def _said(head: Head) -> Metadata:
    nodes = nodes_of(head.linked_data)
    url = _address(head, nodes)
    article = article_of(nodes, (url, head.meta.get("og:url")))
    site = _site_name(head, article, nodes)
    title, title_source = _title(head, article, site, url)
    published_at, published_at_source = _published_at(head, article, url)
    authors = _authors(head, article, nodes, site)
    return Metadata(
        title=title,
        title_source=title_source,
        authors=authors,
        published_at=published_at,
        published_at_source=published_at_source,
        site_name=site,
        language=_language(head, article),
        description=_first_meta(head, _DESCRIPTIONS) or first_text(article, "description"),
        license=_license(head, article),
        url=url,
        is_article=_is_article(head, nodes, bool(authors or published_at)),
    )


def _is_article(head: Head, nodes: list[Node], is_signed: bool) -> bool:
    kind = head.meta.get("og:type", "").lower()
    return is_signed or "article" in kind or any("article" in name for node in nodes for name in types_of(node))


def _first_meta(head: Head, names: tuple[str, ...]) -> str | None:
    return next((line for name in names if (line := plain_line(head.meta.get(name, "")))), None)


# --- title -----------------------------------------------------------------------------------------------------------

_TITLES: Final = ("og:title", "twitter:title", "parsely-title", "sailthru.title", "dc.title", "citation_title", "title")
_DESCRIPTIONS: Final = (
    "og:description",
    "description",
    "twitter:description",
    "dc.description",
    "sailthru.description",
)
_JOINTS: Final = re.compile(r"\s+(?:[|\u2013\u2014\u00b7\u2022\u00bb:-]|::)\s+")


def _title(head: Head, article: Node | None, site: str | None, url: str | None) -> tuple[str | None, str | None]:
    """Return the title without the site's name: sites put theirs behind it everywhere but in JSON-LD.

    JSON-LD cuts headlines at 110 characters (Google's limit), so one that another title goes on from is passed over.
    """
    named = _without_site(first_text(article, "headline", "name"), site, url)
    meta = _without_site(_first_meta(head, _TITLES), site, url)
    page = _without_site(plain_line(head.title) or None, site, url)
    if named and any(other and _goes_on(other, named) for other in (meta, page)):
        named = None
    for title, said_by in ((named, "json-ld"), (meta, "html-meta"), (page, "html-title")):
        if title:
            return title, said_by
    return None, None


def _goes_on(longer: str, cut: str) -> bool:
    stem = cut.rstrip(".\u2026 ")
    return len(stem) < len(longer) and len(stem) >= 60 and longer.startswith(stem)


def _without_site(title: str | None, site: str | None, url: str | None) -> str | None:
    """Return a title without the parts at its end (or its first) that name the site.

    >>> _without_site("Rain in Oslo - News | Example.org", None, "https://www.example.org/1")
    'Rain in Oslo - News'
    """
    if not title:
        return None
    own = {_bare(site or ""), _bare(_host(url)), _bare(_host(url).split(".")[0])} - {""}
    joints = list(_JOINTS.finditer(title))
    if joints and _bare(title[joints[-1].end() :]) in own:
        return title[: joints[-1].start()]
    if joints and _bare(title[: joints[0].start()]) in own:
        return title[joints[0].end() :]
    return title


def _bare(name: str) -> str:
    return "".join(char for char in name.casefold() if char.isalnum())


def _host(url: str | None) -> str:
    try:
        return (urlsplit(url or "").hostname or "").removeprefix("www.")
    except ValueError:
        return ""


# --- authors ---------------------------------------------------------------------------------------------------------


def _authors(head: Head, article: Node | None, nodes: list[Node], site: str | None) -> tuple[str, ...]:
    """Return names of people or agencies; the site itself only where it names nobody else."""
    named = author_names(names_of(article, "author", nodes) or names_of(article, "creator", nodes))
    said = author_names(head.authors)
    of_site = {_bare(site or ""), ""}
    for names in (named, said):
        people = tuple(name for name in names if _bare(name) not in of_site)
        if people:
            return people
    return named or said


# --- date ------------------------------------------------------------------------------------------------------------

_DATE_NAMES: Final = (
    "article:published_time article:published og:article:published_time og:published_time og:pubdate datepublished "
    "parsely-pub-date sailthru.date cxenseparse:recs:publishtime cxenseparse:publishtime dcterms.created "
    "dc.date.issued dcterms.issued dcterms.date dc.date dc.date.created citation_publication_date citation_date "
    "citation_online_date publishdate publish-date publish_date published_time pubdate publication_date "
    "date.published published-date article_date_original originalpublicationdate datecreated "
    "dcsext.articlefirstpublished bt:pubdate rnews:datepublished displaydate shareaholic:article_published_time "
    "article.published date"
)
_DATES: Final = _DATE_NAMES.split()
_IN_PATH: Final = re.compile(r"/(?P<y>(?:19|20)\d\d)[/-](?P<m>\d{1,2})[/-](?P<d>\d{1,2})(?=[/-]|$)")


def _published_at(head: Head, article: Node | None, url: str | None) -> tuple[datetime | None, str | None]:
    for moment, said_by in _dates(head, article, url):
        if moment is not None:
            return moment, said_by
    return None, None


def _dates(head: Head, article: Node | None, url: str | None) -> Iterator[tuple[datetime | None, str]]:
    yield parse_date(first_text(article, "datePublished")), "json-ld"
    for name in _DATES:
        if name in head.meta:
            yield parse_date(head.meta[name]), "html-meta"
    yield parse_date(first_text(article, "dateCreated", "uploadDate")), "json-ld"
    for kind, text in head.times:
        if kind in {"datepublished", "pubdate"}:
            yield parse_date(text), "html-time"
    yield _date_in_path(url), "url"
    # A page with dates of one day only gives its own; with several, some are those of other stories.
    moments = [moment for kind, text in head.times if not kind and (moment := parse_date(text))]
    if len({moment.date() for moment in moments}) == 1:
        yield min(moments), "html-time"


def _date_in_path(url: str | None) -> datetime | None:
    """Return the day in a path such as `/2024/05/01/`, at midnight UTC.

    >>> str(_date_in_path("https://example.org/news/2024/05/01/rain"))
    '2024-05-01 00:00:00+00:00'
    """
    found = _IN_PATH.search(url or "")
    try:
        return datetime(int(found["y"]), int(found["m"]), int(found["d"]), tzinfo=UTC) if found else None
    except ValueError:
        return None


# --- the rest --------------------------------------------------------------------------------------------------------


def _address(head: Head, nodes: list[Node]) -> str | None:
    """Return the canonical address; a front page given as canonical by mistake gives way to a longer `og:url`."""
    found = [address for text in (head.links.get("canonical"), head.meta.get("og:url")) if (address := _absolute(text))]
    deep = [address for address in found if urlsplit(address).path.strip("/")]
    if deep or found:
        return (deep or found)[0]
    return _absolute(first_text(article_of(nodes), "mainEntityOfPage", "url"))


def _absolute(address: str | None) -> str | None:
    text = (address or "").strip()
    text = f"https:{text}" if text.startswith("//") else text
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    is_good = parts.scheme in {"http", "https"} and bool(parts.netloc) and len(text) <= 2_000
    return text if is_good and not re.search(r"[\s<>\"]", text) else None


def _site_name(head: Head, article: Node | None, nodes: list[Node]) -> str | None:
    named = _first_meta(head, ("og:site_name",)) or next(iter(names_of(article, "publisher", nodes)), None)
    site = next((node for node in nodes if node.get("@type") == "WebSite"), None)
    return named or first_text(site, "name") or _first_meta(head, ("application-name", "dc.publisher"))


_LANGUAGE_TAG: Final = re.compile(r"[a-z]{2,3}(?:[-_][a-z0-9]{2,8}){0,3}", re.IGNORECASE)


def _language(head: Head, article: Node | None) -> str | None:
    metas = ("og:locale", "content-language", "dc.language", "language", "inlanguage")
    for text in (head.language, *(head.meta.get(name) for name in metas), first_text(article, "inLanguage")):
        found = _LANGUAGE_TAG.fullmatch((text or "").strip())
        if found:
            return found[0].replace("_", "-").lower()
    return None


def _license(head: Head, article: Node | None) -> str | None:
    said = head.links.get("license") or first_text(article, "license") or head.meta.get("dcterms.license")
    if said:
        return plain_line(said)[:500]
    rights = _first_meta(head, ("dc.rights", "dcterms.rights", "rights"))
    return rights[:500] if rights and "creativecommons" in rights else None


def _completed(said: Metadata, html: str, signed: Callable[[], tuple[str, ...]] | None) -> Metadata:
    """Return the metadata of an article with the authors of its visible byline and the date that htmldate finds."""
    if said.is_article and not said.authors:
        from cleaner.extraction.byline import visible_authors

        said = replace(said, authors=signed() if signed else visible_authors(html))
    if said.is_article and said.published_at is None:
        from cleaner.extraction.borrowed_date import ask_htmldate

        moment = ask_htmldate(html, said.url)
        said = replace(said, published_at=moment, published_at_source="htmldate" if moment else None)
    return said
