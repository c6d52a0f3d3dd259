"""What metadata is found on real pages, how far trafilatura agrees, and what it costs.

    python bench/metadata_fill.py ../shared/data/html-dev [step]

The folder holds `NAME/gold.jsonl` and `NAME/pages/ID.gz` (unpack `html-dev.tar` first).  There is no gold for
metadata: agreement is counted where both give a value.
"""

from __future__ import annotations

import gzip
import json
import logging
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from selectolax.lexbor import LexborHTMLParser
from trafilatura.metadata import extract_metadata

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


def main(folder: str, step: int = 6) -> None:
    """Measure every set below the folder."""
    logging.disable(logging.CRITICAL)
    for gold in sorted(Path(folder).glob("*/gold.jsonl")):
        html_pages = pages(gold.parent, step)
        print(gold.parent.name, len(html_pages), "articles")
        measure(html_pages)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "../shared/data/html-dev", int(sys.argv[2]) if len(sys.argv) > 2 else 6)
