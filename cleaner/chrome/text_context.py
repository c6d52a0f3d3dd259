"""Features that the rest of its page gives to a paragraph: sums around it, neighbours, runs, sections.

Quantities stand side by side in one array, so that a step costs one call for all of them: most pages are short, and
calls are what they cost.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cleaner.chrome.text_scan import Flags, Ints
from cleaner.chrome.text_words import Pages, Words

Floats = NDArray[np.float64]
Columns = dict[str, Floats | Flags | Ints]

# Categories whose short lines open a section: what follows "Comments" is comments.
SECTIONS = ("share", "subscribe", "related", "comment", "legal", "ad", "navigation")
_SECTION_WORDS = 6
WINDOWS = (2, 5, 12)
_MEAN_REACH = 5
# Sentence-like paragraphs further apart than this belong to different runs.
_GAP = 12
_FAR = 60
_FIXED = float(1 << 20)
# What is computed only where one of them is wanted.
_WINDOW_MEANS = ("words_spread_5", "title_words_5", "good_5")
_NEIGHBOURS = (
    "words_back_1", "words_ahead_1", "words_back_2", "words_ahead_2", "ends_back_1", "ends_ahead_1", "cue_back_1",
    "cue_ahead_1",
)  # fmt: skip
_RUNS = ("until_good", "in_run", "since_run_start", "since_run_end")
_SECTIONS = (*(f"since_{name}" for name in (*SECTIONS, "title", "good")), "sections_seen")


class Sums(NamedTuple):
    """Running sums of several quantities: row i holds the sums over the first i paragraphs of the batch.

    In fixed point: a sum of floats would depend, in its last bits, on the other pages of the batch.
    """

    names: tuple[str, ...]
    before: Ints

    def between(self, low: Ints, high: Ints) -> dict[str, Floats]:
        """Return the sums of each quantity over the paragraphs from `low` to before `high`."""
        sums = (self.before[high] - self.before[low]).T / _FIXED
        return dict(zip(self.names, sums, strict=True))


def running(quantities: Mapping[str, Floats | Flags | Ints]) -> Sums:
    """Return the running sums of quantities that have one item a paragraph."""
    values = np.stack([np.asarray(part, dtype=np.float64) for part in quantities.values()], axis=1)
    before = np.zeros((len(values) + 1, len(quantities)), dtype=np.int64)
    np.cumsum(np.rint(values * _FIXED).astype(np.int64), axis=0, out=before[1:])
    return Sums(tuple(quantities), before)


def context(
    own: Mapping[str, Floats | Flags | Ints], words: Words, pages: Pages, good: Flags, names: Collection[str]
) -> Columns:
    """Return the features of each paragraph that its neighbours and its page make; `good` reads like sentences.

    Those among `names` are returned, and others that cost nothing beside them.
    """
    wanted = frozenset(names)
    mass = words.size * good
    quantities = {
        "mass": mass, "size": words.size, "good": good, "cue_hits": words.cue_hits, "tokens": words.tokens,
        "log_words": own["log_words"], "cue_lines": own["cue_density"] > _CUE_LINE,
        "short_lines": words.size <= _SHORT_LINE,
    }  # fmt: skip
    means = not wanted.isdisjoint(_WINDOW_MEANS)
    if means:
        log_words = np.asarray(own["log_words"], dtype=np.float64)
        quantities |= {"log_words_2": log_words**2, "title_words": own["title_words"]}
    sums = running(quantities)
    columns = _page_level(sums, words, pages, mass) | _windows(sums, pages, means=means)
    if not wanted.isdisjoint(_NEIGHBOURS):
        columns |= _neighbours(own, pages)
    if not wanted.isdisjoint(_RUNS):
        columns |= _runs(pages, good, mass)
    if not wanted.isdisjoint(_SECTIONS):
        columns |= _sections(own, pages, _section_heads(own, words), sums, good)
    return columns


_CUE_LINE, _SHORT_LINE = 0.2, 4


def _page_level(sums: Sums, words: Words, pages: Pages, mass: Floats) -> Columns:
    low, high = pages.start, pages.end
    lines = high - low
    page, past = sums.between(low, high), sums.between(low, pages.place)
    mean = page["mass"] / np.maximum(page["good"], 1)
    all_mass = np.maximum(page["mass"], 1)
    return {
        "position": (pages.place - low) / lines,
        "from_start": np.log1p(pages.place - low),
        "from_end": np.log1p(high - 1 - pages.place),
        "page_lines": np.log1p(lines),
        "page_mass": np.log1p(page["mass"]),
        "page_good_lines": page["good"] / lines,
        "page_good_words": page["mass"] / np.maximum(page["size"], 1),
        "page_cue_lines": page["cue_lines"] / lines,
        "page_short_lines": page["short_lines"] / lines,
        "mass_before": past["mass"] / all_mass,
        "own_mass": mass / all_mass,
        "words_to_mean": np.minimum(words.size / np.maximum(mean, 1), 5),
    }


def _windows(sums: Sums, pages: Pages, *, means: bool) -> Columns:
    """Return sums and means over the paragraphs within 2, 5 and 12 places."""
    columns: Columns = {}
    for reach in WINDOWS:
        low, high = np.maximum(pages.start, pages.place - reach), np.minimum(pages.end, pages.place + reach + 1)
        near = sums.between(low, high)
        columns[f"mass_{reach}"] = np.log1p(np.maximum(near["mass"], 0))
        columns[f"cues_{reach}"] = near["cue_hits"] / np.maximum(near["tokens"], 1)
        if reach == _MEAN_REACH:
            size = high - low
            mean = near["log_words"] / size
            columns["words_mean_5"] = mean
        if reach == _MEAN_REACH and means:
            columns["words_spread_5"] = np.sqrt(np.maximum(near["log_words_2"] / size - mean**2, 0))
            columns["title_words_5"] = near["title_words"] / size
            columns["good_5"] = near["good"] / size
    return columns


def _neighbours(own: Mapping[str, Floats | Flags | Ints], pages: Pages) -> Columns:
    """Return what the paragraphs one and two places away are like; -1 beyond the edge of the page."""
    values = np.stack([own["log_words"], own["ends_sentence"], own["cue_density"]], axis=1).astype(np.float64)
    columns: Columns = {}
    for step, names in ((1, ("words", "ends", "cue")), (2, ("words",))):
        back, ahead = pages.place - step, pages.place + step
        behind = np.where((back >= pages.start)[:, None], values[np.maximum(back, 0)], -1)
        beyond = np.where((ahead < pages.end)[:, None], values[np.minimum(ahead, len(values) - 1)], -1)
        for place, name in enumerate(names):
            columns[f"{name}_back_{step}"] = behind[:, place]
            columns[f"{name}_ahead_{step}"] = beyond[:, place]
    return columns


def since(flags: Flags, pages: Pages) -> Ints:
    """Return how many places ago the last flagged paragraph of the page stood, itself included; -1 without one.

    One column for each column of `flags`.
    """
    place, start = pages.place[:, None], pages.start[:, None]
    last = np.maximum.accumulate(np.where(flags, place, -1), axis=0)
    return np.where(last >= start, np.minimum(place - last, _FAR), -1)


def until(flags: Flags, pages: Pages) -> Ints:
    """Return how many places ahead the next flagged paragraph of the page stands; -1 without one."""
    following = np.minimum.accumulate(np.where(flags, pages.place, len(flags))[::-1])[::-1]
    return np.where(following < pages.end, np.minimum(following - pages.place, _FAR), -1)


def _runs(pages: Pages, good: Flags, mass: Floats) -> Columns:
    """Place each paragraph against the page's heaviest run of sentence-like paragraphs (gaps of up to 12)."""
    low, high = _heaviest_runs(pages, good, mass)
    known = low >= 0
    return {
        "until_good": until(good, pages),
        "in_run": known & (pages.place >= low) & (pages.place <= high),
        "since_run_start": np.where(known, np.clip(pages.place - low, -_FAR, _FAR), -_FAR),
        "since_run_end": np.where(known, np.clip(pages.place - high, -_FAR, _FAR), -_FAR),
    }


