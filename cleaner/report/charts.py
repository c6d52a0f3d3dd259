"""Charts as inline SVG: no library, no script, no style attribute (the page's policy forbids it)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

from markupsafe import Markup, escape

from cleaner.report.quotations import Carried, Quotation, Shared
from cleaner.report.summary import Bar

FATE_ORDER = ("kept", "copy", "excluded", "repeat", "chrome")
"""Blanks are left out of the bars: white space is no news."""
OUTLET_COLOURS = 8
UNDATED_AT = 384
DOTS = 60
"""Carriers that a timeline shows; the table beside it counts them all."""
TICKS = ((0, "first"), (1, "1 h"), (6, "6 h"), (24, "1 day"), (72, "3 days"), (192, "8 days"), (720, "30 days"))


def fate_bar(bar: Bar, longest: int) -> Markup:
    """Return one horizontal bar; its length is the text of the document beside the longest of the chart."""
    whole = sum(bar.fates.get(fate, 0) for fate in FATE_ORDER)
    width = 1000 * whole / longest if longest else 0
    parts, at = [], 0.0
    for fate in FATE_ORDER:
        count = bar.fates.get(fate, 0)
        if not count:
            continue
        size = width * count / whole
        title = f"{fate}: {count:,} characters, {count / whole:.0%}"
        shown = max(size - 2, 1)
        parts.append(
            f'<rect class="fate-{fate}" x="{at:.1f}" width="{shown:.1f}" height="16"><title>{title}</title></rect>'
        )
        at += size
    words = ", ".join(f"{fate} {bar.fates.get(fate, 0):,}" for fate in FATE_ORDER if bar.fates.get(fate))
    return Markup(  # noqa: S704  (label escaped)
        f'<svg class="fate-bar" viewBox="0 0 1000 16" preserveAspectRatio="none" role="img" '
        f'aria-label="{escape(bar.label)}: {words} characters">{"".join(parts)}</svg>'
    )


def outlet_classes(quotations: Sequence[Quotation]) -> dict[str, int]:
    """Return a colour number for each outlet, by how many quotations it carries; those past the eighth share 0."""
    counts: dict[str, int] = {}
    for quotation in quotations:
        for outlet in {carried.outlet for carried in quotation.carriers}:
            counts[outlet] = counts.get(outlet, 0) + 1
    ranked = sorted(counts, key=lambda outlet: (-counts[outlet], outlet))
    return {outlet: (number if number <= OUTLET_COLOURS else 0) for number, outlet in enumerate(ranked, 1)}


def timeline(quotation: Quotation, classes: dict[str, int], longest: timedelta) -> Markup:
    """Return a line of dots: the outlets that carried the quotation, placed by the time since the first.

    The axis is logarithmic, since hours matter on the first day and days afterwards; it is the same for all rows, so
    that they can be compared.  A ring is a paragraph that is the quotation alone, a disc one that embeds it.
    """
    limit = _limit(longest)
    dots: list[_Dot] = []
    for carried in quotation.carriers[:DOTS]:
        delay = quotation.delay(carried)
        if quotation.first is None:
            x = _place(0, limit) + 26 * len(dots)
        else:
            x = UNDATED_AT if delay is None else _place(delay.total_seconds() / 3600, limit)
        taken = {dot.lane for dot in dots if abs(dot.x - x) < 14}
        lane = next(free for free in range(len(dots) + 1) if free not in taken)
        dots.append(_Dot(x, lane, classes.get(carried.outlet, 0), carried))
    on_line = [dot.x for dot in dots if dot.carried.published_at and not dot.lane]
    height = 30 + 13 * max((dot.lane for dot in dots), default=0)
    label = escape(", then ".join(carried.outlet for carried in quotation.carriers[:DOTS]))
    return Markup(  # noqa: S704  (outlets escaped)
        f'<svg class="timeline" viewBox="0 0 400 {height}" role="img" aria-label="Carried by {label}">'
        f"{_ticks(limit, height) if quotation.first else ''}{_flow(on_line)}{''.join(map(_drawn, dots))}</svg>"
    )


class _Dot(NamedTuple):
    x: float
    lane: int
    colour: int
    carried: Carried


def _limit(longest: timedelta) -> float:
    return math.log1p(max(longest.total_seconds() / 3600, 1))


def _place(hours: float, limit: float) -> float:
    return 12 + 330 * math.log1p(hours) / limit


def _flow(xs: list[float]) -> str:
    """Return the line from the first dot to the last, with an arrow head before each later one."""
    if len(xs) < 2:
        return ""
    heads = "".join(f'<path class="head" d="M{x - 12:.1f} 12l4 3l-4 3"/>' for x in xs[1:] if x > 26)
    return f'<path class="flow" d="M{min(xs):.1f} 15H{max(xs) - 9:.1f}"/>{heads}'


def _drawn(dot: _Dot) -> str:
    carried = dot.carried
    when = f"{carried.published_at:%d %b %Y, %H:%M} UTC" if carried.published_at else "no date"
    title = escape(f"{carried.outlet} · {when} · {'prints it alone' if carried.alone else 'embeds it'}")
    kind = "ring" if carried.alone else "disc"
    return (
        f'<g class="dot outlet-{dot.colour} {kind}"><circle cx="{dot.x:.1f}" cy="{15 + 13 * dot.lane}" r="5.5"/>'
        f"<title>{title}</title></g>"
    )


def axis(quotations: Sequence[Quotation], longest: timedelta) -> Markup:
    """Return the labels of the time axis, to stand above the timelines; nothing where no carrier is dated."""
    if not any(quotation.first for quotation in quotations):
        return Markup("")
    undated = any(not c.published_at for quotation in quotations if quotation.first for c in quotation.carriers)
    limit = _limit(longest)
    labels = []
    last = -60.0
    for hours, name in TICKS:
        x = _place(hours, limit)
        if x <= 345 and x - last >= 38:
            labels.append(f'<text x="{x:.1f}" y="11">{name}</text>')
            last = x
    if undated:
        labels.append(f'<text x="{UNDATED_AT}" y="11">no date</text>')
    return Markup(  # noqa: S704  (constants and numbers)
        f'<svg class="timeline axis" viewBox="0 0 400 16" aria-hidden="true">{"".join(labels)}</svg>'
    )


def _ticks(limit: float, height: int) -> str:
    xs = (_place(hours, limit) for hours, _ in TICKS)
    return "".join(f'<path class="tick" d="M{x:.1f} 2V{height - 2}"/>' for x in xs if x <= 345)


def matrix(pairs: Sequence[Shared], size: int = 12) -> Markup:
    """Return the outlet-by-outlet matrix: a row's outlet was first, a column's carried the passage later."""
    weight: dict[str, int] = {}
    cells: dict[tuple[str, str], int] = {}
    for pair in pairs:
        cells[pair.first, pair.later] = cells.get((pair.first, pair.later), 0) + pair.passages
        for outlet in (pair.first, pair.later):
            weight[outlet] = weight.get(outlet, 0) + pair.passages
    names = sorted(sorted(weight, key=lambda n: (-weight[n], n))[:size])
    most = max(cells.values(), default=1)
    head = "".join(f'<th scope="col"><span>{escape(name)}</span></th>' for name in names)
    rows = "".join(
        f'<tr><th scope="row">{escape(first)}</th>{"".join(_cell(cells, first, later, most) for later in names)}</tr>'
        for first in names
    )
    return Markup(  # noqa: S704  (names escaped)
        f'<table class="matrix"><caption class="visually-hidden">Passages that the outlet of the row carried '
        f"before the outlet of the column did</caption><thead><tr><td></td>{head}</tr></thead><tbody>{rows}</tbody>"
        "</table>"
    )


def _cell(cells: dict[tuple[str, str], int], first: str, later: str, most: int) -> str:
    count = cells.get((first, later), 0)
    if first == later:
        return '<td class="same"></td>'
    level = math.ceil(5 * count / most)
    return f'<td class="heat-{level}">{count or ""}</td>'
