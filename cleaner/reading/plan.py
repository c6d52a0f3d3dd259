"""The plan: from arguments to splits, in one cheap walk that opens no small file."""

# The walk meets millions of files; a Path for each costs ten times what the name does.
# ruff: noqa: PTH100, PTH112, PTH114, PTH116, PTH118, PTH208

from __future__ import annotations

import os
import stat
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, NamedTuple

from cleaner.reading.arguments import STDIN, Root, expand_arguments, is_remote, matches, same_name
from cleaner.reading.formats import extension_of, format_of_name
from cleaner.reading.manifest import Manifest, load_manifest
from cleaner.reading.ranges import cut_ranges
from cleaner.reading.settings import ReadingSettings
from cleaner.reading.splits import InputError, Split
from cleaner.reading.stdin import spool_stdin


def plan(
    sources: Sequence[str | Path],
    settings: ReadingSettings | None = None,
    *,
    stdin: BinaryIO | None = None,
    spool: Path | None = None,
) -> Iterator[Split]:
    """Return the splits of all inputs, one after another, the files of a folder in the order of their names.

    `sources` are paths, folders, patterns, `@lists`, `-`, addresses (see `arguments`).  Standard input is put into the
    folder `spool` (default: a new temporary one).  Memory grows with the largest folder's list of names, not with the
    number of inputs.  Raises InputError, before the first split, for arguments that make no sense together and for a
    faulty manifest; what is missing or cannot be read becomes a split of format `refused`.
    """
    settings = settings or ReadingSettings()
    if not sources:
        raise InputError("no input: give files, folders, patterns, @lists or - for standard input")
    manifest = load_manifest(settings.manifest) if settings.manifest else None
    roots = list(expand_arguments(sources))
    return _splits(roots, _Listing(settings, manifest), stdin, spool)


class _Listing(NamedTuple):
    settings: ReadingSettings
    manifest: Manifest | None


class _Place(NamedTuple):
    """A path, its name in the corpus, and the first folder below the argument."""

    path: str
    uri: str
    folder: str | None


def _splits(roots: list[Root], listing: _Listing, stdin: BinaryIO | None, spool: Path | None) -> Iterator[Split]:
    shared = {name for name, count in Counter(root.name for root in roots).items() if count > 1}
    seen: dict[str, tuple[int, str]] = {}
    for number, root in enumerate(roots):
        splits = _root_splits(root, listing, stdin, spool)
        yield from _once(splits, seen, number) if root.name in shared else splits


def _once(splits: Iterator[Split], seen: dict[str, tuple[int, str]], root: int) -> Iterator[Split]:
    """Yield the splits of files that no other argument gave; raise InputError where one gave another of that name."""
    for split in splits:
        first, path = seen.setdefault(split.source_uri, (root, split.path))
        if path != split.path:
            raise InputError(same_name(split.source_uri, path, split.path))
        if first == root:
            yield split


def _root_splits(root: Root, listing: _Listing, stdin: BinaryIO | None, spool: Path | None) -> Iterator[Split]:
    if root.path == STDIN:
        folder = spool or Path(tempfile.mkdtemp(prefix="cleaner-"))
        split = spool_stdin(stdin or sys.stdin.buffer, folder, listing.settings)
        yield from _finished(split, listing)
    elif is_remote(root.path):
        from cleaner.reading.remote import remote_splits

        for split in remote_splits(root, listing.settings):
            yield from _finished(split, listing)
    else:
        yield from _local_splits(root, listing)


def _local_splits(root: Root, listing: _Listing) -> Iterator[Split]:
    if not root.pattern:
        yield from _walk(_Place(root.path, root.name, None), listing, ())
        return
    found = False
    for below in matches(root):
        path = os.path.join(root.path, below)
        if not os.path.isdir(path):
            found = True
            folder = below.split("/", 1)[0] if root.name and "/" in below else None
            uri = f"{root.name}/{below}" if root.name else below
            yield from _file(_Place(path, uri, folder), listing)
    if not found:
        yield _refused(_Place(root.path, root.given, None), f"no file matches the pattern {root.given!r}")


