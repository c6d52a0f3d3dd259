"""Phrase rules of the user's own: applied in a run, named, explained without the file, and heard again when edited."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import cleaner
from cleaner.config import ConfigError, resolve
from cleaner.explanation import explain_rows
from cleaner.writing.reader import document_rows

RULE = """
[club-notice]
phrases = ["members of the harbour club read on"]
role = "call_to_action"
match = "within"
strength = "{strength}"
why = "a notice of the club"
examples = ["Members of the Harbour Club read on for nothing this week."]
"""
NOTICE = "Members of the Harbour Club read on for nothing this week."
STORY = [
    "The ferry to the outer islands was two hours late on Tuesday, and nobody on the quay could say why.",
    "The company blamed the ice. It had broken a propeller blade of the older of its two ships on Sunday night.",
    NOTICE,
    "A spare part is on its way from Bergen, but the road over the mountain is closed as well, the company wrote.",
    "Until then the smaller ship sails twice a day, and those who have no ticket are asked to stay at home.",
]


@pytest.fixture(params=["txt", "html"])
def source(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    page = "<title>Late</title><article>" + "".join(f"<p>{line}</p>" for line in STORY) + "</article>"
    path = tmp_path / f"late.{request.param}"
    path.write_text(page if request.param == "html" else "\n".join(STORY), encoding="utf-8")
    return path


def rules(tmp_path: Path, strength: str = "decisive") -> dict[str, dict[str, list[str]]]:
    path = tmp_path / "club.toml"
    path.write_text(RULE.format(strength=strength), encoding="utf-8")
    return {"chrome": {"phrases": [str(path)]}}


def clean(source: Path, out: Path, config: dict[str, dict[str, list[str]]]) -> pd.DataFrame:
    cleaner.clean([source], out=out, config=config, report=False)
    table = pd.read_parquet(out / "paragraphs.parquet")
    return table[table.status != "blank"].set_index("source_text")


def test_a_rule_takes_out_what_it_names_and_is_named(source: Path, tmp_path: Path) -> None:
    assert (clean(source, tmp_path / "plain", {}).status == "kept").all()
    rows = clean(source, tmp_path / "out", rules(tmp_path))
    assert rows.status[NOTICE] == "chrome"
    assert rows.role[NOTICE] == "call_to_action"
    assert "own/club/club-notice" in rows.rule_ids[NOTICE]
    assert (rows.status.drop(NOTICE) == "kept").all()


def test_a_rule_that_is_evidence_does_not_take_out_what_the_judge_is_sure_of(source: Path, tmp_path: Path) -> None:
    rows = clean(source, tmp_path / "out", rules(tmp_path, "evidence"))
    assert (rows.status.drop(NOTICE) == "kept").all()


def test_explain_agrees_when_the_file_is_gone(source: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    clean(source, out, rules(tmp_path))
    (tmp_path / "club.toml").unlink()
    for document in document_rows(out):
        for paragraph in document.paragraphs:
            assert explain_rows(out, document, paragraph["position"]).agrees


def test_an_edited_file_is_heard_in_the_next_run(source: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    config = rules(tmp_path)
    assert clean(source, out, config).status[NOTICE] == "chrome"
    (tmp_path / "club.toml").write_text(RULE.format(strength="decisive").replace("harbour", "sailing"))
    assert clean(source, out, config).status[NOTICE] == "kept"


def test_a_missing_file_is_named() -> None:
    with pytest.raises(ConfigError, match=r"nowhere\.toml"):
        resolve({"chrome": {"phrases": ["nowhere.toml"]}}).sha256()
