"""`cleaner repair`: text in, repaired text out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from cleaner.records import Edit
    from cleaner.repair.repairer import Repairer


@click.command()
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path))
@click.option("--diff", "as_diff", is_flag=True, help="Show what changes and why, instead of the text.")
@click.option("--jsonl", "as_jsonl", is_flag=True, help="Rows in (id, outlet, lang, text), rows out with `edits`.")
@click.option("--repairs", "mode", type=click.Choice(["off", "safe", "full"]), default="full", show_default=True)
@click.option("--quotes", type=click.Choice(["keep", "straight"]), default="keep", show_default=True)
@click.option("--language", default="en", show_default=True, help="Language of the texts (ISO 639-1).")
def repair(files: tuple[Path, ...], *, as_diff: bool, as_jsonl: bool, mode: str, quotes: str, language: str) -> None:
    """Repair encoding, spacing and casing of text FILES, or of standard input.

    All files together are the corpus that evidence is gathered from; each is written out with its own lines.

    Example: cleaner repair --diff article.txt
    """
    from cleaner.repair.repairer import Repairer
    from cleaner.repair.settings import RepairSettings

    rows = list(_rows(files or (Path("-"),), language, as_jsonl=as_jsonl))
    repairer = Repairer(RepairSettings(mode, quotes))  # type: ignore[arg-type]  # click checked both
    repairer.fit(rows)
    for row in rows:
        if as_diff:
            click.echo("".join(_diff(row, repairer.explain(row["text"], row))), nl=False)
        elif as_jsonl:
            click.echo(json.dumps(_repaired(row, repairer), ensure_ascii=False))
        else:
            click.echo(repairer(row["text"], row), nl=False)


def _rows(files: Iterable[Path], language: str, *, as_jsonl: bool) -> Iterator[dict[str, Any]]:
    for number, path in enumerate(files):
        with click.open_file(str(path), encoding="utf-8", errors="surrogateescape") as stream:
            text = stream.read()
        if as_jsonl:
            yield from (_checked(line, path, at) for at, line in enumerate(text.split("\n"), 1) if line.strip())
        else:
            yield {"id": f"{number}:{path.name}", "outlet": None, "lang": language, "text": text}


def _checked(line: str, path: Path, at: int) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise click.ClickException(f"{path}, line {at}: no JSON ({error.msg}); each line must be one object") from error
    if not isinstance(row, dict) or not isinstance(row.get("text"), str):
        raise click.ClickException(f"{path}, line {at}: an object with a string `text` is needed")
    return {"id": f"{path.name}:{at}", "outlet": None, "lang": "en", **row}


def _repaired(row: dict[str, Any], repairer: Repairer) -> dict[str, Any]:
    from dataclasses import asdict

    from cleaner.ledger import apply_edits

    edits = repairer.explain(row["text"], row)
    return {**row, "text": apply_edits(row["text"], edits), "edits": [asdict(edit) for edit in edits]}


def _diff(row: dict[str, Any], edits: Iterable[Edit]) -> Iterator[str]:
    for edit in edits:
        line = row["text"].count("\n", 0, edit.char_start) + 1
        mark = "change" if edit.applied else "propose"
        where = f"{row['id']}:{line}"
        yield f"{where} {mark} {edit.before!r} -> {edit.after!r} [{', '.join(edit.rule_ids)}] {edit.reason}\n"
