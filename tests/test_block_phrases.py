"""Phrase rules on pages of HTML: named evidence, and roles that structure does not tell."""

from __future__ import annotations

from cleaner.chrome.block_phrases import with_phrases
from cleaner.chrome.dom_features import NAMES, observe_page
from cleaner.chrome.judge import decide
from cleaner.chrome.phrases import load_phrases
from cleaner.chrome.roles import Roles
from cleaner.extraction.html_page import read_page
from cleaner.records import Role

STORY = "".join(
    f"<p>On day {i} the ferry to the outer islands was late again, and nobody on the quay could say why it was.</p>"
    for i in range(9)
)
PAGE = read_page(f"<title>Late</title><div>{STORY}<p>Post a Comment</p><p>He had no comment on the matter.</p></div>")


def test_a_hit_is_a_feature_and_evidence_and_gives_the_role() -> None:
    seen = observe_page(PAGE)
    at = PAGE.texts.index("Post a Comment")
    assert "chrome/en/post-a-comment" in seen.hits[at]
    assert seen.as_chrome[at] is Role.COMMENT
    assert seen.matrix[at, NAMES.index("phrase")] == 2
    assert seen.matrix[at + 1, NAMES.index("phrase")] == 0
    assert seen.hits[at + 1] == ()


def test_what_is_dropped_says_which_rules_it_matched() -> None:
    verdict = decide([observe_page(PAGE)])[0][PAGE.texts.index("Post a Comment")]
    assert not verdict.is_content
    assert verdict.rule_ids == ("judge/html", "chrome/en/post-a-comment")
    assert len(verdict.reasons) == len(verdict.rule_ids)


def test_evidence_does_not_overrule_what_the_structure_tells() -> None:
    rules = load_phrases().rules.values()
    decisive = next(rule for rule in rules if rule.strength == "decisive" and rule.role is Role.COMMENT)
    hint = next(rule for rule in rules if rule.strength == "evidence")
    roles = Roles((Role.BODY,) * 2, (Role.FOOTER,) * 2, (-1,) * 2, ((),) * 2)
    assert with_phrases(roles, [0, 1], [[decisive], [hint]]).as_chrome == (Role.COMMENT, Role.FOOTER)


def test_disclaimers_and_labels_that_stay_have_their_roles() -> None:
    rules = load_phrases().rules.values()
    roles = Roles((Role.BODY, Role.BODY, Role.HEADLINE), (Role.UNKNOWN,) * 3, (-1,) * 3, ((),) * 3)
    disclaimer = next(rule for rule in rules if rule.role is Role.DISCLAIMER)
    label = next(rule for rule in rules if rule.role is Role.CALLOUT_LABEL)
    told = with_phrases(roles, [0, 1, 2], [[disclaimer], [label], [label]]).as_content
    assert told == (Role.DISCLAIMER, Role.CALLOUT_LABEL, Role.HEADLINE)
