"""What metadata is found on real pages, how far trafilatura agrees, and what it costs.

    python bench/metadata_fill.py ../shared/data/html-dev [step]

The folder holds `NAME/gold.jsonl` and `NAME/pages/ID.gz` (unpack `html-dev.tar` first).  There is no gold for
metadata: agreement is counted where both give a value.  Bylines are tried on articles that name their authors in the
head, with JSON-LD and author elements hidden: right is who finds one of the names.
"""

from __future__ import annotations

import gzip
import json
import logging
import re
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from selectolax.lexbor import LexborHTMLParser
from trafilatura.metadata import extract_metadata

from cleaner.extraction.byline import visible_authors
from cleaner.extraction.metadata import Metadata, page_metadata
from cleaner.extraction.page_head import read_head

FIELDS = ("title", "authors", "published_at", "site_name", "language", "description", "license", "url")
T = TypeVar("T")


def pages(folder: Path, step: int) -> list[str]:
    """Return the article pages of a set."""
    rows = [json.loads(line) for line in (folder / "gold.jsonl").read_text(encoding="utf-8").split("\n") if line]
    names = [row["id"] for row in rows if row.get("page_type") == "article"][::step]
    return [gzip.decompress((folder / "pages" / f"{name}.gz").read_bytes()).decode() for name in names]


def measure(html_pages: list[str]) -> None:
    """Print how many pages have each field, agreement with trafilatura, and milliseconds a page."""
    spent: Counter[str] = Counter()
    filled: Counter[tuple[str, str]] = Counter()
    alike: Counter[str] = Counter()
    both: Counter[str] = Counter()

    def timed(name: str, call: Callable[[], T]) -> T:
        began = time.process_time()
        value = call()
        spent[name] += time.process_time() - began  # type: ignore[assignment]
        return value

    for html in html_pages:
        tree = LexborHTMLParser(html)
        head = timed("head", lambda tree=tree: read_head(tree))
        fast: Metadata = timed("fast", lambda head=head: page_metadata(head))
        full: Metadata = timed("full", lambda head=head, html=html: page_metadata(head, html, "full"))
        theirs = timed("trafilatura", lambda html=html: extract_metadata(html))
        for field in FIELDS:
            filled["fast", field] += bool(getattr(fast, field))
            filled["full", field] += bool(getattr(full, field))
        filled["trafilatura", "title"] += bool(theirs.title)
        filled["trafilatura", "authors"] += bool(theirs.author)
        filled["trafilatura", "published_at"] += bool(theirs.date)
        if fast.published_at and theirs.date:
            both["day"] += 1
            alike["day"] += str(fast.published_at.date()) == theirs.date
        if fast.title and theirs.title:
            both["title"] += 1
            alike["title"] += fast.title in theirs.title or theirs.title in fast.title
    for way in ("fast", "full", "trafilatura"):
        print(way, {field: count for (name, field), count in filled.items() if name == way})
    print({name: f"{alike[name]} of {count} as trafilatura" for name, count in both.items()})
    print({name: f"{seconds / len(html_pages) * 1e3:.2f} ms" for name, seconds in spent.items()})


def try_bylines(html_pages: list[str]) -> None:
    """Print how often authors are found in the visible page alone, rightly and otherwise, and milliseconds a page."""
    found: Counter[str] = Counter()
    spent: Counter[str] = Counter()
    ways: dict[str, Callable[[str], tuple[str, ...]]] = {"ours": visible_authors, "trafilatura": _trafilatura_authors}
    for html in html_pages:
        said = page_metadata(read_head(LexborHTMLParser(html)))
        if not said.is_article or not said.authors:
            continue
        hidden = _AUTHOR_META.sub("", _LINKED_DATA.sub("", html))
        found["articles"] += 1
        for way, find in ways.items():
            began = time.process_time()
            names = find(hidden)
            spent[way] += time.process_time() - began  # type: ignore[assignment]
            alike = any(
                a.casefold() in b.casefold() or b.casefold() in a.casefold() for a in names for b in said.authors
            )
            found[f"{way} right"] += alike
            found[f"{way} otherwise"] += bool(names) and not alike
    print(dict(found), {way: f"{seconds / max(1, found['articles']) * 1e3:.2f} ms" for way, seconds in spent.items()})


_LINKED_DATA = re.compile(r"<script[^>]*ld\+json[^>]*>.*?</script>", re.DOTALL | re.IGNORECASE)
_AUTHOR_META = re.compile(r"<meta[^>]*(?:author|creator|byl)[^>]*>", re.IGNORECASE)


def _trafilatura_authors(html: str) -> tuple[str, ...]:
    found = extract_metadata(html)
    return tuple((found.author or "").split("; ")) if found and found.author else ()


def main(folder: str, step: int = 6) -> None:
    """Measure every set below the folder."""
    logging.disable(logging.CRITICAL)
    for gold in sorted(Path(folder).glob("*/gold.jsonl")):
        html_pages = pages(gold.parent, step)
        print(gold.parent.name, len(html_pages), "articles")
        measure(html_pages)
        try_bylines(html_pages)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "../shared/data/html-dev", int(sys.argv[2]) if len(sys.argv) > 2 else 6)
