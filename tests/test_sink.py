"""The sink: bytes depend on the rows alone, and a stream that goes back is refused."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cleaner.writing.parquet import ROW_GROUP_ROWS, Part, PartWriter, UnsortedError, joined

SCHEMA = pa.schema([pa.field("n", pa.int64(), nullable=False), ("t", pa.list_(pa.string()))])


def batches(count: int, size: int) -> Iterator[pa.RecordBatch]:
    for at in range(0, count, size):
        numbers = list(range(at, min(at + size, count)))
        lists = [[str(n)] * (n % 3) if n % 5 else None for n in numbers]
        yield pa.RecordBatch.from_arrays([pa.array(numbers), pa.array(lists, pa.list_(pa.string()))], ["n", "t"])


def write_part(path: Path, rows: Iterable[pa.RecordBatch], metadata: dict[str, Any] | None = None) -> Part:
    writer = PartWriter(SCHEMA, ("n",), path, metadata or {})
    for batch in rows:
        writer.add(batch)
    return writer.done()


def test_batch_sizes_change_no_byte(tmp_path: Path) -> None:
    written = [joined([write_part(tmp_path / f"{s}", batches(20_000, s), {"a": 1})]) for s in (7, 999, 20_000)]
    assert len({(tmp_path / f"{s}").read_bytes() for s in (7, 999, 20_000)}) == 1
    assert len(set(written)) == 1
    metadata = pq.read_schema(tmp_path / "7").metadata
    assert metadata[b"cleaner.a"] == b"1"
    assert (
        pq.ParquetFile(tmp_path / "7").metadata.metadata[b"cleaner.content_sha256"].decode()
        == written[0].content_sha256
    )


def in_parts(folder: Path, count: int) -> Iterator[tuple[Path, Part]]:
    """Write the rows as parts of two row groups."""
    rows = pa.Table.from_batches(batches(count, 999))
    paths = [folder / f"part-{at:06d}" for at in range(0, count, 2 * ROW_GROUP_ROWS)]
    for number, path in enumerate(paths):
        part = rows.slice(number * 2 * ROW_GROUP_ROWS, 2 * ROW_GROUP_ROWS).to_batches(777)
        yield path, write_part(path, part, {"a": 1, "part": number})


def test_parts_hash_as_the_one_file(tmp_path: Path) -> None:
    whole = joined([write_part(tmp_path / "whole", batches(40_000, 1000), {"a": 1})])
    _, parts = zip(*in_parts(tmp_path, 40_000), strict=True)
    assert joined(parts)._replace(num_bytes=0) == whole._replace(num_bytes=0)
    with pytest.raises(UnsortedError, match="came after"):
        joined(parts[::-1])


def test_the_content_hash_tells_rows_apart(tmp_path: Path) -> None:
    one = write_part(tmp_path / "a", batches(10, 3))
    other = write_part(tmp_path / "b", batches(11, 3))
    assert joined([one]).content_sha256 != joined([other]).content_sha256


def test_a_stream_that_goes_back_is_refused(tmp_path: Path) -> None:
    twice = [*batches(5, 5), *batches(5, 5)]
    with pytest.raises(UnsortedError, match="came after"):
        write_part(tmp_path / "x", twice)


def test_a_null_where_none_may_be_is_an_error(tmp_path: Path) -> None:
    bad = pa.RecordBatch.from_arrays([pa.array([None], pa.int64()), pa.array([[]], pa.list_(pa.string()))], ["n", "t"])
    with pytest.raises(ValueError, match="column n holds 1 nulls"):
        write_part(tmp_path / "x", [bad])


def test_an_empty_table_has_its_schema(tmp_path: Path) -> None:
    assert write_part(tmp_path / "x", []).rows == 0
    assert pq.read_table(tmp_path / "x").schema.names == ["n", "t"]
