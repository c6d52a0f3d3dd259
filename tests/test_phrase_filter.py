"""The filter before the phrase rules: it leaves out no line that a rule hits, and most lines that none does."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.chrome.phrase_filter import load_filter
from cleaner.chrome.phrases import load_phrases
from cleaner.chrome.text_scan import scan

RULES = load_phrases().rules.values()
EXAMPLES = [text for rule in RULES for text in rule.examples]
WORDS = sorted({word.strip("?") for rule in RULES for phrase in rule.phrases for word in phrase.split()})
WORDS = sorted(
    {part for word in WORDS for part in word.split("|")} | {"7", "1,200", "Ada", "O’Hara", "the", "…", "(", "é"}
)


def may_hit(lines):
    return load_filter().may_hit(lines, scan(lines)).tolist()


def test_every_example_passes():
    assert [text for text, passed in zip(EXAMPLES, may_hit(EXAMPLES), strict=True) if not passed] == []


@pytest.mark.parametrize("shape", [str.upper, str.title, "» {} «".format, "({}):".format, "  {}".format])
def test_case_and_punctuation_do_not_matter(shape):
    lines = [shape(text) for text in EXAMPLES]
    hit = [bool(load_phrases().match(line)) for line in lines]
    assert [text for text, h, passed in zip(lines, hit, may_hit(lines), strict=True) if h and not passed] == []


@given(st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=9).map(" ".join), min_size=1, max_size=8))
def test_no_line_that_a_rule_hits_is_left_out(lines):
    passed = may_hit(lines)
    assert all(passed[i] for i, line in enumerate(lines) if load_phrases().match(line))


@pytest.mark.parametrize("word", ["the", "O’Hara", "don't", "1,200", "a.b", "a_b", "日", "é", "e\u0301"])
@pytest.mark.parametrize("count", [30, 36, 37, 38, 44, 45, 80])
def test_a_line_is_too_long_for_the_filter_only_where_it_is_for_the_rules(word, count):
    line = "Sign up for our newsletter: " + " ".join([word] * count)
    assert may_hit([line]) == [True] or not load_phrases().match(line)


def test_running_text_is_mostly_left_out():
    lines = [
        "The harbour council met on Friday and voted for the new quay.",
        "A comment from the mayor was not to be had before the evening.",
        "Upstream the rain had fallen for nine days, and the road was gone.",
    ]
    assert may_hit(lines) == [False, False, False]


def test_lines_without_words_pass_only_for_their_signs():
    assert may_hit(["…", "©", "***"]) == [False, True, False]
    assert not np.any(may_hit(["…"]))
