"""The server that children are forked from; what they need is imported once.

This module imports nothing but the standard library.
"""

from __future__ import annotations

import multiprocessing as mp
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from multiprocessing.context import ForkServerContext

PRELOAD = (
    *("cleaner.stages", "cleaner.fast_language", "cleaner.chrome.dom_features", "cleaner.chrome.text_judge"),
    "numpy.ma",  # Arrow asks of every array whether it is masked
)
"""What children use."""
LOADED = "cleaner.loaded"
"""What they know from the start."""

_SPARING = {"OPENBLAS_NUM_THREADS": "1", "ARROW_DEFAULT_MEMORY_POOL": "system"}
"""Matrices here are small, and a thread for each core waits busily for larger ones; memory that Arrow's own allocator
frees and asks for again costs a twentieth of a run, and a quarter more memory at the peak (`bench/RESULTS.md`)."""


def spare() -> None:
    """Let numpy and Arrow, not imported yet, spare threads and memory in this process and in those that it starts."""
    for name, value in _SPARING.items():
        os.environ.setdefault(name, value)


def context() -> ForkServerContext:
    """Return the context to start children in."""
    made = mp.get_context("forkserver")
    made.set_forkserver_preload([*PRELOAD, LOADED])
    return made


def start(*, by_forking: bool = False) -> None:
    """Start the server and return at once; does nothing where it runs already.

    It is a new interpreter, which imports beside us.  With `by_forking` it is a copy of this process, which has to have
    no thread of its own: what is imported already is not imported again.  What children know is loaded by the server.

    Ctrl-C is for the parent to answer: the server, which takes over the mask of signals, never hears it, not even while
    it imports.
    """
    from multiprocessing import resource_tracker
    from multiprocessing.forkserver import ensure_running

    context()
    for name in PRELOAD if by_forking else ():
        import_module(name)
    with _forking() if by_forking else _environment():
        resource_tracker.ensure_running()  # the server's start would start it, and it clears the mask behind it
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            ensure_running()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _environment() -> Iterator[None]:
    """Let processes that are started meanwhile spare threads and memory; afterwards all is as it was."""
    missing = [name for name in _SPARING if name not in os.environ]
    spare()
    try:
        yield
    finally:
        for name in missing:
            del os.environ[name]


@contextmanager
def _forking() -> Iterator[None]:
    """Have `multiprocessing` fork where it would start a new interpreter for a server of its own."""
    from multiprocessing import util

    usual = util.spawnv_passfds
    util.spawnv_passfds = _fork  # type: ignore[assignment]
    try:
        yield
    finally:
        util.spawnv_passfds = usual


def _fork(_path: str, args: Sequence[str], kept: Sequence[int]) -> int:
    """Return the process that runs the command which ends `args`, and has of what is open the files that are kept."""
    sys.stdout.flush()
    sys.stderr.flush()
    process = os.fork()
    if process:
        return process
    try:
        last = 2
        for file in (*sorted(kept), os.sysconf("SC_OPEN_MAX")):
            os.closerange(last + 1, file)
            last = file
        exec(args[-1], {})  # noqa: S102  what a new interpreter would be given by `-c`
    finally:
        os._exit(0)
