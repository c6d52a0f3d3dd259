"""A whole run on the demo corpus: deterministic, complete, and the same whatever the circumstances."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

import cleaner
from cleaner.config import resolve
from cleaner.reading import InputError
from cleaner.run import OutputInTheWayError
from cleaner.writing.schema import TABLES
from tests.golden import Output, gold, score_lines

ROOT = Path(__file__).parent.parent
SEEDS = ROOT / "seeds"
MANIFEST = {"reading": {"manifest": str(SEEDS / "manifest.csv")}}


def hashes(out: Path) -> dict[str, str]:
    return {name: hashlib.sha256((out / f"{name}.parquet").read_bytes()).hexdigest() for name in TABLES}


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("demo") / "out"
    summary = cleaner.clean([SEEDS], out=folder, config=MANIFEST)
    assert summary.exit_code == 0, summary.failures
    return folder


def test_tables_have_the_schema_of_the_contract_with_units_and_provenance(out: Path) -> None:
    for name, schema in TABLES.items():
        found = pq.read_schema(out / f"{name}.parquet")
        assert found.remove_metadata().equals(schema.remove_metadata()), name
        assert all(found.field(f.name).metadata == f.metadata for f in schema)
        assert {b"cleaner.schema_version", b"cleaner.run_id", b"cleaner.config_sha256"} <= set(found.metadata)
    assert json.loads((out / "run.json").read_text())["summary"]["documents"] == 15


def test_the_corpus_is_a_frame_to_use_at_once(out: Path) -> None:
    frame = pd.read_parquet(out / "corpus.parquet")
    assert len(frame) > 80
    assert frame.outlet.nunique() == 5
    assert str(frame.published_at.dtype) == "datetime64[us, UTC]"
    assert frame.position.dtype == "int64"
    arrow = cleaner.read_corpus(out, columns=["outlet", "text"], filters=[("outlet", "==", "kestrelpost.example")])
    assert set(arrow.outlet) == {"kestrelpost.example"}


def test_every_promise_holds_with_and_without_the_sources(out: Path) -> None:
    from cleaner.verification import source_bytes

    assert cleaner.verify(out).broken == []
    checked = cleaner.verify(out, source_bytes([str(SEEDS)]))
    assert checked.broken == []
    assert checked.located_bytes + checked.rebuilt_bytes == checked.source_bytes


def test_restored_sources_are_the_sources(out: Path, tmp_path: Path) -> None:
    done = cleaner.restore(out, tmp_path)
    texts = sorted(SEEDS.rglob("*.txt"))
    assert done.documents == len(texts)
    for text in texts:
        assert (tmp_path / "seeds" / text.relative_to(SEEDS)).read_bytes() == text.read_bytes()


def test_chrome_goes_and_content_stays(out: Path) -> None:
    score = score_lines(Output.of(out), gold(ROOT / "tests" / "gold" / "demo_lines.jsonl"))
    assert [line["text"] for line in score.lost] == []
    assert len(score.left) <= 0.1 * (len(score.left) + len(score.removed)), [line["text"] for line in score.left]


def test_explain_makes_the_verdict_of_the_run_again(out: Path) -> None:
    from cleaner.explanation import explain_rows
    from cleaner.writing.reader import document_rows

    for rows in document_rows(out):
        for paragraph in rows.paragraphs:
            assert explain_rows(out, rows, paragraph["position"]).agrees, paragraph["paragraph_id"]


@pytest.mark.parametrize("workers", [1, 2])
def test_workers_and_order_of_arguments_change_no_byte(out: Path, tmp_path: Path, workers: int) -> None:
    outlets = sorted((p for p in SEEDS.iterdir() if p.is_dir()), reverse=workers == 2)
    first = tmp_path / "a"
    cleaner.clean(outlets, out=first, config=resolve({**MANIFEST, "run": {"workers": workers}}))
    second = tmp_path / "b"
    cleaner.clean(sorted(outlets), out=second, config=MANIFEST)
    assert hashes(first) == hashes(second)


def test_a_second_run_does_nothing_anew_and_changes_no_byte(out: Path) -> None:
    before = hashes(out)
    state = out / ".cleaner"
    understood = sorted(p.name for p in state.glob("*/understood/*"))
    cleaner.clean([SEEDS], out=out, config=MANIFEST)
    assert sorted(p.name for p in state.glob("*/understood/*")) == understood
    assert hashes(out) == before


def test_a_grown_and_a_shrunk_input_give_what_a_run_from_scratch_gives(tmp_path: Path) -> None:
    copy = tmp_path / "seeds"
    shutil.copytree(SEEDS, copy)
    late = copy / "kestrelpost.example" / "lens-back.txt"
    held = late.read_bytes()
    late.unlink()
    cleaner.clean([copy], out=tmp_path / "grown", config={})
    late.write_bytes(held)
    (copy / "kestrelpost.example" / "bridge-shut.txt").write_text("Another text stands here now, and it is short.\n")
    (copy / "lowmarshradio.example" / "the-caretaker.html").unlink()
    cleaner.clean([copy], out=tmp_path / "grown", config={})
    cleaner.clean([copy], out=tmp_path / "scratch", config={})
    assert hashes(tmp_path / "grown") == hashes(tmp_path / "scratch")


def test_an_output_folder_that_holds_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").write_text("mine")
    with pytest.raises(OutputInTheWayError, match="holds something else"):
        cleaner.clean([SEEDS], out=tmp_path, config={})
    assert [p.name for p in tmp_path.iterdir()] == ["thesis.docx"]


def test_two_inputs_of_one_name_are_a_usage_error(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder / "news").mkdir(parents=True)
        (tmp_path / folder / "news" / "a.txt").write_text("Rain fell.")
    with pytest.raises(InputError, match="news"):
        cleaner.clean([tmp_path / "one" / "news", tmp_path / "two" / "news"], out=tmp_path / "out", config={})


def test_inputs_without_a_document_make_tables_without_rows_and_may_come_and_go(tmp_path: Path) -> None:
    source = tmp_path / "news.jsonl"
    rows = "".join(
        json.dumps({"id": n, "text": f"The ferry of {n} o'clock was late again.\n"}) + "\n" for n in range(3)
    )
    found = []
    for text in ("", rows, ""):
        source.write_text(text, "utf-8")
        summary = cleaner.clean([source], out=tmp_path / "out", check=True)
        assert summary.exit_code == 0
        found.append((summary.documents, hashes(tmp_path / "out")))
    assert [documents for documents, _ in found] == [0, 3, 0]
    assert found[0] == found[2]
