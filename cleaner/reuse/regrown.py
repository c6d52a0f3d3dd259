"""Candidates of a corpus that grew or shrank: only groups of grams that some text joined or left are looked at.

Who meets whom follows from the members of groups alone, and a pair is a candidate by how often it meets.  So the pairs
of the run before stand, but for those that meet oftener or less often than before in a group that changed.  Where one
text is new, all of its groups have changed, so that this is how often they meet; of two that stood, all groups are
looked at again.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from cleaner.reuse.arrays import Flags, Hashes, Ints, Marks, first_of_runs, offsets_of, once
from cleaner.reuse.bounds import hopeful_by_length
from cleaner.reuse.candidates import (
    FEW_GRAMS,
    NEIGHBOURS,
    ROW_BITS,
    ROW_MASK,
    SMALL_GROUP,
    Pairs,
    candidates,
    grouped,
    keys_of_grams,
    meetings_of,
    packed_pairs,
    pairs_of,
)
from cleaner.reuse.columns import Column, Scratch
from cleaner.reuse.excerpts import excerpted, of_rows, of_stretches
from cleaner.reuse.growth import Growth, Texts
from cleaner.reuse.remembered import Memory, among
from cleaner.reuse.settings import Settings
from cleaner.reuse.shingles import GRAM_BITS, Fingerprints, fingerprints_of
from cleaner.reuse.texts import Distinct, numbers_of
from cleaner.reuse.told import Told

MOST_CHANGED = 4
"""Where more than one text in so many came or went, all candidates are found anew."""
STOOD, WENT, CAME = range(3)
_GRAMS = "grams"
_STRETCH = 1 << 20
_BITS = np.uint64(ROW_BITS)


def candidates_of(
    told: Told, texts: Distinct, memory: Memory | None, settings: Settings, scratch: Scratch
) -> Iterable[Pairs]:
    """Return the candidates among texts, sorted, some at a time; `texts`: with the runs that stand for them.

    Those of the run before are used again where few texts came or went.
    """
    if memory and memory.growth and _is_small(memory.growth):
        return [_regrown(told, texts, memory, memory.growth, settings)]
    prints = of_stretches(fingerprints_of, told.words, scratch.threads)
    groups = grouped(prints, numbers_of(texts, len(told.voices.counts)), scratch)
    if memory:
        Texts(told.voices.counts[texts.rows], texts.keys, texts.rows, groups.few).keep(memory.archive)
    return candidates(groups, scratch, memory.archive.column(_GRAMS, np.uint64) if memory else None)


def _is_small(growth: Growth) -> bool:
    changed = int(np.count_nonzero(growth.came)) + int(np.count_nonzero(growth.moved < 0))
    return changed * MOST_CHANGED <= len(growth.moved)


def _regrown(told: Told, texts: Distinct, memory: Memory, growth: Growth, settings: Settings) -> Pairs:
    """Return the candidates that are to be looked at, and tell the memory which others stand."""
    prints = _prints_of(told, texts, np.flatnonzero(growth.came))
    today = _texts_of(told, texts, growth, prints)
    fresh = keys_of_grams(Fingerprints(prints.grams, prints.counts), prints.texts)
    fresh = fresh[first_of_runs(fresh)]
    earlier, kept = memory.archive.read(_GRAMS, np.uint64)[0], memory.archive.column(_GRAMS, np.uint64)
    regrouped(earlier, growth, fresh, kept)
    today.keep(memory.archive)

    both = both_of(growth, today)
    met, doubtful, lost = sorted_out(*differences(changed_groups(earlier, fresh, both), both), both)
    standing = memory.standing(settings)
    pairs = np.concatenate([doubtful, lost[among(lost, standing)[0]]])
    shorter, longer = pairs_of(pairs)
    pairs = pairs[hopeful_by_length(today.counts[shorter], today.counts[longer], settings)]
    again = _meet_again(told, texts, pairs, kept.filled(), today.few)
    known, place = among(pairs, standing)
    stands = np.ones(len(standing), np.bool_)
    stands[place[known & ~again]] = False
    return pairs_of(np.concatenate([memory.stand(standing[stands], settings), met, pairs[again & ~known]]))


class _Prints(NamedTuple):
    """Sampled grams of some texts."""

    texts: Ints
    grams: Hashes
    counts: Ints


def _prints_of(told: Told, texts: Distinct, chosen: Ints) -> _Prints:
    chosen = chosen[np.argsort(texts.rows[chosen])]
    return _Prints(chosen, *fingerprints_of(of_rows(told.words, texts.rows[chosen])))


def _texts_of(told: Told, texts: Distinct, growth: Growth, fresh: _Prints) -> Texts:
    few = np.zeros(len(texts.keys), np.bool_)
    stands = growth.moved >= 0
    few[growth.moved[stands]] = growth.texts.few[stands]
    few[fresh.texts] = fresh.counts <= FEW_GRAMS
    return Texts(told.voices.counts[texts.rows], texts.keys, texts.rows, few)


class Both(NamedTuple):
    """The texts of both runs in one numbering: the numbers of either's, and by number who `STOOD`, `WENT` or `CAME`."""

    before: Ints
    after: Ints
    fate: Marks
    few: Flags