def _heaviest_runs(pages: Pages, good: Flags, mass: Floats) -> tuple[Ints, Ints]:
    """Return for each paragraph the first and the last place of its page's heaviest run, -1 without one."""
    at = np.flatnonzero(good)
    if not len(at):
        nowhere = np.full(len(good), -1)
        return nowhere, nowhere
    page = pages.number[at]
    starts = np.concatenate(([True], (np.diff(at) > _GAP) | (np.diff(page) > 0)))
    run = np.cumsum(starts) - 1
    weight = np.bincount(run, mass[at])
    first = np.flatnonzero(starts)
    # The heaviest run of each page comes last in this order; of equals the first one.
    order = np.lexsort((-np.arange(len(weight)), weight, page[first]))
    best = np.full(int(pages.number[-1]) + 1, -1)
    best[page[first][order]] = order
    ends = np.concatenate((first[1:], [len(at)])) - 1
    mine = best[pages.number]
    return np.where(mine >= 0, at[first[mine]], -1), np.where(mine >= 0, at[ends[mine]], -1)


def _section_heads(own: Mapping[str, Floats | Flags | Ints], words: Words) -> Flags:
    """Tell of each paragraph which sections it opens, one column a section: short lines that hold a cue."""
    short = (words.size <= _SECTION_WORDS) & ~np.asarray(own["ends_sentence"], dtype=np.bool_)
    cues = np.stack([own[f"cue_{name}"] for name in SECTIONS], axis=1)
    opens: Flags = short[:, None] & cues.astype(np.bool_)
    return opens


def _sections(own: Mapping[str, Floats | Flags | Ints], pages: Pages, opens: Flags, sums: Sums, good: Flags) -> Columns:
    """Return the distance to the last short line of each section, to the title and to the last good paragraph."""
    title = np.asarray(own["is_title"], dtype=np.bool_)
    last = since(np.column_stack([opens, title, good]), pages)
    columns: Columns = {f"since_{name}": last[:, at] for at, name in enumerate((*SECTIONS, "title", "good"))}
    began = sums.between(pages.start, pages.place)["good"] > 0
    heads = running({"heads": opens.any(axis=1) & began}).between(pages.start, pages.place + 1)["heads"]
    columns["sections_seen"] = np.minimum(heads, 20)
    return columns
