"""What a run would do, without doing it: `cleaner clean --dry-run`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow.parquet as pq

from cleaner.config import Config
from cleaner.inputs import item_key
from cleaner.reading import plan


class Preview(NamedTuple):
    """Inputs (files, or ranges of large ones) by format, and by what an earlier run knows of them."""

    formats: dict[str, int]
    num_bytes: int
    new: int
    changed: int
    known: int
    removed: int

    def lines(self) -> list[tuple[str, str]]:
        """Return what a person reads, as (label, text)."""
        formats = ", ".join(f"{n} {name}" for name, n in self.formats.items()) or "none"
        todo = f"{self.new} new, {self.changed} changed; {self.known} known from an earlier run; {self.removed} removed"
        return [("Inputs", f"{formats}; {self.num_bytes:,} bytes"), ("To do", todo)]


def preview(sources: Iterable[str | Path], state: Path, config: Config) -> Preview:
    """Return what a run over `sources` would find to do; `state` is the folder that such runs share.

    Nothing is written, and no document is opened.  An input is changed when its size or time is; what decisions of
    the corpus make of the others shows in the run itself.
    """
    understood = {key for (key,) in _rows(state / "known", ["item_key"])}
    earlier = set(_rows(state / "items", ["path", "source_uri", "range_start"]))
    formats: Counter[str] = Counter()
    counts: Counter[str] = Counter()
    size = 0
    for split in plan([str(source) for source in sources], config.reading_settings):
        formats[split.format] += 1
        size += split.size_bytes
        place = (split.path, split.source_uri, split.range_start)
        counts["known" if item_key(split) in understood else "changed" if place in earlier else "new"] += 1
        earlier.discard(place)
    return Preview(dict(sorted(formats.items())), size, counts["new"], counts["changed"], counts["known"], len(earlier))


def _rows(table: Path, columns: list[str]) -> Iterator[tuple[Any, ...]]:
    for path in sorted(table.glob("*.parquet")):
        for batch in pq.ParquetFile(path).iter_batches(columns=columns):
            yield from zip(*(batch.column(name).to_pylist() for name in columns), strict=True)
