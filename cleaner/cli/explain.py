"""`cleaner explain`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from cleaner.cli import BROKEN, DONE

if TYPE_CHECKING:
    from cleaner.explanation import Explanation


@click.command()
@click.argument("out", metavar="OUT")
@click.argument("paragraph", metavar="PARAGRAPH")
def explain(out: str, paragraph: str) -> int:
    """Tell the life of one paragraph: DOC_ID:POSITION, or part of its path and the position.

    Example: cleaner explain out bridge-shut.txt:2
    """
    from cleaner.explanation import explain as life_of

    found = life_of(out, paragraph)
    for label, text in _lines(found):
        click.echo(f"{label:<11}{text}")
    if not found.agrees:
        click.echo(
            "The verdict made anew differs from the table: another version or other rules are installed.", err=True
        )
    return DONE if found.agrees else BROKEN


def _lines(found: Explanation) -> Iterator[tuple[str, str]]:
    row = found.paragraph
    spans = ", ".join(f"{s['byte_start']}–{s['byte_end']}" for s in row["source_spans"][:4])
    exact = "" if row["spans_exact"] else " (covering range)"
    yield "Paragraph", f"{row['paragraph_id']}   {found.document['source_uri']}, bytes {spans}{exact}"
    yield "Source", repr(row["source_text"])
    if row["text"] is not None and row["text"] != row["source_text"]:
        yield "Text", repr(row["text"])
    yield "Fate", f"{row['status']}, role {row['role']}, kind {row['kind']}"
    if found.verdict is not None:
        yield "Score", f"{found.verdict.score:.3f} that it is content"
    yield "Rules", ", ".join(row["rule_ids"]) or "none"
    for reason in found.verdict.reasons if found.verdict else ():
        yield "Because", reason
    for words in found.features:
        yield "Feature", words
    for edit in found.edits:
        state = "" if edit["applied"] else " (proposed only)"
        yield "Edit", f"{edit['before']!r} → {edit['after']!r}{state}: {edit['reason']} [{', '.join(edit['rule_ids'])}]"
    yield from _reuse_lines(found)


def _reuse_lines(found: Explanation) -> Iterator[tuple[str, str]]:
    row = found.paragraph
    if row["cluster_id"]:
        place = "its canonical" if row["is_canonical"] else f"a copy of {row['cluster_id']}"
        yield "Cluster", f"{place}; {row['cluster_size']} paragraphs of {row['cluster_outlet_count']} outlets"
    for match in found.matches:
        here_is_a = match["a_paragraph_id"] == row["paragraph_id"]
        other = match["b_paragraph_id"] if here_is_a else match["a_paragraph_id"]
        side = "a" if here_is_a else "b"
        where = f"characters {match[f'{side}_char_start']}–{match[f'{side}_char_end']}"
        yield "Match", f"{match['kind']} with {other}, {match['similarity']:.2f}, {where}"
