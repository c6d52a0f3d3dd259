"""What share of a run's CPU goes to anything but extraction and judging: `python -m bench.stage_share PAGES`.

Maps run in this very process, so that one clock sees all, on a second run: imports and models are loaded then, as in a
long run.  Extraction and judging are `understand_all` (decoding, parsing, spans, metadata, language, evidence) and
`judge_all`; the rest is facts, repairs, batches, tables, SQL, reuse and writing.
"""

from __future__ import annotations

import argparse
import gc
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

import cleaner
from cleaner import stages
from cleaner.config import resolve
from cleaner.engine.base import Batches
from cleaner.engine.task import Task
from cleaner.engine.workers import Workers, run_task

PARTS = (
    *("understand_all", "site_column", "repair_columns", "understood_batch"),
    *("understood_rows", "judge_all", "settle", "settled_batch"),
)


def counted(spent: Counter[str], name: str, work: Callable[..., Any]) -> Callable[..., Any]:
    """Return `work` with its CPU seconds added up under a name."""

    def timed(*arguments: Any, **options: Any) -> Any:
        before = time.process_time()
        try:
            return work(*arguments, **options)
        finally:
            spent[name] += time.process_time() - before  # type: ignore[assignment]

    return timed


def in_this_process(_pool: Workers, fn: Batches, schema: pa.Schema, tasks: Sequence[Task]) -> Iterator[int]:
    """Run the tasks of a map here, in place of children."""
    for task in tasks:
        yield run_task(fn, schema, task, lambda _first, _count: None)


def spent_on(source: Path) -> Counter[str]:
    """Return the CPU seconds of a run over `source`, and of its parts."""
    spent: Counter[str] = Counter()
    Workers.run = in_this_process  # type: ignore[assignment,method-assign]
    plain = {name: getattr(stages, name) for name in PARTS}
    for name, work in plain.items():
        setattr(stages, name, counted(spent, name, work))
    with tempfile.TemporaryDirectory() as out:
        counted(spent, "whole run", cleaner.clean)([source], out=out, config=resolve({}), report=False)
    for name, work in plain.items():
        setattr(stages, name, work)
    return spent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path, help="folder of pages")
    parser.add_argument("--warm", type=Path, help="a few pages for the first run (default: the same)")
    given = parser.parse_args()
    spent_on(given.warm or given.source)
    gc.freeze()  # as children do
    gc.set_threshold(200_000, 20, 100)
    spent = spent_on(given.source)
    own = spent["understand_all"] + spent["judge_all"]
    for name, seconds in spent.most_common():
        print(f"{name:<16}{seconds:8.2f} s")
    print(f"neither extraction nor judging: {1 - own / spent['whole run']:.0%}")


if __name__ == "__main__":
    main()
