"""Runs that are killed: the whole process group or one child, at moments drawn from a seed, and begun again."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from random import Random

TABLES = ("corpus", "documents", "paragraphs", "edits", "matches")


def hashes(out: Path) -> dict[str, str]:
    """Return the hash of each table's bytes."""
    return {name: hashlib.sha256((out / f"{name}.parquet").read_bytes()).hexdigest() for name in TABLES}


def start(source: Path, out: Path, workers: int = 2) -> subprocess.Popen[bytes]:
    """Start a run in a process group of its own."""
    code = (
        "import sys, cleaner; from cleaner.config import resolve; settings = {'run': {'workers': int(sys.argv[3])}};"
        "cleaner.clean([sys.argv[1]], out=sys.argv[2], config=resolve(settings), report=False)"
    )
    command = [sys.executable, "-c", code, str(source), str(out), str(workers)]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)


def undisturbed(source: Path, out: Path) -> int:
    """Run from beginning to end; return the number of files that it made.  Raise RuntimeError where it failed."""
    began = time.time_ns()
    run = start(source, out)
    if run.wait() != 0:
        raise RuntimeError(f"a run into {out} ended with code {run.returncode}")
    return made_since(began, out)


def made_since(began: int, out: Path) -> int:
    """Return the number of inner table files made since a time (nanoseconds): how far a run has come."""
    made = 0
    for folder, _, names in os.walk(out / ".cleaner"):  # unlike a glob, it bears with folders that go as it looks
        for name in names:
            with suppress(OSError):
                made += name.endswith(".parquet") and (Path(folder) / name).stat().st_mtime_ns >= began
    return made


def killed(source: Path, out: Path, files: int) -> bool:
    """Kill a run and all its children once it made so many files; return False where it was over before."""
    run = _reached(source, out, files)
    if run.poll() is None:
        os.killpg(run.pid, signal.SIGKILL)
    return run.wait() != 0


def child_killed(source: Path, out: Path, files: int, random: Random) -> int:
    """Kill one child once a run made so many files; return the exit code of the run, which should be 0."""
    run = _reached(source, out, files)
    while run.poll() is None:
        children = list(workers_of(run.pid))
        if children:
            with suppress(ProcessLookupError):
                os.kill(random.choice(children), signal.SIGKILL)
            break
        time.sleep(0.01)
    return run.wait()


def _reached(source: Path, out: Path, files: int) -> subprocess.Popen[bytes]:
    began = time.time_ns()
    run = start(source, out)
    while run.poll() is None and made_since(began, out) < files:
        time.sleep(0.01)
    return run


def workers_of(pid: int) -> Iterator[int]:
    """Yield the workers of a run: the children of its fork server."""
    for server in _children(pid):
        yield from _children(server)


def _children(pid: int) -> list[int]:
    with suppress(OSError):
        return [int(c) for task in Path(f"/proc/{pid}/task").iterdir() for c in (task / "children").read_text().split()]
    return []
