"""`cleaner doctor`."""

from __future__ import annotations

import importlib
from importlib.metadata import PackageNotFoundError, version

import click

OPTIONAL = {
    "pyspark": "distributed runs (pip install 'corpus-cleaner[spark]')",
    "fsspec": "s3:// and gs:// inputs (pip install 'corpus-cleaner[remote]')",
    "matplotlib": "plots of docs/explore.py",
}


@click.command()
def doctor() -> int:
    """Check versions, the packaged models and optional parts.

    Example: cleaner doctor
    """
    from cleaner.writing.provenance import rules_sha256, tool_versions

    for name, found in tool_versions().items():
        click.echo(f"{name:<18}{found}")
    click.echo(f"{'rules':<18}{rules_sha256()[:16]}")
    for name, use in OPTIONAL.items():
        click.echo(f"{name:<18}{_optional(name)}   {use}")
    click.echo(f"{'java':<18}{_java()}   distributed runs (17 or 21)")
    problems = [name for name in ("cleaner.chrome.judge", "cleaner.language") if not _imports(name)]
    for name in problems:
        click.echo(f"{name} cannot be imported: reinstall corpus-cleaner", err=True)
    return 1 if problems else 0


def _java() -> str:
    from cleaner.engine.spark_session import java_home, java_version

    home = java_home()
    return f"{java_version(home)} in {home}" if home else "none that Spark runs on"


def _optional(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def _imports(name: str) -> bool:
    try:
        importlib.import_module(name)
    except ImportError:
        return False
    return True
