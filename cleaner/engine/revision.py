"""Revising a table: what is decided otherwise is made anew, in files of its own; older rows stay, and are void."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from cleaner.engine.base import Several, Table
from cleaner.engine.task import Revision, Task
from cleaner.engine.void import DOCUMENT

_OF_SOURCE = (DOCUMENT, "item_key")
_KEYS = (DOCUMENT, "decision_key")
_GROUP, _ROW = "group", "number"
_PLACE = ("file", _GROUP, _ROW)

NOTES = pa.schema([(DOCUMENT, pa.string()), ("note", pa.string())])
"""What a map that revises notes of some documents, in `Several` rows beside its own (`notes`)."""

SETTLED = pa.schema([*((name, pa.string()) for name in _KEYS), ("file", pa.string()), NOTES.field("note")])
"""One row a document and file of a revised table: by which decisions its rows there were made, and what was noted.

The table has a file for each file of the revised one, of the same name and written after it: else that is unfinished.
"""

UNSETTLED = """
    SELECT d.* FROM decided d LEFT JOIN settled s ON s.doc_id = d.doc_id AND s.decision_key = d.decision_key
    WHERE s.doc_id IS NULL
"""
"""Decisions of which there are no rows."""

OUTDATED = """
    SELECT s.doc_id AS doc_id, s.file AS file FROM settled s
    LEFT JOIN decided d ON d.doc_id = s.doc_id AND d.decision_key = s.decision_key WHERE d.doc_id IS NULL
"""
"""Documents whose rows in a file came of decisions that are not those of today."""

PLACED = """
    SELECT b.*, p.file AS file, p.number AS number FROM beside b JOIN placed p
    ON p.doc_id = b.doc_id AND p.item_key = b.item_key
