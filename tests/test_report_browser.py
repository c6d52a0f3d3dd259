"""The report in a real browser: no network, no complaint, keys that work, hostile text inert, accessible."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from cleaner.report import build_report
from tests.chromium import Browser, Page, find_chromium
from tests.demo_tables import write_demo_tables
from tests.test_report import HOSTILE

ROOT = Path(__file__).parent.parent
AXE = Path(os.environ.get("AXE_CORE", ROOT / "node_modules" / "axe-core" / "axe.min.js"))


def need(present: object, what: str) -> None:
    """Skip loudly where something that the tests need is missing; in CI, where it was installed, fail."""
    if not present and os.environ.get("REQUIRE_ALL_TESTS"):
        pytest.fail(f"missing: {what}")
    if not present:
        pytest.skip(f"SKIPPED: missing {what}")


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("browser") / "out"
    return build_report(write_demo_tables(out, [("evil<script>.example/a.txt", HOSTILE)]))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    need(find_chromium(), "chromium (apt-get install chromium, or CHROMIUM=path)")
    with Browser(str(find_chromium())) as running:
        yield running


@pytest.fixture
def page(browser: Browser, report: Path) -> Page:
    tab = browser.page()
    tab.open(report)
    return tab


def view(page: Page) -> str:
    return str(page.evaluate("document.body.dataset.view"))


def test_nothing_is_loaded_and_nothing_complains(page: Page, report: Path) -> None:
    assert page.requests == [report.resolve().as_uri()]
    assert page.complaints == []


def test_hostile_text_does_nothing(page: Page) -> None:
    assert page.evaluate("document.title").startswith("Audit report")
    assert page.evaluate("document.scripts.length") == 1
    assert page.evaluate("document.images.length") == 0
    links = page.evaluate("[...document.links].map(a => a.getAttribute('href'))")
    assert all(link.startswith("#") for link in links)
    assert "<script>document.title" in page.evaluate("document.querySelector('[data-source-uri^=evil]').textContent")


def test_policy_stops_a_script_that_gets_in(page: Page) -> None:
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"document.title=1\">')")
    page.evaluate(
        "{const s = document.createElement('script'); s.textContent = 'document.title=2'; document.body.append(s)}"
    )
    page.evaluate("new Promise(done => setTimeout(done, 50))")
    assert page.evaluate("document.title").startswith("Audit report")


def test_keys_step_through_decisions(page: Page) -> None:
    where = "[...document.querySelectorAll('.decision')].indexOf(document.activeElement)"
    page.press("j")
    assert page.evaluate(where) == 0
    page.press("j")
    page.press("j")
    assert page.evaluate(where) == 2
    page.press("k")
    assert page.evaluate(where) == 1
    assert page.evaluate("document.getElementById('place').textContent").startswith("Decision 2 of ")
    shown = "(() => {const r = document.activeElement.getBoundingClientRect(); return r.top >= 0 && r.bottom <= innerHeight})()"
    assert page.evaluate(shown)


def test_keys_switch_the_view(page: Page) -> None:
    seen = "[...document.querySelectorAll('.sheet {}')].filter(e => e.getClientRects().length).length"
    assert view(page) == "difference"
    page.press("b")
    assert view(page) == "before"
    assert page.evaluate(seen.format("ins")) == 0
    assert page.evaluate(seen.format("del")) > 0
    page.press("a")
    assert view(page) == "after"
    assert page.evaluate(seen.format("del")) == 0
    assert page.evaluate(seen.format(".status-chrome")) == 0
    page.press("d")
    assert view(page) == "difference"
    assert page.evaluate(seen.format(".status-chrome")) > 0


def test_after_is_the_cleaned_text(page: Page) -> None:
    page.press("a")
    text = page.evaluate(
        "document.querySelector('[data-source-uri$=\"kestrelpost.example/bridge-shut.txt\"] .rows').innerText"
    )
    assert "Amara Oyelin told" in text
    assert "Strait Bridge. Inspectors" in text
    assert "Post a Comment" not in text


def test_rules_sort(page: Page) -> None:
    hits = "[...document.querySelectorAll('#rules-table tbody tr')].map(r => Number(r.cells[2].dataset.value))"
    page.evaluate("document.querySelectorAll('#rules-table th button')[2].click()")
    falling = page.evaluate(hits)
    assert falling == sorted(falling, reverse=True)
    page.evaluate("document.querySelectorAll('#rules-table th button')[2].click()")
    assert page.evaluate(hits) == sorted(falling)


def test_readable_without_a_script(browser: Browser, report: Path) -> None:
    tab = browser.page()
    tab.call("Emulation.setScriptExecutionDisabled", value=True)
    tab.open(report)
    tab.call("Emulation.setScriptExecutionDisabled", value=False)
    assert tab.evaluate("document.getElementById('tools').hidden")
    assert "Post a Comment" in tab.evaluate("document.body.innerText")


@pytest.mark.parametrize("width", [1360, 390])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_looks_right_at_two_widths_in_both_themes(
    browser: Browser, report: Path, width: int, dark: bool, tmp_path: Path
) -> None:
    tab = browser.page()
    tab.open(report, width=width, dark=dark)
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    paper = tab.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (sum(map(int, paper[4:-1].split(","))) < 200) == dark
    shots = Path(os.environ.get("REPORT_SHOTS", tmp_path))
    picture = tab.screenshot(shots / f"report-{width}-{'dark' if dark else 'light'}.png")
    assert picture.stat().st_size > 10_000


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_accessible(browser: Browser, report: Path, dark: bool) -> None:
    need(AXE.exists(), "axe-core (npm install --no-save axe-core, or AXE_CORE=path)")
    tab = browser.page()
    tab.open(report, dark=dark)
    tab.evaluate(AXE.read_text(encoding="utf-8"))
    found = json.loads(
        tab.evaluate("axe.run(document, {resultTypes: ['violations']}).then(r => JSON.stringify(r.violations))")
    )
    assert [(v["id"], v["impact"], v["nodes"][0]["html"][:200]) for v in found] == []
