"""Clusters at a higher threshold: a subset of the run's stars, from stored rows alone."""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from cleaner.cli.recluster import recluster as command
from cleaner.reuse.reclustering import recluster
from cleaner.writing.schema import DOCUMENTS, EDITS, MATCHES, PARAGRAPHS


def row(schema: pa.Schema, **values: object) -> dict[str, object]:
    """Return a row of a schema: what is not given is nought, empty or null."""
    empty = {pa.string(): "", pa.int64(): 0, pa.float32(): 0.0, pa.bool_(): False}
    plain = {field.name: None if field.nullable else empty.get(field.type, []) for field in schema}
    return plain | values


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """A run of five documents: `a` is canonical of all; `d` and `e` are more like each other than like it."""
    alike = {"a": 1.0, "b": 0.95, "c": 0.9, "d": 0.6, "e": 0.62}
    paragraphs = [
        row(
            PARAGRAPHS,
            paragraph_id=f"{n}:0",
            doc_id=n,
            cluster_id="a:0",
            canonical_similarity=s,
            cluster_size=5,
            num_words=20,
            source_spans=[],
        )
        for n, s in alike.items()
    ]
    links = [("a", n, s) for n, s in alike.items() if n != "a"] + [("d", "e", 0.9)]
    matches = [
        row(MATCHES, kind="near_copy", a_paragraph_id=f"{a}:0", b_paragraph_id=f"{b}:0", similarity=s)
        for a, b, s in links
    ]
    documents = [row(DOCUMENTS, doc_id=n, outlet=o) for n, o in zip("abcde", ["x", "x", "y", None, None], strict=True)]
    for name, rows, schema in (
        *(("paragraphs", paragraphs, PARAGRAPHS), ("matches", matches, MATCHES)),
        *(("documents", documents, DOCUMENTS), ("edits", [], EDITS)),
    ):
        pq.write_table(pa.Table.from_pylist(rows, schema), tmp_path / f"{name}.parquet")
    (tmp_path / "run.json").write_text(json.dumps({"config": {"reuse": {"similarity": 0.55}}}), "utf-8")
    return tmp_path


def groups(table: pa.Table) -> dict[str, str]:
    return {r["paragraph_id"][0]: r["cluster_id"][0] for r in table.to_pylist()}


@pytest.mark.parametrize(
    ("similarity", "expected"),
    [
        (0.55, dict.fromkeys("abcde", "a")),
        (0.61, dict.fromkeys("abce", "a")),
        (0.8, {**dict.fromkeys("abc", "a"), "d": "d", "e": "d"}),
        (0.93, {"a": "a", "b": "a"}),
        (0.99, {}),
    ],
)
def test_clusters_shrink_and_regroup(out: Path, similarity: float, expected: dict[str, str]) -> None:
    assert groups(recluster(out, similarity)) == expected


def test_outlets_are_counted_anew(out: Path) -> None:
    counts = {r["cluster_id"]: (r["cluster_size"], r["cluster_outlet_count"]) for r in recluster(out, 0.8).to_pylist()}
    assert counts == {"a:0": (3, 2), "d:0": (2, 2)}


def test_below_the_stored_floor_is_an_error(out: Path) -> None:
    result = CliRunner().invoke(command, [str(out), "--similarity", "0.5"])
    assert result.exit_code == 1
    assert "stored from a similarity of 0.55" in result.output


def test_command_writes_a_table(out: Path) -> None:
    result = CliRunner().invoke(command, [str(out), "--similarity", "0.8"])
    assert result.exit_code == 0, result.output
    assert groups(pq.read_table(out / "clusters.parquet")) == groups(recluster(out, 0.8))
