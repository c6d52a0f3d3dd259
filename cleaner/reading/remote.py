"""Remote objects (`s3://`, `gs://`, `abfs://`, `memory://`) through fsspec, an extra."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Any, BinaryIO, cast

from cleaner.reading.arguments import Root
from cleaner.reading.formats import format_of_name
from cleaner.reading.settings import ReadingSettings
from cleaner.reading.splits import InputError, Split

_WEB = ("http://", "https://", "ftp://")


def remote_splits(root: Root, settings: ReadingSettings) -> Iterator[Split]:
    """Yield the splits of an object, or of all below a prefix, sorted; web pages are not fetched, they are refused."""
    if root.path.startswith(_WEB):
        reason = "a web address: pages are not fetched; download it first (wget --warc-file=pages) and give the file"
        yield Split(root.path, root.given, "refused", reason=reason)
        return
    files, path = _file_system(root.path)
    try:
        found = sorted(files.find(path)) if not files.isfile(path) else [path]
    except Exception as error:  # noqa: BLE001 (each store has exceptions of its own)
        yield Split(root.path, root.name, "refused", reason=f"cannot be listed: {type(error).__name__}: {error}")
        return
    if not found:
        yield Split(root.path, root.name, "refused", reason="no such object, and none below it: check the address")
    scheme = root.path.partition("://")[0]
    for name in found:
        below = name.removeprefix(path).strip("/")
        uri = f"{root.name}/{below}" if below else root.name
        kind, compression = format_of_name(uri, settings.extensions)
        folder = below.split("/", 1)[0] if "/" in below else None
        size = int(files.info(name).get("size") or 0)
        yield Split(f"{scheme}://{name.lstrip('/')}", uri, kind, compression, folder=folder, size_bytes=size)


def open_remote(path: str) -> BinaryIO:
    """Return the bytes of a remote object."""
    files, name = _file_system(path)
    try:
        return cast("BinaryIO", files.open(name, "rb"))
    except OSError:
        raise
    except Exception as error:
        raise OSError(f"{type(error).__name__}: {error}") from error


def _file_system(path: str) -> tuple[Any, str]:
    try:
        fsspec = import_module("fsspec")
    except ImportError as error:
        raise InputError(f"{path}: remote inputs need an extra: pip install 'corpus-cleaner[remote]'") from error
    try:
        files, name = fsspec.core.url_to_fs(path)
    except (ImportError, ValueError) as error:
        raise InputError(f"{path}: {error}") from error
    return files, str(name)
