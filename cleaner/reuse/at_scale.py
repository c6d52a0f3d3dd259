"""Facts of reuse for what does not fit in memory: maps over paragraphs and pairs, joins and counts in SQL that spills.

Only near links, two numbers each, come together in one process, where stars are made.
"""

from __future__ import annotations

from functools import partial

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from cleaner.engine.base import Engine, Table
from cleaner.reuse import sql
from cleaner.reuse.arrays import Codes, Ints
from cleaner.reuse.candidates import FEW_GRAMS
from cleaner.reuse.fact_tables import (
    FOUND,
    TIES,
    VOICES,
    Batches,
    ReuseFacts,
    canonicals_batch,
    found_batch,
    gathered,
    read,
    store,
    ties_batch,
    voices_batch,
)
from cleaner.reuse.names import Vocabulary, casing_of, classes_of
from cleaner.reuse.passages import texts_for_verifying
from cleaner.reuse.reusable import words_told
from cleaner.reuse.run_ons import end_keys
from cleaner.reuse.settings import Settings
from cleaner.reuse.shingles import fingerprints_of
from cleaner.reuse.texts import grain_of
from cleaner.reuse.ties import Ties, Verify, clustered, pair_keys, ties_of
from cleaner.reuse.verdicts import verify
from cleaner.reuse.words import words_of

INT = pa.int64()
CASING = pa.schema([("word", INT), ("seen", INT), ("capital", INT)])
PRINTS = pa.schema([("gram", INT), ("text_key", INT), ("words", INT), ("sample", INT)])
RANKS = pa.schema([("text_key", INT), ("words", INT), ("ranked", INT)])
PAIRS = pa.schema([("shorter_key", INT), ("longer_key", INT)])


def facts_at_scale(engine: Engine, paragraphs: Table, settings: Settings) -> ReuseFacts:
    """Return the facts of a table of paragraphs of any size."""
    voices = engine.map("reuse_voices", voices_of_paragraphs, paragraphs, VOICES)
    casing = engine.map("reuse_casing", casing_of_paragraphs, paragraphs, CASING)
    vocabulary = Vocabulary(
        engine.export(engine.sql("reuse_names", sql.NAMES, casing=casing), "word", _hashes),
        engine.export(engine.sql("reuse_common", sql.COMMON, casing=casing), "word", _hashes),
    )
    texts = engine.sql("reuse_texts", sql.TEXTS, voices=voices, paragraphs=paragraphs)
    prints = engine.map("reuse_prints", prints_of_texts, texts, PRINTS)
    met = engine.sql("reuse_groups", sql.GROUPS, prints=prints)
    meetings = {f"meeting_{n}": engine.sql(f"reuse_meeting_{n}", text, met=met) for n, text in enumerate(sql.MEETINGS)}
    every = engine.sql("reuse_met", sql.MET, **meetings)
    pairs = engine.sink("reuse_pairs", every, "shorter_key, longer_key", pairs_of_meetings, PAIRS)
    compared = _Compared(engine, texts, vocabulary)
    found = compared.ties("reuse_found", pairs, settings)
    spoken = engine.sql("reuse_spoken", sql.SPOKEN, voices=voices, paragraphs=paragraphs)
    ties, canonicals = _clusters(compared, found, spoken, settings)
    return ReuseFacts(spoken, engine.sql("reuse_lengths", sql.LENGTHS, spoken=spoken), ties, canonicals)


def _clusters(compared: _Compared, found: Table, spoken: Table, settings: Settings) -> tuple[Table, Table]:
    """Return all ties, with those that stars asked for, and the canonicals."""
    engine = compared.engine
    ranks = engine.sql("reuse_ranks", sql.NEAR_RANKS, ties=found, spoken=spoken)
    texts = read(engine, ranks, RANKS, "words, text_key")
    keys, rank = texts["text_key"].to_numpy(), texts["ranked"].to_numpy()

    def among(name: str, text: str) -> Ties:
        rows = engine.sql(name, text, ties=found, ranks=ranks)
        return ties_of_rows(read(engine, rows, TIES, "shorter_key, longer_key"), keys)

    near, rivals = among("reuse_near", sql.NEAR), among("reuse_rivals", sql.RIVALS).rivals()
    guests = engine.sql("reuse_guests", sql.GUESTS, ties=found)
    clusters = clustered(near, rivals, rank, compared.by_number(keys, guests), settings)
    added = ~np.isin(pair_keys(clusters.ties), pair_keys(near))
    new = store(engine, "reuse_added", ties_batch(clusters.ties.take(added), keys))
    ties = engine.sql("reuse_ties", sql.TIES, found=found, added=new)
    return ties, store(engine, "reuse_canonicals", canonicals_batch(clusters, keys))


