"""A run that is killed, whole or in part, and begun again gives the bytes of one that was left alone."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from bench.interrupt import child_killed, hashes, killed, undisturbed

ROOT = Path(__file__).parent.parent
pytestmark = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs Linux's /proc to find the children")


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("resume") / "news"
    sizes = ("--documents", "300", "--paragraphs", "4", "--seed", "7")
    subprocess.run([sys.executable, ROOT / "bench" / "make_corpus.py", folder, *sizes], check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def whole(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, str], int]:
    out = tmp_path_factory.mktemp("whole") / "out"
    files = undisturbed(corpus, out)
    return hashes(out), files


def test_a_run_killed_again_and_again_ends_like_one_left_alone(
    corpus: Path, whole: tuple[dict[str, str], int], tmp_path: Path
) -> None:
    expected, files = whole
    random = Random(20)
    out = tmp_path / "out"
    assert sum(killed(corpus, out, random.randrange(files * 3 // 4)) for _ in range(4)) >= 2
    undisturbed(corpus, out)
    assert hashes(out) == expected


@pytest.mark.parametrize("seed", [1, 2])
def test_a_run_survives_the_death_of_a_child(
    corpus: Path, whole: tuple[dict[str, str], int], tmp_path: Path, seed: int
) -> None:
    expected, files = whole
    random = Random(seed)
    assert child_killed(corpus, tmp_path / "out", random.randrange(files // 3), random) == 0
    assert hashes(tmp_path / "out") == expected
