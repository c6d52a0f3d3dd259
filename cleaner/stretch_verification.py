"""The promise, checked of what a run draws: each stretch of documents once, as it stands in its files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import astuple, dataclass, fields
from pathlib import Path

import pyarrow as pa

from cleaner.engine.base import Engine
from cleaner.verification import Verification, verified
from cleaner.writing.drawing import TASK_STRETCHES, Pieces, as_batch, piece_file
from cleaner.writing.stretches import Keys

_STRETCHES = pa.schema([(name, pa.string()) for name in Keys._fields])
_COUNTS = tuple(field.name for field in fields(Verification) if field.name != "broken")
VERIFIED = pa.schema([*_STRETCHES, *((name, pa.int64()) for name in _COUNTS), ("broken", pa.list_(pa.string()))])
"""What was found of a stretch, by its keys."""


def verify_pieces(engine: Engine, pieces: Pieces) -> Verification:
    """Return what a check of all stretches found; those that an earlier run checked are not read again."""
    known = {keys for keys, _ in _checked(engine, engine.made("verified", VERIFIED))}
    new = [keys for keys in pieces.stretches if keys not in known]
    tasks = (new[at : at + TASK_STRETCHES] for at in range(0, len(new), TASK_STRETCHES))
    unchecked = engine.groups("unverified", _STRETCHES, ([as_batch(task, _STRETCHES)] for task in tasks))
    found = dict(_checked(engine, engine.append("verified", Verifying(pieces.folders), unchecked, VERIFIED)))
    every = [found[keys] for keys in pieces.stretches]
    counts = {name: sum(getattr(one, name) for one in every) for name in _COUNTS}
    return Verification(**counts, broken=[problem for one in every for problem in one.broken])


def _checked(engine: Engine, checked: Path) -> Iterator[tuple[Keys, Verification]]:
    for row in engine.rows("SELECT * FROM checked", checked=checked):
        rows_key, edits_key, *found = row
        yield Keys(str(rows_key), str(edits_key)), Verification(*found)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Verifying:
    """The map from keys of stretches to `VERIFIED`: it reads the files that they are drawn in."""

    folders: Mapping[str, Path]

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Check all stretches that come."""
        for keys in (Keys(**row) for batch in batches for row in batch.to_pylist()):
            files = {name: [piece_file(self.folders[name], key)] for name, key in keys.by_table().items()}
            yield as_batch([(*keys, *astuple(verified(files)))], VERIFIED)
