"""`cleaner stats`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import NamedTuple

import click

ROWS_SHOWN = 30


@click.command()
@click.argument("out", metavar="OUT")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
@click.option("--by", type=click.Choice(["outlet", "rule", "role", "language"]), help="Print one table only.")
def stats(out: str, by: str | None, *, as_json: bool) -> None:
    """Count by outlet, rule, role and language.

    Example: cleaner stats out --by rule
    """
    from cleaner.counts import stats as count

    found = count(out)
    tables: dict[str, Sequence[NamedTuple]] = {
        "outlet": found.outlets,
        "rule": found.rules,
        "role": found.roles,
        "language": found.languages,
    }
    chosen = {by: tables[by]} if by else tables
    if as_json:
        rows = {name: [row._asdict() for row in table] for name, table in chosen.items()}
        click.echo(json.dumps({"totals": found.totals._asdict(), **rows}, ensure_ascii=False, indent=2))
        return
    click.echo(f"{found.totals.documents:,} documents, {found.totals.characters:,} characters")
    for name, table in chosen.items():
        print_table(f"By {name}", table)


def print_table(title: str, rows: Sequence[NamedTuple]) -> None:
    """Print records as a table; what does not fit the terminal is cut on screen, not in a pipe."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    if not rows:
        return
    console = Console(width=None if Console().is_terminal else 200)
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for name, value in rows[0]._asdict().items():
        number = isinstance(value, int)
        table.add_column(name.replace("_", " "), justify="right" if number else "left", no_wrap=number)
    for row in rows[:ROWS_SHOWN]:
        table.add_row(*(Text(f"{cell:,}" if isinstance(cell, int) else _one_line(str(cell))) for cell in row))
    console.print(table)
    if len(rows) > ROWS_SHOWN:
        click.echo(f"… and {len(rows) - ROWS_SHOWN:,} more (--json has all)")


def _one_line(text: str) -> str:
    """Return the text without control characters: a terminal obeys them."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
