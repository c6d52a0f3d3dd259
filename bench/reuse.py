"""Near-copy finding beside rivals, in one run: pairwise quality, speed by CPU second, peak memory, ratios to ours.

    python -m bench.reuse [--data DIR] [--rows N] [--hot N] [--memory SIZE] [--json FILE] [--rivals PYTHON]

DIR holds `docs.parquet` (id, outlet, doc, text) and `gold.parquet` (id, cluster, kind, level, origin); by default the
development corpus beside the project.  Each system starts cold in a process of its own, reads the Parquet file and
writes id, cluster.  `--hot N` counts candidates among N synthetic paragraphs of which every tenth has one phrase;
`--memory` compares the command without a limit and with one, and leaves the systems out.
Rivals that are not installed are left out, and the table says so.  text-dedup pins libraries that do not fit beside
ours: `--rivals` names the interpreter of an environment that has it.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from bench.measure import measure

if TYPE_CHECKING:
    from cleaner.reuse.shingles import Fingerprints

DATA = Path(__file__).parents[2] / "shared/data/reuse/n20000"
NEEDS = {"ours": "cleaner", "exact": "cleaner", "rensa": "rensa", "datasketch": "datasketch"}
BANDS, PERMUTATIONS, GRAM, JACCARD = 16, 128, 5, 0.7


def shingles(text: str) -> list[str]:
    """Return the word 5-grams of a text, as the rivals' guides make them."""
    words = "".join(c if c.isalnum() else " " for c in text.lower()).split()
    return [" ".join(words[i : i + GRAM]) for i in range(max(1, len(words) - GRAM + 1))]


# --- systems: a table in, a cluster for each row out ------------------------------------------------------------------


def exact(texts: list[str]) -> list[int]:
    first: dict[str, int] = {}
    return [first.setdefault(" ".join(shingles(text)), row) for row, text in enumerate(texts)]


def rensa(texts: list[str]) -> list[int]:
    """Unverified: rows that share a band are united."""
    from rensa import RMinHash

    signatures = []
    for text in texts:
        one = RMinHash(num_perm=PERMUTATIONS, seed=42)
        one.update(shingles(text))
        signatures.append(tuple(one.digest()))
    width = PERMUTATIONS // BANDS
    seen: dict[tuple[Any, ...], int] = {}
    pairs = []
    for row, digest in enumerate(signatures):
        bands = [(band, *digest[band * width : (band + 1) * width]) for band in range(BANDS)]
        pairs += [(seen.setdefault(band, row), row) for band in bands]
    return united(len(texts), pairs)


def datasketch(texts: list[str]) -> list[int]:
    """Candidates of the index, each verified by exact Jaccard, then united."""
    from datasketch import MinHash, MinHashLSH

    grams = [frozenset(shingles(text)) for text in texts]
    index = MinHashLSH(threshold=JACCARD, num_perm=PERMUTATIONS)
    pairs = []
    for row, sketch in enumerate(
        MinHash.generator([[g.encode() for g in sorted(gram)] for gram in grams], num_perm=PERMUTATIONS, seed=42)
    ):
        for other in index.query(sketch):
            both = len(grams[row] & grams[other])
            if both >= JACCARD * (len(grams[row]) + len(grams[other]) - both):
                pairs.append((other, row))
        index.insert(row, sketch)
    return united(len(texts), pairs)


def text_dedup(python: Path, data: Path, out: Path) -> None:
    """Run its MinHash command with its own settings; clusters come out of the pickled union-find that `--debug` leaves.

    Unverified, as its command is.
    """
    with tempfile.TemporaryDirectory() as folder:
        source = (
            "--path",
            "parquet",
            "--data_files",
            str(data / "docs.parquet"),
            "--split",
            "train",
            "--column",
            "text",
        )
        command = ["-m", "text_dedup.minhash", *source, "--idx_column", "id", "--output", folder, "--debug"]
        environment = {**os.environ, "HF_HOME": folder, "HF_DATASETS_OFFLINE": "1", "HF_HUB_OFFLINE": "1"}
        subprocess.run([python, *command, "--num_proc", "1"], check=True, capture_output=True, env=environment)
        subprocess.run([python, "-c", _UNPICKLE, f"{folder}/uf.pkl", str(out)], check=True, env=environment)


