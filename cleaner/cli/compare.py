"""`cleaner compare`."""

from __future__ import annotations

import json

import click


@click.command()
@click.argument("before", metavar="OUT1")
@click.argument("after", metavar="OUT2")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
def compare(before: str, after: str, *, as_json: bool) -> None:
    """Tell what changed between two outputs: documents, fates, rules, text.

    Example: cleaner compare out out-strict
    """
    from cleaner.cli.stats import print_table
    from cleaner.comparison import compare as differences

    found = differences(before, after)
    if as_json:
        rows = {name: [row._asdict() for row in getattr(found, name)] for name in ("documents", "fates", "rules")}
        examples = [row._asdict() for row in found.examples]
        report = {**rows, "text_changes": found.text_changes, "examples": examples}
        click.echo(json.dumps(report, ensure_ascii=False, indent=2))
        return
    if found.same:
        click.echo("No difference: the two runs say the same of every paragraph.")
        return
    print_table("Documents", found.documents)
    print_table("Fates", found.fates)
    print_table("Rules", found.rules)
    click.echo(f"{found.text_changes:,} kept paragraphs with another text")
    print_table("Examples", found.examples)
