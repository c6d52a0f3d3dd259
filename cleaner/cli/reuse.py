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
def reuse(table: Path, clusters: Path | None, contain: Path | None, edges: Path | None) -> None:
    """Find copied and quoted paragraphs in TABLE, a Parquet file with columns id and text.

    Example: cleaner reuse paragraphs.parquet --clusters clusters.parquet --edges edges.parquet
    """
    if clusters is None and contain is None and edges is None:
        raise click.UsageError("nothing to write: name at least one of --clusters, --contain, --edges")
    import pyarrow.parquet as pq

    from cleaner.reuse.find import find_reuse_in

    try:
        found = find_reuse_in(table)
    except (ValueError, OSError) as error:
        raise click.ClickException(f"{table}: {error}") from error
    for path, part in ((clusters, found.clusters), (contain, found.contained), (edges, found.edges)):
        if path is not None:
            pq.write_table(part, path, compression="zstd")
