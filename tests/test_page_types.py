"""What sort of page a page is, by what stands on it."""

from __future__ import annotations

import pytest

from cleaner.chrome.dom_features import NAMES, measure_page, observe_page
from cleaner.chrome.evidence import PAGE_TYPES
from cleaner.chrome.page_types import load_page_types, page_numbers
from cleaner.extraction.html_page import read_page

STORY = "".join(
    f"<p>On day {i} the ferry to the outer islands was late again, and nobody on the quay could say why it was.</p>"
    for i in range(9)
)
ARTICLE = f'<meta property="og:type" content="article"><article><h1>Ferry late again</h1>{STORY}</article>'
THREAD = (
    '<script type="application/ld+json">{"@type": "DiscussionForumPosting"}</script><h1>Which ferry is late?</h1>'
    + "".join(
        f'<div class="topic-post"><div class="username">sailor{i}</div><div class="message-body"><p>I think the {i} '
        "o'clock one, but who knows? You could ask at the quay.</p></div></div>"
        for i in range(9)
    )
)


@pytest.mark.parametrize(("html", "kind"), [(ARTICLE, "article"), (THREAD, "forum"), ("", "article")])
def test_types_of_plain_cases(html: str, kind: str) -> None:
    assert observe_page(read_page(html)).page_type == kind


def test_the_model_has_a_weight_for_every_number_and_type() -> None:
    numbers = page_numbers(measure_page(read_page(ARTICLE)).matrix, NAMES)
    assert load_page_types().weights.shape == (len(numbers), len(PAGE_TYPES))
