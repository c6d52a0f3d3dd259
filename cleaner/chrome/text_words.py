"""The words of many paragraphs: how many, of which cue categories, shared with the title, repeated in the page."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from cleaner.chrome.lexicon import Lexicon, load_lexicon, pair_hashes
from cleaner.chrome.text_scan import Flags, Hashes, Ints, Scan, scan

_Array = TypeVar("_Array", Ints, Hashes)

# Categories that say nothing about furniture by themselves.
_NO_CUE = ("self", "credit", "date", "speech", "function")
# Multipliers that make the hash of a word sequence depend on its order.
_ORDER = np.array([pow(0xBF58476D1CE4E5B9, k + 1, 1 << 64) for k in range(64)], dtype=np.uint64)
_TITLE_SALT = np.uint64(0x94D049BB133111EB)


class Pages(NamedTuple):
    """For each paragraph: the number of its page, where that page begins and ends, and the paragraph's own place."""

    number: Ints
    start: Ints
    end: Ints
    place: Ints


class Words(NamedTuple):
    """For each paragraph: its words (ideographs count half), its tokens, their category bits, counts, and two keys.

    `function` has one flag a word, not one a paragraph: the words that say nothing of what the text is about.
    """

    size: NDArray[np.float64]
    tokens: Ints
    bits: Ints
    cue_hits: Ints
    function_hits: Ints
    speech_hits: Ints
    title_hits: Ints
    title_words: Ints
    key: Hashes
    opening: Hashes
    function: Flags


def lay_out(sizes: Ints) -> Pages:
    """Return the pages of a batch from their numbers of paragraphs.

    >>> lay_out(np.array([2, 1])).start.tolist()
    [0, 0, 2]
    """
    ends = np.cumsum(sizes)
    number = np.repeat(np.arange(len(sizes)), sizes)
    return Pages(number, (ends - sizes)[number], ends[number], np.arange(len(number)))


class Reading(NamedTuple):
    """The paragraphs of a batch of pages, read once: their characters, their words, and which page they stand in."""

    seen: Scan
    words: Words
    layout: Pages


def read_pages(pages: Sequence[Sequence[str]], titles: Sequence[str]) -> Reading:
    """Return the reading of pages that hold at least one paragraph between them; an empty paragraph is a blank."""
    layout = lay_out(np.fromiter(map(len, pages), dtype=np.int64, count=len(pages)))
    # The titles go with the paragraphs, as a scan of their own would cost as much as one of a short page.
    seen, titled = scan([text or " " for text in chain(*pages, titles)]).split(len(layout.place))
    number = np.repeat(layout.number, np.diff(seen.first_word))
    sizes, hits = _title_hits(seen.word_hash, number, titled)
    return Reading(seen, look_up_words(seen, layout, sizes[layout.number], hits, load_lexicon()), layout)


def read_described(pages: Sequence[Sequence[str]], titles: Sequence[str], said: Sequence[str]) -> tuple[Reading, Ints]:
    """Return the reading of pages that hold at least one block between them, and how many words of each are `said` too.

    `titles` and `said`, what pages tell of their text elsewhere, have one item a page.
    """
    layout = lay_out(np.fromiter(map(len, pages), dtype=np.int64, count=len(pages)))
    # Titles and descriptions go with the blocks, as a scan of their own would cost as much as one of a short page.
    seen, heads = scan([text or " " for text in chain(*pages, titles, said)]).split(len(layout.place))
    number = np.repeat(layout.number, np.diff(seen.first_word))
    sizes, titled, described = _heads_hits(seen.word_hash, number, heads)
    words = look_up_words(seen, layout, sizes[layout.number], titled, load_lexicon())
    return Reading(seen, words, layout), _count(described, seen.first_word)


def _heads_hits(words: Hashes, page_of_word: Ints, heads: Scan) -> tuple[Ints, Flags, Flags]:
    """Return the numbers of distinct words of titles, and which words stand in their page's title and in what it says.

    `heads` has the titles of the pages, then what these say.
    """
    pages = len(heads.chars) // 2
    owner = np.repeat(np.arange(2 * pages) % pages, np.diff(heads.first_word))
    # Page and word in one key, so that one membership test serves the whole batch.
    salted = heads.word_hash + owner.astype(np.uint64) * _TITLE_SALT
    keys, at = np.unique(salted, return_index=True)
    if not len(keys):
        none = np.zeros(len(words), dtype=np.bool_)
        return np.zeros(pages, dtype=np.int64), none, none
    title, said = np.split(np.searchsorted(keys, salted), heads.first_word[pages : pages + 1])
    in_title, in_said = np.zeros((2, len(keys)), dtype=np.bool_)
    in_title[title] = True
    in_said[said] = True
    wanted = words + page_of_word.astype(np.uint64) * _TITLE_SALT
    near = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    known = keys[near] == wanted
    return np.bincount(owner[at], in_title, pages).astype(np.int64), in_title[near] & known, in_said[near] & known


