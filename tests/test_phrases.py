"""Phrase rules: every example is hit, no counter-example is, and no line costs more than its words."""

import pytest

from cleaner.chrome.phrases import LANGUAGES, PhraseBook, PhraseError, load_phrases, read_rules
from tests.linear_time import grows_linearly

RULES = list(load_phrases().rules.values())
EXAMPLES = [(rule.id, text) for rule in RULES for text in rule.examples]
COUNTER_EXAMPLES = [(rule.id, text) for rule in RULES for text in rule.counter_examples]
RULE = '[menu]\nphrases = ["{phrase}"]\nrole = "navigation"\nmatch = "{match}"\nwhy = "a menu"\n'


def ids(line):
    return [hit.rule.id for hit in load_phrases().match(line)]


@pytest.mark.parametrize(("rule", "text"), EXAMPLES)
def test_example_is_hit(rule, text):
    assert rule in ids(text)


@pytest.mark.parametrize(("rule", "text"), COUNTER_EXAMPLES)
def test_counter_example_is_not_hit_by_its_rule(rule, text):
    assert rule not in ids(text)


@pytest.mark.parametrize("text", [text for _, text in COUNTER_EXAMPLES])
def test_counter_example_is_hit_by_no_decisive_rule_of_any_language(text):
    assert [hit.rule.id for hit in load_phrases().match(text) if hit.rule.strength == "decisive"] == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_says_why_and_shows_both_sides(rule):
    assert rule.why
    assert rule.examples
    assert rule.counter_examples


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_rules_for_the_common_furniture(language):
    roles = {rule.role.value for rule in load_phrases((language,)).rules.values()}
    assert {"comment", "share", "newsletter", "related", "navigation", "footer", "cookie_notice"} <= roles


def test_case_punctuation_and_quotes_do_not_matter():
    assert ids("» POST A COMMENT «") == ids("Post a comment.") == ["chrome/en/post-a-comment"]
    assert ids("Don’t miss") == ids("Don't miss")


def test_hit_says_where_it_stands():
    line = "Please sign up for our newsletter today."
    hits = load_phrases().match(line)
    assert any("sign up for our" in line[hit.char_start : hit.char_end] for hit in hits)


@pytest.mark.parametrize(
    ("phrase", "match"), [("menu", "nowhere"), ("menu?", "line"), ("* menu", "within"), ("the? # menu", "within")]
)
def test_rule_that_can_mean_nothing_is_refused(phrase, match):
    with pytest.raises(PhraseError, match="chrome/en/menu"):
        PhraseBook(read_rules(RULE.format(phrase=phrase, match=match), "en"))


def test_unknown_key_is_refused():
    with pytest.raises(PhraseError, match="colour"):
        read_rules(RULE.format(phrase="menu", match="line") + 'colour = "red"\n', "en")


@pytest.mark.parametrize("unit", ["subscribe to our ", "a", " ", "read more: ", "by ", "1", "… "])
def test_a_megabyte_in_one_line_takes_linear_time(unit):
    assert grows_linearly(load_phrases().match, unit)


def test_a_line_full_of_cues_costs_no_more_than_its_words():
    # From 7 words to 43, all of which a phrase may go on with.
    assert grows_linearly(lambda text: [ids("sign up for " + text) for _ in range(500)], "our ", 160)