_UNPICKLE = """
import pickle, sys, pyarrow as pa, pyarrow.parquet as pq
found = pickle.load(open(sys.argv[1], "rb"))
ids = sorted(found.parent)
pq.write_table(pa.table({"id": ids, "cluster": [found.find(i) for i in ids]}), sys.argv[2])
"""


def united(count: int, pairs: list[tuple[int, int]]) -> list[int]:
    parent = list(range(count))

    def root(row: int) -> int:
        while parent[row] != row:
            parent[row] = parent[parent[row]]
            row = parent[row]
        return row

    for a, b in pairs:
        x, y = root(a), root(b)
        parent[max(x, y)] = min(x, y)
    return [root(row) for row in range(count)]


def run_one(system: str, data: Path, rows: int | None, out: Path, rivals: Path | None) -> None:
    """Run a system in this process, from Parquet to Parquet."""
    if system == "text-dedup" and rivals:
        text_dedup(rivals, data, out)
        return
    if system == "ours":
        from cleaner.reuse.find import find_reuse_in

        pq.write_table(find_reuse_in(data / "docs.parquet").clusters, out)
        return
    table = pq.ParquetFile(data / "docs.parquet").read(["id", "text"]).slice(0, rows)
    ids = table["id"].to_pylist()
    labels = {"exact": exact, "rensa": rensa, "datasketch": datasketch}[system](table["text"].to_pylist())
    pq.write_table(pa.table({"id": ids, "cluster": [ids[label] for label in labels]}), out)


# --- judging ----------------------------------------------------------------------------------------------------------


