"""What a run did, in numbers and in a few lines that a person reads."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from cleaner.verification import Verification
from cleaner.writing.output import Output
from cleaner.writing.parquet import Written
from cleaner.writing.reader import table_batches, table_files, table_rows

PHRASES_SHOWN = 8
PHRASE_CHARS = 40
COUNTED_AT_ONCE = 1 << 16
PHRASES_HELD = 1 << 17
"""Above so many the rarer half is forgotten: what recurs all through a corpus stays, and memory is bounded."""
NAMES_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts of a run; `phrases` are removed texts by how often, `failures` are (source_uri, status, reason).

    `verified` is what a check found, if there was one.
    """

    out: str
    documents: int
    source_bytes: int
    text_bytes: int
    statuses: dict[str, int]
    encodings: dict[str, int]
    chrome: int
    repeats: int
    excluded: int
    copies: int
    kept: int
    edits: int
    proposals: int
    edit_stages: dict[str, int]
    match_kinds: dict[str, int]
    phrases: tuple[tuple[str, int], ...]
    failures: tuple[tuple[str, str, str], ...]
    warnings: tuple[str, ...]
    tables: dict[str, Written]
    verified: Verification | None

    def as_dict(self) -> dict[str, Any]:
        """Return the counts as plain values, without the tables and what was verified."""
        return {name: value for name, value in asdict(self).items() if name not in ("out", "tables", "verified")}

    @property
    def exit_code(self) -> int:
        """0, or 1 where a document failed or was quarantined."""
        return 1 if self.failures else 0


def summarize(out: Path, output: Output, removal_limit: float = 0.8) -> Summary:
    """Return the summary of what a run wrote, read from the tables.

    An outlet that lost more than `removal_limit` (ratio) of its flattened text is a warning.
    """
    documents = _Documents(out)
    statuses, phrases = _paragraphs(out)
    edits = Counter((row["applied"], row["stage"]) for row in table_rows(out, "edits", ["applied", "stage"]))
    matches = Counter(row["kind"] for row in table_rows(out, "matches", ["kind"]))
    return Summary(
        out=str(out),
        documents=documents.count,
        source_bytes=documents.source_bytes,
        text_bytes=documents.text_bytes,
        statuses=dict(sorted(documents.statuses.items())),
        encodings=dict(sorted(documents.encodings.items())),
        chrome=statuses["chrome"],
        repeats=statuses["repeat"],
        excluded=statuses["excluded"],
        copies=statuses["copy"],
        kept=statuses["kept"],
        edits=sum(n for (applied, _), n in edits.items() if applied),
        proposals=sum(n for (applied, _), n in edits.items() if not applied),
        edit_stages=dict(sorted(Counter(_by_stage(edits)).items())),
        match_kinds=dict(sorted(matches.items())),
        phrases=tuple(_most_common(phrases, PHRASES_SHOWN)),
        failures=tuple(documents.failures),
        warnings=tuple(documents.warnings(removal_limit)),
        tables=output.tables,
        verified=output.verified(),
    )


class _Documents:
    """Counts over the table of documents."""

    def __init__(self, out: Path) -> None:
        self.count = self.source_bytes = self.text_bytes = 0
        self.statuses: Counter[str] = Counter()
        self.encodings: Counter[str] = Counter()
        self.failures: list[tuple[str, str, str]] = []
        self._removed: Counter[str] = Counter()
        self._chars: Counter[str] = Counter()
        columns = ["source_uri", "source_num_bytes", "source_media_type", "status", "status_reason", "encoding_used"]
        for row in table_rows(out, "documents", [*columns, "outlet", "removed_char_count", "text_num_chars"]):
            self._add(row)

    def _add(self, row: dict[str, Any]) -> None:
        self.count += 1
        self.source_bytes += row["source_num_bytes"]
        self.statuses[row["status"]] += 1
        if row["status"] != "kept":
            self.failures.append((row["source_uri"], row["status"], row["status_reason"] or ""))
            return
        self.encodings[row["encoding_used"]] += 1
        if row["source_media_type"] == "text/plain":
            self.text_bytes += row["source_num_bytes"]
            self._removed[row["outlet"] or row["source_uri"]] += row["removed_char_count"]
            self._chars[row["outlet"] or row["source_uri"]] += row["removed_char_count"] + row["text_num_chars"]

    def warnings(self, limit: float) -> Iterator[str]:
        """Yield a line for each outlet that lost most of its flattened text."""
        for outlet in sorted(self._chars):
            if self._chars[outlet] and self._removed[outlet] / self._chars[outlet] > limit:
                share = self._removed[outlet] / self._chars[outlet]
                yield f"{outlet}: {share:.0%} of its text was removed; look before you use it"


