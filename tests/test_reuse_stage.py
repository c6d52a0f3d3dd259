"""Reuse in the pipeline: the same tables from memory, files and SQL, counts by outlet and document, links with reasons."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
import sqlglot
from sqlglot import expressions

from cleaner.engine.embedded import Embedded, EmbeddedSettings
from cleaner.reuse import comparing, sql
from cleaner.reuse.settings import Settings
from cleaner.reuse.speakers import speaker_of
from cleaner.reuse.stage import run
from tests.reuse_texts import BRIDGE, FERRY, HOST, ODDMENTS, QUOTE, invented, paragraphs, rows_of, stored

IN_FILES, AT_SCALE = 2 << 30, 0


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Embedded]:
    with Embedded(tmp_path / "tables", EmbeddedSettings(workers=2)) as made:
        yield made


def decided(
    engine: Embedded, rows: pa.Table, memory: int, settings: Settings | None = None, threads: int = 1
) -> dict[str, list[dict]]:
    return rows_of(run(engine, stored(engine, rows), settings or Settings(), memory, threads))


def news(count: int) -> pa.Table:
    random = np.random.default_rng(4)
    texts = [*invented(count), *ODDMENTS, *ODDMENTS]
    return paragraphs(
        [
            {
                "doc_id": f"d{random.integers(0, count // 4):04d}",
                "outlet": [None, "one.example", "two.example"][random.integers(0, 3)],
                "text": text,
                "role": ["body", "headline", "byline"][random.integers(0, 3) if n % 7 == 0 else 0],
                "published_at": [None, 5, 9, 9][random.integers(0, 4)],
                "damage": int(random.integers(0, 3)),
                "is_repeat": n % 31 == 0,
            }
            for n, text in enumerate(texts)
        ]
    )


def test_files_and_sql_give_the_same_rows(engine: Embedded) -> None:
    rows = news(700)
    small = decided(engine, rows, IN_FILES)
    assert all(small.values())
    assert {"near_copy", "quotation", "revision"} <= {link["kind"] for link in small["links"]}
    assert decided(engine, rows, IN_FILES, threads=3) == small
    assert decided(engine, rows, AT_SCALE) == small


def test_child_processes_share_the_pairs_where_they_are_many(
    engine: Embedded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = news(400)
    alone = decided(engine, rows, IN_FILES)
    monkeypatch.setattr(comparing, "BLOCK_WORDS", 4_000)
    with Embedded(tmp_path / "shared", EmbeddedSettings(workers=2)) as other:
        assert decided(other, rows, IN_FILES, threads=2) == alone
        ((ties,),) = other.rows("SELECT count(*) FROM t", t=other.folder / "reuse_tied")
    assert ties


@pytest.mark.parametrize("memory", [IN_FILES, AT_SCALE])
def test_order_of_rows_changes_nothing(engine: Embedded, memory: int) -> None:
    rows = news(200)
    assert decided(engine, rows, memory) == decided(engine, rows.take(list(range(len(rows)))[::-1]), memory)


@pytest.mark.parametrize("memory", [IN_FILES, AT_SCALE])
def test_no_rows_give_no_rows(engine: Embedded, memory: int) -> None:
    assert decided(engine, paragraphs([]), memory) == {"links": [], "members": [], "copies": []}


def test_outlets_are_counted_once_and_unknown_ones_by_document(engine: Embedded) -> None:
    outlets = ["one.example", "one.example", "two.example", None, None]
    members = decided(engine, paragraphs([{"text": BRIDGE, "outlet": o} for o in outlets]), IN_FILES)["members"]
    assert {(m["cluster_size"], m["cluster_outlet_count"]) for m in members} == {(5, 4)}
    assert [m["is_canonical"] for m in members] == [True, False, False, False, False]
    assert [m["collapsed"] for m in members] == [False, True, True, True, True]


@pytest.mark.parametrize(
    ("others", "canonical"),
    [
        ([{"published_at": 9}, {"published_at": 5, "damage": 4}, {}], "d0001"),
        ([{"damage": 2}, {"damage": 1}, {"damage": 1}], "d0001"),
        ([{"text": BRIDGE}, {"text": f"{BRIDGE} More soon."}], "d0001"),
        ([{}, {}, {}], "d0000"),
    ],
)
def test_the_earliest_then_longest_then_least_damaged_speaks(
    engine: Embedded, others: list[dict], canonical: str
) -> None:
    members = decided(engine, paragraphs([{"text": BRIDGE, **row} for row in others]), IN_FILES)["members"]
    assert {m["cluster_doc_id"] for m in members} == {canonical}


def test_a_cluster_spans_documents(engine: Embedded) -> None:
    rows = [{"doc_id": "d1", "text": BRIDGE, "role": "headline"}, {"doc_id": "d1", "text": BRIDGE, "is_repeat": True}]
    found = decided(engine, paragraphs(rows), IN_FILES)
    assert found["members"] == []
    assert [link["kind"] for link in found["links"]] == ["headline_repeat"]


@pytest.mark.parametrize(
    "row",
    [{"text": "By Ada Quist and Bo Lund for the Harlow Courier", "role": "byline"}, {"text": "What happens next"}],
)
def test_what_recurs_by_nature_is_never_collapsed(engine: Embedded, row: dict) -> None:
    assert decided(engine, paragraphs([row, row]), IN_FILES)["members"] == []


@pytest.mark.parametrize(("collapse", "gone"), [("near_copies", 2), ("exact", 1), ("none", 0)])
def test_collapse(engine: Embedded, collapse: str, gone: int) -> None:
    rows = paragraphs([{"text": t} for t in (BRIDGE, BRIDGE, BRIDGE.replace("old stone", "ancient"))])
    members = decided(engine, rows, IN_FILES, Settings(collapse=collapse))["members"]
    assert sum(m["collapsed"] for m in members) == gone


def test_a_syndicated_story_is_marked(engine: Embedded) -> None:
    texts = invented(300)[:3]
    rows = [{"doc_id": d, "text": t, "published_at": at} for d, at in (("a", 1), ("b", 2)) for t in [*texts, BRIDGE]]
    rows += [{"doc_id": "c", "text": t} for t in (BRIDGE, FERRY, HOST)]
    copies = {row["doc_id"]: row for row in decided(engine, paragraphs(rows), IN_FILES)["copies"]}
    assert (copies["b"]["copy_of"], copies["b"]["copied_share"]) == ("a", 1.0)
    assert copies["c"]["copy_of"] is None
    assert 0 < copies["c"]["copied_share"] < 0.5
    assert "a" not in copies


def test_a_quotation_says_who_and_which_way(engine: Embedded) -> None:
    (link,) = decided(engine, paragraphs([{"text": HOST}, {"text": QUOTE}]), IN_FILES)["links"]
    assert (link["kind"], link["speaker"], link["direction"], link["direction_basis"]) == (
        *("quotation", "Ada Quist", "b_first", "containment"),
    )
    assert link["b_in_a"] > 0.8 > link["a_in_b"]


def test_dates_tell_the_direction(engine: Embedded) -> None:
    rows = paragraphs([{"text": HOST, "published_at": 3}, {"text": QUOTE, "published_at": 8}])
    (link,) = decided(engine, rows, IN_FILES)["links"]
    assert (link["direction"], link["direction_basis"]) == ("a_first", "published_at")


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("“We will go on,” Ada Quist said.", "Ada Quist"),
        ("“We will go on,” said Mayor Ada Quist.", "Mayor Ada Quist"),
        ("“We will go on.” – Ada Quist", "Ada Quist"),
        ("Ada Quist said: “We will go on.”", "Ada Quist"),
        ("“We will go on,” he said.", None),
        ("“We will go on,” they said. Ada Quist left.", None),
        ("We will go on", None),
    ],
)
def test_speakers(text: str, speaker: str | None) -> None:
    at = text.index("We will")
    assert speaker_of(text, at, at + len("We will go on")) == speaker


def test_a_megabyte_beside_a_quotation_is_looked_at_briefly() -> None:
    assert speaker_of("“" + "A " * 500_000 + "”", 3, 9) is None


ALLOWED_TYPES = {"BIGINT"}
TEXTS = [*sql.MEETINGS] + [
    value for name, value in vars(sql).items() if name.isupper() and name[0] != "_" and isinstance(value, str)
]


@pytest.mark.parametrize("query", TEXTS)
def test_sql_keeps_to_the_portable_subset(query: str) -> None:
    tree = sqlglot.parse_one(query, dialect="duckdb")
    assert {cast.to.sql() for cast in tree.find_all(expressions.Cast)} <= ALLOWED_TYPES
    assert not list(tree.find_all(expressions.Div, expressions.ArrayAgg, expressions.GroupConcat, expressions.List))
    for window in tree.find_all(expressions.Window):
        assert not isinstance(window.this, expressions.RowNumber) or window.args.get("order")
