"""Named features of paragraphs, from their text and their neighbours alone; all pages of a batch in one go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from cleaner.chrome.lexicon import Lexicon, load_lexicon
from cleaner.chrome.text_context import SECTIONS, WINDOWS, Columns, Floats, context
from cleaner.chrome.text_scan import Flags, Hashes, Ints, Scan
from cleaner.chrome.text_words import Pages, Reading, Words, read_pages, topic_overlap

Matrix = NDArray[np.float32]

CUES = (
    "share", "subscribe", "account", "related", "comment", "legal", "ad", "credit", "date", "navigation", "reader",
    "shop", "address", "self",
)  # fmt: skip
TEXT_FEATURES: tuple[str, ...] = (
    "log_words", "log_chars", "ends_sentence", "ends_colon", "ends_question", "sentences", "sentence_density", "commas",
    "upper_words", "title_words", "upper_chars", "digits", "function_words", "word_length", "starts_lower",
    "starts_digit", "quotes", "separators", "exclamations", "symbols", "ideographs", "cue_density", "speech",
    *(f"cue_{name}" for name in CUES),
    "title_overlap", "topic_overlap", "is_title", "copies", "earlier_copies", "same_opening",
    "position", "from_start", "from_end", "page_lines", "page_mass", "page_good_lines", "page_good_words",
    "page_cue_lines", "page_short_lines", "mass_before", "own_mass", "words_to_mean",
    *(f"mass_{reach}" for reach in WINDOWS),
    *(f"cues_{reach}" for reach in WINDOWS),
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
    columns = _own(seen, words) | _copies(words, layout)
    if not _SHAPES.isdisjoint(names):
        columns |= _shapes(seen, words)
    if not _OPENINGS.isdisjoint(names):
        columns |= _openings(words, layout)
    if not _CUES.isdisjoint(names):
        columns |= _cues(words, load_lexicon())
    good = _good(columns, words)
    columns |= context(columns, words, layout, good, names)
    if "topic_overlap" in names:
        columns["topic_overlap"] = topic_overlap(seen, words, layout, good)
    # Feature by feature: a column is written in one piece, and the trees read it so.
    rows = np.empty((len(names), len(good)), dtype=np.float32)
    for row, name in zip(rows, names, strict=True):
        row[:] = columns[name]
    return rows.T


# What is computed only where one of them is wanted.
_SHAPES, _OPENINGS = frozenset(("upper_words", "title_words", "title_words_5")), frozenset(("same_opening",))
_CUES = frozenset((*(f"cue_{name}" for name in CUES), *(f"since_{name}" for name in SECTIONS), "sections_seen"))


def _own(seen: Scan, words: Words) -> Columns:
    """Features of a paragraph that its neighbours do not change."""
    tokens = np.maximum(words.tokens, 1)
    counts, chars = seen.counts, np.maximum(seen.chars, 1)
    return {
        "log_words": np.log1p(words.size),
        "log_chars": np.log1p(seen.chars),
        "ends_sentence": seen.ends_sentence,
        "ends_colon": seen.last == ord(":"),
        "ends_question": seen.last == ord("?"),
        "sentences": np.minimum(seen.sentences, 10),
        "sentence_density": seen.sentences / tokens,
        "commas": counts["comma"] / tokens,
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
        "is_title": _is_title(words),
    }


def _shapes(seen: Scan, words: Words) -> Columns:
    tokens = np.maximum(words.tokens, 1)
    owner = np.repeat(np.arange(len(tokens)), words.tokens)
    return {
        "upper_words": np.bincount(owner, seen.word_upper, len(tokens)) / tokens,
        "title_words": np.bincount(owner, seen.word_title | seen.word_upper, len(tokens)) / tokens,
    }


def _cues(words: Words, lexicon: Lexicon) -> Columns:
    cues = words.bits[:, None] & np.array([lexicon.bit(name) for name in CUES]) > 0
    return {f"cue_{name}": cues[:, place] for place, name in enumerate(CUES)}


def _is_title(words: Words) -> Flags:
    """Tell whether a paragraph says most of the title and little besides."""
    hits = words.title_hits
    titles: Flags = (hits >= 3) & (hits >= 0.7 * words.tokens) & (hits >= 0.5 * words.title_words)
    return titles


def _copies(words: Words, pages: Pages) -> Columns:
    """Count the copies of a paragraph in its page, and those before it."""
    _, group, sizes = np.unique(_in_page(words.key, pages), return_inverse=True, return_counts=True)
    order = np.argsort(group, kind="stable")
    rank = np.empty(len(group), dtype=np.int64)
    rank[order] = np.arange(len(group)) - (np.cumsum(sizes) - sizes)[group[order]]
    return {"copies": np.minimum(sizes[group] - 1, 5), "earlier_copies": np.minimum(rank, 5)}


def _openings(words: Words, pages: Pages) -> Columns:
    """Count the paragraphs of the page that open with the two words of a paragraph."""
    _, opening, openings = np.unique(_in_page(words.opening, pages), return_inverse=True, return_counts=True)
    return {"same_opening": np.minimum(openings[opening] - 1, 10)}


def _in_page(key: Hashes, pages: Pages) -> Hashes:
    return key + pages.start.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)


def _good(own: Mapping[str, Floats | Flags | Ints], words: Words) -> Flags:
    """Tell whether a paragraph reads like sentences."""
    prose = (own["function_words"] > 0.12) | (own["ideographs"] > 0.2)
    good: Flags = (words.size >= 8) & (own["sentences"] > 0) & prose
    return good
