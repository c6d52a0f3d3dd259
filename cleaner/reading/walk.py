"""The walk over folders: every file below a place in sorted order, however deep, and what cannot be read."""

# The walk meets millions of files; a Path for each costs ten times what the name does.
# ruff: noqa: PTH114, PTH116, PTH208

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from typing import NamedTuple


class Place(NamedTuple):
    """A path, its name in the corpus, and the first folder below the argument."""

    path: str
    uri: str
    folder: str | None


class Found(NamedTuple):
    """A file with its status, or the reason why what lies there cannot be read."""

    place: Place
    status: os.stat_result | None
    refusal: str = ""


class _Folder(NamedTuple):
    """A folder on the way down: where, which one on disk (against loops), and the names still to come."""

    place: Place
    identity: tuple[int, int]
    names: Iterator[str]


def walk(start: Place, *, hidden_files: bool = False) -> Iterator[Found]:
    """Yield the file at a place, or all files below it, the names of each folder sorted.

    Symbolic links are followed, to a folder round them once.  A folder of our own output is passed over.  Memory grows
    with the names in the folders on the way down, not with what was found.
    """
    found = look(start)
    if not _is_folder(found):
        yield found
        return
    way: list[_Folder] = []
    entered = _entered(found, way)
    if isinstance(entered, Found):
        yield entered
        return
    way.append(entered)
    while way:
        name = next(way[-1].names, None)
        if name is None:
            way.pop()
        elif hidden_files or not name.startswith("."):
            upper = way[-1].place
            found = look(Place(f"{upper.path}/{name}", f"{upper.uri}/{name}", upper.folder))
            if _is_folder(found):
                named = found.place._replace(folder=upper.folder or name)
                entered = _entered(found._replace(place=named), way)
                if isinstance(entered, _Folder):
                    way.append(entered)
                    continue
                found = entered
            yield found


def look(place: Place) -> Found:
    """Return what lies at a place; a file whose name is no Unicode is refused, for no table could hold it."""
    try:
        status = os.stat(place.path)
    except OSError as error:
        return Found(place, None, _why(error, place.path))
    if not stat.S_ISREG(status.st_mode) and not stat.S_ISDIR(status.st_mode):
        return Found(place, None, "neither a file nor a folder (a device, pipe or socket)")
    if not place.uri.isascii() and not is_unicode(place.uri):
        return Found(place, None, "its name is not valid UTF-8; rename it (convmv does it for whole folders)")
    return Found(place, status)


def is_unicode(name: str) -> bool:
    """Tell whether a name can be written as UTF-8; Python marks other bytes in file names by lone surrogates."""
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _is_folder(found: Found) -> bool:
    return found.status is not None and stat.S_ISDIR(found.status.st_mode)


def _entered(found: Found, way: list[_Folder]) -> _Folder | Found:
    place, status, _ = found
    identity = (status.st_dev, status.st_ino) if status else (0, 0)
    if any(folder.identity == identity for folder in way):
        return Found(place, None, "a symbolic link to a folder round it: followed once, not for ever")
    try:
        names = sorted(os.listdir(place.path))
    except OSError as error:
        return Found(place, None, _why(error, place.path))
    # `cleaner clean . -o out`, run twice, must not read what it wrote.
    return _Folder(place, identity, iter(() if way and _is_output(names) else names))


def _is_output(names: list[str]) -> bool:
    return ".cleaner" in names or {"run.json", "corpus.parquet"} <= set(names)


def _why(error: OSError, path: str) -> str:
    if isinstance(error, FileNotFoundError):
        is_link = os.path.islink(path)
        return "a symbolic link to nothing" if is_link else "no such file or folder: check the path"
    if isinstance(error, PermissionError):
        return "no permission to read it: change its mode or owner"
    return f"cannot be read: {error.strerror or error}"
