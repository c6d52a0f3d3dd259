"""Text features: named, finite, of one page only, the same alone and in a batch."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.chrome.lexicon import load_lexicon
from cleaner.chrome.text_features import TEXT_FEATURES, pages_text_features, text_features
from cleaner.chrome.text_scan import scan
from tests.linear_time import grows_linearly

PAGE = [
    "Home",
    "Town",
    "Ferry late again as crews wait for parts",
    "By Ilse Marrow",
    "The ferry to the outer islands was late again on Friday, and nobody on the quay could say why.",
    "“We have been waiting for a pump since March,” said the harbour master, who asked for patience.",
    "A spokesman for the line told reporters that the part would arrive within two weeks.",
    "3 Comments",
    "Leave a Reply",
    "Home",
]
texts = st.lists(st.text(max_size=40), max_size=12)


def feature(name, page=PAGE, title=""):
    return text_features(page, title)[:, TEXT_FEATURES.index(name)].tolist()


def test_names_are_unique():
    assert len(set(TEXT_FEATURES)) == len(TEXT_FEATURES)


@given(texts)
def test_rows_are_finite_and_of_single_precision(page):
    rows = text_features(page)
    assert rows.dtype == np.float32
    assert rows.shape == (len(page), len(TEXT_FEATURES))
    assert np.isfinite(rows).all()


@given(st.lists(texts, max_size=5))
def test_a_page_has_the_same_rows_alone_and_in_a_batch(pages):
    titles = [page[0] if page else "" for page in pages]
    batch = pages_text_features(pages, titles)
    alone = [text_features(page, title) for page, title in zip(pages, titles, strict=True)]
    assert np.array_equal(batch, np.vstack(alone) if alone else batch)


def test_sentence_ends_behind_quotation_marks():
    page = ["He left.", "“He left.”", "“He left”.", "He left", "Really?!", "彼は去った。", "(It was late.)"]
    assert feature("ends_sentence", page) == [1, 1, 1, 0, 1, 1, 1]


def test_copies_are_counted_within_the_page():
    assert feature("copies")[0] == 1
    assert feature("earlier_copies") == [0] * 9 + [1]


@pytest.mark.parametrize(
    "title", [PAGE[2], "ferry-late-again-as-crews-wait-for-parts", "Ferry late again as crews wait"]
)
def test_headline_is_known_by_the_words_of_the_title(title):
    assert feature("is_title", title=title) == [0, 0, 1] + [0] * 7


def test_lines_after_a_comment_line_know_how_far_it_is():
    assert feature("since_comment")[-4:] == [-1, 0, 0, 1]


def test_main_run_covers_the_sentences():
    assert feature("in_run") == [0] * 4 + [1] * 3 + [0] * 3


def test_words_of_every_language_of_the_lexicon_are_found():
    page = ["Teilen", "Partager", "Compartir", "Condividi", "Compartilhar", "Поделиться", "Поділитися", "Share"]
    assert feature("cue_share", page) == [1] * 8


def test_case_does_not_matter_to_cues():
    assert feature("cue_comment", ["COMMENTS", "comments", "КОММЕНТАРИИ"]) == [1, 1, 1]


def test_pairs_count_side_by_side_only():
    assert feature("cue_related", ["Read more", "They read of more"]) == [1, 1]
    assert feature("cue_share", ["Follow us", "They follow what us the law tells"]) == [1, 0]


def test_long_paragraph_is_read_at_both_ends():
    seen = scan(["word " * 100_000 + "The end."])
    assert bool(seen.ends_sentence[0])
    assert seen.chars[0] < 10_000


def test_lexicon_has_a_bit_for_every_category():
    lexicon = load_lexicon()
    assert [lexicon.bit(name) for name in lexicon.categories] == [1 << i for i in range(len(lexicon.categories))]


@pytest.mark.parametrize("unit", ["a", " ", ".", "“", "a ", "漢", "\U0001f600", "\ud800", "a\n"])
def test_a_megabyte_in_one_paragraph_takes_linear_time(unit):
    assert grows_linearly(lambda text: text_features([text]), unit)
    assert np.isfinite(text_features([unit * 10_000])).all()


def test_a_megabyte_of_paragraphs_takes_linear_time():
    assert grows_linearly(lambda text: text_features(text.split("\n")), "share this\n")
