"""Where the time of a page goes: CPU milliseconds a page of each step from bytes to evidence, each page read once.

    python bench/page_cost.py ../shared/data/html-dev [--every 12]

The folder holds `NAME/pages/ID.gz`.  `main_text` is measured on bytes, beside trafilatura on the same pages in
alternation; both have read some pages before.  Nothing is timed twice: names and phrases of a new site are new.
"""

from __future__ import annotations

import argparse
import gc
import gzip
import logging
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from trafilatura import extract

from cleaner import main_text
from cleaner.chrome.dom_features import observe_page
from cleaner.chrome.judge import decide
from cleaner.decoding import decode
from cleaner.encoding_back import in_utf8
from cleaner.extraction.html_page import read_page
from cleaner.extraction.metadata import page_metadata
from cleaner.extraction.source_spans import SourceMarks

T = TypeVar("T")
_WARM = 8


def measure(pages: list[bytes]) -> Counter[str]:
    """Return seconds by step, all pages together."""
    spent: Counter[str] = Counter()

    def timed(name: str, call: Callable[[], T]) -> T:
        began = time.process_time()
        value = call()
        spent[name] += time.process_time() - began  # type: ignore[assignment]
        return value

    for data in pages:
        timed("main_text", lambda data=data: main_text(data))
        timed("trafilatura", lambda data=data: extract(data, include_comments=False, include_tables=True))
    gc.disable()
    for data in pages:
        decoded = timed("decode", lambda data=data: decode(data, is_html=True))
        marks = timed("cut: marks", lambda decoded=decoded: SourceMarks(in_utf8(decoded)))
        page = timed("cut: read", lambda marks=marks: read_page(marks.marked, marks.reading))
        timed("cut: paths", lambda page=page: (page.kinds, page.tag_paths))
        places = (page.texts, page.run_starts, page.run_ends)
        timed("cut: spans", lambda marks=marks, places=places: marks.locate_all(*places))
        observed = timed("observe", lambda page=page: observe_page(page))
        timed("metadata", lambda page=page, decoded=decoded: page_metadata(page.head, decoded.text, "full"))
        timed("decide", lambda observed=observed: decide([observed]))
    gc.enable()
    return spent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--every", type=int, default=12)
    arguments = parser.parse_args()
    logging.disable(logging.CRITICAL)
    sets = {folder.parent.name: sorted(folder.glob("*.gz")) for folder in sorted(arguments.data.glob("*/pages"))}
    measure([gzip.decompress(file.read_bytes()) for files in sets.values() for file in files[1 :: len(files) // _WARM]])
    for of, files in sets.items():
        pages = [gzip.decompress(file.read_bytes()) for file in files[:: arguments.every]]
        spent = measure(pages)
        print(f"{of}: {len(pages)} pages of {sum(map(len, pages)) // len(pages) // 1000} kB")
        print("   " + ", ".join(f"{step} {seconds / len(pages) * 1e3:.2f}" for step, seconds in spent.items()))
        print(f"   main_text {spent['trafilatura'] / spent['main_text']:.2f} times as fast as trafilatura")


if __name__ == "__main__":
    main()
