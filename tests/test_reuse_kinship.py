"""What is still a copy when an end is cut or put on, and what only quotes it, holds it, or is the same frame."""

import numpy as np
import pytest

from cleaner.reuse.find import find_reuse
from cleaner.reuse.stars import stars
from tests.reuse_texts import BRIDGE, COMMONPLACE, FERRY, FRAMES, QUOTE, table_of

LEDE = "The council of Harlow met on Tuesday night in the old grain hall to talk about the river and its many bridges."
MIDDLE = "Engineers had warned for years that the oldest of them would not carry lorries for very much longer."
CLOSE = "A decision is due after the summer, when the money for repairs has been counted and counted again."
STORY = f"{LEDE} {MIDDLE} {CLOSE}"
SAYING = "“We were told that the bridge would outlive us all, and we believed it because we wanted to believe it,”"
CLOCK = "{} BST — Good {} and welcome to our live coverage, with the latest from {} as Ada Quist faces questions."
SHOP = "Shop for boots and warm coats at {0}.test and see the new summer range at {0}.test before June."

SERVICE = "lets you hire every boat by the hour, with a man to row it and a rug against the cold of the river."
NAMED = "Ask at the old grain hall."


def kind_of(a: str, b: str, *others: str) -> str | None:
    edges = find_reuse(table_of([a, b, *others])).edges.to_pylist()
    return next((e["kind"] for e in edges if (e["a"], e["b"]) == ("p00000", "p00001")), None)


@pytest.mark.parametrize(
    "copy",
    [
        f"{MIDDLE} {CLOSE}",
        f"{LEDE} {MIDDLE}",
        f"{LEDE} {CLOSE}",
        f"{MIDDLE} {LEDE} {CLOSE}",
        f"{LEDE} {MIDDLE} (Reporting by Daily staff)".replace("warned", "cautioned"),
    ],
)
def test_a_sentence_left_out_or_moved_leaves_a_copy(copy: str) -> None:
    assert kind_of(STORY, copy) == "near_copy"


def test_a_sentence_kept_alone_is_contained() -> None:
    assert kind_of(STORY, LEDE) == "contains"


@pytest.mark.parametrize("last_word", ["again", "twice"])
def test_what_is_run_on_is_no_copy_though_its_border_was_changed(last_word: str) -> None:
    copy = STORY.replace("counted again", f"counted {last_word}")
    assert kind_of(copy, f"{STORY} {FERRY}", FERRY) == "contains"
    assert kind_of(copy, f"{STORY} {FERRY}") == "near_copy"


def test_a_guest_in_an_end_makes_it_another_paragraph() -> None:
    host = f"{STORY} It was said of the ferry: {FERRY} Few agreed."
    assert kind_of(STORY, host) == "near_copy"
    assert kind_of(STORY, host, FERRY) == "contains"


@pytest.mark.parametrize(
    "host",
    [
        f"Nobody slept in the town that week. {SAYING} said Bo Lund.",
        f"{SAYING} said Bo Lund. Nobody slept in the town that week, or in the next one.",
    ],
)
def test_a_quotation_is_no_copy_of_its_host(host: str) -> None:
    other = f"The mayor was in tears by then. {SAYING} she heard from an old man."
    assert kind_of(SAYING, host) == kind_of(other, host) == "quotation"
    assert kind_of(SAYING, f"{SAYING} said Bo Lund.") == "near_copy"


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (CLOCK.format("09:01", "morning", "Harlow"), CLOCK.format("01:50", "evening", "Lenn")),
        (SHOP.format("northwind"), SHOP.format("westwind")),
        (f"{LEDE} Repeat it 8-10 times and {CLOSE}", f"{LEDE} Repeat it 10-12 times and {CLOSE}"),
        (f"6.1 Places to sleep {BRIDGE}", f"8.2 Words to know {BRIDGE}"),
    ],
)
def test_a_frame_with_other_times_addresses_or_numbers_is_a_revision(a: str, b: str) -> None:
    assert kind_of(a, b) == "revision"


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("How to Choose the Right Boat for Your Garden", "How to Choose the Right Lamp for Your Garden"),
        ("Join us in Harlow for the summer fair of boats!", "Join us in Lenn for the summer fair of boats!"),
        ("THE FOUR STEPS OF TEACHING A YOUNG DOG TO SIT", "THE FOUR STEPS OF TEACHING A YOUNG DOG TO WAIT"),
        (f"Quist & Sons {SERVICE} {NAMED}", f"Lund Boats {SERVICE} {NAMED}"),
    ],
)
def test_a_frame_with_another_name_or_title_word_is_no_copy(a: str, b: str) -> None:
    assert (
        kind_of(a, b, "Most boats of Lund Boats, like those of Quist & Sons, were built for calm water.") != "near_copy"
    )


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("How to Choose the Right Boat for Your Garden", "How to Choose the Rihgt Boat for Your Garden"),
        ("How to Choose the Right Boat for Your Garden", "HowTo Choose the Right Boat for Your Garden"),
        (
            "Join us in Harlow for the summer fair of boats!",
            "LENN (dpa) - Join us in Harlow for the summer fair of boats!",
        ),
        (f"LENN: {LEDE}", f"HARLOW, Friday — {LEDE}"),
    ],
)
def test_a_slip_of_the_pen_or_a_dateline_leaves_a_copy(a: str, b: str) -> None:
    assert kind_of(a, b) == "near_copy"


def test_short_texts_that_share_common_words_only_have_a_frame_in_common() -> None:
    tent, machine, pier, pier_now = FRAMES
    assert kind_of(tent, machine) == "near_copy"  # nothing tells what is common in a small corpus
    assert kind_of(tent, machine, *[COMMONPLACE] * 400) is None
    assert kind_of(pier, pier_now, *[COMMONPLACE] * 400) == "near_copy"
    assert kind_of(tent, f"LENN (dpa) - {tent}", *[COMMONPLACE] * 400) == "near_copy"


def test_a_copy_without_the_number_unites_no_other_numbers() -> None:
    early, late = (f"{LEDE} It said that {dead} men had died in the flood of the spring." for dead in (12, 14))
    bare = f"{LEDE} It said that men had died in the flood of the spring."
    later = late.replace("flood", "great flood")
    clusters = find_reuse(table_of([bare, early, late, later])).clusters.to_pylist()
    of = [row["cluster"] for row in sorted(clusters, key=lambda row: row["id"])]
    assert of[1] != of[2] == of[3]
    assert of[0] in {of[1], of[2]}


@pytest.mark.parametrize(
    ("inner", "kind"),
    [
        ("The best vans for moving a small flat", "contains"),
        ("The best vans for moving a small house", None),
        ("The best vans for moving", None),
    ],
)
def test_short_texts_are_contained_word_for_word(inner: str, kind: str | None) -> None:
    outer = f"The best vans for moving a small flat {STORY}"
    assert kind_of(inner, outer) == kind


def test_a_mark_of_an_item_opens_and_closes_no_quotation() -> None:
    assert kind_of(QUOTE, f"» {QUOTE}") == "near_copy"


def test_an_odd_text_speaks_for_nobody_else() -> None:
    linked = {(0, 1), *((1, k) for k in range(2, 30))}
    a, b = np.array(sorted(linked)).T
    everybody = stars(a, b, np.arange(30), lambda m, c: (m != 0) & (c != 0), lambda m, c: (m != 0) & (c != 0))
    assert everybody.tolist() == [1] * 30
