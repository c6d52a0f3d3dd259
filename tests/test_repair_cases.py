"""Repairs of single texts: what must be mended, what must stay, and what is known to be out of reach."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from cleaner.ledger import apply_edits, invert_edits
from cleaner.repair.plan import Plan, plan_repairs
from cleaner.repair.repairer import Repairer
from cleaner.repair.settings import RepairSettings
from cleaner.repair.spacing import repair_spacing, spacing_rules

CASES = Path(__file__).parent / "cases"


def cases(name):
    rows = json.loads((CASES / f"repair_{name}.json").read_text("utf-8"))
    return [pytest.param(row, id=row["why"].replace(" ", "_")[:60]) for row in rows]


def repaired(row):
    return Repairer()(row["text"], {"id": "case", "outlet": "case", "lang": row.get("language", "en")})


@pytest.mark.parametrize("row", [*cases("in_the_wild"), *cases("synthetic")])
def test_damage_is_mended(row):
    assert repaired(row) == row["want"]


@pytest.mark.parametrize("row", cases("negative"))
def test_sound_text_is_left_alone(row):
    assert repaired(row) == row["text"]


@pytest.mark.xfail(strict=True, reason="out of reach, and known to be")
@pytest.mark.parametrize("row", cases("known_failures"))
def test_known_failures(row):
    assert repaired(row) == row["want"]


@pytest.mark.parametrize("row", [*cases("in_the_wild"), *cases("synthetic"), *cases("negative")])
def test_repairing_repaired_text_changes_nothing_and_inverting_gives_the_source(row):
    repairer, document = Repairer(), {"id": "case", "outlet": "case", "lang": row.get("language", "en")}
    edits = repairer.explain(row["text"], document)
    after = apply_edits(row["text"], edits)
    assert invert_edits(after, edits) == row["text"]
    assert repairer(after, document) == after


@pytest.mark.parametrize("rule", spacing_rules(), ids=lambda rule: rule.rule_id)
def test_spacing_rules_do_what_their_examples_say(rule):
    language = "en"
    for before, after in rule.examples:
        edits = repair_spacing(before, language)
        assert apply_edits(before, edits) == after
        assert rule.rule_id in {r for edit in edits for r in edit.rule_ids}
    for text in rule.counter_examples:
        assert rule.rule_id not in {r for edit in repair_spacing(text, language) for r in edit.rule_ids}


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ('They met the league,"a union of ferrymen", there.', 'They met the league, "a union of ferrymen", there.'),
        ('"We left early,"she said.', '"We left early," she said.'),
        ('"We left."\nShe warned:"Nobody is safe."', '"We left."\nShe warned: "Nobody is safe."'),
        ('"It stays open."Nobody knows why.', '"It stays open." Nobody knows why.'),
    ],
)
def test_a_space_beside_a_straight_quotation_mark_is_proposed_on_the_side_that_is_left(text, meant):
    (edit,) = repair_spacing(text, "en")
    assert not edit.applied
    assert apply_edits(text, [replace(edit, applied=True)]) == meant
    assert Repairer(RepairSettings("full"))(text) == text


def test_off_repairs_nothing_and_safe_keeps_the_doubtful_as_proposals():
    text = "Visitors to Tromsnes came. The mayor said that tromsnes would grow.It rained."
    assert Repairer(RepairSettings("off")).explain(text) == []
    safe = {e.before: e.applied for e in Repairer(RepairSettings("safe")).explain(text)}
    assert safe[""] is True
    assert safe.get("tromsnes") in {False, None}


def test_quotes_are_made_straight_only_when_asked():
    text = "“It’s late,” he said."
    assert Repairer()(text) == text
    assert Repairer(RepairSettings(quotes="straight"))(text) == '"It\'s late," he said.'


def test_line_count_is_kept():
    text = "one  two\n\nthe  end\n"
    assert Repairer()(text).count("\n") == text.count("\n")


def test_a_second_fit_replaces_the_first():
    rows = [
        {"id": str(i), "outlet": f"o{i}", "lang": "en", "text": "Today the envoy Anna Lindqvist spoke in Oslo."}
        for i in range(12)
    ]
    repairer = Repairer()
    damaged = "Then the envoy Anna lindqvist left the hall.It rained. nobody stayed."
    repairer.fit(rows)
    assert "Lindqvist" in repairer(damaged)
    repairer.fit([])
    assert "lindqvist" in repairer(damaged)


def test_house_style_of_an_outlet_stays():
    own = {
        "id": "1",
        "outlet": "a",
        "lang": "en",
        "text": "The ministers of Nato met. Allies of Nato agreed, and Nato spoke.",
    }
    rest = [
        {"id": str(i), "outlet": f"o{i}", "lang": "en", "text": "The ministers of NATO met in Oslo."}
        for i in range(2, 9)
    ]
    repairer = Repairer()
    repairer.fit([own, *rest])
    assert repairer(own["text"], own) == own["text"]


def test_every_paragraph_gets_its_own_edits_in_its_own_coordinates():
    texts = ["Fine as it is.", "It ended.Later,they left .", "a\u00a0b"]
    planned = plan_repairs([Plan(texts, "en")], RepairSettings())[0]
    assert {number: apply_edits(texts[number], edits) for number, edits in planned.edits.items()} == {
        1: "It ended. Later, they left.",
        2: "a b",
    }


def test_casing_cites_documents_and_says_a_plain_sentence():
    rows = [
        {"id": f"d{i}", "outlet": f"o{i}", "lang": "en", "text": "Today the envoy Anna Lindqvist spoke in Oslo."}
        for i in range(12)
    ]
    repairer = Repairer()
    repairer.fit(rows)
    edit = next(e for e in repairer.explain("Then the envoy lindqvist left.It rained.") if e.before == "lindqvist")
    assert "documents=12" in edit.evidence
    assert "d0:00000" in edit.evidence
    assert edit.reason.endswith(".")
