"""The parts of the report, one by one: marks, alignment, quotations, samples, charts."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.quotations import COLUMNS, read_quotations
from cleaner.report import charts
from cleaner.report.marks import EditMark, aligned, segments, visible
from cleaner.report.quotations import Carried, Quotation, Shared, quotations
from cleaner.report.rule_words import reason_for, rule_catalogue
from cleaner.report.sample import sample_pages
from cleaner.report.tables import open_tables
from tests.demo_tables import write_demo_tables
from tests.linear_time import grows_linearly

NOON = datetime(2025, 3, 11, 12)  # noqa: DTZ001  (UTC without a zone, as DuckDB gives it)


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    extra = [(f"o{n}.example/a.txt", [f"Headline {n}", f"Paragraph of {n}."]) for n in range(40)]
    return write_demo_tables(tmp_path_factory.mktemp("parts") / "out", extra)


def edit(start: int, before: str, after: str, *, applied: bool = True) -> EditMark:
    return EditMark(start, start + len(before), before, after, applied, ["spacing/comma"], "why", 1.0)


def unmarked(markup: str) -> str:
    text = re.sub(r'<i class="ctl[^"]*" data-code="U\+([0-9A-F]+)"[^>]*></i>', lambda m: chr(int(m[1], 16)), markup)
    entities = (("&lt;", "<"), ("&gt;", ">"), ("&#39;", "'"), ("&#34;", '"'), ("&amp;", "&"))
    for entity, character in entities:
        text = text.replace(entity, character)
    return text


@given(st.text(alphabet="<>&\"' a\u202e\u200b\x00\x9d\ufeff\r\n"))
def test_visible_text_is_whole_and_harmless(text: str) -> None:
    markup = str(visible(text))
    assert unmarked(markup) == text
    assert not re.search("[\u202e\u200b\x00\x9d\ufeff\r]", markup)


def test_joiners_that_scripts_need_stay() -> None:
    assert visible("می\u200cخواهم") == "می\u200cخواهم"


@pytest.mark.parametrize("unit", ["\u202e", "a", "<"], ids=["marks", "a", "lt"])
def test_a_megabyte_is_marked_in_linear_time(unit: str) -> None:
    assert grows_linearly(visible, unit)


@given(
    st.text(max_size=40), st.lists(st.tuples(st.integers(0, 40), st.text(max_size=3), st.text(max_size=3)), max_size=5)
)
def test_segments_never_show_the_source_wrong(text: str, edits: list[tuple[int, str, str]]) -> None:
    pieces = segments(text, [edit(start, before, after) for start, before, after in edits])
    assert "".join(piece.before for piece in pieces) == text


def test_edits_stand_where_they_were_made() -> None:
    pieces = segments("one,two", [edit(4, "", " ")])
    assert [(p.before, p.after) for p in pieces] == [("one,", ""), ("", " "), ("two", "")]


def test_alignment_tells_missing_from_added() -> None:
    pieces = aligned("hopes to be in Nsfa,” Oyelin said.", "hopes to be in NSFA.” – Amara Oyelin")
    assert [p.kind for p in pieces] == ["same", "missing", "added", "same", "missing"]
    assert pieces[-1].text == " said."


def test_every_rule_of_the_packs_has_a_reason() -> None:
    catalogue = rule_catalogue()
    assert len(catalogue) > 50
    assert all(catalogue.values())
    assert reason_for("site/on-2-documents") == "the outlet repeats this text on its pages"
    assert reason_for("unheard-of/some-rule") == "unheard of › some rule"


def test_quotations_of_the_demo_corpus(out: Path) -> None:
    frame = read_quotations(out)
    assert list(frame.columns) == list(COLUMNS)
    assert str(frame.published_at.dtype) == "datetime64[us, UTC]"
    first = frame[frame.is_first].set_index("words").outlet
    assert first[[words for words in first.index if words.startswith("I took it home")]].tolist() == [
        "lowmarshradio.example"
    ]
    assert frame.groupby("quotation").is_first.sum().eq(1).all()
    with open_tables(out) as tables:
        assert len(quotations(tables, rows=2)) == 2


def test_half_shared_ranges_make_no_chain(out: Path) -> None:
    from cleaner.report.quotations import _End, _groups

    links = [
        (_End("a", 0, 100), _End("b", 0, 100)),
        (_End("b", 90, 200), _End("c", 0, 110)),
        (_End("c", 100, 220), _End("d", 0, 120)),
    ]
    assert len(_groups(links)) == 3
    assert len(_groups([*links, (_End("b", 0, 98), _End("e", 0, 98))])) == 3


def test_sample_takes_worst_closest_and_some_by_chance(out: Path) -> None:
    with open_tables(out) as tables:
        pages = sample_pages(tables, 15)
        worst = tables.execute("SELECT source_uri FROM documents ORDER BY removed_ratio DESC LIMIT 1").fetchall()[0][0]
    assert len(pages) <= 15
    assert {page.why for page in pages} == {"most removed", "nearest the threshold", "by chance"}
    assert worst in {page.source_uri for page in pages if page.why == "most removed"}
    assert [page.number for page in pages] == sorted(page.number for page in pages)


def carried(outlet: str, hours: float | None) -> Carried:
    when = None if hours is None else NOON + timedelta(hours=hours)
    return Carried(f"{outlet}:00001", outlet, f"{outlet}/a.txt", when, "words", alone=True)


def test_timeline_places_later_carriers_further_right() -> None:
    quotation = Quotation("words", None, [carried("a", 0), carried("b", 2), carried("c", 100), carried("d", None)])
    svg = charts.timeline(quotation, charts.outlet_classes([quotation]), timedelta(hours=100))
    xs = [float(x) for x in re.findall(r'<circle cx="([\d.]+)"', svg)]
    assert xs == sorted(xs)
    assert xs[-1] == charts.UNDATED_AT
    assert "style=" not in svg


def test_hostile_outlet_names_are_text_in_charts() -> None:
    quotation = Quotation("words", None, [carried("<script>", 0), carried('" onload="x', 1)])
    svg = charts.timeline(quotation, charts.outlet_classes([quotation]), timedelta(hours=1))
    table = charts.matrix([Shared("<script>", "b", 3)])
    assert "<script" not in svg + table
    assert '" onload' not in svg


def test_matrix_reads_from_row_to_column() -> None:
    table = charts.matrix([Shared("wire", "paper", 7)])
    row = re.search(r'<th scope="row">wire</th>(.*?)</tr>', table)[1]
    assert re.findall(r"<td[^>]*>(\d*)</td>", row) == ["7", ""]
