"""Child processes that run map tasks; one that dies or overruns its time is replaced, and its task tried again."""

from __future__ import annotations

import gc
import multiprocessing as mp
import os
import signal
import sys
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from threading import Lock, Thread
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from cleaner.engine import forkserver
from cleaner.engine.base import Batches
from cleaner.engine.freed import keep_freed
from cleaner.engine.guard import GuardedMap
from cleaner.engine.revision import Work, revise
from cleaner.engine.table_file import write_file
from cleaner.engine.task import Task
from cleaner.engine.void import without
from cleaner.engine.without_pandas import without_pandas

IDLE = -1
_IDLE_SECONDS = 2.0
"""A child that waits so long for a task ends, to make room: SQL is at work, and what it knows is soon learnt again."""
TRIES_WITHOUT_A_CULPRIT = 3


class TaskError(RuntimeError):
    """A map task that failed for a reason that is no item's: a full disk, a bug in a map, a child killed thrice."""


@dataclass(frozen=True, slots=True)
class ChildLimits:
    """Seconds that one item may take, and bytes of address space that a child may add to what it starts with."""

    item_seconds: float = 60.0
    memory_bytes: int = 4 << 30


def run_task(fn: Batches, schema: pa.Schema, task: Task, publish: Callable[[int, int], None]) -> int:
    """Run one task, publish its output under its final name in one step, and return the number of rows written."""
    columns = getattr(fn, "columns", None)
    write = partial(write_file, beside=getattr(fn, "beside", {}))

    def make(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        return fn.run(batches, task.findings, publish) if isinstance(fn, GuardedMap) else fn(batches)

    if task.revision is not None:
        return revise(task, task.revision, Work(make, columns, schema, write))
    groups = None if task.row_group is None else [task.row_group]
    source = pq.ParquetFile(task.path).iter_batches(row_groups=groups, batch_size=1024, columns=columns)
    return write(task.out, schema, make(without(source, task.without)))


def _child(conn: Connection, place: Any, memory_bytes: int) -> None:
    """Serve tasks until none comes or the parent hangs up.  `place` is shared: the slice in work and its begin."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_run, daemon=True).start()
    _limit_memory(memory_bytes)
    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)
    _spare_housekeeping()
    with without_pandas(), suppress(EOFError):
        while conn.poll(_IDLE_SECONDS):
            _serve(conn, place)


def _serve(conn: Connection, place: Any) -> None:
    def publish(first: int, count: int) -> None:
        place[0], place[1], place[2] = first, count, time.monotonic()

    fn, schema, task = conn.recv()
    try:
        answer: tuple[str, Any] = ("done", run_task(fn, schema, task, publish))
    except Exception as error:  # noqa: BLE001  told to the parent, which stops the run
        answer = ("error", f"{type(error).__name__}: {error}")
    place[0], place[1] = IDLE, 0
    conn.send(answer)


def _end_with_run() -> None:
    """Wait for the process that gives us tasks to end, and end at once: a document that hangs must not outlive it."""
    run = mp.parent_process()
    assert run is not None
    run.join()
    os._exit(1)


def _spare_housekeeping() -> None:
    """Look for garbage in cycles seldom, and keep what is freed: both took a fifth of a child's time.

    Records are many and make no cycles.
    """
    gc.freeze()
    gc.set_threshold(200_000, 20, 100)
    keep_freed()


def _limit_memory(extra: int) -> None:
    try:
        import resource
    except ImportError:  # not on Windows
        return
    held = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
    _, most = resource.getrlimit(resource.RLIMIT_AS)  # a cluster may have set one
    limit = held + extra if most == resource.RLIM_INFINITY else min(held + extra, most)
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


@contextmanager
def _main_unseen() -> Iterator[None]:
    """Hide the main script while a child starts: it needs nothing of it, and running it again would start over.

    So a script that calls `cleaner.clean` works without the `if __name__ == "__main__"` that `multiprocessing` wants.
    """
    main = sys.modules["__main__"]
    kept: dict[str, Any] = {name: vars(main)[name] for name in ("__file__", "__spec__") if name in vars(main)}
    vars(main).pop("__file__", None)
    main.__spec__ = None
    try:
        yield
    finally:
        vars(main).update(kept)


class _Worker:
    """One child and what it is doing."""

    def __init__(self, context: ForkServerContext, limits: ChildLimits) -> None:
        self.limits = limits
        self.place = context.Array("d", [IDLE, 0, 0], lock=False)
        self.conn, other = context.Pipe()
        self.process: BaseProcess = context.Process(target=_child, args=(other, self.place, limits.memory_bytes))
        self.process.daemon = True
        with _main_unseen():
            self.process.start()
        other.close()
        self.task: Task | None = None

    def give(self, fn: Batches, schema: pa.Schema, task: Task) -> None:
        self.place[0], self.place[1], self.place[2] = IDLE, 0, time.monotonic()
        self.task = task
        self.conn.send((fn, schema, task))

    def overrun(self) -> bool:
        """True when the slice in work takes longer than one item may: then its items are taken one by one."""
        first, _, begun = self.place[:]
        return bool(first != IDLE and time.monotonic() - begun > self.limits.item_seconds)

    def stop(self) -> None:
        self.process.kill()
        self.process.join()
        self.conn.close()

    def after_stop(self, reason: str) -> Task:
        """Return the task to try again, with what its end taught; raise TaskError when no item can be blamed."""
        assert self.task is not None
        first, count, _ = self.place[:]
        task = replace(self.task, tries=self.task.tries + 1)
        if first != IDLE and count > 0:
            return replace(task, findings=task.findings.after_stop(int(first), int(count), reason))
        if task.tries >= TRIES_WITHOUT_A_CULPRIT:
            raise TaskError(f"{reason} {task.tries} times outside any document (task {task.path}:{task.row_group})")
        return task


class Workers:
    """A pool of guarded children.  Threads may share it: what one runs waits for what another one does."""

    def __init__(self, count: int, limits: ChildLimits) -> None:
        self.count = count
        self.limits = limits
        self._context = forkserver.context()
        self._idle: list[_Worker] = []
        self._busy: list[_Worker] = []
        self._running = Lock()
        self._closed = False

    def close(self) -> None:
        """End the children; what another thread runs is broken off."""
        self._closed = True
        for worker in (*self._busy, *self._idle):  # all at once: each takes its time to end
            worker.process.kill()
        with self._running:
            for worker in self._idle:
                worker.stop()
            self._idle = []

    def run(self, fn: Batches, schema: pa.Schema, tasks: Sequence[Task]) -> Generator[int]:
        """Run the tasks, yielding the rows of each as it ends; raise TaskError on one that no item explains."""
        with self._running:
            yield from self._run(fn, schema, deque(tasks))

    def _run(self, fn: Batches, schema: pa.Schema, waiting: deque[Task]) -> Iterator[int]:
        try:
            while waiting or self._busy:
                if self._closed:
                    raise TaskError("the run was broken off")
                while waiting and len(self._busy) < self.count:
                    self._start(fn, schema, waiting.popleft())
                for worker in self._ended():
                    self._busy.remove(worker)
                    yield from self._take(worker, waiting)
        finally:
            for worker in self._busy:
                worker.stop()
            self._busy = []

    def _start(self, fn: Batches, schema: pa.Schema, task: Task) -> None:
        """Hand the task to a child; one that died while it had nothing to do is no loss."""
        while self._idle:
            worker = self._idle.pop()
            try:
                worker.give(fn, schema, task)
            except OSError:
                worker.stop()
                continue
            self._busy.append(worker)
            return
        worker = self._new()
        self._busy.append(worker)
        with suppress(OSError):  # its end is noticed where answers are awaited
            worker.give(fn, schema, task)

    def _new(self) -> _Worker:
        """Return a new child; one that is killed before it was told what it is for is no loss."""
        for _ in range(TRIES_WITHOUT_A_CULPRIT - 1):
            with suppress(BrokenPipeError):
                return _Worker(self._context, self.limits)
        return _Worker(self._context, self.limits)

    def _ended(self) -> list[_Worker]:
        """Wait up to a second; return workers that answered, died or overran."""
        ready = wait([w.conn for w in self._busy], timeout=1.0)
        return [w for w in self._busy if w.conn in ready or w.overrun()]

    def _take(self, worker: _Worker, waiting: deque[Task]) -> Iterator[int]:
        if not worker.conn.poll():
            worker.stop()
            waiting.appendleft(worker.after_stop(f"took more than {self.limits.item_seconds:g} s"))
            return
        try:
            kind, value = worker.conn.recv()
        except (EOFError, OSError):
            worker.process.join()
            code = worker.process.exitcode
            worker.stop()
            waiting.appendleft(worker.after_stop(f"its process died (exit code {code})"))
            return
        self._idle.append(worker)
        if kind == "error":
            raise TaskError(value)
        yield value
