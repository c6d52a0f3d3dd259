"""trafilatura as the judge of pages, or as arbiter: chosen by settings, told in the rules, explained alike."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import cleaner
from cleaner.chrome.second_opinion import HIT, opinion
from cleaner.explanation import explain_rows
from cleaner.writing.reader import document_rows

PAGES = Path(__file__).parent.parent / "seeds" / "harbourledger.example"


def test_a_block_is_noted_when_the_extraction_holds_it() -> None:
    story = "".join(
        f"<p>The ferry number {i} left the harbour late again, and nobody was told why it did.</p>" for i in range(9)
    )
    html = f"<html><body><nav><a href='/'>Home</a></nav><article><h1>Late</h1>{story}</article></body></html>"
    notes = opinion(html, ["Home", "The ferry number 3 left the harbour late again, and nobody was told why it did."])
    assert notes == {1: (HIT,)}


@pytest.mark.parametrize("chrome", [{"judge": "trafilatura"}, {"arbiter": "trafilatura"}])
def test_settings_choose_it_and_explain_agrees(tmp_path: Path, chrome: dict[str, str]) -> None:
    cleaner.clean([PAGES], out=tmp_path / "out", config={"chrome": chrome}, report=False)
    rules = pd.read_parquet(tmp_path / "out" / "paragraphs.parquet").rule_ids.explode()
    if "judge" in chrome:
        assert (rules == "judge/trafilatura").any()
    for rows in document_rows(tmp_path / "out"):
        for paragraph in rows.paragraphs:
            assert explain_rows(tmp_path / "out", rows, paragraph["position"]).agrees
