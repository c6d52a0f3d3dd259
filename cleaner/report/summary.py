"""The headline of a report: what came in, what was kept, where every character went."""

from __future__ import annotations

from collections import defaultdict
from os.path import commonprefix
from typing import TYPE_CHECKING, NamedTuple

from cleaner.records import Status
from cleaner.report.tables import fetch

if TYPE_CHECKING:
    import duckdb

FATES = tuple(Status)
DOCUMENT_BARS = 40
"""Up to so many documents get a bar each; above, outlets do."""


class Totals(NamedTuple):
    """Counts of the whole run; characters are code points of the paragraphs' source text."""

    documents: int
    outlets: int
    failed: int
    quarantined: int
    source_bytes: int
    paragraphs: int
    edits: int
    proposals: int
    matches: int
    fates: dict[str, int]

    @property
    def characters(self) -> int:
        """All characters that were given a fate."""
        return sum(self.fates.values())

    def share(self, *fates: str) -> float:
        """Return the ratio of characters with one of these fates, blanks left out of the whole."""
        whole = self.characters - self.fates.get("blank", 0)
        return sum(self.fates.get(fate, 0) for fate in fates) / whole if whole else 0.0


class Bar(NamedTuple):
    """Where the characters of one document or outlet went."""

    label: str
    anchor: str
    fates: dict[str, int]

    @property
    def characters(self) -> int:
        """All characters, blanks included."""
        return sum(self.fates.values())


class Rebuilt(NamedTuple):
    """Bytes of flattened text that spans account for, and code points of pages that they locate exactly."""

    accounted: int
    given: int
    located: int
    visible: int

    @property
    def whole(self) -> bool:
        """True where no byte of flattened text is missing or counted twice."""
        return self.accounted == self.given


def totals(tables: duckdb.DuckDBPyConnection) -> Totals:
    """Return the counts of the run."""
    documents, outlets, failed, quarantined, source_bytes = tables.execute(
        """SELECT count(*), count(DISTINCT outlet), count(*) FILTER (status = 'failed'),
        count(*) FILTER (status = 'quarantined'), coalesce(sum(source_num_bytes), 0) FROM documents"""
    ).fetchall()[0]
    fates = fetch(
        tables,
        _Fate,
        "SELECT status, count(*), coalesce(sum(length(source_text)), 0) FROM paragraphs GROUP BY 1 ORDER BY 1",
    )
    edits = dict(tables.execute("SELECT applied, count(*) FROM edits GROUP BY 1").fetchall())
    matches = tables.execute("SELECT count(*) FROM matches").fetchall()[0][0]
    return Totals(
        documents=documents,
        outlets=outlets,
        failed=failed,
        quarantined=quarantined,
        source_bytes=int(source_bytes),
        paragraphs=sum(f.paragraphs for f in fates if f.status != "blank"),
        edits=edits.get(True, 0),
        proposals=edits.get(False, 0),
        matches=matches,
        fates={f.status: int(f.characters) for f in fates},
    )


class _Fate(NamedTuple):
    status: str
    paragraphs: int
    characters: int


def fate_bars(tables: duckdb.DuckDBPyConnection, documents: int) -> list[Bar]:
    """Return a bar for each document, or for the 40 outlets with most text where there are many documents."""
    label = "source_uri" if documents <= DOCUMENT_BARS else "coalesce(outlet, 'no outlet')"
    rows = tables.execute(
        f"""SELECT {label} AS label, p.status, sum(length(p.source_text))
        FROM paragraphs p JOIN documents d ON d.doc_id = p.doc_id GROUP BY 1, 2"""  # noqa: S608  (one of two literals)
    ).fetchall()
    fates: dict[str, dict[str, int]] = defaultdict(dict)
    for name, status, characters in rows:
        fates[name][status] = int(characters)
    if documents <= DOCUMENT_BARS:
        shared = commonprefix(sorted(fates)).rpartition("/")[0]  # noqa: RUF071  (cut back to the last slash)
        return [Bar(name.removeprefix(f"{shared}/"), name, fates[name]) for name in sorted(fates)]
    bars = (Bar(name, name, fates[name]) for name in sorted(fates))
    return sorted(bars, key=lambda bar: (-bar.characters, bar.label))[:DOCUMENT_BARS]


def rebuilt(tables: duckdb.DuckDBPyConnection) -> Rebuilt:
    """Return how much of the sources the partition accounts for."""
    given = tables.execute(
        """SELECT coalesce(sum(source_num_bytes), 0) FROM documents
        WHERE source_media_type = 'text/plain' AND status = 'kept'"""
    ).fetchall()[0][0]
    accounted, located, visible = tables.execute(
        """SELECT coalesce(sum(size) FILTER (plain), 0),
            coalesce(sum(characters) FILTER (NOT plain AND spans_exact), 0),
            coalesce(sum(characters) FILTER (NOT plain), 0)
        FROM (SELECT d.source_media_type = 'text/plain' AS plain, p.spans_exact, length(p.source_text) AS characters,
                list_sum(list_transform(p.source_spans, s -> s.byte_end - s.byte_start)) AS size
            FROM paragraphs p JOIN documents d ON d.doc_id = p.doc_id WHERE d.status = 'kept')"""
    ).fetchall()[0]
    return Rebuilt(int(accounted), int(given), int(located), int(visible))
