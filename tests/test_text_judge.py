"""The judge of flattened text: furniture goes, everything else stays, and the reason is named."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.chrome.text_evidence import NAMES, address_title, observe_lines, observe_pages
from cleaner.chrome.text_judge import decide_text, explain_text
from cleaner.extraction.flattened_text import cut
from cleaner.records import Kind, Role
from tests.linear_time import grows_linearly

CASES = Path(__file__).parent / "cases"
SHARED = Path(__file__).parent.parent.parent / "shared"
texts = st.lists(st.text(min_size=1, max_size=60).filter(str.strip), max_size=12)


def cases(kind):
    return [
        pytest.param(case, id=case["name"]) for case in json.loads((CASES / f"chrome_{kind}.json").read_text("utf-8"))
    ]


def fates(lines, title=None):
    return [
        "repeat" if v.repeat_of is not None else "content" if v.is_content else "chrome"
        for v in decide_text([observe_lines(lines, title)])[0]
    ]


def wrong(case):
    """Lines whose fate is not the wanted one; `any` is a matter of policy, `repeat-of-nothing` a first headline."""
    wanted = [fate for fate, _ in case["lines"]]
    found = fates([line for _, line in case["lines"]])
    lines = zip(wanted, found, case["lines"], strict=True)
    return [
        (found, line)
        for wish, found, (_, line) in lines
        if wish != "any" and found != wish.replace("repeat-of-nothing", "content")
    ]


@pytest.mark.parametrize("case", [*cases("in_the_wild"), *cases("synthetic")])
def test_furniture_goes_and_the_rest_stays(case):
    assert wrong(case) == []


@pytest.mark.parametrize("case", cases("negative"))
def test_clean_text_stays_as_it_is(case):
    assert wrong(case) == []


@pytest.mark.xfail(reason="nothing in the line or its place tells it from a subheading")
@pytest.mark.parametrize("case", cases("known_failures"))
def test_known_failure(case):
    assert wrong(case) == []


def test_the_first_headline_is_kept_with_its_role_and_the_second_is_a_repeat_of_it():
    lines = [line for _, line in cases("in_the_wild")[0].values[0]["lines"]]
    verdicts = decide_text([observe_lines(lines)])[0]
    assert (verdicts[0].role, verdicts[0].is_content, verdicts[0].repeat_of) == (Role.HEADLINE, True, None)
    assert (verdicts[2].rule_ids, verdicts[2].repeat_of) == (("repeat/headline",), 0)


def test_chrome_is_named_by_the_rule_that_knows_it():
    lines = [line for _, line in cases("in_the_wild")[0].values[0]["lines"]]
    verdicts = decide_text([observe_lines(lines)])[0]
    assert "chrome/en/post-a-comment" in verdicts[-2].rule_ids
    assert verdicts[-2].role is Role.COMMENT
    assert "is the label of a comment form" in verdicts[-2].reasons


def test_every_verdict_has_a_rule_a_reason_and_a_score():
    for verdict in decide_text([observe_lines(["Menu", "A plain sentence stands here for the test, and it is long."])])[
        0
    ]:
        assert verdict.rule_ids
        assert verdict.reasons
        assert 0 <= verdict.score <= 1


@given(st.lists(texts, max_size=4))
def test_pages_are_judged_alike_alone_and_together(pages):
    together = decide_text(observe_pages(pages, [""] * len(pages)))
    assert together == [decide_text([observe_lines(page)])[0] for page in pages]


@given(texts)
def test_repeats_point_back(page):
    for i, verdict in enumerate(decide_text([observe_lines(page)])[0]):
        assert verdict.repeat_of is None or 0 <= verdict.repeat_of < i


def test_explanation_names_features_of_the_row():
    row = observe_lines(["Post a Comment"]).matrix[0]
    told = explain_text(row)
    assert told
    assert all(line.startswith(("for content: ", "for chrome: ")) for line in told)


def test_no_lines_no_verdicts():
    assert decide_text([]) == []
    assert decide_text([observe_lines([])]) == [[]]


@pytest.mark.parametrize("url", [None, "", "https://x.example", "https://[broken", "https://x.example/2024/05/"])
def test_address_without_words_gives_no_title(url):
    assert address_title(url) in {"", "05", "2024"}


def test_a_label_of_many_languages_is_shown_with_the_rule_of_the_page():
    lines = ["Rain at last", "After nine dry weeks it rained in Alverne on Friday night, and nobody minded.", "Tags"]
    shown = [observe_lines(lines, None, language).hits[2] for language in ("de", "fr", None)]
    assert [[hit for hit in hits if hit.endswith("/tags")] for hits in shown] == [
        [f"chrome/{language}/tags"] for language in ("de", "fr", "en")
    ]


def test_model_uses_only_features_that_are_computed():
    assert len(set(NAMES)) == len(NAMES)
    assert np.isfinite(observe_lines(["A", "b c", "…"]).matrix).all()


@pytest.mark.parametrize("line", ["share this", "a", "Comments", "“Why?” she said, and left the room at once."])
def test_very_many_lines_take_linear_time(line):
    assert grows_linearly(lambda text: decide_text([observe_lines(text.splitlines())]), line + "\n", 60_000)


def test_shared_documents_lose_all_furniture_and_no_content():
    gold = SHARED / "gold" / "seeds_lines.jsonl"
    if not gold.exists():
        pytest.skip(f"NOT RUN: {gold} is missing")
    wanted: dict[str, list[str]] = {}
    for row in map(json.loads, gold.read_text("utf-8").splitlines()):
        wanted.setdefault(row["file"], []).append(row["verdict"])
    lost, left = 0, 0
    for name, verdicts in wanted.items():
        text = (SHARED / "seeds" / name).read_text("utf-8")
        found = fates([text[s.char_start : s.char_end] for s in cut(text) if s.kind is not Kind.BLANK])
        lost += sum(w == "content" and f != "content" for w, f in zip(verdicts, found, strict=True))
        left += sum(w in {"chrome", "repeat"} and f == "content" for w, f in zip(verdicts, found, strict=True))
    assert (lost, left) == (0, 0)
