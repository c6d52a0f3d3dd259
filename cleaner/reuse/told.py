"""What is told of the words of paragraphs, kept from run to run: words that were told stand where they stood.

A run adds the words of paragraphs that no earlier one has seen.  Paragraphs with equal words in one voice are one and
the same to reuse, so that one run of words stands for all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from cleaner.reuse.archive import Archive
from cleaner.reuse.arrays import Flags, Hashes, Ints, first_of_runs, offsets_of
from cleaner.reuse.columns import Growing
from cleaner.reuse.excerpts import of_stretches
from cleaner.reuse.hashing import scrambled
from cleaner.reuse.names import soundly_cased
from cleaner.reuse.texts import Voices, voices_in
from cleaner.reuse.words import Words

WordsOf = Callable[[Flags], Iterator[Words]]
"""Yields the words of the chosen paragraphs, in their order."""

_RUNS, _HASHES, _MARKS = "runs", "hashes", "marks"
_ODD = np.uint64(0x9E3779B185EBCA87)


class Told(NamedTuple):
    """Words in runs, what is told of these without their words, and the run that holds the words of each paragraph.

    `times`: of how many paragraphs each run holds the words; `times_before`: of how many it did in the run before.
    """

    words: Words
    voices: Voices
    run_of: Ints
    times: Ints
    times_before: Ints


def told_by(words: Words, threads: int = 1) -> Told:
    """Return what is told of paragraphs, a run for each."""
    one = np.ones(len(words.counts), np.int64)
    return Told(words, voices_in(words, threads), np.arange(len(one)), one, one[:0])


def told_again(keys: Ints, voices: Ints, words_of: WordsOf, archive: Archive, threads: int = 1) -> Told:
    """Return what is told of paragraphs with these keys and voices; `words_of` is asked for the words of new ones."""
    said = _said(keys, voices)
    earlier = _Runs(*archive.read(_RUNS, np.int64, len(_Runs._fields)))
    run_of, new = _runs_of(said, _said(earlier.keys, earlier.voices))
    if len(earlier.keys) > 2 * np.count_nonzero(np.bincount(run_of)):
        archive.clear()
        earlier = _Runs(*np.zeros((len(_Runs._fields), 0), np.int64))
        run_of, new = _runs_of(said, said[:0])
    words = _grown(earlier.counts, words_of(new), archive)
    fresh = _after(words, len(earlier.keys))
    unsound = [~sound for sound in of_stretches(soundly_cased, fresh, threads)]
    told = Voices(
        words.counts,
        np.concatenate([earlier.keys, keys[new]]),
        np.concatenate([earlier.voices, voices[new]]),
        np.concatenate([earlier.unsound != 0, *unsound]),
    )
    times = np.bincount(run_of, minlength=len(words.counts))
    archive.keep(_RUNS, np.stack([told.keys, told.voices, told.unsound, told.counts, times]))
    return Told(words, told, run_of, times, earlier.times)


class _Runs(NamedTuple):
    keys: Ints
    voices: Ints
    unsound: Ints
    counts: Ints
    times: Ints


def _said(keys: Ints, voices: Ints) -> Hashes:
    return scrambled(keys.view(np.uint64) * _ODD + voices.view(np.uint64))


def _runs_of(said: Hashes, earlier: Hashes) -> tuple[Ints, Flags]:
    """Return the run of each paragraph, and which are new: these have runs of their own, and the first one counts."""
    every = np.concatenate([earlier, said])
    order = np.argsort(every)
    first = np.flatnonzero(first_of_runs(every[order]))
    run_of = np.empty(len(every), np.int64)
    run_of[order] = (
        np.repeat(np.minimum.reduceat(order, first), np.diff(first, append=len(every))) if len(every) else order
    )
    run_of = run_of[len(earlier) :]
    new = run_of >= len(earlier)
    run_of[new] = len(earlier) + (np.cumsum(new) - 1)[run_of[new] - len(earlier)]
    return run_of, new


def _grown(before: Ints, fresh: Iterator[Words], archive: Archive) -> Words:
    """Return the words of earlier runs, of which each has so many, and the fresh ones."""
    hashes, marks, counts = archive.growing(_HASHES, np.uint32), archive.growing(_MARKS, np.uint8), Growing(np.int64)
    counts.add(before)
    for words in fresh:
        hashes.add(words.hashes)
        marks.add(words.marks)
        counts.add(words.counts)
    none = np.zeros(0, np.uint32)
    return Words(hashes.filled(), marks.filled(), none, none, offsets_of(counts.filled()))


def _after(words: Words, first: int) -> Words:
    start = words.offsets[first]
    return Words(words.hashes[start:], words.marks[start:], *words[2:4], words.offsets[first:] - start)
