"""Facts of reuse for what fits in memory: one pass of numpy, no SQL."""

from __future__ import annotations

from cleaner.engine.base import Engine, Table
from cleaner.reuse.canonical import UNDATED, policy_rank, ranks_by_id
from cleaner.reuse.fact_tables import PARAGRAPHS, ReuseFacts, canonicals_batch, read, store, ties_batch, voices_batch
from cleaner.reuse.finding import find_among
from cleaner.reuse.remembered import REMEMBERED, Memory
from cleaner.reuse.settings import Settings
from cleaner.reuse.words import words_of


def facts_in_memory(engine: Engine, paragraphs: Table, settings: Settings) -> ReuseFacts:
    """Return the facts of a table of paragraphs that fits in memory with all that is made of it."""
    rows = read(engine, paragraphs, PARAGRAPHS, "paragraph_id")
    ids = rows["paragraph_id"].combine_chunks()
    words = words_of(rows["text"])
    published = rows["published_at"].fill_null(UNDATED).to_numpy()
    rank = policy_rank(ranks_by_id(ids), words.counts, published, rows["damage"].to_numpy())
    memory = Memory(read(engine, engine.made("reuse_remembered", REMEMBERED), REMEMBERED, "pair"))
    found = find_among(words, rank, settings, memory)
    store(engine, "reuse_remembered", memory.batch())
    keys = found.distinct.keys
    return ReuseFacts(
        store(engine, "reuse_voices", voices_batch(ids, words)),
        store(engine, "reuse_ties", ties_batch(found.clustered.ties, keys)),
        store(engine, "reuse_canonicals", canonicals_batch(found.clustered, keys)),
    )
