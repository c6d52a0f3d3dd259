"""The output folder: the five tables, written beside their old selves and put in place together, and `run.json`."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

import pyarrow as pa

from cleaner import queries
from cleaner.config import Config
from cleaner.engine.base import Drawn, Engine, Query, Sorted, Table
from cleaner.reuse.stage import ReuseTables
from cleaner.settled_documents import documents_of
from cleaner.writing.drawn import DRAWN, READ
from cleaner.writing.parquet import PART_ROWS, Part, PartWriter, Written, joined
from cleaner.writing.provenance import provenance
from cleaner.writing.schema import ORDER, STRINGS, TABLES, TIME

RUN_FILE = "run.json"
_CHUNK = 1024
_KEY = "source_uri"

CLUSTERS = pa.schema(
    [
        ("cluster_id", pa.string()),
        ("copy_count", pa.int64()),
        ("outlet_count", pa.int64()),
        ("outlets", STRINGS),
        ("copy_ids", STRINGS),
        ("first_outlet", pa.string()),
        ("first_published_at", TIME),
    ]
)
"""One row a cluster of two or more: how many other paragraphs say the same, where, and who was first by date."""


class Output(NamedTuple):
    """What a run wrote: the provenance stamped into every file, and the rows and hash of each table."""

    provenance: dict[str, Any]
    tables: dict[str, Written]


def write_tables(engine: Engine, out: Path, settled: Table, reuse: ReuseTables, config: Config) -> Output:
    """Write the five tables below `out`, sorted, each under its final name only when all are complete."""
    clusters = _clusters(engine, settled, reuse.members)
    beside = {"settled": settled, "members": reuse.members, "clusters": clusters, "copies": reuse.copies}
    told = Sorted(settled, _order("paragraphs"), READ, Query(queries.REUSED, beside))
    matches = Sorted(Query(queries.MATCHES, {"links": reuse.links, "settled": settled}), _order("matches"))
    said = provenance(config, engine.export(Query(queries.INPUTS, {"settled": settled}), _KEY, _manifest_sha256))
    drawn = [Drawn(shape, _begins(out, name, said)) for name, shape in DRAWN.items()]
    parts = engine.parts(told, drawn, PART_ROWS)
    parts += engine.parts(matches, [Drawn(_as_it_is, _begins(out, "matches", said))], PART_ROWS)
    written = dict(zip((*DRAWN, "matches"), map(joined, parts), strict=True))
    _put_in_place(out)
    return Output(said, {name: written[name] for name in TABLES})


def _order(name: str) -> tuple[str, ...]:
    return tuple(column.strip() for column in ORDER[name].split(","))


def _as_it_is(rows: pa.RecordBatch) -> pa.RecordBatch:
    return rows


def _begins(out: Path, name: str, said: dict[str, Any]) -> Callable[[int | None], _PartFile]:
    temporary = _temporary(out.absolute(), name)  # others that write it may work elsewhere
    _remove(temporary)
    return partial(_PartFile, temporary, name, said)


class _PartFile:
    """A part of a table in the folder `whole`, complete under its name at once; a table in one part goes there."""

    def __init__(self, whole: Path, name: str, said: dict[str, Any], number: int | None) -> None:
        self._path = whole
        self._temporary = whole
        about: dict[str, Any] = {**said, "table": name}
        if number is not None:
            whole.mkdir(exist_ok=True)
            self._path = whole / f"part-{number:05d}.parquet"
            self._temporary = whole / f".{self._path.name}.{uuid4().hex}.tmp"
            about["part"] = number
        self._writer = PartWriter(self._temporary, TABLES[name], _order(name), about)
        self.add = self._writer.add

    def done(self) -> Part:
        """Put the file in its place and return what was written."""
        part = self._writer.done()
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


def _manifest_sha256(batches: Iterator[pa.RecordBatch]) -> str:
    """Return the hash of the inputs: every URI with the hash of its bytes, in order."""
    digest = hashlib.sha256()
    for batch in batches:
        names = (batch.column("source_uri").to_pylist(), documents_of(batch)["source_sha256"].to_pylist())
        for uri, sha256 in zip(*names, strict=True):
            digest.update(f"{uri}\0{sha256}\n".encode())
    return digest.hexdigest()


# --- clusters ---------------------------------------------------------------------------------------------------------


def _clusters(engine: Engine, settled: Table, members: Table) -> Table:
    rows = Query(queries.CLUSTER_MEMBERS, {"settled": settled, "members": members})
    return engine.sink("clusters", rows, "cluster_id, source_uri, position", _gathered, CLUSTERS)


def _gathered(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    names = ("cluster_id", "paragraph_id", "doc_id", "outlet", "published_us", "cluster_outlet_count")
    rows = (row for b in batches for row in zip(*(b.column(n).to_pylist() for n in names), strict=True))
    done: list[dict[str, Any]] = []
    for cluster_id, group in groupby(rows, key=lambda row: row[0]):
        done.append(_cluster(cluster_id, list(group)))
        if len(done) == _CHUNK:
            yield pa.RecordBatch.from_pylist(done, CLUSTERS)
            done = []
    yield pa.RecordBatch.from_pylist(done, CLUSTERS)


def _cluster(cluster_id: str, members: list[tuple[Any, ...]]) -> dict[str, Any]:
    dated = [(published, outlet or "") for _, _, _, outlet, published, _ in members if published is not None]
    first = min(dated, default=(None, ""))
    return {
        "cluster_id": cluster_id,
        "copy_count": len(members) - 1,
        "outlet_count": members[0][5],
        "outlets": sorted({outlet for _, _, _, outlet, _, _ in members if outlet}),
        "copy_ids": [paragraph for _, paragraph, *_ in members if paragraph != cluster_id],
        "first_outlet": first[1] or None,
        "first_published_at": first[0],
    }
