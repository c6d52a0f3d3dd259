"""What the SRC arguments name: files, folders, patterns, lists, standard input, remote objects; each with its own name.

`source_uri` starts with the argument's own name and goes on with the path below it, whatever the working folder and
the other arguments are:

    news                 news/bbc/1.txt ...        the folder's name
    /data/a/news/1.txt   1.txt                     the file's name
    'news/*/1.txt'       news/bbc/1.txt ...        as if the last folder without a pattern were given
    @list.txt            as each line is written   (`/data/a/1.txt` is data/a/1.txt)
    wire=/data/a/news    wire/bbc/1.txt ...        NAME=PATH names an input
    -                    stdin
"""

# Names are taken as they are written; Path.resolve would follow symbolic links.
# ruff: noqa: PTH100, PTH119, PTH206, PTH207

from __future__ import annotations

import glob
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from cleaner.reading.splits import InputError


class Root(NamedTuple):
    """An argument: where it lies and what it is called; `pattern` for those that a glob names."""

    path: str
    name: str
    given: str
    pattern: str = ""


STDIN: Final = "-"
_MAGIC: Final = frozenset("*?[")


def expand_arguments(arguments: Sequence[str | Path]) -> Iterator[Root]:
    """Yield what the arguments name, lists opened; raise InputError for two inputs of one name.

    Patterns may share a name (`news/*.txt news/*.html`); the plan compares what they match.
    Paths need not exist: what cannot be found is reported as a document that failed.
    """
    named: dict[str, Root] = {}
    for argument in arguments:
        for root in _roots(str(argument)):
            other = named.setdefault(root.name, root)
            if other is not root and not (root.pattern or other.pattern):
                raise InputError(same_name(root.name, other.given, root.given))
            yield root


def same_name(name: str, one: str, other: str) -> str:
    if os.path.abspath(one) == os.path.abspath(other):
        return f"{other!r} is given twice; give it once"
    return f"{one!r} and {other!r} are both called {name!r}; name them: first={one} second={other}"


def _roots(argument: str) -> Iterator[Root]:
    if argument.startswith("@") and not os.path.lexists(argument):
        yield from _listed(argument[1:])
    elif argument == STDIN:
        yield Root(STDIN, "stdin", argument)
    elif is_remote(argument):
        yield Root(argument, argument.rstrip("/").rsplit("/", 1)[-1].split("?", 1)[0], argument)
    else:
        yield _local(argument)


def _local(argument: str) -> Root:
    if os.path.lexists(argument):
        return Root(os.path.abspath(argument), _own_name(argument), argument)
    if _MAGIC & set(argument):
        return _pattern(argument)
    name, equals, path = argument.partition("=")
    if equals and name and not set(name) & {"/", os.sep}:
        if is_remote(path):
            return Root(path, name, argument)
        return Root(os.path.abspath(path), name, argument)
    return Root(os.path.abspath(argument), _own_name(argument), argument)


def _own_name(path: str) -> str:
    return os.path.basename(os.path.abspath(path)) or "root"


def is_remote(argument: str) -> bool:
    """Tell an address (`s3://bucket/x`) from a path.

    >>> is_remote("gs://bucket/a.jsonl"), is_remote("a/b.txt")
    (True, False)
    """
    scheme, colon, _ = argument.partition("://")
    return bool(colon) and scheme.replace("+", "").replace("-", "").isalnum()


def _pattern(argument: str) -> Root:
    """Return the folder before the first part with a wildcard, and the pattern below it."""
    parts = argument.split("/")
    fixed = next(i for i, part in enumerate(parts) if _MAGIC & set(part))
    folder = "/".join(parts[:fixed]) or ("/" if argument.startswith("/") else ".")
    return Root(os.path.abspath(folder), _own_name(folder) if fixed else "", argument, "/".join(parts[fixed:]))


def matches(root: Root) -> Iterator[str]:
    """Yield the paths below the root's folder that its pattern names, sorted, files and folders."""
    found = glob.glob(root.pattern, root_dir=root.path, recursive=True)
    yield from sorted(found)


def _listed(path: str) -> Iterator[Root]:
    """Yield the entries of a list: one path a line, `#` for comments, relative to the working folder."""
    try:
        with Path(path).open(encoding="utf-8-sig") as lines:
            for line in lines:
                entry = line.strip()
                if entry and not entry.startswith("#"):
                    yield _list_entry(entry)
    except OSError as error:
        raise InputError(f"list {path}: cannot be read ({error.strerror}); give @FILE with one path a line") from error
    except UnicodeDecodeError as error:
        raise InputError(f"list {path}: not UTF-8 at byte {error.start}; save it as UTF-8") from error


def _list_entry(entry: str) -> Root:
    if is_remote(entry):
        return Root(entry, entry.partition("://")[2], entry)
    name, equals, path = entry.partition("=")
    if equals and name and not os.path.lexists(entry) and "/" not in name:
        return Root(os.path.abspath(path), name, entry)
    below = [part for part in os.path.normpath(entry).split(os.sep) if part not in {"", ".", ".."}]
    return Root(os.path.abspath(entry), "/".join(below) or _own_name(entry), entry)
