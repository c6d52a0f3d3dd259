"""The way back: the sources of flattened text, written again from the tables, byte for byte."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import NamedTuple

from cleaner.soundness import TEXT
from cleaner.verification import rebuild
from cleaner.writing.reader import document_rows, require_output


class Restored(NamedTuple):
    """How many sources were written, their bytes, and the URIs that the tables cannot give back."""

    documents: int
    num_bytes: int
    left_out: tuple[str, ...]


class RestoreError(ValueError):
    """A target that is in the way."""


def restore(out: str | Path, folder: str | Path) -> Restored:
    """Write the sources of an output's flattened texts below `folder`, each under its URI; return what was done.

    Pages of HTML are left out (their tables hold the visible text, not the markup), and so are inputs that failed.
    Raises RestoreError where a file of other content stands in the way, OutputError where `out` is no output.
    """
    target = Path(folder)
    count = size = 0
    left_out: list[str] = []
    for rows in document_rows(require_output(Path(out))):
        uri = rows.document["source_uri"]
        if rows.document["status"] != "kept" or rows.document["source_media_type"] != TEXT:
            left_out.append(uri)
            continue
        data = rebuild(rows)
        _write(target / safe_path(uri), data)
        count += 1
        size += len(data)
    return Restored(count, size, tuple(left_out))


def safe_path(uri: str) -> PurePosixPath:
    """Return a relative path for a source URI that cannot leave its folder.

    >>> str(safe_path("a.zip!/../b.txt")), str(safe_path("s3://bucket/x.txt"))
    ('a.zip!/_../b.txt', 's3:/bucket/x.txt')
    """
    parts = [f"_{part}" if part in (".", "..") else part for part in uri.split("/") if part]
    return PurePosixPath(*(part.replace("\0", "_") for part in parts or ["_"]))


def _write(path: Path, data: bytes) -> None:
    if path.exists() and (not path.is_file() or path.read_bytes() != data):
        raise RestoreError(f"{path} stands there with other content; choose an empty folder")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
