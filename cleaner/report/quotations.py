"""Quotations: the same words in several documents, who carried them, and when; and which outlets share text."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from cleaner.report.tables import fetch

if TYPE_CHECKING:
    import duckdb

ROWS = 40
LINKS = 20_000
"""Quotation links that are looked at; a corpus with more shows the quotations of its first."""
FOLDED = re.compile(r"[^\w]+")
CANDIDATES = 50
SAME_RANGE = 0.6
"""Two ranges of a paragraph are one quotation where they share so much of what they cover together."""
ALONE = 0.8
"""A carrier whose paragraph is the quotation to so large a part prints it by itself."""


class _End(NamedTuple):
    """One end of a link: a paragraph and the range of the quotation in its text, in code points."""

    paragraph_id: str
    char_start: int
    char_end: int


class Carried(NamedTuple):
    """A document that carries a quotation."""

    paragraph_id: str
    outlet: str
    source_uri: str
    published_at: datetime | None
    words: str
    alone: bool


class Quotation(NamedTuple):
    """The words, the speaker where a document names one, and the carriers, earliest first."""

    words: str
    speaker: str | None
    carriers: list[Carried]

    @property
    def outlets(self) -> int:
        """How many outlets carried it."""
        return len({carried.outlet for carried in self.carriers})

    @property
    def first(self) -> Carried | None:
        """The earliest dated carrier."""
        return next((carried for carried in self.carriers if carried.published_at), None)

    def delay(self, carried: Carried) -> timedelta | None:
        """Return how long after the first carrier this one came."""
        if self.first is None or carried.published_at is None or self.first.published_at is None:
            return None
        return carried.published_at - self.first.published_at


def quotations(tables: duckdb.DuckDBPyConnection, rows: int = ROWS) -> list[Quotation]:
    """Return the `rows` quotations that most outlets carried, the earliest carrier of each first."""
    links = tables.execute(_LINKS).fetchall()
    groups = _groups([(_End(*row[:3]), _End(*row[3:6])) for row in links])
    speakers: dict[str, Counter[str]] = defaultdict(Counter)
    for a, *_, b, _, _, speaker in links:
        if speaker:
            speakers[a][speaker] += 1
            speakers[b][speaker] += 1
    largest = sorted(groups, key=lambda group: (-len({end.paragraph_id for end in group}), group))[: rows * 2]
    carried = _carried(tables, [end for group in largest for end in group])
    found = [_quotation(carried, group, speakers) for group in largest]
    several = [quotation for quotation in found if len(quotation.carriers) > 1]
    whole = [q for q in several if not any(_is_part(q, other) for other in several)]
    return sorted(whole, key=lambda q: (-q.outlets, -len(q.carriers), q.words))[:rows]


def _is_part(quotation: Quotation, other: Quotation) -> bool:
    """True for the beginning of a quotation, as headlines print it, that the same outlets carried whole."""
    outlets = {carried.outlet for carried in other.carriers}
    shorter = len(quotation.words) < len(other.words) and quotation.words in other.words
    return shorter and all(carried.outlet in outlets for carried in quotation.carriers)


def _words_of(carriers: list[Carried]) -> str:
    """Return the longest words that more than half of the carriers have, else the shortest of all."""
    folded = [FOLDED.sub("", carried.words).casefold() for carried in carriers]
    spoken = sorted({_spoken(carried.words) for carried in carriers}, key=lambda words: (-len(words), words))
    for words in spoken[:CANDIDATES]:
        key = FOLDED.sub("", words).casefold()
        if 2 * sum(key in text for text in folded) > len(folded):
            return words
    return spoken[-1] if spoken else ""


def _spoken(words: str) -> str:
    """Return the words up to the mark that closes them: a shared passage may run on into the attribution.

    >>> _spoken("We will wait,” the mayor said")
    'We will wait'
    """
    end = next((i for i, c in enumerate(words) if c in "”»"), -1)
    opened = any(c in "“«" for c in words[: max(end, 0)])
    return (words if end < 0 or opened else words[:end]).strip(",; ")


def _groups(links: list[tuple[_End, _End]]) -> list[list[_End]]:
    """Return the ends that belong to one quotation: joined by a link, or mostly the same range of a paragraph.

    Ranges that only overlap stay apart: a chain of half-shared passages would run through a whole corpus.
    """
    parent: dict[_End, _End] = {end: end for link in links for end in link}

    def root(end: _End) -> _End:
        while parent[end] is not end:
            parent[end] = parent[parent[end]]
            end = parent[end]
        return end

    for a, b in links:
        parent[root(a)] = root(b)
    in_paragraph: dict[str, list[_End]] = defaultdict(list)
    for end in parent:
        in_paragraph[end.paragraph_id].append(end)
    for ends in in_paragraph.values():
        ordered = sorted(ends)
        for earlier, later in pairwise(ordered):
            shared = min(earlier.char_end, later.char_end) - later.char_start
            if shared >= SAME_RANGE * (max(earlier.char_end, later.char_end) - earlier.char_start):
                parent[root(earlier)] = root(later)
    groups: dict[_End, list[_End]] = defaultdict(list)
    for end in parent:
        groups[root(end)].append(end)
    return [sorted(group) for group in groups.values()]


def _quotation(carried: dict[_End, Carried], group: list[_End], speakers: dict[str, Counter[str]]) -> Quotation:
    widest: dict[str, _End] = {}
    for end in group:
        known = widest.get(end.paragraph_id)
        if known is None or end.char_end - end.char_start > known.char_end - known.char_start:
            widest[end.paragraph_id] = end
    carriers = [carried[end] for end in widest.values() if end in carried]
    carriers.sort(key=lambda c: (c.published_at is None, c.published_at or datetime.max, c.source_uri))  # noqa: DTZ901  (UTC without a zone)
    named: Counter[str] = Counter()
    for paragraph_id in widest:
        named.update(speakers.get(paragraph_id, {}))
    return Quotation(_words_of(carriers), named.most_common(1)[0][0] if named else None, carriers)


def _carried(tables: duckdb.DuckDBPyConnection, ends: list[_End]) -> dict[_End, Carried]:
    """Return what stands at the ends, read in one pass over the paragraphs."""
    rows = tables.execute(
        """SELECT p.paragraph_id, coalesce(d.outlet, split_part(d.source_uri, '/', -1)), d.source_uri, d.published_at,
            coalesce(p.text, p.source_text)
        FROM paragraphs p JOIN documents d ON d.doc_id = p.doc_id WHERE p.paragraph_id IN (SELECT unnest(?))""",
        [sorted({end.paragraph_id for end in ends})],
    ).fetchall()
    facts = {row[0]: row[1:] for row in rows}
    carried: dict[_End, Carried] = {}
    for end in ends:
        if end.paragraph_id in facts:
            outlet, uri, published_at, text = facts[end.paragraph_id]
            words = text[end.char_start : end.char_end]
            alone = len(words) >= ALONE * len(text)
            carried[end] = Carried(end.paragraph_id, outlet, uri, published_at, words, alone)
    return carried


_LINKS = f"""SELECT a_paragraph_id, a_char_start, a_char_end, b_paragraph_id, b_char_start, b_char_end, speaker
FROM matches WHERE kind = 'quotation' OR speaker IS NOT NULL ORDER BY match_id LIMIT {LINKS}"""  # noqa: S608  (a constant)


class Shared(NamedTuple):
    """How many passages `first` printed before `later` did."""

    first: str
    later: str
    passages: int


def outlet_pairs(tables: duckdb.DuckDBPyConnection) -> list[Shared]:
    """Return the passages that pairs of outlets share, by who was first; those without two dates are left out."""
    return fetch(
        tables,
        Shared,
        """WITH pairs AS (SELECT a.outlet AS a_outlet, b.outlet AS b_outlet, a.published_at < b.published_at AS a_first
            FROM matches m JOIN documents a ON a.doc_id = split_part(m.a_paragraph_id, ':', 1)
            JOIN documents b ON b.doc_id = split_part(m.b_paragraph_id, ':', 1)
            WHERE a.outlet <> b.outlet AND a.published_at <> b.published_at AND m.kind <> 'headline_repeat')
        SELECT CASE WHEN a_first THEN a_outlet ELSE b_outlet END AS earlier,
            CASE WHEN a_first THEN b_outlet ELSE a_outlet END AS later, count(*) AS passages
        FROM pairs GROUP BY 1, 2 ORDER BY passages DESC, 1, 2 LIMIT 400""",
    )
