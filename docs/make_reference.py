# ruff: noqa: INP001  (a script)
"""Write the pages that are made from the code: `python docs/make_reference.py` (a test runs it with `--check`)."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pyarrow as pa

from cleaner.cli import COMMANDS, app
from cleaner.writing.columns import MEANINGS, TABLE_MEANINGS
from cleaner.writing.schema import TABLES

DOCS = Path(__file__).parent
WIDTH = 100
TABLES_HEAD = """# Tables

Five Parquet files, made from constants in `cleaner/writing/schema.py` (schema version 1).  Offsets are half-open and
say their unit in the name; times are UTC, in microseconds, and come from the sources only.  Rows are sorted by
(`source_uri`, `position`).  pandas, DuckDB, Polars, Spark and Hugging Face `datasets` read every file as it is.

**`kind`** is structure, **`role`** is what a paragraph does in its page, **`status`** is its fate: `kept`; `copy` (kept
in its document, collapsed in the corpus); `excluded` (content of a role that the profile leaves out); `chrome`;
`repeat` (the same unit again in its document); `blank`.  A document is `kept`, `quarantined` (readable, refused by a
limit) or `failed`.
"""
CLI_HEAD = """# Command line

Made from `--help`.  Results go to stdout, talk to stderr.  Exit codes: 0 done, 1 some documents failed, 2 usage,
3 an invariant broken.
"""


def tables_page() -> str:
    """Return `tables.md`."""
    return TABLES_HEAD + "".join(_table(name, TABLES[name]) for name in TABLES)


def _table(name: str, schema: pa.Schema) -> str:
    rows = "".join(
        f"| `{field.name}` | {_type(field)} | {'yes' if field.nullable else ''} | {MEANINGS[field.name]} |\n"
        for field in schema
    )
    about = TABLE_MEANINGS[name]
    head = f"\n## `{name}.parquet`\n\n{about[0].upper()}{about[1:]}.\n\n"
    return f"{head}| column | type | null | meaning |\n|---|---|---|---|\n{rows}"


def _type(field: pa.Field) -> str:
    kind = "list&lt;struct&gt;" if pa.types.is_list(field.type) and pa.types.is_struct(field.type.value_type) else None
    if kind is None:
        kind = str(field.type).replace("list<element: string>", "list&lt;string&gt;")
        kind = kind.replace("list<item: string>", "list&lt;string&gt;")
    unit = (field.metadata or {}).get(b"unit")
    return f"{kind}, {unit.decode()}" if unit else kind


def cli_page() -> str:
    """Return `cli.md`: the help of every command that is installed."""
    return CLI_HEAD + "".join(_sections("cleaner", app, None))


def _sections(path: str, command: click.Command, parent: click.Context | None) -> Iterator[str]:
    name = path.rsplit(" ", 1)[-1]
    context = click.Context(command, info_name=name, parent=parent, terminal_width=WIDTH, **command.context_settings)
    yield f"\n## {path}\n\n```text\n{command.get_help(context).rstrip()}\n```\n"
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            if inner is not None:
                yield from _sections(f"{path} {name}", inner, context)


def documented() -> set[str]:
    """Return the names of the commands that there are."""
    return set(app.list_commands(click.Context(app))) & set(COMMANDS)


PAGES = {"tables.md": tables_page, "cli.md": cli_page}


def main(check: bool) -> int:
    """Write the pages, or only tell which are stale; return the exit code."""
    made = {DOCS / name: page() for name, page in PAGES.items()}
    stale = [path for path, text in made.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    for path in stale:
        if check:
            sys.stderr.write(f"{path.name} is stale: run `python docs/make_reference.py`\n")
        else:
            path.write_text(made[path], encoding="utf-8")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main(check="--check" in sys.argv[1:]))
