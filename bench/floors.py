"""The quality floors: measured on development data that lies beside the repository, compared with `baseline.json`.

    python -m bench.floors            measure and fail below a floor
    python -m bench.floors --write    set the floors to what is measured now, less each one's slack

A floor may only be lowered together with a line in the changelog that says why.  Without the development data the
demo corpus alone is checked (by the tests), and this says so loudly.
"""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"
BASELINE = ROOT / "bench" / "baseline.json"
PYTHON = sys.executable


class Figure(NamedTuple):
    """A measured figure, whether more of it is better, and how far it may fall from run to run."""

    value: float
    more_is_better: bool
    slack: float


def main(args: list[str]) -> int:
    """Measure, print each figure beside its floor, and return 1 where one falls short."""
    if not (SHARED / "data").is_dir():
        print("SKIPPED: ../shared/data is not here; only the demo corpus was checked")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        data = unpack(Path(folder))
        found = {name: figure for measure in MEASURES for name, figure in measure(data).items()}
    if "--write" in args:
        floors = {name: round(_floor(figure), 4) for name, figure in sorted(found.items())}
        BASELINE.write_text(json.dumps(floors, indent=2) + "\n", encoding="utf-8")
    floors = json.loads(BASELINE.read_text(encoding="utf-8"))
    failed = [name for name, figure in found.items() if name not in floors or not _holds(figure, floors[name])]
    for name, figure in sorted(found.items()):
        mark = "BELOW " if name in failed else ""
        print(f"{mark}{name:<44} {figure.value:.4f}   floor {floors.get(name, 'none')}")
    print(f"{len(found) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed else 0


def _floor(figure: Figure) -> float:
    return figure.value - figure.slack if figure.more_is_better else figure.value + figure.slack


def _holds(figure: Figure, floor: float) -> bool:
    return figure.value >= floor if figure.more_is_better else figure.value <= floor


def unpack(folder: Path) -> Path:
    """Return the folder with the development data unpacked as the evaluation scripts want it."""
    with tarfile.open(SHARED / "data" / "html-dev.tar") as tar:
        tar.extractall(folder, filter="data")
    for kind in ("textmode", "casing"):
        (folder / kind).mkdir()
        for path in sorted((SHARED / "data" / kind).glob("*.gz")):
            (folder / kind / path.stem).write_bytes(gzip.decompress(path.read_bytes()))
    return folder


def evaluate(script: str, *args: str, **environment: str) -> list[dict[str, Any]]:
    """Return the rows of JSON that an evaluation script writes."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out.json"
        given = {**os.environ, **environment, "PYTHONPATH": str(ROOT)}
        command = [PYTHON, str(SHARED / "eval" / script), *args, "--json", str(out)]
        subprocess.run(command, env=given, check=True, stdout=subprocess.DEVNULL)
        return [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]


def pages(data: Path) -> dict[str, Figure]:
    """HTML: shingle F1 of `main_text` on news pages and on pages of all types (development pages: in sample)."""
    rows = evaluate(
        "html_eval.py", "-b", "fundus_pub,wcxb_dev", "-n", "120", "-x", "py:cleaner:main_text", HELDOUT=str(data)
    )
    return {f"html/{row['bench']}/f1": Figure(row["F1"], more_is_better=True, slack=0.005) for row in rows}


def flattened_text(data: Path) -> dict[str, Figure]:
    """Flattened text: chrome found by line, and content words lost."""
    found: dict[str, Figure] = {}
    door = f"jsonl:{PYTHON} -m cleaner judge --jsonl"
    flavours = "flat,residual,residual_t"
    args = ("-f", flavours, "-b", "wcxb_dev", "-n", "150", "-x", door)
    for row in evaluate("text_eval.py", *args, HELDOUT=str(data)):
        name = f"text/{row['flavour']}"
        if row["flavour"] != "residual_t":
            found[f"{name}/cF1"] = Figure(row["cF1"], more_is_better=True, slack=0.01)
        found[f"{name}/lostW"] = Figure(row["lostW"], more_is_better=False, slack=0.002)
    return found


def casing(data: Path) -> dict[str, Figure]:
    """Casing: precision and recall on damaged text, wrong changes per 10,000 words of right text, the negatives."""
    generator = [PYTHON, str(SHARED / "eval" / "casing_gen.py"), "damage", "--track", "case", "--seed", "5"]
    environment = {**os.environ, "CASING_DATA": str(data / "casing"), "PYTHONPATH": str(ROOT)}
    subprocess.run(generator, env=environment, check=True, stdout=subprocess.DEVNULL)
    (row,) = evaluate("casing_eval.py", "cleaner:Repairer", "--track", "case", CASING_DATA=str(data / "casing"))
    return {
        "casing/precision": Figure(row["words"]["precision"], more_is_better=True, slack=0.005),
        "casing/recall": Figure(row["words"]["recall"], more_is_better=True, slack=0.01),
        "casing/negatives_broken": Figure(row["negatives_changed"], more_is_better=False, slack=0.0),
        "casing/harm_per_10k_words": Figure(row["clean"]["harm_per_10k"], more_is_better=False, slack=0.1),
    }


def reuse(data: Path) -> dict[str, Figure]:
    """Reuse: pairs rightly and wrongly united, and contained paragraphs found, in 20,000 paragraphs."""
    source = SHARED / "data" / "reuse" / "n20000"
    clusters, contained = data / "clusters.parquet", data / "contained.parquet"
    command = f"{PYTHON} -m cleaner reuse {source / 'docs.parquet'} --clusters {clusters} --contain {contained}"
    args = ("--pred", str(clusters), "--contain", str(contained), "--run", command)
    (row,) = evaluate("dedup_eval.py", *args, DEDUP_DATA=str(source))
    return {
        "reuse/pair_precision": Figure(row["nl_pair_P"], more_is_better=True, slack=0.001),
        "reuse/pair_f1": Figure(row["nl_pair_F1"], more_is_better=True, slack=0.005),
        "reuse/contained_recall": Figure(row["contain_R"], more_is_better=True, slack=0.005),
    }


MEASURES: tuple[Callable[[Path], dict[str, Figure]], ...] = (pages, flattened_text, casing, reuse)

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