def _walk(place: _Place, listing: _Listing, above: tuple[tuple[int, int], ...]) -> Iterator[Split]:
    """Yield the splits of a file, or of all files below a folder; `above` are the folders we came through."""
    try:
        status = os.stat(place.path)
        if not stat.S_ISDIR(status.st_mode):
            yield from _file(place, listing, status)
            return
        names = sorted(os.listdir(place.path))
    except OSError as error:
        yield _refused(place, _why(error, place.path))
        return
    here = (status.st_dev, status.st_ino)
    if here in above:
        yield _refused(place, "a symbolic link to a folder round it: followed once, not for ever")
        return
    for name in names:
        if listing.settings.hidden_files or not name.startswith("."):
            yield from _below(place, name, listing, (*above, here))


def _below(upper: _Place, name: str, listing: _Listing, above: tuple[tuple[int, int], ...]) -> Iterator[Split]:
    """Yield what `_walk` does for a name in a folder; the first folder below the argument names all below it."""
    place = _Place(f"{upper.path}/{name}", f"{upper.uri}/{name}", upper.folder)
    if listing.manifest is not None and os.path.abspath(place.path) == listing.manifest.file:
        return
    try:
        status = os.stat(place.path)
    except OSError as error:
        yield _refused(place, _why(error, place.path))
        return
    if stat.S_ISDIR(status.st_mode):
        yield from _walk(place._replace(folder=upper.folder or name), listing, above)
    else:
        yield from _file(place, listing, status)


def _file(place: _Place, listing: _Listing, status: os.stat_result | None = None) -> Iterator[Split]:
    try:
        status = status or os.stat(place.path)
    except OSError as error:
        yield _refused(place, _why(error, place.path))
        return
    if not stat.S_ISREG(status.st_mode):
        yield _refused(place, "neither a file nor a folder (a device, pipe or socket)")
        return
    if not place.uri.isascii() and not _is_unicode(place.uri):
        yield _refused(place, "its name is not valid UTF-8; rename it (convmv does it for whole folders)")
        return
    kind, compression = format_of_name(place.uri, listing.settings.extensions)
    if kind == "unknown" and extension_of(place.uri) in NEVER_TEXT:
        yield _refused(place, unknown_extension(place.uri), status)
        return
    split = Split(
        place.path,
        place.uri,
        kind,
        compression,
        folder=place.folder,
        size_bytes=status.st_size,
        mtime_ns=status.st_mtime_ns,
    )
    yield from _finished(split, listing)


def _finished(split: Split, listing: _Listing) -> Iterator[Split]:
    """Yield the split with its row of the manifest, cut into ranges where it is large and its format allows."""
    if listing.manifest is not None:
        split = replace(split, about=listing.manifest.about(split.source_uri, split.path))
    if split.size_bytes <= listing.settings.split_bytes:
        yield split
    else:
        yield from cut_ranges(split, listing.settings)


_OTHER_TRADES = (
    ".jpg .jpeg .png .gif .webp .svg .ico .bmp .tif .tiff .avif .mp3 .mp4 .m4a .ogg .wav .avi .mov .webm .pdf .doc "
    ".docx .xls .xlsx .ppt .pptx .odt .epub .css .js .mjs .map .woff .woff2 .ttf .otf .eot .exe .dll .so .bin .rar "
    ".7z .iso .db .sqlite .pkl .npy"
)
NEVER_TEXT = frozenset(_OTHER_TRADES.split())


def unknown_extension(uri: str) -> str:
    """Return the reason for refusing a name, and what to do."""
    extension = extension_of(uri)
    return (
        f"unknown extension {extension!r}: give text (.txt), pages (.html), records (.jsonl .json .csv .parquet), "
        f"crawls (.warc) or archives (.zip .tar), or say what it is: [reading] extensions = [[{extension!r}, 'text']]"
    )


def _refused(place: _Place, reason: str, status: os.stat_result | None = None) -> Split:
    uri = place.uri if _is_unicode(place.uri) else os.fsencode(place.uri).decode("utf-8", "backslashreplace")
    path = place.path if _is_unicode(place.path) else uri
    size, mtime = (status.st_size, status.st_mtime_ns) if status else (0, 0)
    return Split(path, uri, "refused", folder=place.folder, size_bytes=size, mtime_ns=mtime, reason=reason)


def _is_unicode(name: str) -> bool:
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _why(error: OSError, path: str) -> str:
    if isinstance(error, FileNotFoundError):
        is_link = os.path.islink(path)
        return "a symbolic link to nothing" if is_link else "no such file or folder: check the path"
    if isinstance(error, PermissionError):
        return "no permission to read it: change its mode or owner"
    return f"cannot be read: {error.strerror or error}"