"""
"""Decisions with the places of the rows that they concern."""

OF_FILES = "SELECT file, CAST(count(*) AS BIGINT) AS documents FROM documents GROUP BY file"

TOGETHER = 32
"""So many documents make a task, whatever row groups they stand in; those of one row group stay together."""


class Revising(NamedTuple):
    """A table under revision, `rows`, and beside it `keys`, the table of `SETTLED`; new files begin at a number."""

    rows: Table
    keys: Table
    first: int

    def remove_unfinished(self) -> None:
        """Remove files of rows without keys, and of keys without rows."""
        rows, keys = _names(self.rows), _names(self.keys)
        for folder, names in ((self.rows, rows - keys), (self.keys, keys - rows)):
            for name in names:
                (folder / name).unlink()

    def remove_void(self, file: str, documents: int) -> None:
        """Remove a file of rows, and their keys, where so many documents that are void in it are most."""
        keys = self.keys / f"{file}.parquet"
        if 2 * documents > pq.read_metadata(keys).num_rows:
            keys.unlink()
            (self.rows / keys.name).unlink()

    def tasks(self, src: Table, deciding: Path, batches: Iterator[pa.RecordBatch]) -> list[Task]:
        """Return the tasks that make rows of decisions, which come sorted by the rows of `src` that they concern.

        The columns `file` and `number` name those rows.  The decisions of a task are stored as one row group of
        the file `deciding`.
        """
        tasks: list[Task] = []
        writer: pq.ParquetWriter | None = None
        try:
            for decisions in _together(_by_row_group(src, batches)):
                name = f"{self.first + len(tasks)}.parquet"
                revision = Revision(str(src), str(self.keys / name))
                writer = writer or pq.ParquetWriter(deciding, decisions.schema, use_dictionary=False)
                writer.write_table(decisions, row_group_size=decisions.num_rows)
                tasks.append(Task(str(deciding), len(tasks), str(self.rows / name), revision))
        finally:
            if writer is not None:
                writer.close()
        return tasks


def _names(table: Table) -> set[str]:
    return {path.name for path in table.glob("*.parquet")}


def _by_row_group(src: Table, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.Table]:
    """Yield decisions by the row group of `src` that they concern, with its number and their rows in it."""
    for file, decisions in _by_file(batches):
        metadata = pq.read_metadata(src / f"{file}.parquet")
        sizes = [metadata.row_group(group).num_rows for group in range(metadata.num_row_groups)]
        ends, numbers = np.cumsum(sizes), decisions[_ROW].to_numpy()
        groups = np.searchsorted(ends, numbers, side="right")
        rows = pa.array(numbers - (ends - sizes)[groups])
        placed = decisions.drop_columns([_ROW]).append_column(_GROUP, pa.array(groups)).append_column(_ROW, rows)
        firsts = np.flatnonzero(np.diff(groups, prepend=-1)).tolist()
        for first, end in zip(firsts, (*firsts[1:], len(groups)), strict=True):
            yield placed.slice(first, end - first)


def _by_file(batches: Iterator[pa.RecordBatch]) -> Iterator[tuple[str, pa.Table]]:
    held: list[pa.RecordBatch] = []
    current = ""
    for batch in batches:
        ends = pc.run_end_encode(batch.column("file")).run_ends.to_pylist()
        for first, end in zip((0, *ends), ends, strict=False):
            file = batch.column("file")[first].as_py()
            if held and file != current:
                yield current, pa.Table.from_batches(held)
                held = []
            current = file
            held.append(batch.slice(first, end - first))
    if held:
        yield current, pa.Table.from_batches(held)


def _together(groups: Iterator[pa.Table]) -> Iterator[pa.Table]:
    """Yield the decisions on one row group after another, few of them in one table."""
    held: list[pa.Table] = []
    for decisions in groups:
        held.append(decisions)
        if sum(table.num_rows for table in held) >= TOGETHER:
            yield pa.concat_tables(held)
            held = []
    if held:
        yield pa.concat_tables(held)


class Work(NamedTuple):
    """What is done with rows: those that `make` is given (`columns` of them, if not all) become rows of `schema`.

    `write` writes a file at once, and returns the number of its rows.
    """

    make: Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]
    columns: tuple[str, ...] | None
    schema: pa.Schema
    write: Callable[[str, pa.Schema, Iterator[pa.RecordBatch]], int]


def revise(task: Task, revision: Revision, work: Work) -> int:
    """Make the rows of a task's decisions, then tell by what keys they were made; return the number of rows."""
    decisions = pq.ParquetFile(task.path).read_row_group(task.row_group)
    notes: dict[str, str] = {}
    made = work.make(_decided(Path(revision.src), work.columns, decisions))
    count = work.write(task.out, work.schema, _noting(made, notes))
    file = pa.array([Path(task.out).stem] * decisions.num_rows, pa.string())
    note = pa.array(map(notes.get, decisions[DOCUMENT].to_pylist()), pa.string())
    keys = pa.table([*(decisions[name] for name in _KEYS), file, note], SETTLED)
    work.write(revision.keys, SETTLED, iter(keys.to_batches()))
    return count


def _noting(made: Iterator[pa.RecordBatch | Several], notes: dict[str, str]) -> Iterator[pa.RecordBatch]:
    """Yield the rows that are made, and put into `notes` what is noted beside them."""
    for rows in made:
        if isinstance(rows, Several):
            notes.update(zip(*rows.beside["notes"].to_pydict().values(), strict=True))
            yield rows.rows
        else:
            yield rows


def _decided(src: Table, columns: tuple[str, ...] | None, decisions: pa.Table) -> Iterator[pa.RecordBatch]:
    """Yield the rows that are decided upon, with the columns of the decisions; only their row groups are read."""
    added = [name for name in decisions.column_names if name not in (*_OF_SOURCE, *_PLACE)]
    for part in _row_groups(decisions):
        file, group = part["file"][0].as_py(), part[_GROUP][0].as_py()
        rows = pq.ParquetFile(src / f"{file}.parquet").read_row_group(group, columns=columns)
        found = rows if part.num_rows == rows.num_rows else rows.take(part[_ROW])
        for name in added:
            found = found.append_column(name, part[name])
        yield from found.combine_chunks().to_batches()


def _row_groups(decisions: pa.Table) -> Iterator[pa.Table]:
    file, group = decisions["file"].combine_chunks(), decisions[_GROUP].to_numpy()
    numbers = pc.index_in(file, pc.unique(file)).to_numpy()
    firsts = np.flatnonzero(np.diff(numbers, prepend=-1) | np.diff(group, prepend=-1)).tolist()
    for first, end in zip(firsts, (*firsts[1:], len(group)), strict=True):
        yield decisions.slice(first, end - first)
