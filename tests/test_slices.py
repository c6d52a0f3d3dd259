"""Sorted files, cut anew: no row is lost, doubled or moved, whatever the files and the row groups."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.engine.slices import cut, rows_of


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 40), min_size=1, max_size=5), st.integers(1, 50), st.integers(1, 9))
def test_stretches_hold_all_rows_in_order(sizes: list[int], rows: int, group: int) -> None:
    with TemporaryDirectory() as folder:
        files, at = [Path(folder) / f"{n}.parquet" for n in range(len(sizes))], 0
        for path, size in zip(files, sizes, strict=True):
            pq.write_table(pa.table({"n": pa.array(range(at, at + size), pa.int64())}), path, row_group_size=group)
            at += size
        stretches = [[n for b in rows_of(s) for n in b.column(0).to_pylist()] for s in cut(files, rows)]
    assert [n for stretch in stretches for n in stretch] == list(range(at))
    assert all(len(stretch) == rows for stretch in stretches[:-1])
    assert len(stretches) == max(1, -(-at // rows))
