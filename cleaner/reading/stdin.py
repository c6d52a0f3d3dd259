"""Standard input: put aside in a file once, so that workers and a second run can read it."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import BinaryIO

from cleaner.reading.formats import KNOWN, sniff
from cleaner.reading.settings import ReadingSettings
from cleaner.reading.splits import InputError, Split

NAME = "stdin"


def spool_stdin(stdin: BinaryIO, folder: Path, settings: ReadingSettings) -> Split:
    """Return the split of a file in `folder` that holds all of `stdin`; its name is the hash of what it holds.

    The format is that of `stdin_format`, else what the first bytes show: a page, JSON Lines, a feed, or text.
    """
    folder.mkdir(parents=True, exist_ok=True)
    partial = folder / f"stdin-{os.getpid()}.part"
    digest = hashlib.blake2b(digest_size=16)
    head = b""
    with partial.open("wb") as file:
        while chunk := stdin.read(1 << 20):
            head = head or chunk[:4096]
            digest.update(chunk)
            file.write(chunk)
    path = folder / f"stdin-{digest.hexdigest()}.bin"
    partial.replace(path)
    kind = settings.stdin_format or sniff(head)
    if kind not in KNOWN:
        raise InputError(f"stdin_format {kind!r} is unknown; take one of {', '.join(sorted(KNOWN))}")
    return Split(str(path.absolute()), NAME, kind, size_bytes=path.stat().st_size)
