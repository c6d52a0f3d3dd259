"""What share of a run's CPU goes to anything but extraction and judging: `python -m bench.stage_share PAGES`.

Maps run in this very process, so that one clock sees all, on a second run: imports and models are loaded then, as in a
long run.  How a run is divided:

- *extraction*: reading files, choosing charsets, parsing, walking, spans, metadata, language, and the evidence that is
  drawn from a page (`read`, `understand_all`);
- *judging*: what the judge decides by: the facts and SQL of site templates, which are evidence of its own, and the
  verdicts (`site_rows`, `decide_site`, `judge_all`);
- all else: repairs and their facts, fates, batches, reuse, tables, verification, and the engine between them.
"""

from __future__ import annotations

import argparse
import gc
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import pyarrow as pa

import cleaner
from cleaner import pipeline, settle, stages
from cleaner.config import resolve
from cleaner.engine.base import Batches
from cleaner.engine.task import Task
from cleaner.engine.workers import Workers, run_task

OWN = {"extraction": ("read", "understand_all"), "judging": ("site_rows", "decide_site", "judge_all")}
PARTS: dict[ModuleType, tuple[str, ...]] = {
    stages: ("read", "understand_all", "site_rows", "repair_columns", "understood_batch", "settle", "settled_batch"),
    settle: ("judge_all", "plan_repairs"),
    pipeline: ("decide_site", "decide_casing", "decide_reuse", "write_tables"),
}

ALONE = {"run": {"workers": 1}}
"""With more, steps run side by side, and the clock of the process counts each for the other, too."""


def counted(spent: Counter[str], name: str, work: Callable[..., Any]) -> Callable[..., Any]:
    """Return `work` with its CPU seconds added up under a name."""

    def timed(*arguments: Any, **options: Any) -> Any:
        before = time.process_time()
        try:
            return work(*arguments, **options)
        finally:
            spent[name] += time.process_time() - before  # type: ignore[assignment]

    return timed


def counted_items(spent: Counter[str], name: str, work: Callable[..., Iterator[Any]]) -> Callable[..., Iterator[Any]]:
    """Return `work`, which yields, with the CPU seconds of its every step added up under a name."""

    def timed(*arguments: Any, **options: Any) -> Iterator[Any]:
        step = counted(spent, name, lambda: next(items, items))
        items = work(*arguments, **options)
        while (item := step()) is not items:
            yield item

    return timed


def in_this_process(_pool: Workers, fn: Batches, schema: pa.Schema, tasks: Sequence[Task]) -> Iterator[int]:
    """Run the tasks of a map here, in place of children."""
    for task in tasks:
        yield run_task(fn, schema, task, lambda _first, _count: None)


def spent_on(source: Path) -> Counter[str]:
    """Return the CPU seconds of a run over `source`, and of its parts."""
    spent: Counter[str] = Counter()
    Workers.run = in_this_process  # type: ignore[assignment,method-assign]
    plain = [(module, name, getattr(module, name)) for module, names in PARTS.items() for name in names]
    for module, name, work in plain:
        count = counted_items if name == "read" else counted
        setattr(module, name, count(spent, name, work))
    with tempfile.TemporaryDirectory() as out:
        counted(spent, "whole run", cleaner.clean)([source], out=out, config=resolve(ALONE), report=False)
    for module, name, work in plain:
        setattr(module, name, work)
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
    for name, seconds in spent.most_common():
        print(f"{name:<18}{seconds:8.2f} s")
    shares = {what: sum(spent[name] for name in names) / spent["whole run"] for what, names in OWN.items()}
    for what, share in shares.items():
        print(f"{what}: {share:.0%}")
    print(f"neither extraction nor judging: {1 - sum(shares.values()):.0%}")


if __name__ == "__main__":
    main()
