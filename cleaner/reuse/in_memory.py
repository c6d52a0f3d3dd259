"""Facts of reuse on one machine: numpy over columns that stand in files, which are mapped."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cleaner.engine.base import Engine, Table
from cleaner.engine.freed import freed_kept, give_back
from cleaner.engine.void import rows_by_file
from cleaner.reuse.archive import Archive
from cleaner.reuse.arrays import Flags, Ints, arrow_of, numbers_in, offsets_of
from cleaner.reuse.canonical import UNDATED, policy_rank, ranks_by_id
from cleaner.reuse.columns import Growing, Scratch
from cleaner.reuse.fact_tables import LENGTHS, PARAGRAPHS, SPOKEN, ReuseFacts, canonicals_batch, store, ties_batch
from cleaner.reuse.finding import Found, find_among
from cleaner.reuse.reusable import VOICES, WORDS, has_words, voices_told, words_told
from cleaner.reuse.settings import Settings
from cleaner.reuse.told import Told, told_again
from cleaner.reuse.words import Words

IN_FILES_BYTES = 800
"""Memory that a paragraph may cost when what is told of its words stands in files (`bench/RESULTS.md`)."""

_BATCH_ROWS = 1 << 13


class _Paragraphs(NamedTuple):
    by_id: Ints
    told: Told
    published: Ints
    damage: Ints


def facts_in_files(engine: Engine, paragraphs: Table, settings: Settings, threads: int = 1) -> ReuseFacts:
    """Return the facts of a table of paragraphs of which numbers alone fit in memory: words stand in files."""
    with freed_kept(), _beside(paragraphs) as folder:
        return _facts(engine, paragraphs, settings, Scratch(folder, threads, engine if threads > 1 else None))


def _facts(engine: Engine, table: Table, settings: Settings, scratch: Scratch) -> ReuseFacts:
    """Return the facts; verdicts of the run before are used again, and kept for the next."""
    archive = Archive(table.with_name("reuse_remembered"))
    by_id, told, published, damage = _read(table, archive, scratch.threads)
    words = told.voices.counts[told.run_of]
    found = find_among(told, policy_rank(by_id, words, published, damage), settings, archive, scratch)
    archive.save()
    keys = found.distinct.keys
    lengths: list[pa.RecordBatch] = []
    return ReuseFacts(
        engine.table("reuse_spoken", SPOKEN, _spoken(table, words, found, lengths)),
        engine.table("reuse_lengths", LENGTHS, iter(lengths)),
        store(engine, "reuse_ties", ties_batch(found.clustered.ties, keys)),
        store(engine, "reuse_canonicals", canonicals_batch(found.clustered, keys)),
    )


def _read(table: Table, archive: Archive, threads: int) -> _Paragraphs:
    """Return the paragraphs in the order of the files, without their texts: nothing depends on it."""
    ids: list[pa.Array] = []
    columns = [Growing(np.int64) for _ in range(4)]
    rows: dict[Path, int] = {}
    told = VOICES if has_words(table) else ("text",)
    for path, batches in rows_by_file(table, ["paragraph_id", "published_at", "damage", *told], _BATCH_ROWS):
        rows[path] = 0
        for batch in batches:
            rows[path] += batch.num_rows
            ids.append(batch.column("paragraph_id"))
            published = numbers_in(batch.column("published_at").fill_null(UNDATED))
            numbers = (published, numbers_in(batch.column("damage")), *voices_told(batch))
            for column, part in zip(columns, numbers, strict=True):
                column.add(part)
    published_at, damage, keys, voices = (column.filled() for column in columns)
    words = told_again(keys, voices, partial(_words_of, table, rows), archive, threads)
    give_back()
    by_id = ranks_by_id(pa.chunked_array(ids, pa.string()).combine_chunks())
    return _Paragraphs(by_id, words, published_at, damage)


def _words_of(table: Table, rows: dict[Path, int], chosen: Flags) -> Iterator[Words]:
    """Yield the words of the chosen paragraphs; files without any, of which each has so many rows, are not read."""
    bounds = offsets_of(np.fromiter(rows.values(), np.int64, len(rows)))
    first = {
        path: int(start) for path, start, end in zip(rows, bounds, bounds[1:], strict=False) if chosen[start:end].any()
    }
    for path, batches in rows_by_file(table, WORDS if has_words(table) else ["text"], _BATCH_ROWS, list(first)):
        for batch in batches:
            some = chosen[first[path] : first[path] + batch.num_rows]
            first[path] += batch.num_rows
            yield words_told(pa.table(batch if some.all() else batch.take(arrow_of(np.flatnonzero(some)))))


def _spoken(table: Table, words: Ints, found: Found, lengths: list[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Yield the rows of `SPOKEN` for texts that recur or are tied to others, and add rows of `LENGTHS` for all.

    The files are read again, for what they say of a paragraph is not kept in memory.
    """
    text = found.distinct.text_of
    shown = _recurring(found)[text] & (text >= 0)
    told = [name for name in SPOKEN.names if name in PARAGRAPHS.names]
    first = 0
    for path, batches in rows_by_file(table, told, _BATCH_ROWS):
        source = _source(path)
        for batch in batches:
            last = first + batch.num_rows
            lengths.append(_lengths(batch, words[first:last]))
            some = np.flatnonzero(shown[first:last])
            columns = {name: batch.column(name).take(arrow_of(some)) for name in told}
            rows = first + some
            first = last
            columns |= {"text_key": arrow_of(found.distinct.keys[text[rows]]), "words": arrow_of(words[rows])}
            columns |= {"source": arrow_of(np.full(len(rows), source)), "place": arrow_of(found.places[rows])}
            yield pa.RecordBatch.from_arrays([columns[name] for name in SPOKEN.names], schema=SPOKEN)


def _recurring(found: Found) -> Flags:
    """Tell which texts stand in several paragraphs, or are tied to others."""
    text = found.distinct.text_of
    recurring: Flags = np.bincount(text[text >= 0], minlength=len(found.distinct.keys)) > 1
    recurring[found.clustered.ties.shorter] = recurring[found.clustered.ties.longer] = True
    return recurring


def _lengths(batch: pa.RecordBatch, words: Ints) -> pa.RecordBatch:
    """Return rows of `LENGTHS` for paragraphs, those of a document together."""
    documents = batch.column("doc_id")
    borders = numbers_in(pc.indices_nonzero(pc.not_equal(documents[1:], documents[:-1]))).astype(np.int64)
    first = np.concatenate([np.arange(len(documents))[:1], borders + 1])
    counted = np.where(numbers_in(batch.column("is_repeat").cast(pa.uint8())), 0, words)
    return pa.RecordBatch.from_arrays(
        [documents.take(arrow_of(first)), arrow_of(np.add.reduceat(counted, first))], schema=LENGTHS
    )


def _source(path: Path) -> np.int64:
    """Return a number for a file as it stands: its name, size and time."""
    facts = path.stat()
    said = f"{path.name} {facts.st_size} {facts.st_mtime_ns}".encode()
    return np.int64(1 + (int.from_bytes(hashlib.blake2b(said, digest_size=8).digest()) >> 2))


@contextmanager
def _beside(table: Table) -> Iterator[Path]:
    """Make a folder beside a table, and remove it; a run that was killed may have left it."""
    folder = table.with_name("reuse_columns")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
