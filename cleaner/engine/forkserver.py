"""The server that children are forked from, started before anything heavy is imported.

It imports what children need while the parent imports what it needs itself: on two cores the one hides the other.
This module imports nothing but the standard library.
"""

from __future__ import annotations

import multiprocessing as mp
import signal
from multiprocessing.context import ForkServerContext

PRELOAD = ("cleaner.stages", "cleaner.fast_language", "cleaner.chrome.dom_features", "cleaner.chrome.text_judge")
"""What children use."""


def context() -> ForkServerContext:
    """Return the context to start children in."""
    made = mp.get_context("forkserver")
    made.set_forkserver_preload(list(PRELOAD))
    return made


def start() -> None:
    """Start the server and return at once; does nothing where it runs already.

    Ctrl-C is for the parent to answer: the server, which takes over the mask of signals, never hears it, not even while
    it imports.
    """
    from multiprocessing import resource_tracker
    from multiprocessing.forkserver import ensure_running

    context()
    resource_tracker.ensure_running()  # the server's start would start it, and it clears the mask behind it
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
