"""Large files in parts, so that workers share them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from cleaner.reading.lines import newlines_before
from cleaner.reading.settings import ReadingSettings
from cleaner.reading.splits import Split


def cut_ranges(split: Split, settings: ReadingSettings) -> Iterator[Split]:
    """Yield the parts of a large file; whole it stays where it is packed or its format allows no cut.

    Parts start at multiples of `split_bytes`: a file that grows keeps all its parts but the last.
    """
    cut = _CUTTERS.get(split.format)
    if cut is None or split.compression:
        yield split
        return
    try:
        yield from cut(split, settings)
    except OSError as error:
        yield replace(split, format="refused", reason=f"cannot be read: {error.strerror or error}")


def _cut_lines(split: Split, settings: ReadingSettings) -> Iterator[Split]:
    """JSON Lines: byte ranges, with the number of lines before each (one pass that counts line ends)."""
    if settings.id_field:  # ids are compared within the file
        yield split
        return
    starts = list(range(0, split.size_bytes, settings.split_bytes))
    with Path(split.path).open("rb") as stream:
        counts = newlines_before(stream, [max(0, start - 1) for start in starts])
    for i, (start, count) in enumerate(zip(starts, counts, strict=True)):
        end = starts[i + 1] if i + 1 < len(starts) else -1
        yield replace(split, range_start=start, range_end=end, first_number=count)


_CUTTERS = {"jsonl": _cut_lines}
