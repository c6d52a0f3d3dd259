"""What a page says of its text elsewhere, and what is made of it."""

from __future__ import annotations

import json

import numpy as np
import pytest

from cleaner.chrome.announced import FEATURES, announced
from cleaner.extraction.page_head import Head

LEAD = "The harbour froze over in January, and the ferries stayed in port for nine days."
BODY = [
    f"Paragraph {i} tells what the harbour master saw on day {i}, when the ice had grown by another {i} inches overnight."
    for i in range(2, 9)
]


def lead_share(text: str, description: str = LEAD) -> float:
    return float(announced([text], Head(meta={"og:description": description}))["lead_share"][0])


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


def linked(body: str) -> Head:
    return Head(linked_data=(json.dumps({"@type": "NewsArticle", "articleBody": body}),))


def test_blocks_of_the_body_are_found_and_others_are_not() -> None:
    found = announced(
        [*BODY, "Read also what the mayor of the next town over said about the ice."], linked(" ".join(BODY))
    )
    assert found["body_found"].tolist() == [1.0] * len(BODY) + [0.0]
    assert found["page_body_found"][0] > 0.9


@pytest.mark.parametrize(
    "text",
    ["", "{", '{"articleBody": ""}', '{"articleBody": "short"}', '{"articleBody": "never closed', '{"articleBody": 3}'],
)
def test_without_a_body_nothing_is_known(text: str) -> None:
    assert announced(BODY, Head(linked_data=(text,)))["body_found"].tolist() == [-1.0] * len(BODY)


def test_broken_json_round_a_body_does_not_matter() -> None:
    text = f'{{"@type": "NewsArticle", "articleBody": {json.dumps(" ".join(BODY))}, }} trailing'
    assert announced(BODY, Head(linked_data=(text,)))["body_found"].tolist() == [1.0] * len(BODY)


def test_columns_are_the_features_and_finite() -> None:
    columns = announced(BODY, linked("<p>" + "</p><p>".join(BODY)))
    assert tuple(columns) == FEATURES
    assert all(np.isfinite(column).all() and len(column) == len(BODY) for column in columns.values())
    assert announced([], Head())["lead_share"].tolist() == []


def test_many_unclosed_bodies_are_read_in_one_pass() -> None:
    announced(BODY, Head(linked_data=('"articleBody":"\\' * 60_000,)))
