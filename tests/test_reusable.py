"""Words that are told where paragraphs are settled, and read from a table ever after."""

from pathlib import Path

import pyarrow as pa
import pytest

from cleaner.engine.embedded import Embedded, EmbeddedSettings
from cleaner.reuse.reusable import REUSABLE, VOICES, WORDS, ReusableRows, word_columns, words_in
from cleaner.reuse.settings import Settings
from cleaner.reuse.stage import run
from cleaner.reuse.texts import keys_of, voices_of
from cleaner.reuse.words import words_of
from cleaner.settled import SETTLED
from tests.reuse_texts import invented, paragraphs, rows_of, stored

STATUSES = ("kept", "chrome", "repeat", "blank", "excluded", None)


def settled(texts: list[str]) -> pa.Table:
    rows = [
        {
            **dict.fromkeys(SETTLED.names),
            "doc_id": "d",
            "paragraph_id": f"d:{n:05d}",
            "position": n,
            "status": STATUSES[n % len(STATUSES)],
            "source_text": text,
            "text": text.upper() if n % len(STATUSES) == 0 else None,
            "edit_count": n,
        }
        for n, text in enumerate(texts)
    ]
    return pa.Table.from_pylist(rows, SETTLED)


def test_kept_and_repeated_paragraphs_come_with_the_words_of_their_text() -> None:
    texts = ["The bridge is shut.", "Menu", "Why? “Nobody knows,” she said.", "", "Advertisement", ""] * 3
    rows = pa.Table.from_batches(ReusableRows()(iter(settled(texts).to_batches(max_chunksize=4))), REUSABLE)
    assert rows["text"].to_pylist() == ["THE BRIDGE IS SHUT.", "Why? “Nobody knows,” she said."] * 3
    assert rows["is_repeat"].to_pylist() == [False, True] * 3
    expected = words_of(rows["text"])
    found = words_in(rows.slice(1).to_batches())
    assert found.offsets.tolist() == (expected.offsets[1:] - expected.offsets[1]).tolist()
    for column in ("hashes", "marks"):
        assert getattr(found, column).tolist() == getattr(expected, column)[expected.offsets[1] :].tolist()


@pytest.mark.parametrize("memory_bytes", [2 << 30, 1 << 20, 0], ids=["in memory", "in files", "by SQL"])
def test_reuse_is_the_same_with_words_told_before(tmp_path: Path, memory_bytes: int) -> None:
    rows = paragraphs([{"doc_id": f"d{n:04d}", "text": text} for n, text in enumerate(invented(300))])
    told = rows
    words = words_of(rows["text"])
    columns = (*word_columns(words), *map(pa.array, (keys_of(words), voices_of(words))))
    for name, column in zip((*WORDS, *VOICES), columns, strict=True):
        told = told.append_column(name, column)
    tables = []
    for name, table in (("plain", rows), ("told", told)):
        with Embedded(tmp_path / name, EmbeddedSettings()) as engine:
            source = stored(engine, rows) if table is rows else engine.table("told", REUSABLE, iter(told.to_batches()))
            made = run(engine, source, Settings(), memory_bytes)
            tables.append(rows_of(made))
    assert tables[0] == tables[1]
