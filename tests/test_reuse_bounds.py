"""Bounds on what two texts may have to do with each other exclude no pair that an alignment would not exclude."""

import numpy as np
import pytest

import cleaner.reuse.verdicts as verdicts_module
from cleaner.reuse import word_sets
from cleaner.reuse.arrays import offsets_of
from cleaner.reuse.bits import bits_of, counted, in_some_window
from cleaner.reuse.bounds import DENSE_FIFTHS, hopeful_by_length, shared_windows
from cleaner.reuse.passages import Texts, texts_for_verifying
from cleaner.reuse.settings import Settings
from cleaner.reuse.verdicts import Verdicts, verify
from cleaner.reuse.words import CAPITAL, QUOTED, STARTS_SENTENCE, Words


def altered(words: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Return a copy of which a part was cut, some words were replaced, and others put in."""
    first, last = np.sort(random.integers(0, len(words) + 1, 2))
    copy = words[first:last] if random.random() < 0.7 else words.copy()
    other = random.random(len(copy)) < random.choice([0.0, 0.1, 0.25])
    copy = np.where(other, random.integers(2, 400, len(copy)), copy)
    places = np.sort(random.integers(0, len(copy) + 1, random.integers(0, 12)))
    return np.insert(copy, places, random.integers(2, 400, len(places)))


def random_texts(seed: int) -> Texts:
    random = np.random.default_rng(seed)
    rows = [random.zipf(1.3, random.integers(1, 120)) % 400 + 2 for _ in range(30)]
    rows += [altered(row, random) for row in rows for _ in range(3)]
    rows.sort(key=len)
    hashes = np.concatenate(rows).astype(np.uint32)
    marks = random.choice(np.array([0, 0, 0, CAPITAL, QUOTED, STARTS_SENTENCE], np.uint8), len(hashes))
    words = Words(hashes, marks, hashes, hashes, offsets_of(np.array(list(map(len, rows)))))
    return texts_for_verifying(
        words, np.arange(len(rows)), random.choice(np.array([0, 0, 0, 0, 1, 2], np.uint8), len(hashes))
    )


@pytest.mark.parametrize("settings", [Settings(), Settings(near_share=0.4, member_share=0.3)], ids=["strict", "loose"])
@pytest.mark.parametrize("seed", range(3))
def test_bounds_change_no_verdict(settings: Settings, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = random_texts(seed)
    monkeypatch.setattr(word_sets, "WORTH_CELLS", 0)
    count = texts.ends - texts.begins
    left, right = np.triu_indices(len(count), 1)
    bounded = verify(texts, left, right, np.ones(len(count), np.int64), settings)
    monkeypatch.setattr(verdicts_module, "hopeful_by_words", lambda equal, *_rest, **_: np.ones(equal.shape[2], bool))
    monkeypatch.setattr(verdicts_module, "hopeful_by_sets", lambda _sets, some, *_rest: np.ones(len(some), bool))
    every = verify(texts, left, right, np.ones(len(count), np.int64), settings)
    assert len(every.pair) > 50
    for name in Verdicts._fields:
        assert np.array_equal(getattr(bounded, name), getattr(every, name)), name
    assert hopeful_by_length(count[left], count[right], settings)[every.pair].all()


def test_lengths_alone_exclude() -> None:
    shorter, longer = np.array([6, 6, 12]), np.array([40, 9, 40])
    assert hopeful_by_length(shorter, longer, Settings()).tolist() == [False, True, True]


@pytest.mark.parametrize("least", [4, 8, 10, 15])
@pytest.mark.parametrize("size", [40, 200])
def test_windows_find_every_dense_stretch(least: int, size: int) -> None:
    random = np.random.default_rng(least)
    flags = random.random((300, size)) < random.choice([0.2, 0.5, 0.7], (300, 1))
    sums = np.zeros((300, size + 1), int)
    np.cumsum(flags, axis=1, out=sums[:, 1:])
    starts, ends = np.triu_indices(size + 1, 1)
    shared = sums[:, ends] - sums[:, starts]
    dense = ((shared >= least) & (5 * shared >= DENSE_FIFTHS * (ends - starts))).any(axis=1)
    assert 0 < dense.sum() < 300
    assert in_some_window(bits_of(flags), shared_windows(least)).tolist() == dense.tolist()


def test_bits_are_counted() -> None:
    flags = np.random.default_rng(0).random((50, 100)) < 0.5
    assert counted(bits_of(flags)).tolist() == flags.sum(axis=1).tolist()
