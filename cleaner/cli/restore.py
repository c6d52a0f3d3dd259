"""`cleaner restore`."""

from __future__ import annotations

import click


@click.command()
@click.argument("out", metavar="OUT")
@click.option("-d", "--dir", "folder", required=True, help="Folder to write the sources to.")
def restore(out: str, folder: str) -> None:
    """Write the sources of flattened texts back, byte for byte.

    Example: cleaner restore out -d restored
    """
    from cleaner.restoration import restore as write_back

    done = write_back(out, folder)
    click.echo(f"Restored {done.documents} sources, {done.num_bytes:,} bytes, below {folder}", err=True)
    if done.left_out:
        some = ", ".join(done.left_out[:3]) + (" …" if len(done.left_out) > 3 else "")
        click.echo(
            f"Left out {len(done.left_out)} pages and failed inputs, which tables cannot give back: {some}", err=True
        )
