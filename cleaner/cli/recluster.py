"""`cleaner recluster`: clusters at a higher threshold, from stored matches."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("out", metavar="OUT", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--similarity", type=click.FloatRange(0, 1), required=True, help="The least similarity to a canonical.")
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write here, not to OUT/clusters.parquet."
)
def recluster(out: Path, similarity: float, output: Path | None) -> None:
    """Write the clusters of OUT at a higher threshold; the run's own tables stay as they are.

    Example: cleaner recluster out --similarity 0.8
    """
    import pyarrow.parquet as pq

    from cleaner.reuse.reclustering import recluster as clusters_at

    try:
        clusters = clusters_at(out, similarity)
    except (ValueError, OSError) as error:
        raise click.ClickException(str(error)) from error
    target = output or out / "clusters.parquet"
    pq.write_table(clusters, target, compression="zstd")
    count = len(clusters["cluster_id"].unique())
    click.echo(f"{count:,} clusters of {len(clusters):,} paragraphs at {similarity:g} written to {target}", err=True)
