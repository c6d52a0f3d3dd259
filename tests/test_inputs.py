"""Tasks of a run: full ones first, smaller ones towards the end, every input in one of them and in its order."""

import pyarrow as pa
import pytest

from cleaner.inputs import ITEMS, LEAST_BYTES, LEAST_ITEMS, TASK_BYTES, TASK_ITEMS, task_groups


def tasks(sizes: list[int], batch_rows: int = 100) -> list[list[int]]:
    """Return the places of the inputs of each task."""
    none = {field.name: pa.nulls(len(sizes), field.type) for field in ITEMS}
    rows = {**none, "size_bytes": pa.array(sizes, pa.int64()), "place": pa.array(range(len(sizes)), pa.int64())}
    batches = pa.table(rows, ITEMS).to_batches(max_chunksize=batch_rows)
    groups = task_groups(batches, len(sizes), sum(sizes))
    return [[place for batch in group for place in batch.column("place").to_pylist()] for group in groups]


@pytest.mark.parametrize(("count", "size"), [(3000, 4000), (700, 150_000), (5, 90_000_000), (1, 0), (0, 0)])
def test_every_input_is_in_one_task_and_in_order(count: int, size: int) -> None:
    found = tasks([size] * count)
    assert [place for task in found for place in task] == list(range(count))


def test_tasks_get_smaller_towards_the_end() -> None:
    counts = [len(task) for task in tasks([4000] * 3000)]
    assert counts[0] == TASK_ITEMS
    assert counts == sorted(counts, reverse=True)
    assert LEAST_ITEMS in counts[-3:]


def test_large_inputs_are_told_by_their_bytes() -> None:
    sizes = [sum([150_000] * len(task)) for task in tasks([150_000] * 700)]
    assert TASK_BYTES <= sizes[0] < TASK_BYTES + 150_000
    assert LEAST_BYTES <= sizes[-2] < LEAST_BYTES + 150_000


def test_how_inputs_come_in_batches_does_not_matter() -> None:
    sizes = [(n * 7919) % 60_000 for n in range(900)]
    assert tasks(sizes, 7) == tasks(sizes, 1000)
