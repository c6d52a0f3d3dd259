"""Rows of decisions are packed as JSON has them, however they fall into batches."""

import json

import pyarrow as pa
import pytest

from cleaner.engine.base import Query
from cleaner.engine.embedded import Embedded, EmbeddedSettings
from cleaner.packing import pack, unpack

ROWS = [
    ("a", 1, 'x"y', True, None),
    ("a", 2, "é\\", False, "q"),
    ("b", -3, None, None, ""),
    *(("c", number, f"t\n{number % 3}", True, "ü") for number in range(5000)),
    ("d", 0, "", False, None),
]
NAMES = ("doc_id", "number", "text", "flag", "note")


@pytest.mark.parametrize("count", [0, 3, len(ROWS)])
def test_a_document_travels_with_its_rows(tmp_path, count):
    kinds = (pa.string(), pa.int64(), pa.string(), pa.bool_(), pa.string())
    rows = [dict(zip(NAMES, row, strict=True)) for row in reversed(ROWS[:count])]
    with Embedded(tmp_path, EmbeddedSettings()) as engine:
        batch = pa.RecordBatch.from_pylist(rows, pa.schema(list(zip(NAMES, kinds, strict=True))))
        table = engine.table("rows", batch.schema, iter([batch]))
        packed = pack(engine, "packed", Query("SELECT * FROM t", {"t": table}), NAMES[1:])
        found = engine.rows("SELECT doc_id, payload, key FROM t ORDER BY doc_id", t=packed)
    expected: dict[str, list[list[object]]] = {}
    for doc_id, *row in ROWS[:count]:
        expected.setdefault(doc_id, []).append(row)
    assert {doc_id: unpack(payload) for doc_id, payload, _ in found} == expected
    assert all(
        payload == json.dumps(unpack(payload), ensure_ascii=False, separators=(",", ":")) for _, payload, _ in found
    )
    assert len({key for *_, key in found}) == len(found)
