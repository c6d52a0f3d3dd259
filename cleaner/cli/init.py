"""`cleaner init`."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.option("--force", is_flag=True, help="Replace a cleaner.toml that stands there.")
def init(*, force: bool) -> None:
    """Write a cleaner.toml with every setting and its default.

    Example: cleaner init
    """
    from cleaner.config import Config, as_toml

    target = Path("cleaner.toml")
    if target.exists() and not force:
        raise click.UsageError(f"{target} stands there already; --force replaces it")
    target.write_text(as_toml(Config()), encoding="utf-8")
    click.echo(f"Wrote {target}", err=True)