def _paragraphs(out: Path) -> tuple[Counter[str], Counter[str]]:
    """Return how often each status and each short removed text stands in the paragraphs."""
    statuses: Counter[str] = Counter()
    phrases: Counter[str] = Counter()
    for texts in _gathered(_removed_texts(out, statuses)):
        phrases.update(_counted(texts))
        if len(phrases) > PHRASES_HELD:
            phrases = Counter(dict(_most_common(phrases, PHRASES_HELD // 2)))
    return statuses, phrases


def _removed_texts(out: Path, statuses: Counter[str]) -> Iterator[pa.Array]:
    """Yield the short texts that were removed, and count the statuses of all."""
    for batch in table_batches(table_files(out, "paragraphs"), ["status", "source_text"]):
        status = batch.column("status")
        statuses.update(_counted(status))
        removed = batch.column("source_text").filter(pc.equal(status, "chrome"))
        yield removed.filter(pc.less_equal(pc.utf8_length(removed), PHRASE_CHARS))


def _gathered(columns: Iterator[pa.Array]) -> Iterator[pa.ChunkedArray]:
    """Yield many rows at once: to count few is to count most texts again and again."""
    held: list[pa.Array] = []
    for column in columns:
        held.append(column)
        if sum(map(len, held)) >= COUNTED_AT_ONCE:
            yield pa.chunked_array(held)
            held = []
    yield pa.chunked_array(held, pa.string())


def _counted(column: pa.Array | pa.ChunkedArray) -> Counter[str]:
    values, counts = pc.value_counts(column).flatten()
    return Counter(dict(zip(values.to_pylist(), counts.to_pylist(), strict=True)))


def _most_common(counts: Counter[str], most: int) -> list[tuple[str, int]]:
    return heapq.nsmallest(most, counts.items(), key=lambda item: (-item[1], item[0]))


def _by_stage(edits: Counter[tuple[bool, str]]) -> Iterator[str]:
    for (applied, stage), count in edits.items():
        if applied:
            for part in stage.split("+"):
                yield from [part] * count


def summary_lines(summary: Summary) -> list[tuple[str, str]]:
    """Return the closing lines of a run as (label, text)."""
    encodings = ", ".join(f"{n} {name}" for name, n in summary.encodings.items())
    phrases = " · ".join(f"{text} ×{n}" if n > 1 else text for text, n in summary.phrases)
    kinds = ", ".join(f"{n} {kind}" for kind, n in summary.match_kinds.items()) or "none"
    stages = ", ".join(f"{n} {stage}" for stage, n in summary.edit_stages.items()) or "none"
    files = " · ".join(f"{name} {written.rows}" for name, written in summary.tables.items())
    lines = [
        ("Reading", f"{summary.documents} documents, {_size(summary.source_bytes)} ({encodings or 'none kept'})"),
        ("Chrome", f"{summary.chrome} paragraphs removed{f'   {phrases}' if phrases else ''}"),
        ("Repeats", f"{summary.repeats} repeated in their own document (kept once)"),
        ("Repairs", f"{summary.edits} applied ({stages}), {summary.proposals} proposed"),
        ("Reuse", f"{kinds}; {summary.copies} copies collapsed, none deleted"),
        ("Wrote", f"{summary.out}: {files} rows"),
    ]
    if summary.excluded:
        lines.insert(3, ("Excluded", f"{summary.excluded} paragraphs of roles that this profile leaves out"))
    lines += (("Warning", warning) for warning in summary.warnings)
    lines += ((status.capitalize(), f"{uri}: {reason}") for uri, status, reason in summary.failures[:NAMES_SHOWN])
    if len(summary.failures) > NAMES_SHOWN:
        lines.append(("", f"… and {len(summary.failures) - NAMES_SHOWN} more; see documents.parquet"))
    if summary.verified:
        lines.append(("Verified", summary.verified.in_words()))
    return lines


def _size(count: int) -> str:
    for unit in ("bytes", "kB", "MB", "GB"):
        if count < 1000 or unit == "GB":
            return f"{count:,.0f} {unit}" if unit == "bytes" else f"{count:,.1f} {unit}"
        count = count / 1000  # type: ignore[assignment]
    raise AssertionError
