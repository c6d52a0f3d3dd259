"""`cleaner judge`."""

from __future__ import annotations

import sys

import click


@click.command()
@click.option("--jsonl", is_flag=True, required=True, help="Read and write JSON lines (the only format so far).")
@click.option("--site/--no-site", default=True, help="Let pages of a site tell of one another; --no-site streams.")
def judge(*, jsonl: bool, site: bool) -> None:  # noqa: ARG001  the flag names the format
    """Judge pages: {"id", "url", "html" or "text"} a line in, {"id", "text"} a line out.

    The text is the running text, unrepaired, one paragraph a line.

    Example: cleaner judge --jsonl < pages.jsonl > texts.jsonl
    """
    from cleaner.chrome.judge_stream import StreamError, judge_sites, judge_stream

    lines = open(sys.stdin.fileno(), encoding="utf-8", newline="\n", closefd=False)  # noqa: SIM115  stdin stays open
    output = open(sys.stdout.fileno(), "w", encoding="utf-8", newline="\n", closefd=False)  # noqa: SIM115
    try:
        output.writelines(answer + "\n" for answer in (judge_sites if site else judge_stream)(lines))
    except StreamError as error:
        raise click.UsageError(str(error)) from error
    finally:
        output.flush()
