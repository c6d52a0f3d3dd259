"""A corpus that grew, shrank or changed: what is found, and what is kept for the next run, is that of a run from scratch.

Words are few, so that hundreds of texts share a gram, anchors of large groups come and go, and words become names.
"""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from cleaner.reuse import regrown
from cleaner.reuse.archive import Archive
from cleaner.reuse.canonical import policy_rank
from cleaner.reuse.excerpts import of_rows
from cleaner.reuse.finding import Found, find_among
from cleaner.reuse.settings import Settings
from cleaner.reuse.texts import keys_of, voices_of
from cleaner.reuse.told import told_again
from cleaner.reuse.words import words_of

PHRASES = (
    *(
        "the old bridge is shut",
        "a ferry for schoolchildren",
        "council of Harlow",
        "divers found cracks",
        "Ada Quist said",
    ),
    *(
        "lower rents until then",
        "in the grain hall",
        "twelve men of 12",
        "fourteen men of 14",
        "she told the programme",
    ),
    *("Rowan and Alder", "rowan and alder", "boys threw stones", "one", "on Monday", "the long way round", "Why?"),
)


def invented(count: int, seed: int) -> list[str]:
    """Return texts of one to nine phrases; some stand twice, some in other letters."""
    random = np.random.default_rng(seed)
    texts: list[str] = []
    for _ in range(count):
        chosen = random.integers(0, len(PHRASES), random.integers(1, 10))
        text = " ".join(PHRASES[number] for number in chosen)
        texts += [text, text.capitalize() if random.integers(0, 3) else text.upper()][: random.integers(1, 3)]
    return texts


def found_in(folder: Path, texts: list[str]) -> dict[str, Any]:
    """Return what is found among the texts, by their keys, and what is kept but for the places of words."""
    words = words_of(pa.array(texts, pa.string()))
    archive = Archive(folder)
    told = told_again(
        keys_of(words), voices_of(words), lambda chosen: iter([of_rows(words, np.flatnonzero(chosen))]), archive
    )
    rank = policy_rank(np.arange(len(texts)), words.counts)
    found = find_among(told, rank, Settings(), archive)
    archive.save()
    return said_of(found) | kept_in(folder)


def said_of(found: Found) -> dict[str, Any]:
    ties = found.clustered.ties._replace(
        shorter=found.distinct.keys[found.clustered.ties.shorter],
        longer=found.distinct.keys[found.clustered.ties.longer],
    )
    canonical = found.distinct.keys[found.clustered.canonical]
    named = {
        "canonical": canonical,
        "similarity": found.clustered.similarity,
        "best": found.best,
        "places": found.places,
    }
    return {name: column.tolist() for name, column in (ties._asdict() | named).items()}


def kept_in(folder: Path) -> dict[str, bytes]:
    same = {path.name: path.read_bytes() for path in folder.iterdir() if path.name not in ("runs", "hashes", "marks")}
    del same["sizes.json"]
    counts, keys, _, few = np.frombuffer(same["texts"], np.int64).reshape(4, -1)
    return same | {"texts": np.stack([counts, keys, few]).tobytes()}


@pytest.fixture
def never_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(regrown, "MOST_CHANGED", 0)


@pytest.mark.usefixtures("never_anew")
@pytest.mark.parametrize("seed", range(12))
def test_whatever_became_of_a_corpus_all_is_as_from_scratch(tmp_path: Path, seed: int) -> None:
    random = np.random.default_rng(seed)
    texts = invented(int(random.integers(20, 150)), seed)
    found_in(tmp_path / "kept", texts)
    for step in range(5):
        stays = random.random(len(texts)) > random.choice([0, 0.02, 0.3, 1.0])
        came = invented(int(random.choice([0, 1, 40])), 100 * seed + step)
        texts = [*came[:3], *(text for text, there in zip(texts, stays, strict=True) if there), *came[3:]]
        assert found_in(tmp_path / "kept", texts) == found_in(tmp_path / f"scratch {step}", texts)


def test_where_most_texts_are_others_all_candidates_are_found_anew(tmp_path: Path) -> None:
    first, second = invented(60, 1), invented(60, 2)
    found_in(tmp_path / "kept", first)
    texts = [*first[:20], *second]
    assert found_in(tmp_path / "kept", texts) == found_in(tmp_path / "scratch", texts)


@pytest.mark.usefixtures("never_anew")
def test_words_that_no_text_holds_any_more_are_let_go(tmp_path: Path) -> None:
    found_in(tmp_path / "kept", [*invented(10, 1), *invented(300, 2)])
    found_in(tmp_path / "kept", invented(10, 1))
    found_in(tmp_path / "scratch", invented(10, 1))
    assert (tmp_path / "kept" / "hashes").stat().st_size == (tmp_path / "scratch" / "hashes").stat().st_size


@pytest.mark.parametrize("most", [0, 4], ids=["never anew", "anew"])
def test_a_corpus_may_come_from_nothing_and_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    monkeypatch.setattr(regrown, "MOST_CHANGED", most)
    for number, texts in enumerate(([], [""], invented(5, 1), [], ["One"], [*invented(30, 3), ""], ["", "…"])):
        assert found_in(tmp_path / "kept", texts) == found_in(tmp_path / f"scratch {number}", texts)
