"""The paragraphs of settled documents that reuse compares, each with its words: what is told of a text is told once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from cleaner.engine.base import Table
from cleaner.reuse.arrays import Ints, Marks, arrow_of, numbers_in, offsets_of
from cleaner.reuse.columns import Growing, Numbers, Scratch
from cleaner.reuse.fact_tables import PARAGRAPHS, gathered
from cleaner.reuse.texts import keys_of, voices_of
from cleaner.reuse.words import Words, words_of

WORDS = ("word_hashes", "word_marks")
"""Columns of bytes: four for each word, and one."""
VOICES = ("text_key", "voice")
"""Columns of numbers: the comparison key, and a hash of how the words are cased, set and quoted."""
REUSABLE = pa.schema(
    [
        *PARAGRAPHS,
        *(pa.field(name, pa.binary()) for name in WORDS),
        *(pa.field(name, pa.int64()) for name in VOICES),
    ]
)
"""Rows of `PARAGRAPHS` with their words, without the places of these in the text."""

_HASH = np.dtype("<u4")
_COMPARED = ("kept", "repeat")


class ReusableRows:
    """The map from settled paragraphs to rows of `REUSABLE`."""

    columns = (
        *("paragraph_id", "doc_id", "outlet", "position", "role", "status", "text", "source_text"),
        *("published_us", "edit_count"),
    )

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Yield the paragraphs that stay or are said again in their document."""
        for rows in gathered(batches):
            compared = pc.is_in(rows["status"], pa.array(_COMPARED))  # the row of a document has none
            some = rows.filter(compared).combine_chunks()
            text = pc.coalesce(some["text"], some["source_text"]).combine_chunks()
            words = words_of(text)
            columns = {
                **{name: some[name] for name in PARAGRAPHS.names if name in some.column_names},
                "text": text,
                "published_at": some["published_us"],
                "damage": some["edit_count"],
                "is_repeat": pc.equal(some["status"], "repeat"),
                **dict(zip(WORDS, word_columns(words), strict=True)),
                **dict(zip(VOICES, map(arrow_of, (keys_of(words), voices_of(words))), strict=True)),
            }
            yield from pa.table([columns[name] for name in REUSABLE.names], REUSABLE).combine_chunks().to_batches()


def word_columns(words: Words) -> tuple[pa.Array, pa.Array]:
    """Return the words of paragraphs as the columns `WORDS`."""
    return _packed(words.hashes.astype(_HASH), words.offsets), _packed(words.marks, words.offsets)


def _packed(values: Numbers, offsets: Ints) -> pa.Array:
    bounds = pa.py_buffer((offsets * values.itemsize).astype(np.int32))
    return pa.Array.from_buffers(pa.binary(), len(offsets) - 1, [None, bounds, pa.py_buffer(values)])


def words_in(batches: Iterable[pa.RecordBatch], scratch: Scratch | None = None) -> Words:
    """Return the words that the columns `WORDS` of batches hold, without their places in the texts.

    `scratch`: where what is told of each word stands.

    >>> hashes, marks = word_columns(words_of(pa.array(["The bridge is shut", "", "Why?"])))
    >>> words_in([pa.record_batch({"word_hashes": hashes, "word_marks": marks})]).counts.tolist()
    [4, 0, 1]
    """
    scratch = scratch or Scratch()
    hashes, marks, counts = scratch.column(np.uint32), scratch.column(np.uint8), Growing(np.int64)
    for batch in batches:
        hashes.add(_unpacked(batch.column(WORDS[0])).view(_HASH))
        marks.add(_unpacked(batch.column(WORDS[1])))
        counts.add(numbers_in(pc.binary_length(batch.column(WORDS[1]))))
    none = np.zeros(0, np.uint32)
    return Words(hashes.filled(), marks.filled(), none, none, offsets_of(counts.filled()))


def has_words(table: Table) -> bool:
    """Tell whether the paragraphs of a table come with their words."""
    return {*WORDS, *VOICES} <= set(pq.read_schema(min(table.glob("*.parquet"))).names)


def words_told(rows: pa.Table) -> Words:
    """Return the words of paragraphs: those in `WORDS`, or those of their text where a table has no such columns."""
    told = set(WORDS) <= set(rows.column_names)
    return words_in(rows.select(WORDS).to_batches()) if told else words_of(rows["text"])


def voices_told(rows: pa.RecordBatch) -> tuple[Ints, Ints]:
    """Return the columns `VOICES` of paragraphs, made from their words where a table has no such columns."""
    if set(VOICES) <= set(rows.schema.names):
        key, voice = (numbers_in(rows.column(name)) for name in VOICES)
        return key.astype(np.int64), voice.astype(np.int64)
    words = words_told(pa.table(rows))
    return keys_of(words), voices_of(words)


def _unpacked(column: pa.Array) -> Marks:
    """Return the bytes of all rows, one after another."""
    _, bounds, data = column.buffers()
    if data is None:
        return np.zeros(0, np.uint8)
    ends = np.frombuffer(bounds, np.int32)[column.offset : column.offset + len(column) + 1]
    return np.frombuffer(data, np.uint8)[ends[0] : ends[-1]]