def look_up_words(seen: Scan, pages: Pages, title_words: Ints, title_hits: Flags, lexicon: Lexicon) -> Words:
    """Return what the lexicon and the words' order say of each paragraph.

    `title_words` counts for each paragraph the words of its title, `title_hits` tells of each word whether its page's
    title has it.
    """
    first, tokens = seen.first_word, np.diff(seen.first_word)
    owner = np.repeat(pages.place, tokens)
    bits = _category_bits(seen.word_hash, owner, lexicon)
    cues = sum(lexicon.bit(name) for name in lexicon.categories if name not in _NO_CUE)
    place = np.arange(len(bits)) - first[owner]
    function = bits & lexicon.bit("function") > 0
    ordered = seen.word_hash * _ORDER[np.minimum(place, 63)]
    return Words(
        size=tokens - seen.counts["cjk"] / 2,
        tokens=tokens,
        bits=_reduced(np.bitwise_or, bits, first),
        cue_hits=_count(bits & cues > 0, first),
        function_hits=_count(function, first),
        speech_hits=_count(bits & lexicon.bit("speech") > 0, first),
        title_hits=_count(title_hits, first),
        title_words=title_words,
        key=_reduced(np.add, ordered, first),
        opening=_reduced(np.add, np.where(place < 2, ordered, np.uint64(0)), first),
        function=function,
    )


def topic_overlap(seen: Scan, words: Words, pages: Pages, good: Flags) -> NDArray[np.float64]:
    """Return the share of each paragraph's telling words that other, sentence-like paragraphs of its page have too.

    Headings, lists and captions of an article speak of what the article speaks of; menus and teasers mostly do not.
    """
    owner = np.repeat(pages.place, words.tokens)[~words.function]
    salted = seen.word_hash[~words.function] + pages.number[owner].astype(np.uint64) * _TITLE_SALT
    word, said = _numbered(salted), good[owner]
    among_good = np.bincount(word, said, minlength=1)[word] - said
    telling = np.bincount(owner, minlength=len(good))
    return np.bincount(owner, among_good > 0, minlength=len(good)) / np.maximum(telling, 1)


def _numbered(keys: Hashes) -> Ints:
    """Return a number for each hash, from 0, the same for equal ones and for no others."""
    if not len(keys):
        return np.zeros(0, np.int64)
    # Numbers are sorted in a third of the time that their order takes: each has its place in its lower bits.
    places = np.uint64((1 << len(keys).bit_length()) - 1)
    ordered = np.sort((keys & ~places) | np.arange(len(keys), dtype=np.uint64))
    order = (ordered & places).astype(np.int64)
    begins, inorder = ordered[1:] & ~places != ordered[:-1] & ~places, keys[order]
    if (begins != (inorder[1:] != inorder[:-1])).any():  # two hashes that differ in their lower bits alone
        return np.unique(keys, return_inverse=True)[1]
    numbers = np.zeros(len(keys), np.int64)
    numbers[order[1:]] = np.cumsum(begins)
    return numbers


def _category_bits(words: Hashes, owner: Ints, lexicon: Lexicon) -> Ints:
    """Return the categories of each word, and at the first word of a pair those of the pair."""
    bits = lexicon.words.look_up(words)
    if len(words) > 1:
        pairs = lexicon.pairs.look_up(pair_hashes(words))
        bits[:-1] |= np.where(owner[1:] == owner[:-1], pairs, 0)
    return bits


def _reduced(reduce: np.ufunc, values: _Array, first: Ints) -> _Array:
    """Reduce the words of each paragraph; a paragraph without words gets 0."""
    padded = np.append(values, np.zeros(1, dtype=values.dtype))
    reduced: _Array = reduce.reduceat(padded, first[:-1])
    reduced[first[1:] == first[:-1]] = 0
    return reduced


def _count(flags: Flags, first: Ints) -> Ints:
    before = np.concatenate(([0], np.cumsum(flags)))
    counts: Ints = before[first[1:]] - before[first[:-1]]
    return counts


def _title_hits(words: Hashes, page_of_word: Ints, titles: Scan) -> tuple[Ints, Flags]:
    """Return the number of distinct words of each title, and which words of the pages stand in their page's title."""
    owner = np.repeat(np.arange(len(titles.chars)), np.diff(titles.first_word))
    # Page and word in one key, so that one membership test serves the whole batch.
    keys, at = np.unique(titles.word_hash + owner.astype(np.uint64) * _TITLE_SALT, return_index=True)
    sizes = np.bincount(owner[at], minlength=len(titles.chars))
    if not len(keys):
        return sizes, np.zeros(len(words), dtype=np.bool_)
    wanted = words + page_of_word.astype(np.uint64) * _TITLE_SALT
    near = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return sizes, keys[near] == wanted
