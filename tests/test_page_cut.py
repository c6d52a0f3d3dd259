"""Where a page is cut: phrases count near the cut alone, and speech does not go for its shape."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from cleaner.chrome.dom_features import NAMES, observe_page
from cleaner.chrome.judge import decide, page_margins
from cleaner.chrome.page_cut import cut_page
from cleaner.decoding import decode
from cleaner.extraction.html_page import read_page
from cleaner.extraction.main_text import main_text

PAGES = sorted((Path(__file__).parent.parent / "seeds").rglob("*.html"))


def rows(count: int, **columns: float) -> np.ndarray:
    matrix = np.zeros((count, len(NAMES)), np.float32)
    matrix[:, NAMES.index("list_number")] = -1
    matrix[:, NAMES.index("log_words")] = np.log1p(30)
    for name, value in columns.items():
        matrix[-1, NAMES.index(name)] = value
    return matrix


def last_stays(margin: float, **columns: float) -> bool:
    return bool(cut_page(np.array([5.0, 5.0, 5.0, margin]), rows(4, **columns)).kept[-1])


SPOKEN = {"quotes": 2.0, "ends_sentence": 1.0}


def test_speech_needs_less_than_other_blocks() -> None:
    assert not last_stays(-0.5)
    assert last_stays(-0.5, **SPOKEN)
    assert not last_stays(-3.0, **SPOKEN)


@pytest.mark.parametrize("furniture", ["in_aside", "path_comment", "path_related"])
def test_speech_in_a_container_of_furniture_has_no_grace(furniture: str) -> None:
    assert not last_stays(-0.5, **SPOKEN, **{furniture: 1.0})


def test_a_decisive_phrase_weighs_more_than_one_that_is_evidence() -> None:
    assert [last_stays(0.7, phrase=strength) for strength in (0, 1, 2)] == [True, False, False]
    assert [last_stays(2.0, phrase=strength) for strength in (0, 1, 2)] == [True, True, False]


def test_phrases_are_asked_only_where_one_could_matter() -> None:
    asked: list[int] = []

    def phrase(near: np.ndarray) -> np.ndarray:
        asked.extend(near.tolist())
        return np.zeros(len(near), np.int64)

    cut_page(np.array([5.0, 5.0, -4.0, 0.5]), rows(4), phrase)
    assert asked == [3]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_main_text_keeps_what_the_judge_of_a_run_is_sure_of(path: Path) -> None:
    html = decode(path.read_bytes(), is_html=True).text
    page = read_page(html)
    seen = observe_page(page)
    kept = ~seen.in_menu
    kept[kept] = cut_page(page_margins([seen.matrix])[0], seen.matrix).kept
    assert main_text(html).split("\n") == [text for text, stays in zip(page.texts, kept.tolist(), strict=True) if stays]
    judged = decide([seen])[0]
    assert all(verdict.is_content for verdict, stays in zip(judged, kept.tolist(), strict=True) if stays)
