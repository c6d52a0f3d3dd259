"""Lists stay or go as one, headings follow what stands round them."""

from __future__ import annotations

import numpy as np
import pytest

from cleaner.chrome.class_words import class_scores
from cleaner.chrome.containers import Floats, read_containers
from cleaner.chrome.names import Names
from cleaner.chrome.units import joined, list_numbers
from cleaner.extraction.html_page import read_page

ALONE = np.array([-1, -1, -1])
NONE = np.zeros(3)


def of_list(margins: Floats, words: Floats, links: float) -> Floats:
    """The first block stands for itself, the others are a list."""
    numbers = np.array([-1] + [4] * (len(margins) - 1))
    return joined(margins, numbers, np.zeros(len(margins)), words, np.full(len(margins), links))


def numbers_of(html: str) -> dict[str, int]:
    boxes = read_containers(read_page(html), Names(class_scores({})))
    return dict(zip(boxes.texts, list_numbers(boxes).tolist(), strict=True))


def test_items_of_a_list_get_one_value() -> None:
    margins = of_list(np.array([3.0, 1.0, -2.0, 1.0]), np.array([90.0, 5.0, 5.0, 5.0]), links=1.0)
    assert margins[0] == 3.0
    assert margins[1] == margins[2] == margins[3] == pytest.approx(0.0)


@pytest.mark.parametrize(("before", "links", "drawn"), [(3.0, 0.0, True), (3.0, 0.9, False), (-1.0, 0.0, False)])
def test_a_list_without_links_is_drawn_to_surer_text_before_it(before: float, links: float, drawn: bool) -> None:
    margins = of_list(np.array([before, 0.0, -0.4]), np.array([90.0, 5.0, 5.0]), links)
    assert margins[0] == before
    assert margins[1] == margins[2]
    assert bool(margins[1] > -0.2) is drawn


def test_a_list_that_begins_the_page_is_drawn_to_nothing() -> None:
    margins = joined(np.array([-0.5, -0.5, 4.0]), np.array([2, 2, -1]), np.zeros(3), np.array([3.0, 3.0, 90.0]), NONE)
    assert margins.tolist() == [-0.5, -0.5, 4.0]


def test_longer_items_weigh_more() -> None:
    margins = of_list(np.array([9.0, 2.0, -1.0]), np.array([99.0, 19.0, 1.0]), links=1.0)
    assert margins[1] == margins[2] > 1.5


def test_a_list_that_holds_most_of_the_page_is_its_layout() -> None:
    margins = np.array([3.0, -3.0, 1.0])
    assert joined(margins, np.array([4, 4, -1]), NONE, np.array([50.0, 40.0, 9.0]), NONE).tolist() == margins.tolist()


@pytest.mark.parametrize(("around", "drawn"), [((2.0, 2.0), True), ((2.0, -3.0), False), ((-3.0, -3.0), False)])
def test_a_heading_is_drawn_up_between_two_that_are_surer(around: tuple[float, float], drawn: bool) -> None:
    margins = np.array([around[0], -1.0, around[1]])
    margins = joined(margins, ALONE, np.array([0, 1, 0]), np.array([30.0, 3.0, 30.0]), NONE)
    assert bool(margins[1] > -1.0) is drawn


def test_other_short_lines_are_not_drawn() -> None:
    margins = np.array([2.0, -1.0, 2.0])
    assert joined(margins, ALONE, NONE, np.array([30.0, 3.0, 30.0]), NONE).tolist() == margins.tolist()


@pytest.mark.parametrize("size", [0, 1, 2])
def test_small_pages(size: int) -> None:
    margins = np.ones(size)
    assert joined(margins, np.full(size, -1), np.ones(size), margins, margins).tolist() == margins.tolist()


def test_list_numbers_are_those_of_the_innermost_list() -> None:
    numbers = numbers_of("<p>Tides</p><ul><li>High<ol><li>Spring</ol><li><p>Low</p></ul><table><tr><td>1<td>2</table>")
    assert numbers["Tides"] == -1
    assert numbers["High"] == numbers["Low"] >= 0
    assert len({numbers["High"], numbers["Spring"], numbers["1 2"]}) == 3


def test_a_block_deep_inside_an_item_stands_for_itself() -> None:
    numbers = numbers_of("<ul><li><div><div><div><p>A story of its own.</p></div></div></div></ul>")
    assert list(numbers.values()) == [-1]
