"""The report as a file: complete, verbatim, inert, bounded."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cleaner import clean
from cleaner.report import build_report
from cleaner.writing.reader import OutputError
from tests.demo_tables import SEEDS, write_demo_tables

HOSTILE = [
    "A headline with <script>document.title = 'owned'</script> in it",
    '</template></style></script><img src="http://tracker.example/x.gif" onerror="document.title=1">',
    "javascript:alert(1) and {{ 7 * 7 }} and {% raw %} and ${7*7}",
    "right \u202e to left \u2066 isolates \u200b and nothing\x07",
    '"><a href="javascript:document.title=2">click</a><svg/onload=document.title=3>',
]


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_demo_tables(tmp_path_factory.mktemp("demo") / "out")


@pytest.fixture(scope="module")
def page(out: Path) -> str:
    return build_report(out).read_text(encoding="utf-8")


def source_of(page: str, uri: str) -> str:
    """The text of a sheet as the report shows it before any edit."""
    sheet = page.split(f'data-source-uri="{uri}"', 1)[1].split("</article>", 1)[0]
    parts = re.findall(r'(?s)<(div|span) class="source"[^>]*>(.*?)</\1>', sheet)
    text = "".join(part for _, part in parts)
    text = re.sub(r"<ins>.*?</ins>", "", text)
    text = re.sub(r'<i class="ctl[^"]*" data-code="U\+([0-9A-F]+)"[^>]*></i>', lambda m: chr(int(m[1], 16)), text)
    return html.unescape(re.sub(r"<[^>]+>", "", text))


@pytest.mark.parametrize("path", sorted(SEEDS.glob("*/*.txt")), ids=lambda p: f"{p.parent.name}/{p.name}")
def test_the_reader_holds_flattened_text_verbatim(page: str, path: Path) -> None:
    assert source_of(page, f"seeds/{path.parent.name}/{path.name}") == path.read_bytes().decode("utf-8")


def test_report_of_the_seeds_is_small_and_self_contained(out: Path, page: str) -> None:
    assert len(page.encode()) < 500_000
    assert not re.search(r'(?i)(?:src|href)="(?!#|data:,)', page)
    assert not re.search(r"(?i)@import|url\(", page)
    assert " style=" not in page
    assert " onclick=" not in page


def test_policy_allows_exactly_the_page_s_own_script_and_style(page: str) -> None:
    policy = html.unescape(re.search(r'Content-Security-Policy" content="([^"]+)"', page)[1])
    assert policy.startswith("default-src 'none'")
    for tag in ("script", "style"):
        blocks = re.findall(rf"(?s)<{tag}>(.*?)</{tag}>", page)
        assert len(blocks) == 1
        digest = base64.b64encode(hashlib.sha256(blocks[0].encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy


def test_every_section_is_there_in_order(page: str) -> None:
    found = [page.index(f'id="{name}"') for name in ("headline", "attention", "reader", "reuse", "rules", "provenance")]
    assert found == sorted(found)
    assert "Every byte rebuilt" in page
    assert "cleaner clean seeds --profile corpus --manifest seeds/manifest.csv -o out" in page


def test_two_builds_are_the_same_bytes(out: Path, page: str) -> None:
    assert build_report(out).read_text(encoding="utf-8") == page


def test_first_carrier_of_each_quotation_is_named(page: str) -> None:
    rows = re.findall(r'(?s)<td class="words">.*?<blockquote[^>]*>(.*?)</blockquote>.*?<b>(.*?)</b>', page)
    first = {words[:20]: outlet for words, outlet in rows}
    assert first["I would rather expla"] == "northsoundwire.example"
    assert first["A crack of that size"] == "lowmarshradio.example"
    assert first["Our crews have been "] == "kestrelpost.example"


def test_hostile_text_is_shown_as_text(tmp_path: Path) -> None:
    out = write_demo_tables(tmp_path / "out", [("evil<script>.example/a.txt", HOSTILE)])
    page = build_report(out).read_text(encoding="utf-8")
    assert page.count("<script>") == 1
    assert page.count("</style>") == 1
    assert "<img" not in page
    assert 'href="javascript' not in page
    assert not re.search("[\u202a-\u202e\u2066-\u2069\u200b\x07]", page)
    assert "U+202E" in page
    assert "{{ 7 * 7 }}" in page
    assert source_of(page, "evil&lt;script&gt;.example/a.txt") == "\n".join(HOSTILE)


def test_a_large_corpus_is_sampled_and_bounded(tmp_path: Path) -> None:
    extra = [(f"o{n % 7}.example/{n:03d}.txt", [f"Paragraph {i} of {n}. " + "Words. " * 40 for i in range(9)])
             for n in range(200)]  # fmt: skip
    out = write_demo_tables(tmp_path / "out", extra)
    page = build_report(out, sample=30).read_text(encoding="utf-8")
    sheets = page.count('<article class="sheet')
    assert 15 <= sheets <= 30
    assert "nearest the threshold" in page
    assert page.count('class="bar-row"') <= 40


def test_a_folder_without_tables_is_refused_with_the_next_command(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"cleaner clean"):
        build_report(tmp_path)
    assert not list(tmp_path.iterdir())


def test_an_empty_run_has_a_report(tmp_path: Path) -> None:
    from cleaner.writing.schema import TABLES

    for name, schema in TABLES.items():
        pq.write_table(pa.Table.from_pylist([], schema=schema), tmp_path / f"{name}.parquet")
    (tmp_path / "run.json").write_text("{}", encoding="utf-8")
    assert "No rule decided anything" in build_report(tmp_path).read_text(encoding="utf-8")


def test_tables_of_part_files_read_alike(out: Path, page: str, tmp_path: Path) -> None:
    for path in out.glob("*.parquet"):
        (tmp_path / path.name).mkdir()
        table = pq.read_table(path)
        for part, start in enumerate((0, table.num_rows // 2)):
            rows = table.slice(start, table.num_rows // 2 if part == 0 else None)
            pq.write_table(rows, tmp_path / path.name / f"part-{part}.parquet")
    (tmp_path / "run.json").write_bytes((out / "run.json").read_bytes())
    again = build_report(tmp_path).read_text(encoding="utf-8")
    assert again.replace(tmp_path.name, "out") == page


def test_documents_without_an_outlet_are_not_counted_as_outlets(tmp_path: Path) -> None:
    source = tmp_path / "rain.txt"
    source.write_text("It rained on the lower town for the third day, and the lock keeper closed the gates.\n")
    clean([source], out=tmp_path / "out", config={})
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "1 document of no known outlet came in" in " ".join(page.split())
