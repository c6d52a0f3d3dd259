"""The promise, checked of what a run draws: each stretch of documents once, as it stands in its files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from cleaner.engine.base import Engine, Table
from cleaner.verification import Verification, verified
from cleaner.writing.drawing import Pieces, task_stretches
from cleaner.writing.drawn import EDITS
from cleaner.writing.stretch_drawing import as_batch, piece_file
from cleaner.writing.stretches import Keys

_KEYS = pa.schema([(name, pa.string()) for name in Keys._fields])
_COUNTS = tuple(field.name for field in fields(Verification) if field.name != "broken")
VERIFIED = pa.schema([*_KEYS, *((name, pa.int64()) for name in _COUNTS), ("broken", pa.list_(pa.string()))])
"""What was found of a stretch, by its keys."""
UNCHECKED = pa.schema([("same_rows_as", pa.string()), *VERIFIED])
"""A stretch to check; where one with the same rows was, the key of the edits of that one, and what was found of it."""
_CHANGES = ["paragraph_id", "char_start", "char_end", "before", "after", "applied"]
"""The columns of edits that tell what they change; others tell why."""


def verify_pieces(engine: Engine, pieces: Pieces) -> Verification:
    """Return what a check of all stretches found; those that an earlier run checked are not read again."""
    live = engine.table("stretch_keys", _KEYS, iter([as_batch(pieces.stretches, _KEYS)]))
    known = dict(_checked(engine, engine.thinned(engine.made("verified", VERIFIED), "rows_key", live)))
    like = {keys.rows_key: keys for keys in known}
    new = [_unchecked(keys, like.get(keys.rows_key), known) for keys in pieces.stretches if keys not in known]
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
    for rows_key, edits_key, *found in engine.rows("SELECT * FROM checked", checked=checked):
        yield Keys(str(rows_key), str(edits_key)), Verification(*found)  # type: ignore[arg-type]


def _unchecked(keys: Keys, like: Keys | None, known: Mapping[Keys, Verification]) -> tuple[object, ...]:
    return (like.edits_key, *keys, *astuple(known[like])) if like else ("", *keys, *astuple(Verification()))


@dataclass(frozen=True, slots=True)
class Verifying:
    """The map from stretches to check to `VERIFIED`: it reads the files that they are drawn in."""

    folders: Mapping[str, Path]

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Check all stretches that come; where edits alone are new, and change the same, nothing else is read."""
        for batch in batches:
            for same_rows_as, rows_key, edits_key, *found in zip(*map(pa.Array.to_pylist, batch.columns), strict=True):
                keys = Keys(rows_key, edits_key)
                known = self._change_the_same(same_rows_as, edits_key)
                yield as_batch([(*keys, *(found if known else astuple(self._verified(keys))))], VERIFIED)

    def _verified(self, keys: Keys) -> Verification:
        return verified({name: [piece_file(self.folders[name], key)] for name, key in keys.by_table().items()})

    def _change_the_same(self, *keys: str) -> bool:
        paths = [piece_file(self.folders[EDITS], key) for key in keys if key]
        if len(paths) < len(keys) or not all(path.exists() for path in paths):
            return False
        one, other = (pq.ParquetFile(path).read(columns=_CHANGES) for path in paths)
        return bool(one.equals(other))
