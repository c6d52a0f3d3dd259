"""The ledger: edits applied, inverted, and brought into one system of coordinates."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

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
        proposals += (_to_source(source_text, done, edit) for edit in layer if not edit.applied)
        done = _merge(source_text, done, [edit for edit in layer if edit.applied])
    spans = [(edit.char_start, edit.char_end) for edit in done]
    free = [p for p in proposals if not any(_touch((p.char_start, p.char_end), span) for span in spans)]
    return tuple(sorted((*done, *_disjoint(free)), key=lambda e: (e.char_start, e.char_end, e.rule_ids)))


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
    for edit in sorted(edits, key=lambda e: (e.char_start, e.char_end, e.rule_ids)):
        if not kept or not _touch((kept[-1].char_start, kept[-1].char_end), (edit.char_start, edit.char_end)):
            kept.append(edit)
    return kept


def _merge(source: str, done: list[Edit], layer: list[Edit]) -> list[Edit]:
    """Return `done` and then `layer` as one list of disjoint edits of `source`."""
    merged = list(done)
    for edit in reversed(_in_order(layer)):
        merged = _add(source, merged, edit)
    return merged


def _add(source: str, done: list[Edit], new: Edit) -> list[Edit]:
    """Return `done` with one more edit, whose offsets count in the text that `done` leaves.

    Edits of one layer are added from the right, so that the offsets of those still to come stay true.
    """
    touched: list[tuple[int, Edit]] = []
    before: list[Edit] = []
    after: list[Edit] = []
    shift = 0
    left_shift = 0
    for edit in done:
        start = edit.char_start + shift
        end = start + len(edit.after)
        if _touch((start, end), (new.char_start, new.char_end)):
            touched.append((start, edit))
        elif end <= new.char_start:
            before.append(edit)
            left_shift = shift + len(edit.after) - len(edit.before)
        else:
            after.append(edit)
        shift += len(edit.after) - len(edit.before)
    if not touched:
        moved = replace(new, char_start=new.char_start - left_shift, char_end=new.char_end - left_shift)
        return [*before, moved, *after]
    return [*before, _fold(source, [e for _, e in touched], new, left_shift), *after]


def _fold(source: str, touched: list[Edit], new: Edit, shift: int) -> Edit:
    """Return one edit of `source` that does what `touched` and then `new` do; `shift` holds left of them."""
    first, last = touched[0], touched[-1]
    grown = sum(len(e.after) - len(e.before) for e in touched)
    start = min(first.char_start, new.char_start - shift)
    end = max(last.char_end, new.char_end - shift - grown)
    inside = [replace(e, char_start=e.char_start - start, char_end=e.char_end - start) for e in touched]
    middle = apply_edits(source[start:end], inside)
    at = new.char_start - shift - start
    if middle[at : at + len(new.before)] != new.before:
        raise LedgerError(f"edit {new.rule_ids} at {new.char_start} does not fit the text")
    parts = [*touched, new]
    return Edit(
        stage=_joined(e.stage for e in parts),
        rule_ids=tuple(dict.fromkeys(r for e in parts for r in e.rule_ids)),
        char_start=start,
        char_end=end,
        before=source[start:end],
        after=middle[:at] + new.after + middle[at + len(new.before) :],
        reason=_joined((e.reason for e in parts), "; "),
        confidence=min(e.confidence for e in parts),
        evidence=tuple(dict.fromkeys(v for e in parts for v in e.evidence)),
    )


def _joined(words: Iterable[str], by: str = "+") -> str:
    return by.join(dict.fromkeys(words))


def _to_source(source: str, done: list[Edit], edit: Edit) -> Edit:
    """Return a proposal with its offsets brought back to `source` (widened to whole edits where it meets one)."""
    alone = _add(source, done, replace(edit, applied=True))
    there = next(e for e in alone if not any(e is d for d in done))
    return replace(there, stage=edit.stage, applied=False)
