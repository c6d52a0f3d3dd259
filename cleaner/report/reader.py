"""The reader: each sampled document in its own order, every paragraph with its fate and the reasons in words."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from cleaner.report.marks import EditMark, Segment, segments
from cleaner.report.rule_words import reason_for
from cleaner.report.sample import Page
from cleaner.report.tables import fetch

if TYPE_CHECKING:
    import duckdb

REMOVED = frozenset({"chrome", "excluded", "repeat"})
FAMILIES = {
    "navigation": "nav",
    "footer": "nav",
    "share": "promo",
    "call_to_action": "promo",
    "newsletter": "promo",
    "cookie_notice": "consent",
    "related": "related",
    "comment": "comment",
}
"""Roles that share a tint."""
CHIP_LENGTH = 120
CARRIERS = 6


class Carrier(NamedTuple):
    """Another document that has the paragraph; `anchor` is empty where the reader does not show it."""

    outlet: str
    source_uri: str
    paragraph_id: str
    anchor: str
    kind: str


class Shown(NamedTuple):
    """One paragraph as the reader shows it."""

    paragraph_id: str
    anchor: str
    position: int
    kind: str
    role: str
    status: str
    rule_ids: list[str]
    chrome_score: float | None
    spans_exact: bool
    source_text: str
    segments: list[Segment]
    carriers: list[Carrier]
    cluster_size: int

    @property
    def family(self) -> str:
        """The tint of its role."""
        return FAMILIES.get(self.role, "other")

    @property
    def edits(self) -> list[EditMark]:
        """The edits of its text, in order."""
        return [piece.edit for piece in self.segments if piece.edit]

    @property
    def repairs(self) -> list[tuple[EditMark, int]]:
        """One edit for each rule and reason, and how many there are like it."""
        alike = Counter((edit.applied, tuple(edit.rule_ids), edit.reason) for edit in self.edits)
        first = {(edit.applied, tuple(edit.rule_ids), edit.reason): edit for edit in reversed(self.edits)}
        return [(first[key], count) for key, count in alike.items()]

    @property
    def removed(self) -> bool:
        """True where it is not in the corpus and no copy of it is."""
        return self.status in REMOVED

    @property
    def is_decision(self) -> bool:
        """True where something was decided that a reader may want to check."""
        return self.removed or self.status == "copy" or bool(self.edits)

    @property
    def reasons(self) -> list[tuple[str, str]]:
        """The rules that decided, each with its reason; the judge's is left out where a rule says more."""
        named = [rule_id for rule_id in self.rule_ids if not rule_id.startswith("judge/")]
        return [(rule_id, reason_for(rule_id)) for rule_id in named or self.rule_ids]


class Run(NamedTuple):
    """Neighbouring paragraphs that are shown as one: chips of a menu, or a single paragraph."""

    paragraphs: list[Shown]

    @property
    def is_chips(self) -> bool:
        """True for a run of removed paragraphs of a page of HTML."""
        return len(self.paragraphs) > 1

    @property
    def roles(self) -> list[tuple[str, int]]:
        """Roles in the run and how often, most frequent first."""
        return Counter(p.role for p in self.paragraphs).most_common()


class Sheet(NamedTuple):
    """A document, ready to be shown."""

    page: Page
    runs: list[Run]
    fates: dict[str, int]
    left_out: int


def sheets(tables: duckdb.DuckDBPyConnection, pages: list[Page]) -> Iterator[Sheet]:
    """Yield the documents one at a time; memory holds one of them and the links between all."""
    carriers = _carriers(tables)
    for page in pages:
        edits = _edits(tables, page)
        rows = fetch(tables, _Row, _PARAGRAPHS, [page.doc_id])
        shown = [_shown(page, row, edits[row.paragraph_id], carriers[row.paragraph_id]) for row in rows]
        fates: Counter[str] = Counter()
        for paragraph in shown:
            fates[paragraph.status] += len(paragraph.source_text)
        total = tables.execute("SELECT paragraph_count FROM documents WHERE doc_id = ?", [page.doc_id]).fetchall()[0][0]
        yield Sheet(page, _runs(page, shown), dict(fates), max(0, total - len([p for p in shown if p.kind != "blank"])))


