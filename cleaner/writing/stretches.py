"""Stretches of documents: what is drawn of the tables, remembered, and used again.

The documents of a corpus, in the order of their names, are cut into stretches of some 7,000 rows.  Where one ends is
told by the documents near by, so one that comes or goes changes a stretch or two, and all others stay as they are.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import partial
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from cleaner import queries
from cleaner.engine.base import Engine, Query, Table
from cleaner.engine.following import Following
from cleaner.settled import SETTLED
from cleaner.writing.clusters import CLUSTERS
from cleaner.writing.drawn import DRAWN, EDITS
from cleaner.writing.parquet import UnsortedError, content_digest

STRETCH_ROWS = 7_000
"""Rows of settled documents that a stretch has on the average."""
MOST_TIMES = 2
"""A stretch that has so many times more rows than that is cut again: it is held in memory as a whole."""
MOST_READS = 8
"""Where files would be read so often, since what follows one another stands far apart, rows are sorted first."""

PLACE = pa.struct([("file", pa.string()), ("first", pa.int64()), ("end", pa.int64())])
REUSE = pa.schema(
    [
        ("row_id", pa.string()),
        ("cluster_id", pa.string()),
        ("collapsed", pa.bool_()),
        ("is_canonical", pa.bool_()),
        ("canonical_similarity", pa.float32()),
        ("cluster_size", pa.int64()),
        ("cluster_outlet_count", pa.int64()),
        *list(CLUSTERS)[1:],
        ("copy_of", pa.string()),
        ("copied_share", pa.float32()),
    ]
)
"""What reuse says of a paragraph that is in a cluster, or of a document that holds something of others: by its id."""
PIECE = pa.struct(
    [
        ("name", pa.string()),
        ("key", pa.string()),
        ("own_key", pa.string()),
        ("like", pa.string()),
        ("like_digests", pa.binary()),
    ]
)
"""What is to be drawn of a table: its key, and that of all that reuse does not tell.

Where another piece has that one, too: its key, and the hashes of its columns."""
STRETCHES = pa.schema(
    [
        ("pieces", pa.list_(PIECE)),
        ("places", pa.list_(PLACE)),
        ("reuse", pa.list_(pa.struct(list(REUSE)))),
    ]
)
"""A stretch of which something is to be drawn: where its documents stand, and what reuse says."""

_DOCUMENTS = pa.schema(
    [
        ("doc_id", pa.string()),
        ("stretch", pa.int64()),
        ("source_uri", pa.string()),
        ("outlet", pa.string()),
        ("published_us", pa.int64()),
    ]
)
_HEADS = pa.schema(
    [
        *(_DOCUMENTS.field(name) for name in ("source_uri", "doc_id", "outlet", "published_us")),
        ("source_sha256", pa.string()),
        ("row_count", pa.int64()),
        ("rows_key", pa.string()),
        ("edits_key", pa.string()),
        ("file", pa.string()),
        ("number", pa.int64()),
    ]
)
"""The columns of `queries.HEADS`."""
_HASH_CHARS = 8
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


class Documents(NamedTuple):
    """The documents in the order of their names: `columns` of `queries.HEADS`, and the number of each one's stretch."""

    columns: pa.Table
    stretch: Ints

    def stretch_count(self) -> int:
        """Return the number of stretches."""
        return int(self.stretch[-1]) + 1 if len(self.stretch) else 0

    def manifest_sha256(self) -> str:
        """Return the hash of the inputs: every URI with the hash of its bytes, in order."""
        digest = hashlib.sha256()
        names = (self.columns[name].to_pylist() for name in ("source_uri", "source_sha256"))
        for uri, sha256 in zip(*names, strict=True):
            digest.update(f"{uri}\0{sha256}\n".encode())
        return digest.hexdigest()


class Ordered(NamedTuple):
    """Settled rows, those of a stretch near each other; their documents in order; these as a table, and their hash."""

    settled: Table
    documents: Documents
    named: Table
    manifest_sha256: str


class Keys(NamedTuple):
    """What tells a stretch from others: by its rows, by its edits, and by all that reuse does not tell of its rows.

    The key of no edits is empty.
    """

    rows_key: str
    edits_key: str
    own_key: str

    def by_table(self) -> dict[str, str]:
        """Return the key by which each table is drawn anew."""
        return {name: self.edits_key if name == EDITS else self.rows_key for name in DRAWN}

    def own_by_table(self) -> dict[str, str]:
        """Return the key of each table by what reuse does not tell in it."""
        return {name: self.edits_key if name == EDITS else self.own_key for name in DRAWN}


class Stretch(NamedTuple):
    """A stretch: its keys, its documents (`queries.HEADS`), and what reuse says of them (`REUSE`)."""

    keys: Keys
    documents: pa.Table
    told: pa.Table

    @property
    def places(self) -> pa.StructArray:
        """Where the documents stand."""
        first = self.documents["number"]
        end = pc.add(first, self.documents["row_count"])
        return _structs(pa.table([self.documents["file"], first, end], pa.schema(list(PLACE))))

    @property
    def reuse(self) -> pa.StructArray:
        """What reuse says of the documents."""
        return _structs(self.told)


