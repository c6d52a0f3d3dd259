"""The five real documents, where they are at hand: nothing of theirs is kept here but the path."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import cleaner
from tests.golden import Output, gold, linked, paragraph_starting, score_lines

SHARED = Path(__file__).parents[2] / "shared"
SEEDS, GOLD = SHARED / "seeds", SHARED / "gold"

pytestmark = pytest.mark.skipif(not SEEDS.is_dir(), reason="SKIPPED: ../shared/seeds is not here")


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Output]:
    out = tmp_path_factory.mktemp("real") / "out"
    cleaner.clean([SEEDS], out=out, config={})
    assert cleaner.verify(out).holds
    return Output.of(out)


def test_all_furniture_goes_and_no_content(output: Output) -> None:
    lines = gold(GOLD / "seeds_lines.jsonl")
    score = score_lines(output, lines)
    assert [line["text"] for line in score.lost] == []
    assert [line["text"] for line in score.left] == []
    assert len(score.removed) == 9


def test_every_source_byte_is_rebuilt(output: Output) -> None:
    assert output.documents.source_num_bytes.sum() == sum(p.stat().st_size for p in SEEDS.glob("*.txt"))


def relations() -> list[dict[str, str]]:
    return gold(GOLD / "seeds_reuse.jsonl") if GOLD.is_dir() else []


@pytest.mark.parametrize("relation", relations(), ids=lambda r: f"{r['relation']}:{r['a_starts'][:20]}")
def test_reuse_is_what_the_gold_says(output: Output, relation: dict[str, str]) -> None:
    a = paragraph_starting(output, relation["a"], relation["a_starts"])
    b = paragraph_starting(output, relation["b"], relation["b_starts"])
    kinds = linked(output, a, b)
    expected = {"near": {"near_copy"}, "contained": {"contains", "quotation"}, "shared": {"shared", "quotation"}}
    if relation["relation"] == "distinct":
        assert kinds == set()
    elif relation["relation"] in expected:
        assert kinds & expected[relation["relation"]], kinds


def test_nothing_else_is_merged(output: Output) -> None:
    members = output.paragraphs[output.paragraphs.cluster_size > 1]
    assert len(members.cluster_id.unique()) == 2
    assert len(members) == 4
    other_event = output.of_document("004_").paragraph_id
    assert not set(other_event) & {*output.matches.a_paragraph_id, *output.matches.b_paragraph_id}


def test_repairs_that_must_be_made_are_made_and_no_others(output: Output) -> None:
    rows = gold(GOLD / "seeds_repairs.jsonl")
    repairs = [row for row in rows if row["tier"] == "must" and row["wrong"].strip()]  # a line of blanks is blank
    missed = [row for row in repairs if not _is_mended(output, row)]
    assert [row["wrong"] for row in missed] == []


def _is_mended(output: Output, row: dict[str, str]) -> bool:
    here = output.edits[(output.edits.doc_id == output.doc_id(row["file"])) & output.edits.applied]
    at = int(row["byte_start"])
    end = at + len(row["wrong"].encode())
    return bool(((here.source_byte_start <= end) & (here.source_byte_end >= at)).any())


def test_explain_makes_every_verdict_again(tmp_path: Path) -> None:
    from cleaner.explanation import explain_rows
    from cleaner.writing.reader import document_rows

    cleaner.clean([SEEDS], out=tmp_path / "out", config={}, report=False)
    for rows in document_rows(tmp_path / "out"):
        for paragraph in rows.paragraphs:
            assert explain_rows(tmp_path / "out", rows, paragraph["position"]).agrees, paragraph["paragraph_id"]
