"""What words say of lines: weights found by hash, sums that know their line, means that know their page."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cleaner.chrome.text_evidence import NAMES, observe_pages
from cleaner.chrome.text_words import read_pages
from cleaner.chrome.word_weights import load_weights, read_weights, weigh_lines

WEIGHTS = read_weights({"more": -50, "read more": -200, "ferry": 30, "читать далее": -300, "café": 10})


def weighed(*lines):
    return weigh_lines(read_pages([lines], [""]), WEIGHTS)


def test_score_is_the_sum_of_words_and_pairs_over_the_root_of_the_words():
    assert weighed("Read more about it").score.tolist() == [-1.25]
    assert np.isclose(weighed("The ferry").score[0], 0.3 / np.sqrt(2))
    assert weighed("Читать далее").low.tolist() == [-3.0]


def test_a_pair_does_not_reach_into_the_next_line():
    assert weighed("read", "more").score.tolist() == [0.0, -0.5]


def test_lines_without_words_and_without_known_words_weigh_nothing():
    found = weighed("…", "unheard of", "***")
    assert not np.any([found.score, found.low, found.high, found.known])


def test_low_high_and_known_are_those_of_the_line():
    found = weighed("more ferry café boat", "ferry")
    assert (found.low.tolist(), found.high.tolist(), found.known.tolist()) == ([-0.5, 0.0], [0.3, 0.3], [0.75, 1.0])


def test_shipped_weights_know_furniture_from_text():
    lines = ["Read more", "Subscribe now", "He told the court that he had never seen the letter"]
    score = weigh_lines(read_pages([lines], [""]), load_weights()).score
    assert score[0] < 0
    assert score[1] < 0
    assert score[2] > 0


LINES = st.lists(
    st.sampled_from(["Read more", "Menu", "…", "The ferry left at noon, and nobody on the quay knew why."]), max_size=9
)


@given(LINES, LINES)
def test_a_page_does_not_see_its_neighbour_in_the_batch(one, other):
    alone = [observe_pages([page], [""])[0].matrix for page in (one, other)]
    together = [page.matrix for page in observe_pages([one, other], ["", ""])]
    assert all(np.array_equal(a, b) for a, b in zip(alone, together, strict=True))


def test_runs_part_where_sentences_begin_and_end():
    sentence = "The ferry left the harbour at noon, and nobody on the quay could say why it was late again"
    long = sentence + ", not even the harbour master, who had seen it come in on time."
    matrix = observe_pages([["Menu", "Home", sentence + ".", long, "Tags"]], [""])[0].matrix
    assert matrix[:, NAMES.index("run_lines")].tolist() == [-2, -2, 2, 2, -1]
    assert matrix[:, NAMES.index("longs_after")].tolist() == [1, 1, 1, 0, 0]
    assert matrix[:, NAMES.index("since_long")].tolist() == [-1, -1, -1, 0, 1]