def ordered(engine: Engine, settled: Table) -> Ordered:
    """Return settled documents in their order."""
    documents = _documents(engine, settled)
    if _reads(documents) > MOST_READS * pc.sum(documents.columns["row_count"], min_count=0).as_py():
        rows = Query(queries.GATHERED, {"settled": settled, "documents": _table_of(engine, documents)})
        in_order = "stretch, source_uri, position"
        settled = engine.sink("gathered", rows, in_order, partial(_cast, schema=SETTLED), SETTLED)
        documents = _documents(engine, settled)
    return Ordered(settled, documents, _table_of(engine, documents), documents.manifest_sha256())


def _table_of(engine: Engine, documents: Documents) -> Table:
    """Return the documents as a table, each with the number of its stretch."""
    columns = documents.columns.append_column("stretch", pa.array(documents.stretch)).select(_DOCUMENTS.names)
    return engine.table("stretch_of", _DOCUMENTS, iter(columns.cast(_DOCUMENTS).to_batches()))


def stretches(documents: Documents, reused: Iterator[pa.RecordBatch]) -> Iterator[Stretch]:
    """Yield the stretches, one after another; `reused` has rows of `queries.REUSED`, sorted by their stretch."""
    schema = pa.schema([_DOCUMENTS.field("stretch"), *REUSE])
    following = Following(_cast(reused, schema), schema, "stretch")
    bounds = np.flatnonzero(np.diff(documents.stretch, prepend=-1, append=-2)).tolist()
    for number, (first, end) in enumerate(pairwise(bounds)):
        columns = documents.columns.slice(first, end - first)
        told = following.of(pa.array([number])).select(REUSE.names)
        own_key = _key(*columns["rows_key"].to_pylist())
        rows_key = _key(own_key, content_digest(told).hex())
        edits = columns.filter(pc.not_equal(columns["edits_key"], ""))
        edits_key = _key(*edits["doc_id"].to_pylist(), *edits["edits_key"].to_pylist()) if edits.num_rows else ""
        yield Stretch(Keys(rows_key, edits_key, own_key), columns, told)


def _key(*told: str) -> str:
    return hashlib.blake2b("\0".join(told).encode(), digest_size=16).hexdigest()


def _structs(rows: pa.Table) -> pa.StructArray:
    return pa.StructArray.from_arrays([column.combine_chunks() for column in rows.columns], fields=list(rows.schema))


def _documents(engine: Engine, settled: Table) -> Documents:
    def table(rows: Iterator[pa.RecordBatch]) -> pa.Table:
        return pa.Table.from_batches(_cast(rows, _HEADS), _HEADS).combine_chunks()

    return cut(engine.placed(queries.HEADS, settled, "source_uri", table))


def cut(columns: pa.Table) -> Documents:
    """Return documents (`queries.HEADS`) in stretches; raise UnsortedError where they are not in order.

    One that would be long is cut into several, each of them of bounded size.
    """
    uris = columns["source_uri"]
    back = pc.index(pc.less(uris.slice(0, len(uris) - 1), uris.slice(1)), value=False).as_py()
    if back >= 0:
        raise UnsortedError(f"{uris[back + 1]} came after {uris[back]}: the stream is not sorted")
    rows = columns["row_count"].to_numpy()
    after = np.cumsum(rows)
    ends = _ends(np.array([int(doc_id[:_HASH_CHARS], 16) for doc_id in columns["doc_id"].to_pylist()]), after)
    whole: Ints = np.cumsum(ends) - ends
    before = after - rows
    within = before - before[np.searchsorted(whole, whole)]
    begins = (np.diff(whole, prepend=0) > 0) | (np.diff(within // (MOST_TIMES * STRETCH_ROWS), prepend=0) > 0)
    return Documents(columns, np.cumsum(begins))


def _ends(ids: Ints, after: Ints) -> Flags:
    """Tell of each document whether it ends a stretch; `after` are the rows up to its end.

    The id of a document is a hash, and so a number that its place has nothing to do with.  A stretch ends where it is
    the least of all within half a stretch before and behind: so none is much shorter, few are much longer, and what
    comes or goes is felt no farther than that.
    """
    ends = np.zeros(len(ids), np.bool_)
    if not len(ids):
        return ends
    near = STRETCH_ROWS // 2
    firsts = np.flatnonzero(np.diff(after // near, prepend=-1))  # where rows are cut anyhow, each part has one least
    least = np.repeat(np.minimum.reduceat(ids, firsts), np.diff(firsts, append=len(ids)))
    some = np.flatnonzero((ids == least) & (after >= near) & (after <= after[-1] - near))
    bounds = np.stack([np.searchsorted(after, after[some] - near), np.searchsorted(after, after[some] + near, "right")])
    ends[some] = np.minimum.reduceat(np.append(ids, 0), bounds.T.ravel())[::2] == ids[some]
    return ends


def _reads(documents: Documents) -> int:
    """Return how many rows would be read if each stretch read all rows of the files that hold some of its own."""
    files = documents.columns["file"].dictionary_encode().combine_chunks()
    numbers, rows = files.indices.to_numpy().astype(np.int64), documents.columns["row_count"].to_numpy()
    visits = np.sort(documents.stretch * len(files.dictionary) + numbers)
    visits = visits[np.diff(visits, prepend=-1) != 0]
    return int(np.bincount(numbers, rows)[visits % len(files.dictionary)].sum())


def _cast(batches: Iterator[pa.RecordBatch], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    """Yield rows that a query gave with the columns and types that they had."""
    return (batch.select(schema.names).cast(schema) for batch in batches)