def both_of(growth: Growth, texts: Texts) -> Both:
    """Return the texts of the run before and of today in one numbering, in their common order."""
    gone = np.flatnonzero(growth.moved < 0)
    number = np.arange(len(texts.keys) + len(gone))
    if len(gone):
        keys, counts = (
            np.concatenate([today, earlier[gone]])
            for today, earlier in ((texts.keys, growth.texts.keys), (texts.counts, growth.texts.counts))
        )
        number[np.lexsort((keys, counts))] = np.arange(len(number))
    after, went = number[: len(texts.keys)], number[len(texts.keys) :]
    before = after[growth.moved] if len(after) else growth.moved.copy()
    before[gone] = went
    fate, few = np.full(len(number), STOOD, np.uint8), np.zeros(len(number), np.bool_)
    fate[went], fate[after[growth.came]] = WENT, CAME
    few[after], few[went] = texts.few, growth.texts.few[gone]
    return Both(before, after, fate, few)


def regrouped(grams: Hashes, growth: Growth, fresh: Hashes, kept: Column) -> None:
    """Add to `kept` the sorted grams of today: those of the run before and the `fresh` ones, of texts that came."""
    cuts = once(grams[_STRETCH::_STRETCH] & ~ROW_MASK)
    old, new = ([0, *np.searchsorted(keys, cuts).tolist(), len(keys)] for keys in (grams, fresh))
    for first, last, start, end in zip(old, old[1:], new, new[1:], strict=False):
        some = grams[first:last]
        every = np.concatenate([_moved(some[growth.moved[_text(some)] >= 0], growth.moved), fresh[start:end]])
        every.sort(kind="stable")
        kept.add(every)


def _text(keys: Hashes) -> Ints:
    return (keys & ROW_MASK).view(np.int64)


def _moved(keys: Hashes, numbers: Ints) -> Hashes:
    return (keys & ~ROW_MASK) | numbers[_text(keys)].view(np.uint64)


def changed_groups(grams: Hashes, fresh: Hashes, both: Both) -> Hashes:
    """Return the members of the groups that a text joined or left, those that went with the others."""
    went = both.fate[both.before] == WENT
    gone = (
        [part[went[_text(part)]] for part in np.split(grams, range(_STRETCH, len(grams), _STRETCH))]
        if went.any()
        else []
    )
    changed = once(np.concatenate([*gone, fresh]) & ~ROW_MASK)
    first, last = np.searchsorted(grams, changed), np.searchsorted(grams, changed | ROW_MASK, "right")
    keys = np.concatenate([_moved(excerpted(grams, first, last), both.before), _moved(fresh, both.after)])
    keys.sort(kind="stable")
    return keys


