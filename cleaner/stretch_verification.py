"""The promise, checked of what a run draws: each stretch of documents once, as it stands in its files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from cleaner.engine.base import Engine, Table
from cleaner.records import Status
from cleaner.verification import Verification, verified
from cleaner.writing.drawing import Pieces, task_stretches
from cleaner.writing.drawn import EDITS
from cleaner.writing.stretch_drawing import as_batch, piece_file
from cleaner.writing.stretches import Keys

_KEYS = pa.schema([(name, pa.string()) for name in Keys._fields])
_COUNTS = tuple(field.name for field in fields(Verification) if field.name != "broken")
VERIFIED = pa.schema([*_KEYS, *((name, pa.int64()) for name in _COUNTS), ("broken", pa.list_(pa.string()))])
"""What was found of a stretch, by its keys."""
UNCHECKED = pa.schema([("like_rows_key", pa.string()), ("like_edits_key", pa.string()), *VERIFIED])
"""A stretch to check; where one was that but reuse tells from it, the keys of that one, and what was found of it."""
_CHANGES = ["paragraph_id", "char_start", "char_end", "before", "after", "applied"]
"""The columns of edits that tell what they change; others tell why."""
_STATUS = ["status"]
"""The column of paragraphs that reuse tells and a check reads."""


def verify_pieces(engine: Engine, pieces: Pieces) -> Verification:
    """Return what a check of all stretches found; those that an earlier run checked are not read again."""
    live = engine.table("stretch_keys", _KEYS, iter([as_batch(pieces.stretches, _KEYS)]))
    known = dict(_checked(engine, engine.thinned(engine.made("verified", VERIFIED), "rows_key", live)))
    like = {keys.own_key: keys for keys in known}
    new = [_unchecked(keys, like.get(keys.own_key), known) for keys in pieces.stretches if keys not in known]
    unchecked = engine.groups("unverified", UNCHECKED, ([as_batch(task, UNCHECKED)] for task in _tasks(new)))
    found = dict(_checked(engine, engine.append("verified", Verifying(pieces.folders), unchecked, VERIFIED)))
    every = [found[keys] for keys in pieces.stretches]
    counts = {name: sum(getattr(one, name) for one in every) for name in _COUNTS}
    return Verification(**counts, broken=[problem for one in every for problem in one.broken])


def _tasks(rows: Sequence[tuple[object, ...]]) -> Iterator[Sequence[tuple[object, ...]]]:
    while rows:
        size = task_stretches(len(rows))
        yield rows[:size]
        rows = rows[size:]


def _checked(engine: Engine, checked: Table) -> Iterator[tuple[Keys, Verification]]:
    for rows_key, edits_key, own_key, *found in engine.rows("SELECT * FROM checked", checked=checked):
        yield Keys(str(rows_key), str(edits_key), str(own_key)), Verification(*found)  # type: ignore[arg-type]


def _unchecked(keys: Keys, like: Keys | None, known: Mapping[Keys, Verification]) -> tuple[object, ...]:
    return (*like[:2], *keys, *astuple(known[like])) if like else ("", "", *keys, *astuple(Verification()))


@dataclass(frozen=True, slots=True)
class Verifying:
    """The map from stretches to check to `VERIFIED`: it reads the files that they are drawn in."""

    folders: Mapping[str, Path]

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Check all stretches that come.

        Where one was checked that edits or reuse alone tell from it, they are read by themselves: where edits change
        the same, and what stays in the text stays, all else is what was checked.
        """
        for batch in batches:
            for like_rows, like_edits, *told in zip(*map(pa.Array.to_pylist, batch.columns), strict=True):
                keys, found = Keys(*told[: len(_KEYS)]), told[len(_KEYS) :]
                known = self._keeps_the_same(like_rows, keys.rows_key) and self._change_the_same(
                    like_edits, keys.edits_key
                )
                yield as_batch([(*keys, *(found if known else astuple(self._verified(keys))))], VERIFIED)

    def _verified(self, keys: Keys) -> Verification:
        return verified({name: [piece_file(self.folders[name], key)] for name, key in keys.by_table().items()})

    def _keeps_the_same(self, one: str, other: str) -> bool:
        statuses = self._both("paragraphs", _STATUS, one, other)
        kept = [pc.if_else(pc.equal(s["status"], Status.COPY), Status.KEPT, s["status"]) for s in statuses]
        return one == other or (len(kept) > 1 and kept[0].equals(kept[1]))

    def _change_the_same(self, one: str, other: str) -> bool:
        changes = self._both(EDITS, _CHANGES, one, other)
        return one == other or (len(changes) > 1 and changes[0].equals(changes[1]))

    def _both(self, name: str, columns: list[str], *keys: str) -> list[pa.Table]:
        """Return columns of two different pieces of a table, or nothing where one is not there."""
        paths = [piece_file(self.folders[name], key) for key in keys]
        if keys[0] == keys[1] or not all(key and path.exists() for key, path in zip(keys, paths, strict=True)):
            return []
        return [pq.ParquetFile(path).read(columns=columns, use_threads=False) for path in paths]
