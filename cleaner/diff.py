"""Source against cleaned text, line by line, for a terminal."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from cleaner.records import Status
from cleaner.writing.reader import DocumentRows, Row

_RED_STRUCK, _GREEN, _DIM, _PLAIN = "\033[31;9m", "\033[32m", "\033[2m", "\033[0m"
_GONE = frozenset({Status.CHROME, Status.REPEAT, Status.EXCLUDED})


def diff_lines(rows: DocumentRows, *, everything: bool = False, colour: bool = False) -> Iterator[str]:
    """Yield the lines of a document's diff: `- ` removed, `~ ` repaired, `? ` proposed, `= ` copy, two blanks kept.

    Control characters of the source are shown as escapes: a page must not steer the terminal.
    """
    yield _shade(f"── {rows.document['source_uri']}", _DIM, colour)
    if rows.document["status"] != "kept":
        yield f"! {rows.document['status']}: {inert(rows.document['status_reason'] or '')}"
    edits: dict[str, list[Row]] = {}
    for edit in rows.edits:
        edits.setdefault(edit["paragraph_id"], []).append(edit)
    for paragraph in rows.paragraphs:
        yield from _paragraph(paragraph, edits.get(paragraph["paragraph_id"], []), everything=everything, colour=colour)


def _paragraph(paragraph: Row, edits: list[Row], *, everything: bool, colour: bool) -> Iterator[str]:
    text = inert(paragraph["source_text"])
    if paragraph["status"] in _GONE:
        why = ", ".join(paragraph["rule_ids"])
        yield f"- {_shade(text, _RED_STRUCK, colour)}   [{paragraph['status']}: {why}]"
    elif any(edit["applied"] for edit in edits):
        yield f"~ {_repaired(paragraph['source_text'], edits, colour)}"
    elif paragraph["status"] == Status.COPY:
        yield f"= {_shade(text, _DIM, colour)}   [copy of {paragraph['cluster_id']}]"
    elif everything and paragraph["status"] == Status.KEPT:
        yield f"  {text}"
    for edit in edits:
        if not edit["applied"]:
            yield f"? {inert(edit['before'])!r} → {inert(edit['after'])!r}: {edit['reason']}"


def _repaired(source: str, edits: list[Row], colour: bool) -> str:
    parts: list[str] = []
    at = 0
    for edit in sorted((e for e in edits if e["applied"]), key=lambda e: (e["char_start"], e["char_end"])):
        parts.append(inert(source[at : edit["char_start"]]))
        before, after = inert(edit["before"]), inert(edit["after"])
        if colour:
            parts.append(f"{_RED_STRUCK}{before}{_PLAIN}{_GREEN}{after}{_PLAIN}")
        else:
            parts.append(f"[-{before}-]{{+{after}+}}")
        at = edit["char_end"]
    return "".join((*parts, inert(source[at:])))


def inert(text: str) -> str:
    r"""Return text that cannot steer a terminal: control, format and private characters as escapes.

    >>> inert("red\x1b[31m")
    'red\\x1b[31m'
    """
    if text.isprintable():
        return text
    return "".join(c if c == " " or unicodedata.category(c)[0] != "C" else repr(c)[1:-1] for c in text)


def _shade(text: str, code: str, colour: bool) -> str:
    return f"{code}{text}{_PLAIN}" if colour else text