class _Compared:
    """Pairs of texts, aligned by maps."""

    def __init__(self, engine: Engine, texts: Table, vocabulary: Vocabulary) -> None:
        self.engine, self.texts, self.vocabulary = engine, texts, vocabulary
        self._asked = 0

    def ties(self, name: str, pairs: Table, settings: Settings, guests: Table | None = None) -> Table:
        """Return the table of ties among the pairs; `guests`: who stands in whom, else what these pairs show of it."""
        engine = self.engine
        both = engine.sql(f"{name}_texts", sql.PAIR_TEXTS, pairs=pairs, texts=self.texts)
        found = engine.map(
            f"{name}_found", partial(ties_of_pairs, vocabulary=self.vocabulary, settings=settings), both, FOUND
        )
        guests = guests or engine.sql(f"{name}_guests", sql.GUESTS, ties=found)
        whole = engine.sql(f"{name}_whole", sql.WHOLE_ENDS, found=found, texts=self.texts)
        held = engine.sql(f"{name}_held", sql.HELD_ENDS, found=found, guests=guests)
        return engine.sql(name, sql.PARTED, found=found, whole=whole, held=held)

    def by_number(self, keys: Ints, guests: Table) -> Verify:
        """Return the same for texts numbered by their place among the keys."""

        def check(shorter: Ints, longer: Ints, settings: Settings) -> Ties:
            columns = [pa.array(keys[shorter]), pa.array(keys[longer])]
            self._asked += 1
            name = f"reuse_asked_{self._asked}"
            pairs = store(self.engine, f"{name}_pairs", pa.RecordBatch.from_arrays(columns, schema=PAIRS))
            rows = read(self.engine, self.ties(name, pairs, settings, guests), TIES, "shorter_key, longer_key")
            return ties_of_rows(rows, keys)

        return check


# --- maps -------------------------------------------------------------------------------------------------------------


def voices_of_paragraphs(batches: Batches) -> Batches:
    """Yield rows of `VOICES`."""
    for rows in gathered(batches):
        yield voices_batch(rows["paragraph_id"].combine_chunks(), words_told(rows))


def casing_of_paragraphs(batches: Batches) -> Batches:
    """Yield rows of `CASING`: what these paragraphs say of each word."""
    for rows in gathered(batches):
        yield _record([column.astype(np.int64) for column in casing_of(words_told(rows))], CASING)


def prints_of_texts(batches: Batches) -> Batches:
    """Yield rows of `PRINTS`: the sampled grams of distinct texts."""
    for rows in gathered(batches):
        prints = fingerprints_of(words_of(rows["text"]))
        beside = (rows["text_key"].to_numpy(), rows["words"].to_numpy(), prints.counts)
        yield _record([prints.grams.astype(np.int64), *(np.repeat(column, prints.counts) for column in beside)], PRINTS)


def pairs_of_meetings(batches: Batches) -> Batches:
    """Yield rows of `PAIRS` from sorted meetings: those that share enough grams, as `candidates` has it.

    Counted in passing: as many groups as there are pairs would not fit a hash table that may not spill.
    """
    held = np.zeros((4, 0), np.int64)
    for rows in gathered(batches):
        columns = [rows[name].to_numpy() for name in ("shorter_key", "longer_key", "sample", "other")]
        met = np.concatenate([held, np.stack(columns)], axis=1)
        last = np.flatnonzero((met[:2] != met[:2, -1:]).any(axis=0))
        cut = last[-1] + 1 if len(last) else 0  # the last pair may go on in the next rows
        yield _counted_pairs(met[:, :cut])
        held = met[:, cut:]
    yield _counted_pairs(held)


def _counted_pairs(met: NDArray[np.int64]) -> pa.RecordBatch:
    new = np.ones(met.shape[1], np.bool_)
    new[1:] = (met[:2, 1:] != met[:2, :-1]).any(axis=0)
    first = np.flatnonzero(new)
    shared = np.diff(np.append(first, met.shape[1]))
    kept = first[(shared > 1) | (np.minimum(met[2, first], met[3, first]) <= FEW_GRAMS)]
    return _record([met[0, kept], met[1, kept]], PAIRS)


def ties_of_pairs(batches: Batches, vocabulary: Vocabulary, settings: Settings) -> Batches:
    """Yield rows of `FOUND` for pairs that come with both texts."""
    for rows in gathered(batches):
        pair = np.concatenate([rows["shorter_key"].to_numpy(), rows["longer_key"].to_numpy()])
        keys, first, number = np.unique(pair, return_index=True, return_inverse=True)
        texts = pa.chunked_array([*rows["shorter_text"].chunks, *rows["longer_text"].chunks], rows["longer_text"].type)
        words = words_of(texts.take(pa.array(first)))
        ready = texts_for_verifying(words, np.arange(len(keys)), classes_of(words, vocabulary))
        half = len(number) // 2
        shorter, longer = number[:half], number[half:]
        ties = ties_of(shorter, longer, verify(ready, shorter, longer, grain_of(words), settings))
        yield found_batch(ties, end_keys(ready, ties), keys)


def _record(columns: list[Ints], schema: pa.Schema) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays([pa.array(column) for column in columns], schema=schema)


def _hashes(batches: Batches) -> Codes:
    return np.concatenate(
        [np.zeros(0, np.uint32), *(batch.column("word").to_numpy().astype(np.uint32) for batch in batches)]
    )


def ties_of_rows(rows: pa.Table, keys: Ints) -> Ties:
    """Return ties by number from rows of `TIES`; `keys` are those of the texts, by number."""
    order = np.argsort(keys)
    columns = [rows[name].to_numpy() for name in TIES.names]
    numbers = [order[np.searchsorted(keys[order], column)] for column in columns[:2]]
    similarity = (columns[3] / 1_000_000).astype(np.float32)
    places = (column.astype(np.int32) for column in columns[4:])
    ties = Ties(numbers[0], numbers[1], columns[2].astype(np.uint8), similarity, *places)
    return ties.take(np.lexsort((ties.longer, ties.shorter)))
