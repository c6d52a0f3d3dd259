"""The output folder: the five tables, written beside their old selves and put in place together, and `run.json`."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import uuid4

import pyarrow as pa
import pyarrow.compute as pc

from cleaner import queries
from cleaner.config import Config
from cleaner.engine.base import Drawn, Engine, Query, Table, Writing
from cleaner.writing.drawing import Pieces, piece_table
from cleaner.writing.joined import JoinedWriter
from cleaner.writing.parquet import PART_ROW_GROUPS, ROW_GROUP_ROWS, Part, PartWriter, Written, joined
from cleaner.writing.provenance import provenance
from cleaner.writing.schema import ORDER, RUN_FILE, TABLES, order_of
from cleaner.writing.stretches import Ordered

if TYPE_CHECKING:
    from cleaner.verification import Verification


def _unverified() -> None:
    return None


class Output(NamedTuple):
    """What a run wrote: the provenance stamped into every file, rows and hash of each table.

    `verified` waits for what a check finds, if there is one; it is asked once, as the last, while the engine is there.
    """

    provenance: dict[str, Any]
    tables: dict[str, Written]
    verified: Callable[[], Verification | None] = _unverified


def write_matches(engine: Engine, out: Path, ordered: Ordered, links: Callable[[], Table], config: Config) -> Written:
    """Write the table of matches, sorted, beside its final name: `write_tables` puts it in place."""
    matches = Query(queries.MATCHES, {"links": links(), "documents": ordered.named})
    rows = partial(PartWriter, TABLES["matches"], order_of("matches"))
    begins = _begins(out, "matches", provenance(config, ordered.manifest_sha256), rows)
    size = PART_ROW_GROUPS * ROW_GROUP_ROWS
    (parts,) = engine.parts(matches, ORDER["matches"], [Drawn(_as_it_is, begins)], size)
    return joined(parts)


def write_tables(engine: Engine, out: Path, pieces: Pieces, matches: Callable[[], Written], config: Config) -> Output:
    """Write the tables below `out`, sorted; all get their final names when all are complete, `matches` among them."""
    said = provenance(config, pieces.manifest_sha256)
    row_groups = Query(queries.PIECES, {"pieces": piece_table(engine, pieces), "drawn": pieces.row_groups})
    drawn = [
        Drawn(partial(_of_table, name=name), _begins(out, name, said, partial(JoinedWriter, TABLES[name], folder)))
        for name, folder in pieces.folders.items()
    ]
    parts = engine.parts(row_groups, "number, name", drawn, PART_ROW_GROUPS)
    written = {**dict(zip(pieces.folders, map(joined, parts), strict=True)), "matches": matches()}
    _put_in_place(out)
    return Output(said, {name: written[name] for name in TABLES})


def _of_table(rows: pa.RecordBatch, name: str) -> pa.RecordBatch:
    return rows.filter(pc.equal(rows.column("name"), name))


def _as_it_is(rows: pa.RecordBatch) -> pa.RecordBatch:
    return rows


_Begin = Callable[[Path, dict[str, Any]], Writing[Part]]
"""What begins a file, of which something is told."""


def _begins(out: Path, name: str, said: dict[str, Any], begin: _Begin) -> Callable[[int | None], _PartFile]:
    temporary = _temporary(out.absolute(), name)  # others that write it may work elsewhere
    _remove(temporary)
    return partial(_PartFile, temporary, {**said, "table": name}, begin)


class _PartFile:
    """A part of a table in the folder `whole`, complete under its name at once; a table in one part goes there."""

    def __init__(self, whole: Path, about: dict[str, Any], begin: _Begin, number: int | None) -> None:
        self._path = whole
        self._temporary = whole
        if number is not None:
            whole.mkdir(exist_ok=True)
            self._path = whole / f"part-{number:05d}.parquet"
            self._temporary = whole / f".{self._path.name}.{uuid4().hex}.tmp"
            about = {**about, "part": number}
        self._writing = begin(self._temporary, about)
        self.add = self._writing.add

    def done(self) -> Part:
        """Put the file in its place and return what was written."""
        part = self._writing.done()
        self._temporary.replace(self._path)
        return part


def _temporary(out: Path, name: str) -> Path:
    return out / f".{name}.parquet.tmp"


def _put_in_place(out: Path) -> None:
    """Give the tables their names.  `run.json` goes first and comes back last: without it an output is unfinished."""
    (out / RUN_FILE).unlink(missing_ok=True)
    for name in TABLES:
        new, path = _temporary(out, name), out / f"{name}.parquet"
        if path.is_dir() or new.is_dir():
            _remove(path)
        new.replace(path)


def remove_unfinished(out: Path) -> None:
    """Remove what a run that was stopped left beside the tables."""
    for left in out.glob(".*.tmp"):
        _remove(left)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def write_run_file(out: Path, run: dict[str, Any]) -> None:
    """Write `run.json` in one step."""
    temporary = out / f".{RUN_FILE}.tmp"
    temporary.write_text(json.dumps(run, indent=2, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8")
    temporary.replace(out / RUN_FILE)
