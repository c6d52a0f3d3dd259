"""Pages of one site, judged together: furniture that no class name tells goes, what is said once stays."""

from __future__ import annotations

import json
import random

import pytest

from cleaner.chrome.judge_stream import judge_sites, judge_stream

TOWNS = ["Alverne", "Oderno", "Port Lee", "Marrow Bay", "Sellin", "Tarne", "Velby", "Hollin"]
DEEDS = ["mended the sea wall", "sold the old mill", "lost its ferry", "opened a school", "moved the market"]
ABOUT = "The Island Reader has told the stories of these shores since 1921 and is owned by the people who write it."
PLEA = "If you want more stories such as this one, write to the desk and we shall send you our Friday letter."
DISCLAIMER = "This series was made with money from the Lantern Fund, which had no say in what was written."


def sentences(seed: int, count: int = 7) -> list[str]:
    rng = random.Random(seed)
    return [
        f"In {rng.choice(TOWNS)} the council {rng.choice(DEEDS)} on day {rng.randint(1, 999)}, and {rng.randint(2, 900)} "
        f"people from {rng.choice(TOWNS)} came over the water to see it, the harbour master of {rng.choice(TOWNS)} wrote."
        for _ in range(count)
    ]


def page(seed: int, body: list[str], after: tuple[str, ...] = ()) -> dict[str, str]:
    told = "".join(f"<p>{text}</p>" for text in body)
    tail = "".join(f"<p>{text}</p>" for text in after)
    html = f"<title>Story {seed} of the shores</title><div><h1>Story {seed} of the shores</h1>{told}{tail}</div>"
    return {"id": str(seed), "url": f"https://reader.example/story/{seed}", "html": html}


def judged(pages: list[dict[str, str]], *, together: bool) -> dict[str, list[str]]:
    answers = map(json.loads, (judge_sites if together else judge_stream)(map(json.dumps, pages)))
    return {row["id"]: row["text"].split("\n") for row in answers}


def lines_in(texts: dict[str, list[str]], wanted: str) -> int:
    return sum(wanted in lines for lines in texts.values())


@pytest.mark.parametrize("count", [2, 3, 4, 5])
def test_stories_are_whole_and_nothing_but_furniture_is_lost(count: int) -> None:
    pages = [page(seed, sentences(seed), (ABOUT, PLEA)) for seed in range(count)]
    alone, together = judged(pages, together=False), judged(pages, together=True)
    for seed in range(count):
        assert set(sentences(seed)) <= set(together[str(seed)])
        assert set(alone[str(seed)]) - set(together[str(seed)]) <= {ABOUT, PLEA}


@pytest.mark.parametrize("count", [2, 5])
def test_a_lede_that_an_index_page_repeats_stays(count: int) -> None:
    stories = [page(seed, sentences(seed)) for seed in range(count)]
    index = page(99, [sentences(seed)[0] for seed in range(count)])
    together = judged([*stories, index], together=True)
    assert all(sentences(seed)[0] in together[str(seed)] for seed in range(count))


def test_background_that_follow_up_stories_repeat_stays() -> None:
    background = sentences(7)[0]
    pages = [page(seed, [*sentences(seed)[:3], background, *sentences(seed)[3:]]) for seed in range(20, 24)]
    assert lines_in(judged(pages, together=True), background) == len(pages)


def test_near_twins_count_as_one_document() -> None:
    body = sentences(5)
    pages = [page(1, body), page(2, [*body[:6], *sentences(6)[:1]])]
    together = judged(pages, together=True)
    assert set(body) <= set(together["1"])


def test_pages_of_other_sites_change_nothing() -> None:
    pages = [page(seed, sentences(seed), (DISCLAIMER,)) for seed in range(3)]
    for seed, row in enumerate(pages):
        row["url"] = f"https://reader-{seed}.example/story"
    assert judged(pages, together=True) == judged(pages, together=False)


def test_order_of_pages_does_not_matter() -> None:
    pages = [page(seed, sentences(seed), (ABOUT, PLEA, DISCLAIMER)) for seed in range(5)]
    assert judged(pages, together=True) == judged(pages[::-1], together=True)
