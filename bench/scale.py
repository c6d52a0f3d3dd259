"""Cost, memory, growth and resilience of whole runs, on corpora that it makes: `python -m bench.scale`.

Figures are CPU seconds of the whole process tree and ratios of them; the peak is PSS, sampled.  The section is put into
`bench/RESULTS.md` between its marks.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from math import log
from pathlib import Path
from random import Random

from bench.interrupt import child_killed, hashes, killed, undisturbed
from bench.measure import Measured, measure

RESULTS = Path(__file__).parent / "RESULTS.md"
BEGIN, END = "<!-- scale -->", "<!-- /scale -->"
Row = tuple[str, str, str]


def corpus(work: Path, documents: int, form: str = "txt", seed: int = 1) -> Path:
    """Return a synthetic corpus of so many pages, made once."""
    folder = work / f"{form}-{documents}-{seed}"
    if not folder.exists():
        maker = Path(__file__).parent / "make_corpus.py"
        sizes = ("--documents", str(documents), "--form", form, "--seed", str(seed))
        subprocess.run([sys.executable, maker, folder, *sizes], check=True, stdout=subprocess.DEVNULL)
    return folder


def clean(source: Path, out: Path, *flags: str) -> Measured:
    """Return what `cleaner clean` cost, its verification included; raise RuntimeError where it failed."""
    found = measure([sys.executable, "-m", "cleaner", "clean", str(source), "-o", str(out), "--no-report", *flags])
    if found.code:
        raise RuntimeError(f"cleaner clean {source} ended with code {found.code}: {found.stderr[-500:]}")
    return found


def megabytes(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def flattened_text(work: Path, documents: int) -> Iterator[Row]:
    source = corpus(work, documents)
    few = clean(corpus(work, documents // 10), work / "few", "--workers", "1", "--fresh")
    many = clean(source, work / "many", "--workers", "1", "--fresh")
    exponent = log(many.cpu / few.cpu) / log(10)
    yield (
        f"flattened text, whole run, {documents:,} documents",
        f"{megabytes(source) / many.cpu:.2f} MB/s per core",
        "≥ 1.5",
    )
    yield f"growth, {documents // 10:,} → {documents:,} documents", f"n^{exponent:.3f}", "≤ n^1.08"
    yield f"peak memory, {documents:,} documents, default limit", f"{many.peak / 2**20:.0f} MB", ""
    two = clean(source, work / "two", "--workers", "2", "--fresh")
    faster = f"{many.wall / two.wall:.2f} × as fast, at a load of {os.getloadavg()[0]:.0f}"
    yield f"2 workers against 1, wall time, {documents:,} documents", faster, "≥ 1.7 on a quiet machine"
    yield from _grown(work, source, work / "many", documents, many.cpu)


def _grown(work: Path, source: Path, out: Path, documents: int, full: float) -> Iterator[Row]:
    """Add 1 % and run again: into the same folder, and from scratch, which must give the same."""
    added = source / "added"
    shutil.copytree(corpus(work, max(documents // 100, 1), seed=99), added)
    try:
        again = clean(source, out, "--workers", "1")
        clean(source, work / "scratch", "--workers", "2", "--memory", "256MB", "--fresh")
    finally:
        shutil.rmtree(added)
    same = "same bytes" if hashes(out) == hashes(work / "scratch") else "OTHER BYTES"
    yield "run again after adding 1 %, share of the full run's CPU", f"{again.cpu / full:.0%}", "≤ 15 %"
    yield "that, against 2 workers and 256 MB from scratch", same, "same bytes"


def pages(work: Path, documents: int) -> Iterator[Row]:
    """Whole runs on pages, beside bare trafilatura on the same pages; start-up is taken off both."""
    source, tiny = corpus(work, documents, "html"), corpus(work, 5, "html")
    ours = clean(source, work / "html", "--workers", "1").cpu - clean(tiny, work / "html5", "--workers", "1").cpu
    code = (
        "import sys, pathlib, trafilatura\n"
        "for p in pathlib.Path(sys.argv[1]).rglob('*.html'): trafilatura.extract(p.read_text())"
    )
    bare = measure([sys.executable, "-c", code, str(source)]).cpu - measure([sys.executable, "-c", code, str(tiny)]).cpu
    yield (
        f"pages, whole run beside bare trafilatura, {documents:,} pages",
        f"{bare / ours:.2f} × its documents per CPU second",
        "≥ 1.0",
    )


def real_pages(work: Path, folder: Path) -> Iterator[Row]:
    """Whole runs on the pages below a folder, beside bare trafilatura on the same bytes, start-up of both included.

    Every hundredth page is taken away first and added later.
    """
    source, out = work / "real", work / "real-out"
    shutil.rmtree(source, ignore_errors=True)
    pages = sorted(path for path in folder.rglob("*.html") if path.is_file())
    for number, page in enumerate(pages):
        place = source / "new" if number % 100 == 50 else source / "old"
        place.mkdir(parents=True, exist_ok=True)
        shutil.copy(page, place / f"{number}-{page.name}")
    code = (
        "import sys, pathlib, trafilatura\n"
        "for p in pathlib.Path(sys.argv[1]).rglob('*.html'): trafilatura.extract(p.read_bytes())"
    )
    bare = measure([sys.executable, "-c", code, str(source)])
    full = clean(source, out, "--workers", "1", "--fresh")
    what = f"{len(pages):,} real pages"
    times = f"{bare.cpu / full.cpu:.2f} × its documents per CPU second ({full.cpu:.1f} against {bare.cpu:.1f} CPU s)"
    yield f"{what}, whole run beside bare trafilatura", times, "≥ 1.0"
    two = clean(source, work / "real-two", "--workers", "2", "--fresh")
    yield f"{what}, 2 workers against 1, wall time", f"{full.wall / two.wall:.2f}", "≥ 1.7 on a quiet machine"
    added = (source / "new").rename(work / "real-new")
    clean(source, out, "--workers", "1", "--fresh")
    added.rename(source / "new")
    again = clean(source, out, "--workers", "1")
    same = "same bytes" if hashes(out) == hashes(work / "real-two") else "OTHER BYTES"
    share = f"{again.cpu / full.cpu:.0%} ({again.cpu:.1f} CPU s), {same} as from scratch"
    yield f"{what}, run again after adding 1 %, share of the full run's CPU", share, "≤ 15 %"


def bounded(work: Path, documents: int, memory: str) -> Iterator[Row]:
    """Cost and peak within a limit of memory, and growth from a tenth of the documents under the same limit."""
    options = ("--workers", "2", "--memory", memory, "--fresh")
    few = clean(corpus(work, documents // 10), work / "bounded-few", *options)
    found = clean(corpus(work, documents), work / "bounded", *options)
    yield (
        f"peak memory, {documents:,} documents, --memory {memory}, 2 workers",
        f"{found.peak / 2**20:.0f} MB; {found.cpu:,.0f} CPU s, {found.wall:,.0f} s",
        "≤ 1.6 GB at 80,000 documents and 1 GB",
    )
    exponent = log(found.cpu / few.cpu) / log(10)
    grown = f"n^{exponent:.3f} ({few.cpu:.1f} → {found.cpu:,.0f} CPU s)"
    yield f"growth, {documents // 10:,} → {documents:,} documents, --memory {memory}", grown, "≤ n^1.08"


def killings(work: Path, moments: int) -> Iterator[Row]:
    source, random = corpus(work, 300), Random(20)
    files = undisturbed(source, work / "whole")
    expected = hashes(work / "whole")
    groups = children = 0
    for n in range(moments):
        out = work / f"killed-{n}"
        groups += (
            killed(source, out, random.randrange(files)) and undisturbed(source, out) >= 0 and hashes(out) == expected
        )
        shutil.rmtree(out)
        children += child_killed(source, out, random.randrange(files // 3), random) == 0 and hashes(out) == expected
        shutil.rmtree(out)
    yield (
        "300 documents, SIGKILL to the whole group at a random moment, resumed",
        f"{groups} of {moments} equal",
        "20 of 20",
    )
    yield "300 documents, SIGKILL to one child at a random moment", f"{children} of {moments} equal", "20 of 20"


def section(rows: list[Row]) -> str:
    lines = [
        BEGIN,
        "## Scale (`make bench-scale`)",
        "",
        f"{platform.machine()}, Python {platform.python_version()}, synthetic news.",
        "",
    ]
    lines += ["| what | measured | required |", "|---|---|---|", *(f"| {' | '.join(row)} |" for row in rows), END]
    return "\n".join(lines)


def write(text: str) -> None:
    """Put the section into the results, in place of its earlier self."""
    old = RESULTS.read_text(encoding="utf-8") if RESULTS.exists() else "# Results\n"
    head, _, rest = old.partition(BEGIN)
    tail = rest.partition(END)[2]
    RESULTS.write_text(f"{head.rstrip()}\n\n{text}\n{tail.lstrip() and chr(10) + tail.lstrip()}", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=3000, help="flattened documents of the largest timed run")
    parser.add_argument("--pages", type=int, default=300)
    parser.add_argument("--folder", type=Path, help="real pages, as files, for the same figures")
    parser.add_argument("--bounded", type=int, default=8000, help="documents of the run under a small memory limit")
    parser.add_argument("--memory", default="512MB")
    parser.add_argument("--moments", type=int, default=20)
    parser.add_argument("--work", type=Path, help="folder for corpora and outputs (default: a temporary one)")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        work = given.work or Path(temporary)
        work.mkdir(parents=True, exist_ok=True)
        rows: list[Row] = []
        parts = (
            *((flattened_text, (given.documents,)),) * bool(given.documents),
            *((pages, (given.pages,)),) * bool(given.pages),
            *((real_pages, (given.folder,)),) * bool(given.folder),
            *((bounded, (given.bounded, given.memory)),) * bool(given.bounded),
            *((killings, (given.moments,)),) * bool(given.moments),
        )
        for part, arguments in parts:
            for row in part(work, *arguments):
                print(" | ".join(row), flush=True)
                rows.append(row)
    write(section(rows))


if __name__ == "__main__":
    main()
