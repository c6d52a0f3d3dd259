"""Settings of reading: names of fields, and limits that keep hostile input from taking the machine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

MEGABYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class ReadingSettings:
    """How inputs are read.  An empty field name means: the first of the well-known names that a record has.

    Fields (`text_field` and so on) name keys of JSON records and columns of CSV and Parquet; a dot goes into an object
    (`metadata.url`).  `id_field` puts the record's own id into its `source_uri` in place of its line number.
    `prefer` says which is taken where a record has both a page and a text.  `extensions` gives formats to file name
    extensions of one's own: `(".article=text",)`.  `manifest` is the path of a CSV or JSONL file.
    """

    text_field: str = ""
    html_field: str = ""
    id_field: str = ""
    url_field: str = ""
    title_field: str = ""
    authors_field: str = ""
    date_field: str = ""
    language_field: str = ""
    outlet_field: str = ""
    prefer: Literal["html", "text"] = "html"
    csv_delimiter: str = ""
    extensions: tuple[str, ...] = ()
    hidden_files: bool = False
    manifest: str = ""
    stdin_format: str = ""

    document_bytes: int = 64 * MEGABYTE
    """A document above it is quarantined, where possible before it is read."""
    member_bytes: int = 256 * MEGABYTE
    """An archive inside an archive above it is quarantined before it is read (it is held in memory)."""
    archive_depth: int = 3
    """Archives inside archives inside archives; deeper ones are quarantined."""
    archive_ratio: int = 200
    """Unpacked bytes to packed bytes, above 64 MB unpacked; text packs about 4 to 20 times."""
    archive_members: int = 1_000_000
    split_bytes: int = 32 * MEGABYTE
    """Large JSONL, WARC and zip files are read in parts of about this size, so that workers share them."""
