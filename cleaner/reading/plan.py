"""The plan: from arguments to splits, in one cheap walk that opens no small file."""

# The walk meets millions of files; a Path for each costs ten times what the name does.
# ruff: noqa: PTH112, PTH118

from __future__ import annotations

import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, NamedTuple

from cleaner.reading.arguments import STDIN, Root, expand_arguments, is_remote, matches, same_name
from cleaner.reading.formats import CONTAINERS, extension_of, format_of_name, own_extensions
from cleaner.reading.manifest import Manifest, load_manifest
from cleaner.reading.ranges import cut_ranges
from cleaner.reading.settings import ReadingSettings
from cleaner.reading.splits import InputError, Split
from cleaner.reading.stdin import spool_stdin
from cleaner.reading.walk import Found, Place, is_unicode, look, walk


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
    try:
        own_extensions(settings.extensions)
    except ValueError as error:
        raise InputError(f"[reading] extensions: {error}") from error
    manifest = load_manifest(settings.manifest) if settings.manifest else None
    roots = list(expand_arguments(sources))
    splits = _splits(roots, _Listing(settings, manifest), stdin, spool)
    return splits if manifest is None else _matched(splits, manifest)


class _Listing(NamedTuple):
    settings: ReadingSettings
    manifest: Manifest | None


def _matched(splits: Iterator[Split], manifest: Manifest) -> Iterator[Split]:
    """Yield the splits, and a refusal of the manifest where no row of it is about any of them."""
    is_used = not manifest.rows
    for split in splits:
        is_used = is_used or bool(split.about or split.manifest_sha256)
        yield split
    if not is_used:
        first = next(iter(manifest.rows))
        reason = f"none of its {len(manifest.rows):,} rows names an input (its first is about {first!r}); a path is "
        reason += "that of the file as it lies on disk, or below its folder as in source_uri: news/2024/1.txt"
        yield Split(manifest.file, Path(manifest.file).name, "refused", reason=reason)


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
        for found in walk(Place(root.path, root.name, None), hidden_files=listing.settings.hidden_files):
            if listing.manifest is None or found.place.path != listing.manifest.file:
                yield from _file(found, listing)
        return
    is_empty = True
    for below in matches(root):
        path = os.path.join(root.path, below)
        if not os.path.isdir(path):
            is_empty = False
            folder = below.split("/", 1)[0] if root.name and "/" in below else None
            uri = f"{root.name}/{below}" if root.name else below
            yield from _file(look(Place(path, uri, folder)), listing)
    if is_empty:
        refusal = f"no file matches the pattern {root.given!r}"
        yield _refused(Found(Place(root.path, root.given, None), None, refusal))


def _file(found: Found, listing: _Listing) -> Iterator[Split]:
    place, status, _ = found
    if status is None:
        yield _refused(found)
        return
    kind, compression = format_of_name(place.uri, listing.settings.extensions)
    if kind == "unknown" and extension_of(place.uri) in NEVER_TEXT:
        yield _refused(found._replace(refusal=unknown_extension(place.uri)))
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
    manifest = listing.manifest
    if manifest is not None:
        members = manifest.sha256 if split.format in CONTAINERS else ""
        split = split._replace(about=manifest.about(split.source_uri, split.path), manifest_sha256=members)
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
        f"crawls (.warc) or archives (.zip .tar), or say what it is: [reading] extensions = ['{extension}=text']"
    )


def _refused(found: Found) -> Split:
    place, status, refusal = found
    uri = place.uri if is_unicode(place.uri) else os.fsencode(place.uri).decode("utf-8", "backslashreplace")
    path = place.path if is_unicode(place.path) else uri
    size, mtime = (status.st_size, status.st_mtime_ns) if status else (0, 0)
    return Split(path, uri, "refused", folder=place.folder, size_bytes=size, mtime_ns=mtime, reason=refusal)
