"""`cleaner export`."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager, nullcontext
from io import TextIOWrapper
from pathlib import Path
from types import ModuleType
from typing import TextIO

import click


@click.command()
@click.argument("out", metavar="OUT")
@click.option("--jsonl", "form", flag_value="jsonl", help="JSON lines, on stdout or in a file.")
@click.option("--csv", "form", flag_value="csv", help="CSV, on stdout or in a file, safe to open in a spreadsheet.")
@click.option("--sqlite", "form", flag_value="sqlite", help="All five tables in one SQLite file.")
@click.option("--text", "form", flag_value="text", help="One text file a document, in a folder.")
@click.option("--parquet", "form", flag_value="parquet", help="One Parquet file, also of a table in parts.")
@click.option("-o", "--to", type=click.Path(path_type=Path), help="File or folder to write.")
@click.option("--table", default="corpus", show_default=True, help="Which table (JSONL, CSV and Parquet).")
@click.option("--raw", is_flag=True, help="CSV without the guard against spreadsheet formulas.")
def export(out: str, form: str | None, to: Path | None, table: str, *, raw: bool) -> None:
    """Write the corpus as JSON lines, CSV, SQLite, one Parquet file or text files.

    Example: cleaner export out --csv -o corpus.csv
    """
    from cleaner.writing import export as exports

    if form is None:
        raise click.UsageError("say in which form: --jsonl, --csv, --sqlite, --parquet or --text")
    if form in _TO_FILES:
        if to is None:
            raise click.UsageError(f"--{form} needs -o, such as -o {_TO_FILES[form]}")
        _tell(_to_files(exports, Path(out), form, to, table), to)
        return
    with _sink(to, form) as sink:
        if form == "csv":
            count = exports.export_csv(Path(out), sink, table, guard=not raw)
        else:
            count = exports.export_jsonl(Path(out), sink, table)
    _tell(count, to)


_TO_FILES = {"sqlite": "corpus.sqlite", "parquet": "corpus-whole.parquet", "text": "corpus-text"}
"""Forms that are no stream, each with a name to write to."""


def _to_files(exports: ModuleType, out: Path, form: str, to: Path, table: str) -> int:
    if form == "parquet":
        return int(exports.export_parquet(out, to, table))
    return int(exports.export_sqlite(out, to) if form == "sqlite" else exports.export_text(out, to))


def _sink(to: Path | None, form: str) -> AbstractContextManager[TextIO]:
    if to is None:
        if isinstance(sys.stdout, TextIOWrapper):
            sys.stdout.reconfigure(encoding="utf-8", newline="")
        return nullcontext(sys.stdout)
    return to.open("w", encoding="utf-8", newline="" if form == "csv" else "\n")


def _tell(count: int, to: Path | None) -> None:
    click.echo(f"{count:,} written{f' to {to}' if to else ''}", err=True)
