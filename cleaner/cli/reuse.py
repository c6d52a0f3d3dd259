"""`cleaner reuse`: near copies and contained paragraphs in any table of paragraphs."""

from __future__ import annotations

from pathlib import Path

import click

_OUT = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("table", type=click.Path(exists=True, path_type=Path))
@click.option("--clusters", type=_OUT, help="Write id, cluster: every id, and the id of its canonical.")
@click.option("--contain", type=_OUT, help="Write inner, outer: paragraphs that stand inside others.")
@click.option("--edges", type=_OUT, help="Write every verified link with its kind and character ranges.")
@click.option("--memory", metavar="SIZE", help="Stay within about so much memory (1GB, 512MB), by way of the disk.")
def reuse(table: Path, clusters: Path | None, contain: Path | None, edges: Path | None, memory: str | None) -> None:
    """Find copied and quoted paragraphs in TABLE, a Parquet file with columns id and text.

    Example: cleaner reuse paragraphs.parquet --clusters clusters.parquet --edges edges.parquet
    """
    if clusters is None and contain is None and edges is None:
        raise click.UsageError("nothing to write: name at least one of --clusters, --contain, --edges")
    import pyarrow.parquet as pq

    from cleaner.reuse.find import find_reuse_in
    from cleaner.reuse.settings import Settings

    try:
        if memory is None:
            found = find_reuse_in(table)
        else:
            from cleaner.reuse.find_at_scale import find_reuse_within

            found = find_reuse_within(table, Settings(), _num_bytes(memory))
    except (ValueError, OSError) as error:
        raise click.ClickException(f"{table}: {error}") from error
    for path, part in ((clusters, found.clusters), (contain, found.contained), (edges, found.edges)):
        if path is not None:
            pq.write_table(part, path, compression="zstd")


def _num_bytes(size: str) -> int:
    number, unit = size.strip().upper().rstrip("B"), 1
    if number[-1:] in "KMG" and number:
        unit = 1 << {"K": 10, "M": 20, "G": 30}[number[-1]]
        number = number[:-1]
    if not number.replace(".", "", 1).isdigit():
        raise click.BadParameter(f"{size!r} is no amount of memory; write 1GB or 512MB", param_hint="--memory")
    return int(float(number) * unit)
