"""Every SQL text of the pipeline keeps to what two engines read alike: walked with sqlglot against a list."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from cleaner import queries
from cleaner.chrome import site_templates
from cleaner.engine import revision
from cleaner.repair import casing_evidence, casing_gate, casing_stage
from cleaner.reuse import sql as reuse_sql

sqlglot = pytest.importorskip("sqlglot")
exp = sqlglot.exp

ALLOWED = {
    *("Select", "From", "Where", "Join", "Table", "TableAlias", "Identifier", "Column", "Star", "Alias", "Subquery"),
    *("With", "CTE", "Union", "Group", "Having", "Distinct", "Order", "Ordered", "Limit", "Window", "Paren"),
    *("And", "Or", "Not", "EQ", "NEQ", "LT", "LTE", "GT", "GTE", "Is", "In", "Null", "Boolean", "Literal"),
    *("Add", "Sub", "Mul", "Mod", "Neg", "Case", "If", "Coalesce", "Least", "Greatest", "Concat"),
    *("Count", "Min", "Max", "Sum", "RowNumber", "Cast", "DataType", "Dot", "Tuple", "Substring"),
}
CASTS = {"BIGINT"}


def texts() -> Iterator[tuple[str, str]]:
    for module in (queries, revision, site_templates, casing_evidence, casing_gate, casing_stage, reuse_sql):
        for name, value in vars(module).items():
            if isinstance(value, str) and re.match(r"\s*(SELECT|WITH)\b", value):
                yield f"{module.__name__.removeprefix('cleaner.')}.{name}", value


TEXTS = dict(texts())


def test_there_are_texts_to_walk() -> None:
    assert len(TEXTS) >= 30


def complaints(query: str) -> Iterator[str]:
    """Yield what a query holds that is not allowed."""
    tree = sqlglot.parse_one(query, dialect="duckdb")
    for node in tree.walk():
        kind = type(node).__name__
        if kind not in ALLOWED:
            yield f"{kind}: {node.sql()}"
        elif isinstance(node, exp.Cast) and node.to.sql() not in CASTS:
            yield f"cast to {node.to.sql()}"
        elif isinstance(node, exp.Sum) and not _is_cast(node):
            yield f"a sum that is not cast: {node.sql()} is HUGEINT here and BIGINT there"
        elif isinstance(node, exp.RowNumber) and not (node.parent and node.parent.args.get("order")):
            yield f"a window without an order: {node.parent.sql() if node.parent else node.sql()}"
        elif isinstance(node, exp.Limit) and not node.parent.args.get("order"):
            yield "LIMIT without ORDER BY"


def _is_cast(node: object) -> bool:
    """True for a sum that is cast, or only compared: comparisons give the same on both engines."""
    parent = node.parent  # type: ignore[attr-defined]
    while isinstance(parent, exp.Paren | exp.Mul):
        parent = parent.parent
    return isinstance(parent, exp.Cast | exp.EQ | exp.GTE | exp.LTE | exp.GT | exp.LT)


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_a_query_keeps_to_the_portable_subset(name: str) -> None:
    assert list(complaints(TEXTS[name])) == []


@pytest.mark.parametrize(
    "query",
    [
        "SELECT list(a) FROM t",
        "SELECT a / b FROM t",
        "SELECT regexp_replace(a, 'b', 'c') FROM t",
        "SELECT CAST(a AS INTEGER) FROM t",
        "SELECT sum(a) FROM t",
        "SELECT lower(a) FROM t",
        "SELECT row_number() OVER (PARTITION BY a) FROM t",
        "SELECT a FROM t LIMIT 1",
        "SELECT string_agg(a, ',') FROM t",
    ],
)
def test_what_engines_read_apart_is_found(query: str) -> None:
    assert list(complaints(query))


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_a_query_can_be_written_for_spark(name: str) -> None:
    assert sqlglot.transpile(TEXTS[name], read="duckdb", write="spark")
