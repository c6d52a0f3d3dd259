"""Named features of paragraphs, from their text and their neighbours alone; all pages of a batch in one go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from cleaner.chrome.lexicon import Lexicon, load_lexicon
from cleaner.chrome.text_scan import Flags, Ints, Scan
from cleaner.chrome.text_words import Pages, Reading, Words, read_pages, topic_overlap

Matrix = NDArray[np.float32]
Floats = NDArray[np.float64]
Columns = dict[str, Floats | Flags | Ints]

CUES = (
    "share", "subscribe", "account", "related", "comment", "legal", "ad", "credit", "date", "navigation", "reader",
    "shop", "address", "self",
)  # fmt: skip
# Categories whose short lines open a section: what follows "Comments" is comments.
SECTIONS = ("share", "subscribe", "related", "comment", "legal", "ad", "navigation")
_SECTION_WORDS = 6
_WINDOWS = (2, 5, 12)
# Sentence-like paragraphs further apart than this belong to different runs.
_GAP = 12
_FAR = 60
_FIXED = float(1 << 20)

TEXT_FEATURES: tuple[str, ...] = (
    "log_words", "log_chars", "ends_sentence", "ends_colon", "ends_question", "sentences", "sentence_density", "commas",
    "upper_words", "title_words", "upper_chars", "digits", "function_words", "word_length", "starts_lower",
    "starts_digit", "quotes", "separators", "exclamations", "symbols", "ideographs", "cue_density", "speech",
    *(f"cue_{name}" for name in CUES),
    "title_overlap", "topic_overlap", "is_title", "copies", "earlier_copies", "same_opening",
    "position", "from_start", "from_end", "page_lines", "page_mass", "page_good_lines", "page_good_words",
    "page_cue_lines", "page_short_lines", "mass_before", "own_mass", "words_to_mean",
    *(f"mass_{reach}" for reach in _WINDOWS),
    *(f"cues_{reach}" for reach in _WINDOWS),
    "words_mean_5", "words_spread_5", "title_words_5", "good_5",
    "words_back_1", "words_ahead_1", "words_back_2", "words_ahead_2", "ends_back_1", "ends_ahead_1", "cue_back_1",
    "cue_ahead_1", "since_good", "until_good", "in_run", "since_run_start", "since_run_end", "since_title",
    "sections_seen",
    *(f"since_{name}" for name in SECTIONS),
)  # fmt: skip


def text_features(texts: Sequence[str], title: str = "", names: Sequence[str] = TEXT_FEATURES) -> Matrix:
    """Return one row of features (`names`) a paragraph of one page, float32, shape (paragraphs, features).

    `title` is the page's title as far as it is known; the words of its address serve as well.

    >>> rows = text_features(["Menu", "The ferry was late again, and nobody on the quay could say why."])
    >>> rows.shape == (2, len(TEXT_FEATURES)), float(rows[1, TEXT_FEATURES.index("ends_sentence")])
    (True, 1.0)
    """
    return pages_text_features([texts], [title], names)


def pages_text_features(
    pages: Sequence[Sequence[str]], titles: Sequence[str], names: Sequence[str] = TEXT_FEATURES
) -> Matrix:
    """Return the rows of several pages under each other; no paragraph sees across the edge of its page.

    `names` are the features wanted, in the order wanted; one that costs much is computed only when it is among them.
    One call for some thirty pages costs about half of thirty calls.
    """
    if not any(map(len, pages)):
        return np.empty((0, len(names)), dtype=np.float32)
    return features_of(read_pages(pages, titles), names)


def features_of(reading: Reading, names: Sequence[str] = TEXT_FEATURES) -> Matrix:
    """Return what `pages_text_features` returns, for pages that were read before."""
    seen, words, layout = reading
    columns = _own(seen, words, load_lexicon()) | _repeats(words, layout)
    good = _good(columns, words)
    columns |= _context(columns, words, layout, good)
    if "topic_overlap" in names:
        columns["topic_overlap"] = topic_overlap(seen, words, layout, good)
    matrix = np.empty((len(good), len(names)), dtype=np.float32)
    for place, name in enumerate(names):
        matrix[:, place] = columns[name]
    return matrix


def _own(seen: Scan, words: Words, lexicon: Lexicon) -> Columns:
    """Features of a paragraph that its neighbours do not change."""
    tokens = np.maximum(words.tokens, 1)
    counts, chars = seen.counts, np.maximum(seen.chars, 1)
    owner = np.repeat(np.arange(len(tokens)), words.tokens)
    columns: Columns = {
        "log_words": np.log1p(words.size),
        "log_chars": np.log1p(seen.chars),
        "ends_sentence": seen.ends_sentence,
        "ends_colon": seen.last == ord(":"),
        "ends_question": seen.last == ord("?"),
        "sentences": np.minimum(seen.sentences, 10),
        "sentence_density": seen.sentences / tokens,
        "commas": counts["comma"] / tokens,
        "upper_words": np.bincount(owner, seen.word_upper, len(tokens)) / tokens,
        "title_words": np.bincount(owner, seen.word_title | seen.word_upper, len(tokens)) / tokens,
        "upper_chars": counts["upper"] / chars,
        "digits": counts["digit"] / chars,
        "function_words": words.function_hits / tokens,
        "word_length": np.minimum(seen.chars / tokens, 30),
        "starts_lower": seen.starts_lower,
        "starts_digit": seen.starts_digit,
        "quotes": np.minimum(counts["quote"], 4),
        "separators": np.minimum(counts["separator"], 6),
        "exclamations": np.minimum(counts["exclamation"], 3),
        "symbols": counts["symbol"] / chars,
        "ideographs": counts["cjk"] / chars,
        "cue_density": words.cue_hits / tokens,
        "speech": np.minimum(words.speech_hits, 3),
        "title_overlap": words.title_hits / tokens,
    }
    columns["is_title"] = _is_title(words)
    return columns | {f"cue_{name}": words.bits & lexicon.bit(name) > 0 for name in CUES}


def _is_title(words: Words) -> Flags:
    """Tell whether a paragraph says most of the title and little besides."""
    hits = words.title_hits
    titles: Flags = (hits >= 3) & (hits >= 0.7 * words.tokens) & (hits >= 0.5 * words.title_words)
    return titles


def _repeats(words: Words, pages: Pages) -> Columns:
    """Count the copies of a paragraph in its page, those before it, and the paragraphs that open with its two words."""
    salt = pages.start.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    _, group, sizes = np.unique(words.key + salt, return_inverse=True, return_counts=True)
    order = np.argsort(group, kind="stable")
    rank = np.empty(len(group), dtype=np.int64)
    rank[order] = np.arange(len(group)) - (np.cumsum(sizes) - sizes)[group[order]]
    _, opening, openings = np.unique(words.opening + salt, return_inverse=True, return_counts=True)
    return {
        "copies": np.minimum(sizes[group] - 1, 5),
        "earlier_copies": np.minimum(rank, 5),
        "same_opening": np.minimum(openings[opening] - 1, 10),
    }


# ---------------------------------------------------------------- neighbours


def _good(own: Mapping[str, Floats | Flags | Ints], words: Words) -> Flags:
    """Tell whether a paragraph reads like sentences."""
    prose = (own["function_words"] > 0.12) | (own["ideographs"] > 0.2)
    good: Flags = (words.size >= 8) & (own["sentences"] > 0) & prose
    return good


def _context(own: Mapping[str, Floats | Flags | Ints], words: Words, pages: Pages, good: Flags) -> Columns:
    """Return the features that the rest of the page gives to a paragraph."""
    mass = words.size * good
    return (
        _page_level(own, words, pages, good)
        | _windows(own, words, pages, mass)
        | _neighbours(own, pages)
        | _runs(pages, good, mass)
        | _sections(own, words, pages, good)
    )


def _sums(values: Floats | Flags | Ints, low: Ints, high: Ints) -> Floats:
    """Return the sum of `values[low:high]` for each pair of bounds.

    In fixed point: a sum of floats would depend, in its last bits, on the other pages of the batch.
    """
    fixed = np.rint(values * _FIXED).astype(np.int64)
    before = np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(fixed)))
    sums: Floats = (before[high] - before[low]) / _FIXED
    return sums


def _page_level(own: Mapping[str, Floats | Flags | Ints], words: Words, pages: Pages, good: Flags) -> Columns:
    low, high = pages.start, pages.end
    lines = high - low
    mass = _sums(words.size * good, low, high)
    total = np.maximum(_sums(words.size, low, high), 1)
    good_lines = _sums(good, low, high)
    mean = mass / np.maximum(good_lines, 1)
    return {
        "position": (pages.place - low) / lines,
        "from_start": np.log1p(pages.place - low),
        "from_end": np.log1p(high - 1 - pages.place),
        "page_lines": np.log1p(lines),
        "page_mass": np.log1p(mass),
        "page_good_lines": good_lines / lines,
        "page_good_words": mass / total,
        "page_cue_lines": _sums(own["cue_density"] > 0.2, low, high) / lines,
        "page_short_lines": _sums(words.size <= 4, low, high) / lines,
        "mass_before": _sums(words.size * good, low, pages.place) / np.maximum(mass, 1),
        "own_mass": words.size * good / np.maximum(mass, 1),
        "words_to_mean": np.minimum(words.size / np.maximum(mean, 1), 5),
    }


def _windows(own: Mapping[str, Floats | Flags | Ints], words: Words, pages: Pages, mass: Floats) -> Columns:
    """Return sums and means over the paragraphs within 2, 5 and 12 places."""
    columns: Columns = {}
    for reach in _WINDOWS:
        low, high = np.maximum(pages.start, pages.place - reach), np.minimum(pages.end, pages.place + reach + 1)
        columns[f"mass_{reach}"] = np.log1p(np.maximum(_sums(mass, low, high), 0))
        columns[f"cues_{reach}"] = _sums(words.cue_hits, low, high) / np.maximum(_sums(words.tokens, low, high), 1)
    low, high = np.maximum(pages.start, pages.place - 5), np.minimum(pages.end, pages.place + 6)
    size = high - low
    log_words = np.asarray(own["log_words"], dtype=np.float64)
    mean = _sums(log_words, low, high) / size
    columns["words_mean_5"] = mean
    columns["words_spread_5"] = np.sqrt(np.maximum(_sums(log_words**2, low, high) / size - mean**2, 0))
    columns["title_words_5"] = _sums(own["title_words"], low, high) / size
    columns["good_5"] = _sums(mass > 0, low, high) / size
    return columns


def _neighbours(own: Mapping[str, Floats | Flags | Ints], pages: Pages) -> Columns:
    columns: Columns = {}
    for name, source, steps in (
        ("words", "log_words", (1, 2)),
        ("ends", "ends_sentence", (1,)),
        ("cue", "cue_density", (1,)),
    ):
        values = np.asarray(own[source], dtype=np.float64)
        for step in steps:
            back, ahead = pages.place - step, pages.place + step
            columns[f"{name}_back_{step}"] = np.where(back >= pages.start, values[np.maximum(back, 0)], -1)
            columns[f"{name}_ahead_{step}"] = np.where(
                ahead < pages.end, values[np.minimum(ahead, len(values) - 1)], -1
            )
    return columns


def _since(flags: Flags, pages: Pages) -> Ints:
    """Return how many places ago the last flagged paragraph of the page stood, itself included; -1 without one."""
    last = np.maximum.accumulate(np.where(flags, pages.place, -1))
    return np.where(last >= pages.start, np.minimum(pages.place - last, _FAR), -1)


def _until(flags: Flags, pages: Pages) -> Ints:
    """Return how many places ahead the next flagged paragraph of the page stands; -1 without one."""
    following = np.minimum.accumulate(np.where(flags, pages.place, len(flags))[::-1])[::-1]
    return np.where(following < pages.end, np.minimum(following - pages.place, _FAR), -1)


def _runs(pages: Pages, good: Flags, mass: Floats) -> Columns:
    """Place each paragraph against the page's heaviest run of sentence-like paragraphs (gaps of up to 12)."""
    at = np.flatnonzero(good)
    columns: Columns = {"since_good": _since(good, pages), "until_good": _until(good, pages)}
    low, high = np.full(len(good), -1), np.full(len(good), -1)
    if len(at):
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
        low, high = np.where(mine >= 0, at[first[mine]], -1), np.where(mine >= 0, at[ends[mine]], -1)
    known = low >= 0
    columns["in_run"] = known & (pages.place >= low) & (pages.place <= high)
    columns["since_run_start"] = np.where(known, np.clip(pages.place - low, -_FAR, _FAR), -_FAR)
    columns["since_run_end"] = np.where(known, np.clip(pages.place - high, -_FAR, _FAR), -_FAR)
    return columns


def _sections(own: Mapping[str, Floats | Flags | Ints], words: Words, pages: Pages, good: Flags) -> Columns:
    """Distance to the last short line of each section category, and to the title."""
    short = (words.size <= _SECTION_WORDS) & ~np.asarray(own["ends_sentence"], dtype=np.bool_)
    columns: Columns = {"since_title": _since(np.asarray(own["is_title"], dtype=np.bool_), pages)}
    any_section = np.zeros(len(short), dtype=np.bool_)
    for name in SECTIONS:
        opens = short & np.asarray(own[f"cue_{name}"], dtype=np.bool_)
        any_section |= opens
        columns[f"since_{name}"] = _since(opens, pages)
    began = _sums(good, pages.start, pages.place) > 0
    columns["sections_seen"] = np.minimum(_sums(any_section & began, pages.start, pages.place + 1), 20)
    return columns
