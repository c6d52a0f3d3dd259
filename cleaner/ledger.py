"""The ledger: edits applied, inverted, and brought into one system of coordinates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

from cleaner.records import Edit


class LedgerError(ValueError):
    """Edits that overlap, or that do not fit the text they are applied to."""


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """Return `text` with the applied edits carried out; proposals (`applied=False`) are passed over.

    >>> apply_edits("one,two", [Edit("repair", ("spacing/comma",), 4, 4, "", " ", "missing space")])
    'one, two'
    """
    parts: list[str] = []
    at = 0
    for edit in _in_order(edits):
        if text[edit.char_start : edit.char_end] != edit.before:
            raise LedgerError(f"edit {edit.rule_ids} at {edit.char_start} does not fit the text")
        parts += (text[at : edit.char_start], edit.after)
        at = edit.char_end
    return "".join((*parts, text[at:]))


def invert_edits(text: str, edits: Iterable[Edit]) -> str:
    """Return the text as it was before the applied edits; `text` is the text after them.

    >>> invert_edits("one, two", [Edit("repair", ("spacing/comma",), 4, 4, "", " ", "missing space")])
    'one,two'
    """
    parts: list[str] = []
    at = shift = 0
    for edit in _in_order(edits):
        start = edit.char_start + shift
        if text[start : start + len(edit.after)] != edit.after:
            raise LedgerError(f"edit {edit.rule_ids} at {edit.char_start} was not applied to this text")
        parts += (text[at:start], edit.before)
        at = start + len(edit.after)
        shift += len(edit.after) - len(edit.before)
    return "".join((*parts, text[at:]))


def compose(source_text: str, layers: Sequence[Sequence[Edit]]) -> tuple[Edit, ...]:
    """Return disjoint edits in coordinates of `source_text`, sorted, that do what the layers do one after another.

    Each layer's offsets count in the text that the layers before it left.  Edits that touch the same range become one
    row that carries all their rules.  Proposals keep their own rows: mapped back to the source, dropped where an
    applied edit already covers their range.
    """
    done: list[Edit] = []
    proposals: list[Edit] = []
    for layer in layers:
        proposals += _free_in_source(done, [edit for edit in layer if not edit.applied])
        done = _merge(source_text, done, [edit for edit in layer if edit.applied])
    kept = _untouched(done, _disjoint(proposals))
    return tuple(sorted((*done, *kept), key=_place))


def _place(edit: Edit) -> tuple[int, int, tuple[str, ...]]:
    return edit.char_start, edit.char_end, edit.rule_ids


def _in_order(edits: Iterable[Edit]) -> list[Edit]:
    """Return the applied edits by position; raise LedgerError where two overlap."""
    ordered = sorted((e for e in edits if e.applied), key=lambda e: (e.char_start, e.char_end))
    for left, right in pairwise(ordered):
        if right.char_start < left.char_end:
            raise LedgerError(f"edits overlap at {right.char_start}: {left.rule_ids} and {right.rule_ids}")
    return ordered


def _touch(a: tuple[int, int], b: tuple[int, int]) -> bool:
    """True where two ranges share a character, or an insertion stands inside or at the edge of the other."""
    if a[0] == a[1] or b[0] == b[1]:
        return a[0] <= b[1] and b[0] <= a[1]
    return a[0] < b[1] and b[0] < a[1]


def _disjoint(edits: Iterable[Edit]) -> list[Edit]:
    kept: list[Edit] = []
    for edit in sorted(edits, key=_place):
        if not kept or not _touch(_span(kept[-1]), _span(edit)):
            kept.append(edit)
    return kept


def _span(edit: Edit) -> tuple[int, int]:
    return edit.char_start, edit.char_end


class _Placed(NamedTuple):
    """An edit with its range in the text between two layers; `old` marks those of the layers before."""

    char_start: int
    char_end: int
    old: bool
    edit: Edit


def _after(done: Iterable[Edit]) -> list[_Placed]:
    """Return where the outcome of each edit stands in the text that they leave."""
    placed: list[_Placed] = []
    shift = 0
    for edit in done:
        start = edit.char_start + shift
        placed.append(_Placed(start, start + len(edit.after), old=True, edit=edit))
        shift += len(edit.after) - len(edit.before)
    return placed


def _here(edits: Iterable[Edit], *, old: bool) -> list[_Placed]:
    return [_Placed(edit.char_start, edit.char_end, old, edit) for edit in edits]


def _clusters(old: list[_Placed], new: list[_Placed]) -> Iterator[list[_Placed]]:
    """Yield runs of old and new edits that touch one another, from the left; one sweep, so time is linear."""
    run: list[_Placed] = []
    last: dict[bool, _Placed] = {}  # the last old and the last new edit of the run
    for item in sorted((*old, *new), key=lambda p: (p.char_start, p.char_end, not p.old)):
        other = last.get(not item.old)
        if run and not (other and _touch(other[:2], item[:2])):
            yield run
            run, last = [], {}
        run.append(item)
        last[item.old] = item
    if run:
        yield run


def _merge(source: str, done: list[Edit], layer: list[Edit]) -> list[Edit]:
    """Return `done` and then `layer` (offsets in the text that `done` leaves) as disjoint edits of `source`."""
    merged: list[Edit] = []
    shift = 0
    for run in _clusters(_after(done), _here(_in_order(layer), old=False)):
        if len(run) == 1 and run[0].old:
            merged.append(run[0].edit)
        else:
            merged.append(_fold(source, run, shift))
        shift += sum(len(p.edit.after) - len(p.edit.before) for p in run if p.old)
    return merged


def _fold(source: str, run: list[_Placed], shift: int) -> Edit:
    """Return one edit of `source` that does what the old edits of `run` and then its new ones do.

    `shift` is what the old edits left of the run have added to the length of the text.
    """
    olds = [p.edit for p in run if p.old]
    news = [p.edit for p in run if not p.old]
    grown = sum(len(e.after) - len(e.before) for e in olds)
    start = min(e.char_start for e in (*olds, *(_moved(n, -shift) for n in news)))
    end = max(e.char_end for e in (*olds, *(_moved(n, -shift - grown) for n in news)))
    middle = apply_edits(source[start:end], [_moved(e, -start) for e in olds])
    after = apply_edits(middle, [_moved(e, -shift - start) for e in news])
    if not olds:
        return _moved(news[0], -shift)
    parts = (*olds, *news)
    return Edit(
        stage=_joined(e.stage for e in parts),
        rule_ids=tuple(dict.fromkeys(r for e in parts for r in e.rule_ids)),
        char_start=start,
        char_end=end,
        before=source[start:end],
        after=after,
        reason=_joined((e.reason for e in parts), "; "),
        confidence=min(e.confidence for e in parts),
        evidence=tuple(dict.fromkeys(v for e in parts for v in e.evidence)),
    )


def _moved(edit: Edit, by: int) -> Edit:
    return replace(edit, char_start=edit.char_start + by, char_end=edit.char_end + by)


def _joined(words: Iterable[str], by: str = "+") -> str:
    return by.join(dict.fromkeys(words))


def _free_in_source(done: list[Edit], proposals: list[Edit]) -> list[Edit]:
    """Return the proposals that touch nothing of `done`, with their offsets brought back to the source."""
    free: list[Edit] = []
    shift = 0
    for run in _clusters(_after(done), _here(_disjoint(proposals), old=False)):
        free += (_moved(p.edit, -shift) for p in run if len(run) == 1 and not p.old)
        shift += sum(len(p.edit.after) - len(p.edit.before) for p in run if p.old)
    return free


def _untouched(done: list[Edit], proposals: list[Edit]) -> list[Edit]:
    """Return the proposals that touch no edit of `done`; both in coordinates of the source."""
    runs = _clusters(_here(done, old=True), _here(proposals, old=False))
    return [run[0].edit for run in runs if len(run) == 1 and not run[0].old]
