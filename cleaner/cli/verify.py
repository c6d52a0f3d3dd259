"""`cleaner verify`."""

from __future__ import annotations

import click

from cleaner.cli import BROKEN, DONE


@click.command()
@click.argument("out", metavar="OUT")
@click.argument("sources", nargs=-1, metavar="[SRC...]")
def verify(out: str, sources: tuple[str, ...]) -> int:
    """Check the three invariants: partition, ledger, rebuild.

    Flattened text is rebuilt from the tables alone.  Pages are checked against SRC, the sources of the run.

    Example: cleaner verify out seeds
    """
    from cleaner.verification import source_bytes
    from cleaner.verification import verify as check

    found = check(out, source_bytes(sources) if sources else None)
    for problem in found.broken:
        click.echo(problem)
    click.echo(f"Verified: {found.in_words()}", err=True)
    return DONE if found.holds else BROKEN