def differences(keys: Hashes, both: Both) -> tuple[Hashes, Ints]:
    """Return the pairs that meet oftener or less often than before in these groups, and how much oftener."""
    some = keys[_telling(keys, both.fate)]
    fate = both.fate[_text(some)]
    before, after = (
        np.concatenate([some[:0], *meetings_of(some[fate != other], both.few)]) << np.uint64(1) | np.uint64(today)
        for today, other in enumerate((CAME, WENT))
    )
    met = np.concatenate([before, after])
    met.sort()
    first = np.flatnonzero(first_of_runs(met >> np.uint64(1)))
    more = np.add.reduceat((met & np.uint64(1)).view(np.int64) * 2 - 1, first) if len(first) else first
    return met[first[more != 0]] >> np.uint64(1), more[more != 0]


def _telling(keys: Hashes, fate: Marks) -> Flags:
    """Tell which members of groups are to be looked at: the others meet whom they met, whatever became of the group.

    Those are a group's first ones, which tell if it is large; who changed, with the neighbours of these; all where the
    anchors are others.  Who stand next to each other only for others were left out do so before and after alike.
    """
    group = np.cumsum(first_of_runs(keys >> _BITS)) - 1
    start = np.flatnonzero(first_of_runs(group.view(np.uint64)))
    changed = fate[_text(keys)] != STOOD
    stood = np.cumsum(~changed)
    before = np.concatenate([stood[:0], (stood - ~changed)[start]])
    telling = changed | (stood - before[group] <= SMALL_GROUP + 1)
    for step in range(1, NEIGHBOURS + 1):
        telling[step:] |= changed[:-step]
        telling[:-step] |= changed[step:]
    anchors = changed[start]
    for step in range(1, NEIGHBOURS):
        second = np.minimum(start + step, len(keys) - 1)
        anchors = anchors | (changed[second] & (group[second] == np.arange(len(start))))
    found: Flags = telling | anchors[group]
    return found


def sorted_out(pairs: Hashes, more: Ints, both: Both) -> tuple[Hashes, Hashes, Hashes]:
    """Return candidates of which a text came; of two that stood, pairs that meet oftener, and less often."""
    sides = pairs_of(pairs)
    here = np.logical_and(*(both.fate[side] != WENT for side in sides))
    stood = np.logical_and(*(both.fate[side] == STOOD for side in sides))
    number = np.cumsum(both.fate != WENT) - 1
    today = packed_pairs(*(number[side] for side in sides))
    return today[here & ~stood & (more > 1)], today[stood & (more > 0)], today[stood & (more < 0)]


def _meet_again(told: Told, texts: Distinct, packed: Hashes, grams: Hashes, few: Flags) -> Flags:
    """Tell which pairs are candidates by all the groups of `grams`."""
    pairs = pairs_of(packed)
    shared, pair = _shared_grams(pairs, _prints_of(told, texts, once(np.concatenate(pairs))))
    first, last = np.searchsorted(grams, shared), np.searchsorted(grams, shared | ROW_MASK, "right")
    x, y = (np.searchsorted(grams, shared | side[pair].view(np.uint64)) for side in pairs)
    met = (last - first <= SMALL_GROUP) | (y - x <= NEIGHBOURS) | (x - first < NEIGHBOURS)
    times = np.bincount(pair[met], minlength=len(packed))
    found: Flags = (times > 1) | ((times == 1) & (few[pairs.shorter] | few[pairs.longer]))
    return found


def _shared_grams(pairs: Pairs, prints: _Prints) -> tuple[Hashes, Ints]:
    """Return the grams that the texts of each pair share, as `gram << 26`, and the number of the pair."""
    place = np.zeros(int(prints.texts.max(initial=-1)) + 1, np.int64)
    place[prints.texts] = np.arange(len(prints.texts))
    begins = offsets_of(prints.counts)
    sides = [prints.grams[:0]]
    for side in pairs:
        count = prints.counts[place[side]]
        pair = np.repeat(np.arange(len(count)), count)
        gram = np.arange(len(pair)) + np.repeat(begins[place[side]] - offsets_of(count)[:-1], count)
        sides.append(once((pair.view(np.uint64) << np.uint64(GRAM_BITS)) | prints.grams[gram]))
    every = np.concatenate(sides)
    every.sort()
    shared = every[1:][every[1:] == every[:-1]]
    return shared << _BITS, (shared >> np.uint64(GRAM_BITS)).view(np.int64)
