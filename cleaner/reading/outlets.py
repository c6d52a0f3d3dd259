"""Outlets: who published a document, by its registrable domain."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from cleaner.reading.suffixes import suffix_start
from cleaner.records import Source


class Outlet(NamedTuple):
    """The outlet and what says so: `given`, `url`, `canonical`, `site_name`, `folder`; both None if nothing does."""

    name: str | None
    source: str | None


def name_outlet(source: Source, canonical_url: str | None = None, site_name: str | None = None) -> Outlet:
    """Return the outlet of a document: what came with it, else the first that tells of URL, page and folder.

    >>> name_outlet(Source("x", b"", "text/html", url="https://edition.cnn.com/2025/08/18/x"))
    Outlet(name='cnn.com', source='url')
    """
    given = (source.outlet or "").strip()
    if given:
        return Outlet(given, "given")
    for url, said_by in ((source.url, "url"), (canonical_url, "canonical")):
        domain = registrable_domain(url)
        if domain:
            return Outlet(domain, said_by)
    for name, said_by in ((site_name, "site_name"), (source.folder, "folder")):
        if name and name.strip():
            return Outlet(" ".join(name.split()), said_by)
    return Outlet(None, None)


def registrable_domain(url: str | None) -> str | None:
    """Return the domain that somebody registered, from a URL or host name, or None where there is none.

    Blogs under a shared host (`x.blogspot.com`) are outlets of their own: private suffixes of the Public Suffix List
    count.  The list is the one that ships with tldextract; nothing is fetched.

    >>> registrable_domain("https://www.bbc.co.uk/news/1"), registrable_domain("http://192.0.2.1/x")
    ('bbc.co.uk', None)
    """
    host = host_of(url)
    return _domain_of_host(host) if host else None


_LONGEST_HOST: Final = 253  # RFC 1035, section 2.3.4


def host_of(url: str | None) -> str | None:
    """Return the host in lower case, without port or final dot; a bare host name is its own host.

    >>> host_of("https://user@News.Example.org:8080/a"), host_of("news.example.org"), host_of("Daily News")
    ('news.example.org', 'news.example.org', None)
    """
    if not url:
        return None
    text = url.strip()
    if "@" in text and "//" not in text:  # an address of mail
        return None
    if "://" not in text and not text.startswith("//"):
        text = "//" + text
    try:
        host = urlsplit(text).hostname or ""
    except ValueError:  # an unclosed bracket of an IPv6 address, say
        return None
    host = host.rstrip(".")
    is_name = "." in host and len(host) <= _LONGEST_HOST and not set(host) & set(" \t\n_<>\"'%")
    return host if is_name else None


_FULL_STOPS: Final = str.maketrans(dict.fromkeys("\u3002\uff0e\uff61", "."))
"""Other characters that stand between labels (Unicode Technical Standard 46)."""


@lru_cache(maxsize=65_536)
def _domain_of_host(host: str) -> str | None:
    labels = host.translate(_FULL_STOPS).rstrip(".").split(".")
    start = suffix_start(labels)
    if start == len(labels):  # a suffix that no rule names is one label (publicsuffix.org, algorithm, step 2)
        labels = host.split(".")
        return ".".join(labels[-2:]) if len(labels) > 1 and not labels[-1].isdigit() else None
    return ".".join(labels[start - 1 :]) if start and labels[start - 1] else None