class _Row(NamedTuple):
    paragraph_id: str
    position: int
    kind: str
    role: str
    status: str
    rule_ids: list[str]
    chrome_score: float | None
    spans_exact: bool
    source_text: str
    cluster_size: int


_PARAGRAPHS = """SELECT paragraph_id, position, kind, role, status, rule_ids, chrome_score, spans_exact, source_text,
    cluster_size FROM shown WHERE doc_id = ? ORDER BY position"""


def _shown(page: Page, row: _Row, edits: list[EditMark], carriers: list[Carrier]) -> Shown:
    return Shown(
        paragraph_id=row.paragraph_id,
        anchor=f"{page.anchor}-{row.position}",
        position=row.position,
        kind=row.kind,
        role=row.role,
        status=row.status,
        rule_ids=row.rule_ids,
        chrome_score=row.chrome_score,
        spans_exact=row.spans_exact,
        source_text=row.source_text,
        segments=segments(row.source_text, edits),
        carriers=carriers,
        cluster_size=row.cluster_size,
    )


def _runs(page: Page, shown: list[Shown]) -> list[Run]:
    """Short chrome of an HTML page stands together; flattened text keeps its lines as they were."""
    if page.media_type == "text/plain":
        return [Run([paragraph]) for paragraph in shown]
    runs: list[Run] = []
    for chip, group in groupby(shown, lambda p: p.status in {"chrome", "repeat"} and len(p.source_text) <= CHIP_LENGTH):
        members = list(group)
        runs += [Run(members)] if chip else [Run([paragraph]) for paragraph in members]
    return runs


def _edits(tables: duckdb.DuckDBPyConnection, page: Page) -> dict[str, list[EditMark]]:
    by_paragraph: dict[str, list[EditMark]] = defaultdict(list)
    query = """SELECT paragraph_id, char_start, char_end, before, after, applied, rule_ids, reason, confidence
        FROM edits WHERE doc_id = ? ORDER BY edit_no"""
    for paragraph_id, *mark in tables.execute(query, [page.doc_id]).fetchall():
        by_paragraph[paragraph_id].append(EditMark(*mark))
    return by_paragraph


def _carriers(tables: duckdb.DuckDBPyConnection) -> dict[str, list[Carrier]]:
    """Who else has the text of a shown paragraph: its near-copies, and those who quote it or are quoted."""
    carriers: dict[str, list[Carrier]] = defaultdict(list)
    for paragraph_id, outlet, uri, other, number, position, kind in tables.execute(_ALSO_IN).fetchall():
        known = carriers[paragraph_id]
        if len(known) < CARRIERS and all(carrier.source_uri != uri for carrier in known):
            anchor = f"doc-{number}-{position}" if number else ""
            known.append(Carrier(outlet or uri, uri, other, anchor, kind))
    return carriers


_ALSO_IN = """WITH pairs AS (
    SELECT a.paragraph_id, b.paragraph_id AS other, 'copy' AS kind, 0 AS rank
    FROM shown a JOIN paragraphs b ON a.cluster_id = b.cluster_id
    WHERE a.cluster_size > 1 AND a.paragraph_id <> b.paragraph_id AND a.status IN ('kept', 'copy')
    UNION ALL SELECT a_paragraph_id, b_paragraph_id, kind, 1 FROM matches
    WHERE a_paragraph_id IN (SELECT paragraph_id FROM shown)
    UNION ALL SELECT b_paragraph_id, a_paragraph_id, kind, 1 FROM matches
    WHERE b_paragraph_id IN (SELECT paragraph_id FROM shown)),
ranked AS (SELECT *, row_number() OVER (PARTITION BY paragraph_id ORDER BY rank, other) AS nth FROM pairs)
SELECT r.paragraph_id, d.outlet, d.source_uri, r.other, s.number, s.position, r.kind
FROM ranked r JOIN documents d ON d.doc_id = split_part(r.other, ':', 1)
LEFT JOIN shown s ON s.paragraph_id = r.other
WHERE r.nth <= 24 AND r.kind <> 'headline_repeat' ORDER BY r.paragraph_id, r.rank, d.source_uri, r.other"""
