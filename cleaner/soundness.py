"""Which documents of an output keep the promise beyond doubt, told by columns; the others are looked at row by row."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from cleaner.columnar import listed
from cleaner.ledger import LedgerError, apply_edits
from cleaner.records import Edit, Status
from cleaner.settle import PARAGRAPH_BREAK, STAYS
from cleaner.writing.reader import Stretch, edit_of

Flags = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

TEXT = "text/plain"


def sound(stretch: Stretch) -> Flags:
    """Tell of each document whether its rows keep the three invariants, as far as they tell without its source.

    False says that there is something to look at, not that it is wrong: texts in other encodings than UTF-8 are not
    rebuilt here.
    """
    of = pc.index_in(stretch.paragraphs["doc_id"], stretch.documents["doc_id"]).to_numpy()
    checks = (_numbered, _fated, _repaired, _joined, _tiled, _apart, _rebuilt)
    return np.logical_and.reduce([check(stretch, of) for check in checks])  # type: ignore[no-any-return]


def _all_of(good: Flags, of: Ints, count: int) -> Flags:
    """Tell of each document whether all its rows are good."""
    all_good: Flags = np.bincount(of[~good], minlength=count) == 0
    return all_good


def _column(table: pa.Table, name: str) -> pa.Array:
    chunks = table[name].chunks
    return chunks[0] if len(chunks) == 1 else pa.concat_arrays(chunks) if chunks else pa.nulls(0, table[name].type)


def _flags(values: pa.Array | pa.ChunkedArray) -> Flags:
    """Return an Arrow column of truth values; null counts as false."""
    return pc.coalesce(values, pa.scalar(value=False)).to_numpy(zero_copy_only=False)  # type: ignore[no-any-return]


def _numbered(stretch: Stretch, of: Ints) -> Flags:
    count = stretch.documents.num_rows
    sizes = np.bincount(of, minlength=count)
    position = np.arange(len(of)) - (np.cumsum(sizes) - sizes)[of]
    return _all_of(_column(stretch.paragraphs, "position").to_numpy() == position, of, count)


def _is_one(status: pa.Array, names: Iterable[Status]) -> Flags:
    return _flags(pc.is_in(status, pa.array(sorted(map(str, names)))))


def _fated(stretch: Stretch, of: Ints) -> Flags:
    status, text = (_column(stretch.paragraphs, name) for name in ("status", "text"))
    good = _is_one(status, Status) & (_is_one(status, STAYS) == _flags(text.is_valid()))
    return _all_of(good, of, stretch.documents.num_rows)


def _repaired(stretch: Stretch, of: Ints) -> Flags:
    """The ledger: what stays says what its source says, but for its edits."""
    paragraphs = stretch.paragraphs
    edited = _flags(pc.is_in(paragraphs["paragraph_id"], stretch.edits["paragraph_id"]))
    good = _flags(pc.equal(paragraphs["text"], paragraphs["source_text"])) | _flags(paragraphs["text"].is_null())
    rows = np.flatnonzero(edited & _flags(paragraphs["text"].is_valid()))
    edits = _edits(stretch.edits)
    changed = paragraphs.select(["paragraph_id", "source_text", "text"]).take(pa.array(rows)).to_pylist()
    good[rows] = [_gives(row["source_text"], edits[row["paragraph_id"]], row["text"]) for row in changed]
    return _all_of(good, of, stretch.documents.num_rows)


def _edits(rows: pa.Table) -> dict[str, list[Edit]]:
    found: dict[str, list[Edit]] = defaultdict(list)
    for row in rows.to_pylist():
        found[row["paragraph_id"]].append(edit_of(row))
    return found


def _gives(source: str, edits: list[Edit], text: str) -> bool:
    try:
        return apply_edits(source, edits) == text
    except LedgerError:
        return False


def _joined(stretch: Stretch, of: Ints) -> Flags:
    """The text of a document: its paragraphs joined, each where it says."""
    count = stretch.documents.num_rows
    shown = _flags(stretch.paragraphs["text"].is_valid())
    texts, starts, ends = (
        _column(stretch.paragraphs, name).filter(pa.array(shown))
        for name in ("text", "text_char_start", "text_char_end")
    )
    of = of[shown]
    sizes = np.bincount(of, minlength=count)
    joined = pc.binary_join(listed(sizes, texts), PARAGRAPH_BREAK)
    chars = pc.utf8_length(texts).to_numpy().astype(np.int64)
    after = np.cumsum(chars + len(PARAGRAPH_BREAK))
    begun = np.concatenate([[0], after])[np.cumsum(sizes) - sizes]
    start = after - chars - len(PARAGRAPH_BREAK) - begun[of]
    placed = (starts.fill_null(-1).to_numpy() == start) & (ends.fill_null(-1).to_numpy() == start + chars)
    return _flags(pc.equal(joined, _column(stretch.documents, "text"))) & _all_of(placed, of, count)


def _spans(stretch: Stretch, of: Ints) -> tuple[Ints, Ints, Ints, Ints]:
    """Return the paragraph and the document of every span, its first byte and its end."""
    column = _column(stretch.paragraphs, "source_spans")
    row = pc.list_parent_indices(column).to_numpy().astype(np.int64)
    start, end = (field.to_numpy().astype(np.int64) for field in column.flatten().flatten())
    return row, of[row], start, end


def _is_text(stretch: Stretch) -> Flags:
    return _flags(pc.equal(stretch.documents["source_media_type"], TEXT))


def _tiled(stretch: Stretch, of: Ints) -> Flags:
    """The partition of flattened text: each span begins where the one before it ends, the last ends with the source."""
    _, of, start, end = _spans(stretch, of)
    count = stretch.documents.num_rows
    first = np.diff(of, prepend=-1) != 0
    follows = start == np.where(first, 0, np.roll(end, 1))
    last = np.zeros(count, np.int64)
    last[of] = end  # of several, the last
    whole: Flags = last == stretch.documents["source_num_bytes"].to_numpy()
    return ~_is_text(stretch) | (_all_of(follows, of, count) & whole)


def _apart(stretch: Stretch, of: Ints) -> Flags:
    """The partition of pages: no two exact spans share a byte, and none lies outside the source."""
    row, of, start, end = _spans(stretch, of)
    count = stretch.documents.num_rows
    inside = end <= stretch.documents["source_num_bytes"].to_numpy()[of]
    exact = _flags(stretch.paragraphs["spans_exact"])[row] & ~_is_text(stretch)[of]
    of, start, end, inside = (values[exact] for values in (of, start, end, inside))
    order = np.lexsort((end, start, of))
    of, start, end, inside = (values[order] for values in (of, start, end, inside))
    clear = (np.diff(of, prepend=-1) != 0) | (start >= np.roll(end, 1))
    return _is_text(stretch) | _all_of(clear & inside, of, count)


def _rebuilt(stretch: Stretch, of: Ints) -> Flags:
    """The rebuild of flattened text in UTF-8: what its paragraphs hold, one after another, has the source's hash."""
    count = stretch.documents.num_rows
    raw = np.bincount(of[_flags(stretch.paragraphs["source_bytes"].is_valid())], minlength=count)
    plain = _flags(pc.equal(stretch.documents["encoding_used"], "utf-8")) & (raw == 0)
    ends = np.cumsum(np.bincount(of, minlength=count)).tolist()
    held = _bytes_until(_column(stretch.paragraphs, "source_text"))
    hashes = stretch.documents["source_sha256"].to_pylist()
    is_text = _is_text(stretch)
    good: Flags = ~is_text
    for i in np.flatnonzero(is_text & plain).tolist():
        good[i] = hashlib.sha256(held(ends[i - 1] if i else 0, ends[i])).hexdigest() == hashes[i]
    return good


def _bytes_until(texts: pa.StringArray) -> Callable[[int, int], memoryview]:
    """Return what gives the bytes of a stretch of texts, which lie one after another."""
    _, places, values = texts.buffers()
    offsets = np.frombuffer(places or bytes(4), np.int32)[texts.offset : texts.offset + len(texts) + 1].tolist()
    data = memoryview(values or b"")
    return lambda first, end: data[offsets[first] : offsets[end]]
