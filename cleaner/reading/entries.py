"""Entries: things with a name and bytes, wherever they lie: a file, a member of an archive, a remote object."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, BinaryIO

from cleaner.reading.settings import ReadingSettings
from cleaner.records import Failure, Source


class LimitError(ValueError):
    """An input that a limit refuses; the message names the limit and the setting."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Something to read.  `open_bytes` gives its bytes from the start, packed as they lie there.

    `range_start`, `range_end` and `first_number` are those of the split; `depth` counts the archives round it.
    """

    uri: str
    format: str
    compression: str
    open_bytes: Callable[[], BinaryIO]
    size_bytes: int = -1
    folder: str | None = None
    about: Mapping[str, Any] = field(default_factory=dict)
    depth: int = 0
    range_start: int = 0
    range_end: int = -1
    first_number: int = 0

    def failed(self, reason: str, *, part: str = "", status: str = "failed", data: bytes = b"") -> Failure:
        """Return the failure of this entry, or of the `part` of it that the suffix names (`#17`)."""
        return Failure(self.uri + part, status, reason, data)

    def quarantined(self, reason: object, *, part: str = "") -> Failure:
        """Return the refusal of this entry by a limit."""
        return self.failed(str(reason), part=part, status="quarantined")

    def document(self, data: bytes, media_type: str, *, part: str = "", **known: Any) -> Source:
        """Return a document of this entry; what the manifest says of it comes before what the entry itself knows."""
        source = Source(self.uri + part, data, media_type, folder=self.folder, **known)
        return replace(source, **self.about) if self.about else source


Reader = Callable[[Entry, ReadingSettings], Iterator[Source | Failure]]
"""What a format is: from an entry, its documents and failures, one after another."""


def megabytes(count: int) -> str:
    """Return a size for a message.

    >>> megabytes(1536), megabytes(5 << 30)
    ('1,536 bytes', '5,120.0 MB')
    """
    return f"{count / (1 << 20):,.1f} MB" if count >= 100_000 else f"{count:,} bytes"
