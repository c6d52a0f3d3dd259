"""`cleaner rules`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cleaner.cli import BROKEN, DONE, config_option

if TYPE_CHECKING:
    from cleaner.chrome.phrases import PhraseRule
    from cleaner.chrome.site_facts import SitePage
    from cleaner.config import Config


@click.group()
def rules() -> None:
    """List, show, test and learn rules.

    Example: cleaner rules show chrome/en/post-a-comment
    """


@rules.command("list")
@click.option("--language", help="Only the rules of one language, such as en.")
@click.option("--role", help="Only the rules that speak of one role, such as comment.")
def list_rules(language: str | None, role: str | None) -> None:
    """List the phrase rules: id, strength, role and reason, one a line.

    Example: cleaner rules list --language de --role newsletter
    """
    from cleaner.chrome.phrases import load_phrases

    for rule in load_phrases().rules.values():
        if (language is None or rule.id.split("/")[1] == language) and (role is None or rule.role == role):
            click.echo(f"{rule.id}\t{rule.strength}\t{rule.role}\t{rule.why}")


@rules.command("show")
@click.argument("rule_id", metavar="ID")
def show_rule(rule_id: str) -> None:
    """Show one rule: what it says, where it may stand, why, and its examples.

    Example: cleaner rules show chrome/en/post-a-comment
    """
    from cleaner.chrome.phrases import load_phrases

    known = load_phrases().rules
    if rule_id not in known:
        import difflib

        close = difflib.get_close_matches(rule_id, known, n=1)
        raise click.UsageError(f"no rule {rule_id!r}.{f' Did you mean {close[0]!r}?' if close else ''}")
    click.echo("\n".join(_told(known[rule_id])))


def _told(rule: PhraseRule) -> Iterator[str]:
    yield f"{rule.id}: {rule.why}"
    yield f"role {rule.role}, {rule.strength}; {rule.match}, at most {rule.max_words} words, position {rule.position}"
    for title, texts in (("hits", rule.examples), ("leaves alone", rule.counter_examples), ("phrases", rule.phrases)):
        yield f"{title}:"
        yield from (f"  {text}" for text in texts)


@rules.command("test")
@click.argument("files", nargs=-1, metavar="[FILE]...", type=click.Path(exists=True, dir_okay=False))
def try_rules(files: tuple[str, ...]) -> int:
    """Try every rule on its examples and counter-examples; FILE: rule files of your own, `LANGUAGE.toml`.

    Exit 3 where a rule misses an example or hits a counter-example.

    Example: cleaner rules test
    """
    from cleaner.chrome.phrases import PhraseBook, PhraseError, load_phrases, read_rules

    try:
        own = [rule for f in files for rule in read_rules(Path(f).read_text(encoding="utf-8"), Path(f).stem)]
        book = PhraseBook(own) if files else load_phrases()
    except (PhraseError, ValueError) as error:
        raise click.UsageError(str(error)) from error
    faults = list(book.faults())
    for fault in faults:
        click.echo(fault)
    examples = sum(len(rule.examples) + len(rule.counter_examples) for rule in book.rules.values())
    click.echo(f"{len(book.rules)} rules, {examples} examples, {len(faults)} faults", err=True)
    return BROKEN if faults else DONE


@rules.command("learn")
@click.argument("sources", nargs=-1, required=True, metavar="SRC...")
@click.option("--documents", default=2, show_default=True, help="Show what at least so many distinct documents have.")
@click.option("--manifest", type=click.Path(), help="CSV or JSONL: path, outlet, url, published_at, title, language.")
@config_option
def learn_rules(sources: tuple[str, ...], documents: int, manifest: str | None, config: str | None) -> None:
    """Learn the templates of the outlets in SRC and print them as TOML, to be read, edited and loaded.

    Example: cleaner rules learn seeds --manifest seeds/manifest.csv
    """
    from cleaner.chrome.site_rules import write_templates
    from cleaner.chrome.site_templates import find_site_hits
    from cleaner.config import load

    settings = load(Path(config) if config else None, {"reading": {"manifest": manifest}} if manifest else None)
    pages = list(_site_pages(sources, settings))
    found = find_site_hits(pages)
    templates = [t for t in found.templates if t.documents >= documents]
    click.echo(write_templates(templates), nl=False)
    outlets = len({page.outlet for page in pages})
    click.echo(f"{len(templates)} templates from {len(pages)} documents of {outlets} outlets", err=True)
    click.echo(f"They stand in {_effect(pages, found.hits)}", err=True)


def _effect(pages: Sequence[SitePage], hits: Mapping[str, Mapping[int, tuple[str, ...]]]) -> str:
    """Return what the templates would weigh against, in words: documents, paragraphs and share of all characters."""
    texts = [page.texts[i] for page in pages for i in hits.get(page.doc_id, {})]
    touched = sum(bool(hits.get(page.doc_id)) for page in pages)
    size, every = sum(map(len, texts)), sum(len(text) for page in pages for text in page.texts)
    share = size / every if every else 0.0
    return f"{touched} documents, {len(texts)} paragraphs, {size:,} characters ({share:.0%} of all that is visible)"


def _site_pages(sources: tuple[str, ...], config: Config) -> Iterator[SitePage]:
    """Yield the documents of the sources that have an outlet, as their sites see them."""
    from cleaner.chrome.site_stage import site_page
    from cleaner.reading import plan, read
    from cleaner.understand import understand

    settings = config.reading_settings
    for split in plan(sources, settings):
        for source in read(split, settings):
            understood = understand(source, config)
            page = site_page(understood.document, understood.evidence)
            if page is not None:
                yield page
