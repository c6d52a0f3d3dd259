"""The distributed engine beside the embedded one: `python -m bench.distributed [--documents N]`.

Spark runs as a cluster of two executors on this machine (`local-cluster[2,1,1024]`: processes of their own, as on
several machines but for the disk).  An executor is killed in the middle of a run, and in another the driver with all
of its executors.  What counts is that the tables are those of one machine: the same content hashes, and the same bytes
once each is exported to one file.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

from bench.interrupt import TABLES, hashes
from bench.measure import Measured, measure, tree
from bench.results import Row, put_section
from bench.scale import corpus
from cleaner.engine.spark_session import java_home, java_version
from cleaner.writing.export import export_parquet

CLUSTER = "local-cluster[2,1,1024]"
EXECUTOR = b"CoarseGrainedExecutorBackend"
RUN = """
import sys
from cleaner.config import resolve
from cleaner.engine.spark_session import own_session
import cleaner
import cleaner.writing.output
cleaner.writing.output.PART_ROW_GROUPS = 1  # several parts even of a small corpus
source, out, memory, master = sys.argv[1:]
run = {"memory_bytes": int(memory)} | ({"engine": "spark", "master": master} if master else {"workers": 2})
cleaner.clean([source], out=out, config=resolve({"run": run}), report=False)
"""
LITTLE = 1 << 10
"""Memory (bytes) so small that reuse is found by SQL, as in every run of the size that a cluster is for."""


def command(source: Path, out: Path, memory: int, master: str = "") -> list[str]:
    return [sys.executable, "-c", RUN, str(source), str(out), str(memory), master]


def one_file(out: Path, folder: Path) -> dict[str, str]:
    """Return the hash of each table's bytes, exported to one file."""
    found = {}
    for name in TABLES:
        path = folder / f"{out.name}-{name}.parquet"
        export_parquet(out, path, name)
        found[name] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def content(out: Path) -> dict[str, str]:
    tables = json.loads((out / "run.json").read_text())["tables"]
    return {name: tables[name]["content_sha256"] for name in TABLES}


SOON_WARM = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
ENVIRONMENT = {
    "PYSPARK_SUBMIT_ARGS": f"--driver-java-options '{SOON_WARM}' "
    f"--conf 'spark.executor.extraJavaOptions={SOON_WARM}' pyspark-shell"
}
"""Runs so short are over before Java's second compiler pays: with it they take twice the CPU."""


def measured(source: Path, out: Path, memory: int, master: str = "") -> Measured:
    found = measure(command(source, out, memory, master), ENVIRONMENT)
    if found.code:
        raise RuntimeError(f"the run into {out} ended with code {found.code}: {found.stderr[-2000:]}")
    return found


def executor_killed(source: Path, out: Path, after: str) -> int:
    """Run on the cluster, kill an executor once the table `after` is in work, and return how many were killed."""
    run = begun(source, out)
    count = 0
    while run.poll() is None:
        if not count and any(out.glob(f".cleaner/*/{after}/*.parquet")):
            for executor in list(executors_of(run.pid))[:1]:
                os.kill(executor, signal.SIGKILL)
                count += 1
        time.sleep(0.05)
    if run.returncode:
        raise RuntimeError(f"the run ended with code {run.returncode}: {out.with_suffix('.log').read_text()[-2000:]}")
    return count


def driver_killed(source: Path, out: Path, after: str) -> int:
    """Kill all of a run once the table `after` is in work, run it again, and return how many processes were killed."""
    run = begun(source, out)
    while run.poll() is None and not any(out.glob(f".cleaner/*/{after}/*.parquet")):
        time.sleep(0.05)
    processes = tree(run.pid)
    for process in processes:
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
    run.wait()
    measured(source, out, LITTLE, CLUSTER)
    return len(processes)


def begun(source: Path, out: Path) -> subprocess.Popen[bytes]:
    with out.with_suffix(".log").open("wb") as log:
        environment = {**os.environ, **ENVIRONMENT}
        return subprocess.Popen(command(source, out, LITTLE, CLUSTER), env=environment, stdout=log, stderr=log)


def executors_of(pid: int) -> Iterator[int]:
    for process in tree(pid):
        with suppress(OSError):
            if EXECUTOR in Path(f"/proc/{process}/cmdline").read_bytes():
                yield process


def rows(work: Path, documents: int) -> Iterator[Row]:
    source = corpus(work, documents)
    embedded = measured(source, work / "embedded", 2 << 30)
    expected, bytes_expected = content(work / "embedded"), hashes(work / "embedded")
    for what, master in (("`local[2]`", "local[2]"), (f"`{CLUSTER}`", CLUSTER)):
        out = work / f"spark-{len(master)}"
        spark = measured(source, out, LITTLE, master)
        yield f"{what}: content hashes of the five tables", _said(content(out) == expected), "equal"
        parts = sum(1 for name in TABLES for _ in (out / f"{name}.parquet").iterdir())
        same = _said(one_file(out, work) == bytes_expected)
        yield f"{what}: bytes, each of them exported from its parts ({parts} files) to one", same, "equal"
        cost = f"{spark.cpu:.0f} s ({spark.cpu / embedded.cpu:.1f} ×), {spark.peak >> 20:,} MB"
        yield f"{what}: CPU and peak memory (embedded: {embedded.cpu:.0f} s, {embedded.peak >> 20:,} MB)", cost, ""
    for what, kill, after in (
        ("an executor killed", executor_killed, "understood"),
        ("an executor killed", executor_killed, "reuse_prints"),
        ("all killed and run again", driver_killed, "settled_decisions"),
    ):
        out = work / f"killed-{after}"
        count = kill(source, out, after)
        same = content(out) == expected and one_file(out, work) == bytes_expected
        yield f"`{CLUSTER}`, {what} at `{after}`", f"{_said(same)} ({count} killed)", "equal"


def _said(same: bool) -> str:
    return "equal" if same else "NOT EQUAL"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=1000)
    documents = parser.parse_args().documents
    java = java_version(java_home() or os.environ.get("JAVA_HOME") or "/usr/lib/jvm/default-java")
    with tempfile.TemporaryDirectory() as work:
        title = f"## Distributed (`python -m bench.distributed --documents {documents}`)"
        about = (
            f"Synthetic news texts, {documents:,} documents; PySpark {version('pyspark')}, Java {java or 'as it is'}."
        )
        put_section("distributed", title, about, rows(Path(work), documents))


if __name__ == "__main__":
    main()
