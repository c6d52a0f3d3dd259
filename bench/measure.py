"""CPU seconds and peak memory of a command and all that it starts, however it starts them (Linux)."""

from __future__ import annotations

import ctypes
import os
import resource
import subprocess
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

PR_SET_CHILD_SUBREAPER = 36


class Measured(NamedTuple):
    """What a command cost: CPU seconds and peak PSS (bytes) of its whole tree, wall seconds, and how it ended."""

    cpu: float
    wall: float
    peak: int
    code: int
    stderr: str


def measure(command: Sequence[str], environment: dict[str, str] | None = None, every: float = 0.25) -> Measured:
    """Return what a command cost.  Orphans are adopted and waited for, so that a fork server counts too."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    before, began = _children_cpu(), time.monotonic()
    child = subprocess.Popen(
        list(command), env={**os.environ, **(environment or {})}, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    peak = [0]
    ended = threading.Event()
    watcher = threading.Thread(target=_watch, args=(child.pid, peak, ended, every), daemon=True)
    watcher.start()
    _, stderr = child.communicate()
    wall = time.monotonic() - began
    ended.set()
    watcher.join()
    _reap()
    return Measured(_children_cpu() - before, wall, peak[0], child.returncode, stderr.decode("utf-8", "replace"))


def tree(pid: int) -> list[int]:
    """Return a process and its descendants."""
    found = [pid]
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                found += tree(int(child))
    return found


def _watch(pid: int, peak: list[int], ended: threading.Event, every: float) -> None:
    while not ended.wait(every):
        peak[0] = max(peak[0], sum(_pss(p) for p in tree(pid)))


def _pss(pid: int) -> int:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) << 10
    return 0


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _reap(seconds: float = 10.0) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            pid, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            time.sleep(0.05)