def measured(system: str, data: Path, rivals: Path | None) -> dict[str, Any]:
    """Run a system cold and return its quality and cost."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "clusters.parquet"
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        command = [sys.executable, "-m", "bench.reuse", "--one", system, "--data", str(data), "--out", str(out)]
        command += ["--rivals", str(rivals)] if rivals else []
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        quality = judged(out, data)
    return {"system": system, "cpu_s": seconds, "peak_mb": int(done.stdout or 0) >> 10, **quality}


def judged(clusters: Path, data: Path) -> dict[str, Any]:
    gold = pq.read_table(data / "gold.parquet").to_pydict()
    said = pq.read_table(clusters).to_pydict()
    of = dict(zip(said["id"], said["cluster"], strict=True))
    kind, true = np.array(gold["kind"]), np.array(gold["cluster"])
    mine = np.unique([of.get(row, -1 - row) for row in gold["id"]], return_inverse=True)[1]
    keep = ~np.isin(kind, ["numupd", "line"])
    right = pairs_in(mine[keep].astype(np.int64) * (true.max() + 1) + true[keep])
    precision, recall = right / max(1, pairs_in(mine[keep])), right / max(1, pairs_in(true[keep]))
    mixed = defaultdict(set)
    for a, b in zip(mine[keep].tolist(), true[keep].tolist(), strict=True):
        mixed[a].add(b)
    wrong = {
        name: float(np.mean([len(mixed[c]) > 1 for c in mine[kind == name].tolist()]))
        for name in ("hard", "bridge")
        if (kind == name).any()
    }
    return {
        "rows": len(true),
        "P": precision,
        "R": recall,
        "F1": 2 * precision * recall / (precision + recall),
        **wrong,
    }


def pairs_in(labels: np.ndarray) -> int:
    size = np.unique(labels, return_counts=True)[1].astype(np.int64)
    return int((size * (size - 1) // 2).sum())


def hot(count: int) -> dict[str, Any]:
    """Return how many candidates N paragraphs give of which every tenth has one phrase of twelve words."""
    from cleaner.reuse.candidates import candidates, grouped
    from cleaner.reuse.columns import Scratch

    before = time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        scratch = Scratch(Path(folder))
        found = candidates(grouped(_prints_with_phrase(count), np.arange(count), scratch), scratch)
        pairs = sum(len(some.shorter) for some in found)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    spent = {"cpu_s": round(time.process_time() - before, 1), "peak_mb": peak}
    return {"paragraphs": count, "with_phrase": -(-count // 10), "candidates": pairs, **spent}


def bounded(data: Path, memory: str) -> dict[str, Any]:
    """Return what `cleaner reuse` costs without a limit and with one, and whether the clusters are the same bytes."""
    found: dict[str, Any] = {"memory": memory}
    with tempfile.TemporaryDirectory() as folder:
        for name, limit in (("free", []), ("bounded", ["--memory", memory])):
            out = str(Path(folder) / f"{name}.parquet")
            command = [sys.executable, "-m", "cleaner", "reuse", str(data / "docs.parquet"), "--clusters", out, *limit]
            cost = measure(command)
            if cost.code:
                raise RuntimeError(f"{' '.join(command)} ended with code {cost.code}: {cost.stderr[-500:]}")
            found |= {f"{name}_cpu_s": round(cost.cpu, 1), f"{name}_peak_mb": cost.peak >> 20}
        free, small = ((Path(folder) / f"{name}.parquet").read_bytes() for name in ("free", "bounded"))
    return {**found, "same": free == small}


def _prints_with_phrase(count: int) -> Iterator[Fingerprints]:
    from cleaner.reuse.arrays import offsets_of
    from cleaner.reuse.shingles import fingerprints_of
    from cleaner.reuse.words import Words

    random, none = np.random.default_rng(7), np.zeros(0, np.uint32)
    for first in range(0, count, 1 << 16):
        rows = min(1 << 16, count - first)
        offsets = offsets_of(np.full(rows, 32))
        hashes = random.integers(2, 1 << 32, offsets[-1], dtype=np.uint32)
        for place in range(12):
            hashes[offsets[:-1][-first % 10 :: 10] + 8 + place] = 1_000 + place
        yield fingerprints_of(Words(hashes, np.zeros(0, np.uint8), none, none, offsets))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--rows", type=int)
    parser.add_argument("--hot", type=int, default=0)
    parser.add_argument("--memory", metavar="SIZE")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--rivals", type=Path, help="interpreter of an environment with text-dedup")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    parser.add_argument("--out", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        run_one(given.one, given.data, given.rows, given.out, given.rivals)
        print(max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))
        return
    if given.memory:
        print(bounded(given.data, given.memory))
        return
    here = [name for name, module in NEEDS.items() if importlib.util.find_spec(module)]
    here += ["text-dedup"] if given.rivals else []
    results = [measured(name, given.data, given.rivals) for name in here]
    absent = [name for name in (*NEEDS, "text-dedup") if name not in here]
    ours = results[0]["cpu_s"]
    print("| system | P | R | F1 | hard % | bridge % | paragraphs/CPU-s | ratio of CPU | MB |")
    print("|---" * 9 + "|")
    for r in results:
        wrong = (100 * r.get("hard", 0), 100 * r.get("bridge", 0))
        quality = f"{r['P']:.4f} | {r['R']:.3f} | {r['F1']:.3f} | {wrong[0]:.1f} | {wrong[1]:.1f}"
        cost = f"{r['rows'] / r['cpu_s']:,.0f} | {r['cpu_s'] / ours:.1f} | {r['peak_mb']}"
        print(f"| {r['system']} | {quality} | {cost} |")
    if absent:
        print(f"\nNot installed, left out: {', '.join(absent)}")
    report: dict[str, Any] = {"systems": results}
    if given.hot:
        report["hot"] = hot(given.hot)
        print(f"\n{report['hot']}")
    if given.json:
        given.json.write_text(json.dumps(report, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
