"""Row groups of several files in one: the bytes that Arrow would have written in one go, and what readers make of them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.writing.joined import empty_file
from cleaner.writing.parquet import options_of, stamped
from cleaner.writing.parquet_joining import Joining, row_groups
from cleaner.writing.parquet_weaving import woven

SCHEMA = pa.schema(
    [
        pa.field("n", pa.int64(), nullable=False),
        ("status", pa.string()),
        ("text", pa.string()),
        ("parts", pa.list_(pa.struct([("first", pa.int64()), ("score", pa.float32())]))),
        ("flag", pa.bool_()),
        ("raw", pa.binary()),
        ("time", pa.timestamp("us", tz="UTC")),
    ]
)
ABOUT: dict[str, object] = {"made_by": "a test", "table": "numbers"}


def numbers(first: int, count: int) -> pa.Table:
    """Rows of all types, with nulls; some texts are so long that a column needs several pages."""
    rows = [
        {
            "n": n,
            "status": ("kept", "chrome", None)[n % 3],
            "text": None if n % 7 == 0 else f"number {n} " * (1 + n % 5),
            "parts": None if n % 11 == 0 else [{"first": k, "score": k / 3} for k in range(n % 4)],
            "flag": n % 2 == 0,
            "raw": bytes([n % 256]) if n % 5 == 0 else None,
            "time": n * 1_000_003,
        }
        for n in range(first, first + count)
    ]
    return pa.Table.from_pylist(rows, SCHEMA)


def in_one_go(tables: Sequence[pa.Table]) -> bytes:
    """Return the file that Arrow makes of the tables, a row group each."""
    file = io.BytesIO()
    with pq.ParquetWriter(file, SCHEMA.with_metadata(stamped(ABOUT)), **options_of(SCHEMA)) as writer:
        for table in tables:
            writer.write_table(table, row_group_size=max(table.num_rows, 1))
        writer.add_key_value_metadata(stamped({"content_sha256": "f00", "row_count": sum(map(len, tables))}))
    return file.getvalue()


def alone(table: pa.Table) -> bytes:
    file = io.BytesIO()
    with pq.ParquetWriter(file, table.schema, **options_of(table.schema)) as writer:
        writer.write_table(table, row_group_size=max(table.num_rows, 1))
    return file.getvalue()


def joined(files: Sequence[bytes]) -> bytes:
    sink = io.BytesIO()
    joining = Joining(sink)
    for file in files:
        joining.add(file)
    joining.done(empty_file(SCHEMA, ABOUT, joining.rows, "f00"))
    return sink.getvalue()


def cut(sizes: Sequence[int]) -> list[pa.Table]:
    firsts = [sum(sizes[:number]) for number in range(len(sizes))]
    return [numbers(first, size) for first, size in zip(firsts, sizes, strict=True)]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(1, 60), max_size=20))
def test_the_bytes_are_those_of_one_writer(sizes: list[int]) -> None:
    tables = cut(sizes)
    whole = in_one_go(tables)
    assert joined([alone(table) for table in tables]) == whole
    assert joined([whole]) == whole  # its row groups, taken out and put in again


def test_columns_of_several_pages_and_many_row_groups_are_moved(tmp_path: Path) -> None:
    tables = cut([45_000, 3, 20_001, *[1] * 20])
    data = joined([in_one_go(tables[:2]), *map(alone, tables[2:])])
    assert data == in_one_go(tables)
    (tmp_path / "joined.parquet").write_bytes(data)
    every = pa.concat_tables(tables)
    assert pq.read_table(tmp_path / "joined.parquet").equals(every)
    assert len(pd.read_parquet(tmp_path / "joined.parquet")) == every.num_rows


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("joined") / "joined.parquet"
    path.write_bytes(joined([alone(table) for table in cut([3000] * 5)]))
    return path


def test_readers_find_row_groups_by_what_is_said_of_them(path: Path) -> None:
    assert pq.read_table(path, filters=[("n", "=", 7001)])["n"].to_pylist() == [7001]
    assert pq.ParquetFile(path).read_row_group(3)["n"].to_pylist() == list(range(9000, 12000))
    found = duckdb.sql(
        f"SELECT n, text, parts[1].first FROM '{path}' WHERE n BETWEEN 8999 AND 9000 ORDER BY n"
    ).fetchall()
    assert [n for n, *_ in found] == [8999, 9000]
    assert duckdb.sql(f"SELECT count(*), count(text), sum(n) FROM '{path}'").fetchone() == (
        15_000,
        sum(n % 7 != 0 for n in range(15_000)),
        sum(range(15_000)),
    )


def test_footers_say_what_those_of_one_writer_say(path: Path) -> None:
    found = pq.read_metadata(path)
    assert (found.num_rows, found.num_row_groups) == (15_000, 5)
    assert found.metadata[b"cleaner.content_sha256"] == b"f00"
    assert found.metadata[b"cleaner.row_count"] == b"15000"
    assert found.metadata[b"cleaner.table"] == b"numbers"
    assert pq.read_schema(path).remove_metadata() == SCHEMA
    column = found.row_group(4).column(0)
    assert (column.statistics.min, column.statistics.max) == (12_000, 14_999)
    assert column.has_offset_index
    assert column.has_column_index


def test_a_file_of_no_row_groups_has_its_schema() -> None:
    data = joined([])
    assert data == in_one_go([])
    assert pq.read_table(pa.BufferReader(data)).schema.remove_metadata() == SCHEMA


def test_what_is_no_parquet_file_is_refused() -> None:
    with pytest.raises(ValueError, match="no Parquet file"):
        list(row_groups(b"PAR1\0\1\0\0\0PAR1"))


def renewed(table: pa.Table, names: Sequence[str]) -> pa.Table:
    """Return the table with other values in some columns: those of its rows in reverse."""
    for name in names:
        at = table.schema.get_field_index(name)
        table = table.set_column(at, table.schema.field(at), table[name].take(pa.array(range(len(table))[::-1])))
    return table


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 300), st.sets(st.sampled_from(SCHEMA.names)))
def test_columns_in_the_place_of_others_are_as_if_written_there(count: int, names: set[str]) -> None:
    named = [name for name in SCHEMA.names if name in names]
    before = numbers(5, count)
    after = renewed(before, named)
    assert woven(alone(before), alone(after.select(named or SCHEMA.names))) == alone(after)


def test_columns_of_several_pages_are_put_in_the_place_of_others() -> None:
    before = numbers(0, 45_000)
    long = pa.array(["long " * 2000, *before["text"].to_pylist()[1:]], pa.string())  # too long for an index of values
    before = before.set_column(2, SCHEMA.field(2), long)
    after = renewed(before, ["parts", "time"])
    assert woven(alone(before), alone(after.select(["n", "parts", "time"]))) == alone(after)
    after = renewed(before, ["text", "parts"])
    assert woven(alone(before), alone(after)) == alone(after)
