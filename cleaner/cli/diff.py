"""`cleaner diff`."""

from __future__ import annotations

import sys

import click


@click.command()
@click.argument("out", metavar="OUT")
@click.argument("document", required=False, metavar="[DOC]")
@click.option("--all", "everything", is_flag=True, help="Show paragraphs without change too.")
def diff(out: str, document: str | None, *, everything: bool) -> None:
    """Show source against cleaned text: removed paragraphs struck through, repairs as before and after.

    Example: cleaner diff out bridge-shut.txt
    """
    from pathlib import Path

    from cleaner.diff import diff_lines
    from cleaner.writing.reader import document_rows, find_document, require_output

    folder = require_output(Path(out))
    documents = [find_document(folder, document)] if document else document_rows(folder)
    for rows in documents:
        for line in diff_lines(rows, everything=everything, colour=sys.stdout.isatty()):
            click.echo(line)
