"""Tables drawn a stretch of documents at a time: only new stretches are drawn, and nobody sees where they are cut."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import cleaner
from cleaner.identity import document_id
from cleaner.stretch_verification import UNCHECKED, Verifying
from cleaner.writing.drawn import DRAWN
from cleaner.writing.schema import TABLES
from cleaner.writing.stretch_drawing import as_batch
from cleaner.writing.stretches import REUSE, Documents, Stretch, cut, stretches

SEEDS = Path(__file__).parent.parent / "seeds"
NOTHING_REUSED = pa.schema([("stretch", pa.int64()), *REUSE])


@pytest.fixture(autouse=True)
def short_stretches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cleaner.writing.stretches.STRETCH_ROWS", 60)


def documents(names: list[str], rows: int = 10) -> Documents:
    columns = {
        "source_uri": names,
        "doc_id": [document_id(name, b"") for name in names],
        "source_sha256": ["0"] * len(names),
        "row_count": [rows] * len(names),
        "rows_key": names,
        "edits_key": ["" for _ in names],
        "outlet": ["x"] * len(names),
        "published_us": [0] * len(names),
        "file": ["1"] * len(names),
        "number": [rows * number for number in range(len(names))],
    }
    return cut(pa.table(columns))


def made_of(some: Documents) -> list[Stretch]:
    return list(stretches(some, iter(())))


def test_stretches_have_their_rows_on_the_average() -> None:
    found = made_of(documents([f"{n:05}" for n in range(3000)]))
    sizes = [len(stretch.places) for stretch in found]
    assert 400 < len(found) < 500  # 30,000 rows, 60 each or a few more
    assert max(sizes) <= 12 + 1
    assert sum(size < 3 for size in sizes) <= 20  # what is left of long ones
    assert sum(sizes) == 3000


def test_little_is_not_cut_and_what_is_long_stands_alone() -> None:
    assert len(made_of(documents(["a", "b", "c", "d", "e"]))) == 1
    assert len(made_of(documents(["a", "b", "c"], rows=200))) == 3


def test_a_document_that_comes_changes_what_follows_it_in_its_stretch_alone() -> None:
    names = [f"{n:05}" for n in range(400)]
    before = {stretch.keys for stretch in made_of(documents(names))}
    for name in (f"{n:05}a" for n in range(0, 400, 7)):
        after = {stretch.keys for stretch in made_of(documents(sorted([*names, name])))}
        assert len(after - before) <= 5  # of a long one several, since it is cut again
        assert len(before - after) <= 4


def outputs(out: Path) -> dict[str, str]:
    return {name: hashlib.sha256((out / f"{name}.parquet").read_bytes()).hexdigest() for name in TABLES}


def drawn_files(out: Path) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in out.glob(".cleaner/*/row_groups_of_*/*.parquet")}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return shutil.copytree(SEEDS, tmp_path / "seeds")


def test_what_was_drawn_is_used_again(source: Path, tmp_path: Path) -> None:
    cleaner.clean([source], tmp_path / "out", report=False)
    first, before = outputs(tmp_path / "out"), drawn_files(tmp_path / "out")
    assert pq.read_metadata(tmp_path / "out" / "paragraphs.parquet").num_row_groups > 2
    cleaner.clean([source], tmp_path / "out", report=False)
    assert outputs(tmp_path / "out") == first
    assert drawn_files(tmp_path / "out") == before


def test_a_corpus_that_grew_is_that_of_a_first_run(source: Path, tmp_path: Path) -> None:
    grown, scratch = tmp_path / "grown", tmp_path / "scratch"
    added = min(path for path in source.glob("*/*.txt"))
    kept = added.rename(tmp_path / "kept.txt")
    cleaner.clean([source], grown, report=False)
    before = drawn_files(grown)
    kept.rename(added)
    assert cleaner.clean([source], grown, report=False, check=True).verified.holds
    found = drawn_files(grown)
    assert 0 < len(found.items() - before.items()) < len(found)
    cleaner.clean([source], scratch, {"run": {"workers": 2}}, report=False)
    assert outputs(grown) == outputs(scratch)
    for name in TABLES:
        assert pq.read_table(grown / f"{name}.parquet").equals(pq.read_table(scratch / f"{name}.parquet"))


def story(number: int, words: str = "") -> str:
    own = (
        f"In the year {number * 7 + line} ship {number} brought {number + line} sacks to quay {line}."
        for line in range(4)
    )
    return "\n\n".join([*own, *filter(None, [words])])


SHARED = "The harbour master said that no boat may leave the old basin before the lock gates have been repaired again."


def drawn_like_others(out: Path) -> set[str]:
    """Return the tables of which the last run drew columns alone."""
    (path,) = out.glob(".cleaner/*/stretches/*.parquet")
    return {piece["name"] for some in pq.read_table(path)["pieces"].to_pylist() for piece in some if piece["like"]}


def test_what_reuse_tells_is_drawn_anew_by_itself(tmp_path: Path) -> None:
    source = tmp_path / "news"
    source.mkdir()
    for number in range(40):
        (source / f"{number:02}.txt").write_text(story(number, SHARED if number == 20 else ""))
    grown, first = tmp_path / "grown", tmp_path / "first"
    cleaner.clean([source], grown, report=False)
    before = outputs(grown)
    added = [source / f"{number:02}a.txt" for number in (3, 11, 25, 33)]
    found: set[str] = set()
    for number, path in enumerate(added):  # each may be the one that stands for all: which one, hashes tell
        path.write_text(story(50 + number, SHARED))
        assert cleaner.clean([source], grown, report=False, check=True).verified.holds
        found |= drawn_like_others(grown)
    assert found == {"paragraphs", "corpus", "documents"}
    cleaner.clean([source], first, report=False)
    assert outputs(grown) == outputs(first)
    for path in added:
        path.unlink()
        assert cleaner.clean([source], grown, report=False, check=True).verified.holds
    assert outputs(grown) == before


def test_rows_that_stand_far_apart_are_sorted_first(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cleaner.clean([source], tmp_path / "near", report=False)
    monkeypatch.setattr("cleaner.writing.stretches.MOST_READS", 0)
    cleaner.clean([source], tmp_path / "far", report=False)
    assert list((tmp_path / "far").glob(".cleaner/*/gathered/*.parquet"))
    assert outputs(tmp_path / "far") == outputs(tmp_path / "near")


def test_what_no_run_uses_any_more_goes(source: Path, tmp_path: Path) -> None:
    cleaner.clean([source], tmp_path / "out", report=False)
    before = drawn_files(tmp_path / "out")
    for path in sorted(source.glob("*/*.*"))[2:]:
        path.unlink()
    for _ in range(2):  # the first file of what was drawn goes when another one was made
        cleaner.clean([source], tmp_path / "out", report=False)
    assert len(drawn_files(tmp_path / "out")) < len(before)


def test_a_broken_promise_is_found_in_the_files_of_a_stretch(source: Path, tmp_path: Path) -> None:
    assert cleaner.clean([source], tmp_path / "out", report=False, check=True).verified.holds
    (state,) = (tmp_path / "out" / ".cleaner").iterdir()
    folders = {name: state / f"row_groups_of_{name}" for name in DRAWN}
    paths = (path for path in sorted(folders["paragraphs"].glob("*.parquet")) if path.stem != "0")
    path = next(path for path in paths if pq.read_metadata(path).num_rows > 1)
    pq.write_table(pq.read_table(path).slice(1), path)
    unchecked = as_batch([("", "", path.stem, "", "", 0, 0, 0, 0, [])], UNCHECKED)
    (found,) = Verifying(folders)(iter([unchecked]))
    assert "paragraph positions are not 0, 1, 2" in " ".join(found.column("broken")[0].as_py())
