"""What is decided of each document: its site's evidence and answers about case, by which it is settled."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from cleaner import queries
from cleaner.engine.base import Engine, Query, Table
from cleaner.engine.revision import SETTLED
from cleaner.packing import unpack
from cleaner.repair.casing_margin import changes_nothing

_STRING = pa.string()
AS_BEFORE = pa.schema([(name, _STRING) for name in ("doc_id", "casing", "decision_key")])
DECIDED = pa.schema([(name, _STRING) for name in ("doc_id", "item_key", "site", "casing", "decision_key")])
"""One row a live document: payloads of `PACKED`, and the key of what it is settled by."""


def decide(engine: Engine, live: Table, site: Table, casing: Table) -> Table:
    """Return the table of `DECIDED`, from packed evidence of sites and packed answers about case.

    Where other answers change nothing in a document that an earlier run has settled, it stays as it was decided.
    """
    tables = {"live": live, "site": site, "casing": casing}
    settled = engine.made("settled_by", SETTLED)
    moved = Query(queries.MOVED, {"before": engine.made("decided", DECIDED), "settled": settled, **tables})
    as_before = engine.sink("decided_before", moved, "doc_id", _as_before, AS_BEFORE)
    return engine.sql("decided", queries.DECIDED, asbefore=as_before, **tables)


def _as_before(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        told = zip(*(batch.column(name).to_pylist() for name in ("casing", "now", "note")), strict=True)
        same = [changes_nothing(unpack(casing), unpack(now), note) for casing, now, note in told]
        yield batch.filter(pa.array(same, pa.bool_())).select(AS_BEFORE.names)
