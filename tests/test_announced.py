"""What a page says of its text elsewhere, and what is made of it."""

from __future__ import annotations

import numpy as np
import pytest

from cleaner.chrome.announced import descriptions, lead_shares
from cleaner.chrome.text_words import read_described
from cleaner.extraction.page_head import Head

LEAD = "The harbour froze over in January, and the ferries stayed in port for nine days."
BODY = [
    f"Paragraph {i} tells what the harbour master saw on day {i}, when the ice had grown by another {i} inches overnight."
    for i in range(2, 9)
]


def shares(texts: list[str], head: Head) -> list[float]:
    said = descriptions(head)
    reading, common = read_described([texts], [""], [" ".join(said)])
    return lead_shares(texts, reading.words.tokens, common, said).tolist()


def lead_share(text: str, description: str = LEAD) -> float:
    return shares([text], Head(meta={"og:description": description}))[0]


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        (LEAD, 1, 1),
        (LEAD.upper(), 1, 1),
        (LEAD[:60], 0.6, 0.99),
        (f"{LEAD} Nobody had seen the like since 1963.", 0.5, 0.99),
        ("The ferry was late.", 0, 0),
        ("Port", 0, 0),
        ("", 0, 0),
    ],
)
def test_a_standfirst_is_as_much_as_it_shares_with_the_description(text: str, least: float, most: float) -> None:
    assert least <= lead_share(text) <= most


@pytest.mark.parametrize("description", ["", "Port news", "!!!"])
def test_descriptions_that_say_nothing_match_nothing(description: str) -> None:
    assert lead_share(LEAD, description) == 0


def test_of_several_descriptions_the_one_that_fits_best_counts() -> None:
    head = Head(meta={"description": "Port news", "og:description": LEAD, "twitter:description": LEAD})
    assert descriptions(head) == ["Port news", LEAD]
    assert shares([LEAD], head) == [1.0]


def test_only_blocks_that_share_words_with_a_description_are_compared() -> None:
    head = Head(meta={"description": LEAD})
    assert lead_shares([LEAD], np.array([15]), np.array([0]), descriptions(head)).tolist() == [0.0]


def test_a_page_without_descriptions_has_no_standfirst() -> None:
    assert shares([LEAD, *BODY], Head()) == [0.0] * (len(BODY) + 1)
