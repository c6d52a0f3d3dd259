"""Does the output keep the promise?  The three invariants, checked from the tables alone, and from the sources."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import numpy as np

from cleaner.extraction.source_spans import flatten_bytes
from cleaner.ledger import LedgerError, apply_edits
from cleaner.records import Edit, Status
from cleaner.settle import PARAGRAPH_BREAK, STAYS
from cleaner.soundness import TEXT, Flags, sound
from cleaner.writing.reader import DocumentRows, Files, Row, Stretch, edit_of, files_of, require_output, stretches


@dataclass(slots=True)
class Verification:
    """What was checked: documents, source bytes rebuilt or located, and every broken promise in words."""

    documents: int = 0
    source_bytes: int = 0
    rebuilt_bytes: int = 0
    located_bytes: int = 0
    broken: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """True where nothing is broken."""
        return not self.broken

    def in_words(self) -> str:
        """One line: what was rebuilt, what was located, and whether all holds."""
        if self.broken:
            return f"NO: {len(self.broken)} broken promises in {self.documents} documents"
        rest = self.source_bytes - self.rebuilt_bytes - self.located_bytes
        parts = {
            f"all {self.rebuilt_bytes:,} source bytes of flattened text rebuilt": self.rebuilt_bytes,
            f"{self.located_bytes:,} bytes of pages checked against their sources": self.located_bytes,
            f"{rest:,} bytes are pages, whose spans keep apart, or inputs that failed": rest,
        }
        return "; ".join(words for words, count in parts.items() if count) or "no source bytes came in"


_OF_DOCUMENTS = [
    *("doc_id", "source_uri", "source_sha256", "source_num_bytes", "source_media_type", "encoding_used"),
    *("text", "status"),
]
_OF_PARAGRAPHS = [
    *("paragraph_id", "doc_id", "position", "status", "source_spans", "spans_exact", "source_text", "source_bytes"),
    *("text", "text_char_start", "text_char_end"),
]
"""The columns that tell whether the promise is kept; edits tell with all of theirs."""


def verify(out: str | Path, sources: Mapping[str, bytes] | None = None) -> Verification:
    """Return what a check of the three invariants (partition, ledger, rebuild) found in an output folder.

    Flattened text is rebuilt byte for byte from `paragraphs` and compared with `source_sha256`.  Pages are checked
    against their bytes where `sources` has them (by `source_uri`); without them, that spans keep apart.
    Raises OutputError where `out` is no finished output.
    """
    return verified(files_of(require_output(Path(out))), sources)


def verified(files: Files, sources: Mapping[str, bytes] | None = None) -> Verification:
    """Return what a check of the documents in some files of the tables found."""
    found = Verification()
    for stretch in stretches(files, _OF_DOCUMENTS, _OF_PARAGRAPHS):
        doubtful = stretch.documents_where(~sound(stretch) | _count(found, stretch, sources or {}))
        for rows in doubtful.rows():
            if rows.document["status"] == "kept":
                found.broken += (f"{rows.document['source_uri']}: {problem}" for problem in _problems(rows, sources))
    return found


def _count(found: Verification, stretch: Stretch, sources: Mapping[str, bytes]) -> Flags:
    """Count documents and bytes, and tell which documents are pages whose source is at hand."""
    located = []
    names = ("source_uri", "source_num_bytes", "source_media_type", "status")
    for uri, size, media_type, status in zip(*(stretch.documents[n].to_pylist() for n in names), strict=True):
        located.append(status == "kept" and media_type != TEXT and uri in sources)
        found.documents += 1
        found.source_bytes += size
        found.rebuilt_bytes += size if status == "kept" and media_type == TEXT else 0
        found.located_bytes += size if located[-1] else 0
    return np.array(located, bool)


def _problems(rows: DocumentRows, sources: Mapping[str, bytes] | None) -> Iterator[str]:
    positions = [p["position"] for p in rows.paragraphs]
    if positions != list(range(len(positions))):
        yield "paragraph positions are not 0, 1, 2, …"
    if rows.document["source_media_type"] == TEXT:
        yield from _text_problems(rows)
    else:
        yield from _page_problems(rows, (sources or {}).get(rows.document["source_uri"]))
    yield from _edit_problems(rows)
    yield from _joined_problems(rows)


def _text_problems(rows: DocumentRows) -> Iterator[str]:
    """Partition and rebuild of flattened text: spans tile the bytes, and the bytes come back."""
    at = 0
    for paragraph in rows.paragraphs:
        for span in paragraph["source_spans"]:
            if span["byte_start"] != at:
                yield f"paragraph {paragraph['position']} begins at byte {span['byte_start']}, not {at}"
            at = span["byte_end"]
    if at != rows.document["source_num_bytes"]:
        yield f"the spans end at byte {at} of {rows.document['source_num_bytes']}"
    if hashlib.sha256(rebuild(rows)).hexdigest() != rows.document["source_sha256"]:
        yield "the rebuilt bytes are not those of the source"


def rebuild(rows: DocumentRows) -> bytes:
    """Return the source bytes of a flattened text, from its paragraphs."""
    return b"".join(_source_bytes(p, rows.document["encoding_used"]) for p in rows.paragraphs)


def _source_bytes(paragraph: Row, encoding: str) -> bytes:
    raw: bytes | None = paragraph["source_bytes"]
    return raw if raw is not None else paragraph["source_text"].encode(encoding, "replace")


def _page_problems(rows: DocumentRows, data: bytes | None) -> Iterator[str]:
    """Partition and rebuild of a page: exact spans keep apart, and show the very text of their paragraph."""
    exact = [p for p in rows.paragraphs if p["spans_exact"]]
    spans = sorted((s["byte_start"], s["byte_end"]) for p in exact for s in p["source_spans"])
    if any(left[1] > right[0] for left, right in pairwise(spans)):
        yield "two paragraphs share a byte of the source"
    if spans and spans[-1][1] > rows.document["source_num_bytes"]:
        yield "a span lies outside the source"
    if data is None:
        return
    if hashlib.sha256(data).hexdigest() != rows.document["source_sha256"]:
        yield "the source has changed since the run"
        return
    encoding = rows.document["encoding_used"]
    for paragraph in exact:
        places = [(s["byte_start"], s["byte_end"]) for s in paragraph["source_spans"]]
        if flatten_bytes(data, places, encoding) != paragraph["source_text"]:
            yield f"the spans of paragraph {paragraph['position']} do not show its text"
    yield from _visible_problems(rows, data)


def _visible_problems(rows: DocumentRows, data: bytes) -> Iterator[str]:
    from cleaner.decoding import decode
    from cleaner.extraction.html_page import read_page

    shown = read_page(decode(data, rows.document["encoding_used"], is_html=True).text).texts
    if _letters(shown) != _letters(p["source_text"] for p in rows.paragraphs):
        yield "the paragraphs do not hold every visible character of the page once"


def _letters(texts: Iterable[str]) -> str:
    return "".join("".join(texts).split())


def _edit_problems(rows: DocumentRows) -> Iterator[str]:
    """The ledger: `text` is `source_text` with its edits applied, and a paragraph taken out has no text."""
    edits: dict[str, list[Edit]] = {}
    for row in rows.edits:
        edits.setdefault(row["paragraph_id"], []).append(edit_of(row))
    for paragraph in rows.paragraphs:
        stays = paragraph["status"] in STAYS
        if paragraph["status"] not in set(Status):
            yield f"paragraph {paragraph['position']} has no fate: status {paragraph['status']!r}"
        if stays == (paragraph["text"] is None):
            yield f"paragraph {paragraph['position']}: status {paragraph['status']} and text do not agree"
        elif stays:
            yield from _text_problem(paragraph, edits.get(paragraph["paragraph_id"], []))


def _text_problem(paragraph: Row, edits: list[Edit]) -> Iterator[str]:
    try:
        text = apply_edits(paragraph["source_text"], edits)
    except LedgerError as error:
        yield f"paragraph {paragraph['position']}: {error}"
        return
    if text != paragraph["text"]:
        yield f"paragraph {paragraph['position']}: source text and edits do not give its text"


def _joined_problems(rows: DocumentRows) -> Iterator[str]:
    kept = [p for p in rows.paragraphs if p["text"] is not None]
    text = rows.document["text"]
    if text != PARAGRAPH_BREAK.join(p["text"] for p in kept):
        yield "the document's text is not its paragraphs joined"
    elif any(text[p["text_char_start"] : p["text_char_end"]] != p["text"] for p in kept):
        yield "a paragraph's range in the document's text does not hold it"


def source_bytes(sources: Sequence[str]) -> dict[str, bytes]:
    """Return the bytes of the documents that some sources hold, by `source_uri`; all in memory."""
    from cleaner.reading import plan, read
    from cleaner.reading.settings import ReadingSettings

    settings = ReadingSettings()
    return {item.source_uri: item.data for split in plan(sources, settings) for item in read(split, settings)}
