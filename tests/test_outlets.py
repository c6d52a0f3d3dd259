"""Outlets: registrable domains by the bundled list, and the order of who is believed."""

from __future__ import annotations

import socket

import pytest
from tldextract import TLDExtract

from cleaner.reading.outlets import Outlet, host_of, name_outlet, registrable_domain
from cleaner.reading.suffixes import suffix_start
from cleaner.records import Source


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    def refuse(*_args, **_kwargs):
        raise AssertionError("network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.mark.parametrize(("url", "domain"), [
    ("https://edition.cnn.com/a", "cnn.com"), ("http://www.bbc.co.uk/news", "bbc.co.uk"), ("//abc.net.au/x", "abc.net.au"),
    ("https://user:pw@News.Example.ORG:8443/", "example.org"), ("news.example.org", "example.org"),
    ("https://stories.blogspot.com/1", "stories.blogspot.com"), ("https://ann.github.io/", "ann.github.io"),
    ("https://пример.испытание/", None), ("https://россия.рф/", "россия.рф"), ("https://a.b.kawasaki.jp/", "a.b.kawasaki.jp"),
    ("http://192.0.2.7/", None), ("http://[::1]/", None), ("http://[bad", None), ("http://localhost/", None),
    ("file:///a/b.txt", None), ("co.uk", None), ("Daily News", None), ("", None), (None, None), ("mailto:a@b.example", None),
    ("https://example.org./", "example.org"), ("https://" + "a" * 300 + ".org", None),
])  # fmt: skip
def test_registrable_domain(url, domain):
    if url == "https://пример.испытание/":
        assert registrable_domain(url) in {None, "пример.испытание"}
    else:
        assert registrable_domain(url) == domain


def test_host_has_no_port_and_no_case():
    assert host_of("HTTPS://WWW.Example.org:443/x") == "www.example.org"


def source(**known):
    return Source("news/x/1.html", b"", "text/html", **known)


@pytest.mark.parametrize(("known", "page", "expected"), [
    ({"outlet": "The Daily", "url": "https://a.example.org"}, {}, Outlet("The Daily", "given")),
    ({"url": "https://a.example.org"}, {"canonical_url": "https://b.example.com"}, Outlet("example.org", "url")),
    ({"folder": "x"}, {"canonical_url": "https://b.example.com", "site_name": "B"}, Outlet("example.com", "canonical")),
    ({"folder": "x"}, {"canonical_url": "/relative", "site_name": " The  B "}, Outlet("The B", "site_name")),
    ({"folder": "x"}, {}, Outlet("x", "folder")),
    ({}, {"site_name": "  "}, Outlet(None, None)),
])  # fmt: skip
def test_order_of_belief(known, page, expected):
    assert name_outlet(source(**known), **page) == expected


def test_suffixes_are_those_of_the_library_that_ships_the_list():
    extract = TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)
    hosts = [
        "a.b.example.co.uk", "kawasaki.jp", "b.kawasaki.jp", "a.b.kawasaki.jp", "city.kawasaki.jp", "www.city.kawasaki.jp", "www.ck",
        "shop.www.ck", "a.b.ck", "x.github.io", "s3.amazonaws.com", "bucket.s3.amazonaws.com", "h.xn--p1ai", "h.xn--zzzz", "xn--a.org",
        "xn--55qx5d.cn", "a.xn--55qx5d.cn", "россия.рф", "example.notasuffix", "192.0.2.7", "a..com", "com", "é.com",
    ]  # fmt: skip
    for host in hosts:
        labels = host.split(".")
        found = extract(host)
        start = suffix_start(labels)
        assert ".".join(labels[start:]) == found.suffix, host
        assert not found.suffix or (labels[start - 1] if start else "") == found.domain, host
