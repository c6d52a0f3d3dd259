"""`cleaner clean`."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from cleaner.cli import BROKEN, DONE, SOME_FAILED, config_option
from cleaner.garbage import lasting

if TYPE_CHECKING:
    from cleaner.config import Config
    from cleaner.summary import Summary


@click.command()
@click.argument("sources", nargs=-1, metavar="SRC...")
@click.option("-o", "--out", default="out", show_default=True, help="Folder for the corpus.")
@config_option
@click.option("--profile", type=click.Choice(["faithful", "corpus", "training"]), help="Which roles are kept.")
@click.option("--repairs", type=click.Choice(["off", "safe", "full"]), help="Which repairs are applied.")
@click.option("--manifest", type=click.Path(), help="CSV or JSONL: path, outlet, url, published_at, title, language.")
@click.option("--workers", type=int, help="Processes (default: all cores).")
@click.option("--memory", help="Memory to use, such as 2GB (default 2GB); more is spilled to disk.")
@click.option("--engine", type=click.Choice(["embedded", "spark"]), help="What does the work (default: embedded).")
@click.option("--master", help="Where Spark runs, such as local[2] (default: as Spark is configured).")
@click.option("--fresh", is_flag=True, help="Use nothing that an earlier run left.")
@click.option("--dry-run", is_flag=True, help="Say what would be done, by format and by what is known, and stop.")
@click.option("--strict", is_flag=True, help="Exit 1 on warnings too.")
@click.option("--no-report", is_flag=True, help="Write no report.html.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON on stdout.")
@click.option("--show-config", is_flag=True, help="Print the settings in force and stop.")
def clean(sources: tuple[str, ...], **options: Any) -> int:
    """Clean documents: files, folders, globs, @lists or - for standard input.

    Example: cleaner clean seeds -o out
    """
    from cleaner.engine import forkserver

    forkserver.spare()
    with lasting():
        from cleaner import run
        from cleaner.cli.progress import shown_progress
        from cleaner.engine.without_pandas import without_pandas

    config = _config(options)
    if options["show_config"]:
        from cleaner.config import as_toml

        click.echo(as_toml(config), nl=False)
        return DONE
    if options["dry_run"]:
        return _preview(sources, config, options)
    if sources and config.run.engine == "embedded":
        forkserver.start(by_forking=True)  # before anything starts a thread
    with shown_progress() as progress, without_pandas():
        flags = {"fresh": options["fresh"], "report": not options["no_report"], "check": True}
        summary = run.clean(sources, options["out"], config, **flags, progress=progress)
    _tell(summary, options)
    if summary.verified and not summary.verified.holds:
        return BROKEN
    return SOME_FAILED if summary.failures or (options["strict"] and summary.warnings) else DONE


def _preview(sources: tuple[str, ...], config: Config, options: dict[str, Any]) -> int:
    from pathlib import Path

    from cleaner.preview import preview
    from cleaner.run import state_folder

    state = Path(options["out"]) if options["fresh"] else state_folder(Path(options["out"]), config)
    found = preview(sources, state, config)
    for label, text in found.lines():
        click.echo(f"{label:<10}{text}", err=True)
    if options["as_json"]:
        click.echo(json.dumps(found._asdict(), sort_keys=True))
    return DONE


def _config(options: dict[str, Any]) -> Config:
    from pathlib import Path

    from cleaner.config import load

    flags: dict[str, dict[str, Any] | str] = {}
    if options["profile"]:
        flags["profile"] = options["profile"]
    if options["repairs"]:
        flags["repair"] = {"mode": options["repairs"]}
    if options["manifest"]:
        flags["reading"] = {"manifest": options["manifest"]}
    config = load(Path(options["config"]) if options["config"] else None, flags)
    run = config.run
    if options["workers"] is not None:
        run = replace(run, workers=max(options["workers"], 1))
    if options["memory"]:
        run = replace(run, memory_bytes=parse_size(options["memory"]))
    if options["master"] or options["engine"]:
        run = replace(run, engine=options["engine"] or "spark", master=options["master"] or run.master)
    return replace(config, run=run)


def parse_size(text: str) -> int:
    """Return a number of bytes from `2GB`, `512 MB`, `1.5g` or a plain number.

    >>> parse_size("1.5GB")
    1610612736
    """
    import re

    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([kmgt]?)i?b?\s*", text.lower())
    if not found:
        raise click.BadParameter(f"{text!r} is no size; write such as 2GB or 512MB")
    return int(float(found[1]) * 1024 ** " kmgt".index(found[2] or " "))


def _tell(summary: Summary, options: dict[str, Any]) -> None:
    from cleaner.summary import summary_lines

    for label, text in summary_lines(summary):
        click.echo(f"{label:<10}{text}", err=True)
    for problem in summary.verified.broken[:10] if summary.verified else ():
        click.echo(f"{'Broken':<10}{problem}", err=True)
    out = options["out"]
    example = f"open {out}/report.html · cleaner diff {out} · cleaner explain {out} DOCUMENT:POSITION"
    click.echo(f"{'Next':<10}{example}", err=True)
    if options["as_json"]:
        click.echo(json.dumps(summary.as_dict(), ensure_ascii=False, sort_keys=True))
    else:
        click.echo(f"{options['out']}/corpus.parquet")
