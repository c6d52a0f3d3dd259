"""The cards: valid, deterministic, and telling what the tables hold."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from cleaner.writing.columns import MEANINGS, TABLE_MEANINGS
from cleaner.writing.data_card import write_cards
from cleaner.writing.schema import TABLES
from tests.demo_tables import write_demo_tables


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_demo_tables(tmp_path_factory.mktemp("card") / "out", [("a|b.example/x.txt", ["Headline", "Text."])])
    write_cards(folder)
    return folder


def test_every_column_has_a_meaning_and_no_meaning_is_left_over() -> None:
    named = {field.name for schema in TABLES.values() for field in schema}
    assert set(MEANINGS) == named
    assert set(TABLE_MEANINGS) == set(TABLES)


def test_croissant_names_every_file_with_its_hash(out: Path) -> None:
    card = json.loads((out / "croissant.json").read_text(encoding="utf-8"))
    for entry in card["distribution"]:
        assert hashlib.sha256((out / entry["contentUrl"]).read_bytes()).hexdigest() == entry["sha256"]
    assert [r["@id"] for r in card["recordSet"]] == list(TABLES)
    assert [len(r["field"]) for r in card["recordSet"]] == [len(schema) for schema in TABLES.values()]


def test_croissant_is_valid_and_loads_rows(out: Path) -> None:
    croissant = pytest.importorskip("mlcroissant", reason="SKIPPED: no mlcroissant (pip install mlcroissant)")
    dataset = croissant.Dataset(jsonld=str(out / "croissant.json"))
    assert not dataset.metadata.ctx.issues.errors
    first = next(iter(dataset.records("documents")))
    assert first["documents/status"] in {b"kept", "kept"}


def test_card_tells_what_the_tables_hold(out: Path) -> None:
    card = (out / "DATA_CARD.md").read_text(encoding="utf-8")
    assert "16 kept" in card
    assert "2025-03-11 to 2025-04-03" in card
    assert "a\\|b.example" in card
    assert "0123456789abcdef" in card


def test_cards_are_deterministic(out: Path) -> None:
    before = [path.read_bytes() for path in write_cards(out)]
    assert [path.read_bytes() for path in write_cards(out)] == before
