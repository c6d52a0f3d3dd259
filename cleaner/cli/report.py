"""`cleaner report`."""

from __future__ import annotations

import click


@click.command()
@click.argument("out", metavar="OUT")
@click.option("--sample", default=60, show_default=True, help="Documents that the reader shows of a larger corpus.")
def report(out: str, *, sample: int) -> None:
    """Build report.html, croissant.json and DATA_CARD.md of a finished run anew.

    Example: cleaner report out
    """
    from pathlib import Path

    from cleaner.report import build_report
    from cleaner.writing.data_card import write_cards

    path = build_report(Path(out), sample=max(sample, 1))
    write_cards(Path(out))
    click.echo(path)
