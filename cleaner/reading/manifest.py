"""The manifest: what files do not say of themselves (outlet, address, date, title, language), one row a file.

CSV with a header, or JSON Lines; the columns are `path`, `outlet`, `url`, `published_at`, `title`, `language`,
`authors`, `retrieved_at`; all but `path` may be missing or empty.  A `path` is that of the file as the corpus names it
(`source_uri`), or as it lies on disk, absolute or seen from the manifest's own folder.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from cleaner.reading.dates import parse_date
from cleaner.reading.splits import InputError

COLUMNS: Final = ("path", "outlet", "url", "published_at", "title", "language", "authors", "retrieved_at")
_DATES: Final = frozenset({"published_at", "retrieved_at"})


@dataclass(frozen=True, slots=True)
class Manifest:
    """Rows by path; `folder` is where the manifest lies, `file` its absolute path: it is no input itself."""

    folder: str
    file: str
    sha256: str
    rows: Mapping[str, str] = field(repr=False)

    def about(self, source_uri: str, path: str = "") -> str:
        """Return the row of a file as JSON text, or an empty string."""
        keys = [source_uri]
        if path:
            keys += [
                path,
                *(path[len(top) + 1 :] for top in (self.folder, str(Path.cwd())) if path.startswith(f"{top}/")),
            ]
        return next((self.rows[key] for key in keys if key in self.rows), "")


def load_manifest(path: str) -> Manifest:
    """Return the manifest in a file; raise InputError that names the line for anything amiss in it."""
    rows: dict[str, str] = {}
    lines: dict[str, int] = {}
    folder = str(Path(path).absolute().parent)
    data = _data(path)
    for number, row in _rows(data, path):
        key = _key(row, path, number)
        key = os.path.normpath(f"{folder}/{key}") if key.startswith("../") else key
        if key in rows:
            raise InputError(f"{path}, line {number}: {key!r} has a row already, in line {lines[key]}; keep one")
        rows[key] = json.dumps(_checked(row, path, number), ensure_ascii=False)
        lines[key] = number
    return Manifest(folder, str(Path(path).absolute()), hashlib.sha256(data).hexdigest(), rows)


@lru_cache(maxsize=2)
def cached_manifest(path: str, mtime_ns: int) -> Manifest:
    """Return the manifest, read once in a process as long as the file stays the same."""
    del mtime_ns
    return load_manifest(path)


def about_member(path: str, source_uri: str) -> dict[str, Any]:
    """Return what the manifest in a file (or none, for an empty path) says of a member of an archive."""
    if not path:
        return {}
    return values_of(cached_manifest(path, Path(path).stat().st_mtime_ns).about(source_uri))


def values_of(about: str) -> dict[str, Any]:
    """Return a row's JSON text as fields of a Source.

    >>> values_of('{"outlet": "example.org", "published_at": "2024-05-01"}')["published_at"].isoformat()
    '2024-05-01T00:00:00+00:00'
    """
    if not about:
        return {}
    row = json.loads(about)
    for name in _DATES & row.keys():
        row[name] = parse_date(row[name])
    if "authors" in row:
        row["authors"] = tuple(row["authors"])
    return dict(row)


def _data(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise InputError(f"manifest {path}: cannot be read ({error.strerror})") from error


def _rows(data: bytes, path: str) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"manifest {path}: not UTF-8 at byte {error.start}; save it as UTF-8") from error
    yield from (_json_rows if text.lstrip()[:1] == "{" else _csv_rows)(text, path)


def _json_rows(text: str, path: str) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise InputError(f"{path}, line {number}: not JSON: {error}") from error
        if not isinstance(row, dict):
            raise InputError(f"{path}, line {number}: not an object with a `path`")
        yield number, row


def _csv_rows(text: str, path: str) -> Iterator[tuple[int, dict[str, Any]]]:
    head = text.split("\n", 1)[0]
    delimiter = max(",;\t|", key=head.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    header = [name.strip().lower() for name in next(rows, [])]
    if "path" not in header:
        raise InputError(
            f"manifest {path}: no column `path` in its first line, {head[:100]!r}; columns: {', '.join(COLUMNS)}"
        )
    for row in rows:
        if not row:
            continue
        if len(row) != len(header):
            raise InputError(f"{path}, line {rows.line_num}: {len(row)} fields, the header has {len(header)}")
        yield rows.line_num, dict(zip(header, row, strict=True))


def _key(row: Mapping[str, Any], path: str, number: int) -> str:
    value = row.get("path")
    if not isinstance(value, str) or not value.strip():
        raise InputError(f"{path}, line {number}: no `path`")
    return os.path.normpath(value.strip().replace("\\", "/")) if "!" not in value else value.strip()


def _checked(row: Mapping[str, Any], path: str, number: int) -> dict[str, Any]:
    """Return the known columns that are filled; raise InputError for a date that is none."""
    known: dict[str, Any] = {}
    for name in COLUMNS[1:]:
        value = row.get(name)
        if value is None or value in ("", []):
            continue
        if name in _DATES and parse_date(value) is None:
            raise InputError(f"{path}, line {number}: {name} {value!r} is no date; write it as 2024-05-31T12:00:00Z")
        known[name] = _names(value) if name == "authors" else str(value).strip()
    return known


def _names(value: Any) -> list[str]:
    parts = value.split(";") if isinstance(value, str) else value if isinstance(value, list) else []
    return [" ".join(str(part).split()) for part in parts if str(part).strip()]
