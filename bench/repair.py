"""Quality and speed of repairs beside sacremoses, truecase and ftfy, on damage made with a seed.

    python -m bench.repair [--shared ../shared] [--seed 41] [--documents 731] [--clean FILE] [--rivals]

Damage and scores come from `casing_gen.py` and `casing_eval.py` of the shared folder.  Rivals that are not installed,
or that would download something, are marked as not available.  `--clean` takes other documents (rows of id, outlet,
lang, text; see `bench/unseen_news.py`).

Texts of the web lack spaces of their own, which the score calls false repairs: those that a reader looked up stand in
`bench/read_spaces.jsonl` and are counted apart.  So are wrong changes of undamaged text that are no changes of case:
pages that are garbled themselves become readable.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import importlib
import json
import math
import os
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

READ = Path(__file__).parent / "read_spaces.jsonl"
TRACKS = ("case", "space", "enc")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path(os.environ.get("SHARED_DATA", "../shared")))
    parser.add_argument("--seed", type=int, default=41)
    parser.add_argument("--documents", type=int, default=731)
    parser.add_argument("--clean", type=Path, help="sound documents, in place of those of the shared folder")
    parser.add_argument("--rivals", action="store_true", help="also run the rivals (minutes)")
    args = parser.parse_args()
    if not (args.shared / "eval").is_dir():
        sys.exit(f"SKIPPED: {args.shared} holds no eval folder; give --shared")
    with tempfile.TemporaryDirectory() as folder:
        damaged(args, Path(folder))
        sys.path.insert(0, str((args.shared / "eval").resolve()))
        evaluate(importlib.import_module("casing_eval"), args)


def damaged(args: argparse.Namespace, folder: Path) -> None:
    """Write clean and damaged documents where the evaluation looks for them."""
    os.environ["CASING_DATA"] = str(folder)
    source = args.clean or args.shared / "data" / "casing" / "clean.jsonl.gz"
    with gzip.open(source, "rb") if source.suffix == ".gz" else source.open("rb") as packed:
        rows = packed.read().split(b"\n")[: args.documents]
    (folder / "clean.jsonl").write_bytes(b"\n".join(rows))
    for track in TRACKS:
        script = str(args.shared / "eval" / "casing_gen.py")
        subprocess.run([sys.executable, script, "damage", "--track", track, "--seed", str(args.seed)], check=True)


def systems(*, rivals: bool) -> dict[str, Callable[[], Any]]:
    from cleaner.repair.repairer import Repairer

    found: dict[str, Callable[[], Any]] = {"cleaner": Repairer}
    if rivals:
        found |= {"sacremoses": Moses, "truecase": truecaser, "ftfy default": fixer}
    return found


class Moses:
    """Sacremoses' truecaser, trained on the text it is shown, as its manual says."""

    def fit(self, documents: list[dict[str, Any]]) -> None:
        from sacremoses import MosesTruecaser

        self.model = MosesTruecaser()
        self.model.train([line.split() for d in documents for line in d["text"].split("\n") if line.strip()])

    def __call__(self, text: str, doc: object = None) -> str:  # noqa: ARG002  the evaluation passes it
        return "\n".join(
            self.model.truecase(line, return_str=True) if line.strip() else line for line in text.split("\n")
        )


def truecaser() -> Callable[[str], str]:
    from truecase import get_true_case

    get_true_case("try it")
    return lambda text: "\n".join(get_true_case(line) if line.strip() else line for line in text.split("\n"))


def fixer() -> Callable[[str], str]:
    from ftfy import fix_text

    return fix_text


def evaluate(judge: Any, args: argparse.Namespace) -> None:
    speeds: dict[str, float] = {}
    for name, make in systems(rivals=args.rivals).items():
        try:
            system = make()
            rows = {track: timed(judge, system, track) for track in TRACKS}
        except (ImportError, LookupError, OSError) as error:
            print(f"{name:<14} not available: {type(error).__name__}")
            continue
        speeds[name] = rows["case"]["mb_per_cpu_second"]
        show(name, rows, judge, system, args)
        print(f"{'':<14} speed ratio to ours {speeds['cleaner'] / speeds[name]:.2f} times faster or slower")


class Clocked:
    """A system whose CPU seconds are counted: those of fitting and of every call, not those of scoring."""

    def __init__(self, system: Any) -> None:
        self.seconds = 0.0
        self.system = system
        if hasattr(system, "fit"):
            self.fit = partial(self._counted, system.fit)

    def __call__(self, *given: Any, **named: Any) -> Any:
        return self._counted(self.system, *given, **named)

    def _counted(self, work: Callable[..., Any], *given: Any, **named: Any) -> Any:
        start = time.process_time()
        try:
            return work(*given, **named)
        finally:
            self.seconds += time.process_time() - start


def timed(judge: Any, system: Any, track: str) -> dict[str, Any]:
    path = Path(os.environ["CASING_DATA"]) / f"damaged_{track}.jsonl"
    with path.open(encoding="utf-8") as lines:
        text_bytes = sum(len(json.loads(line)["text"].encode()) for line in lines)
    clocked = Clocked(system)
    result: dict[str, Any] = judge.evaluate(clocked, track, harm=False)
    result["mb_per_cpu_second"] = text_bytes / 1e6 / clocked.seconds
    if track == "case":
        result["clean"] = judge.evaluate(system, track)["clean"]
    return result


def spaces_as_read(judge: Any, system: Any) -> Counter[str]:
    """Count the changed gaps of pages whose words stay: right as scored, read and right, read and wrong, not read."""
    verdicts = {(row["document"], row["context"]): row["verdict"] for row in json_lines(READ)}
    rows = list(json_lines(Path(os.environ["CASING_DATA"]) / "damaged_space.jsonl"))
    found: Counter[str] = Counter()
    for row, repaired in zip(
        rows, judge.run(system, [row | {"gold": None, "edits": None} for row in rows]), strict=True
    ):
        (words, gold), (same, damaged), (kept, own) = map(judge.gaps, (row["gold"], row["text"], repaired))
        if words == same == kept:
            for at, (right, before, after) in enumerate(zip(gold, damaged, own, strict=True)):
                if after != before:
                    read = verdicts.get((row["id"], context(words, at)), "not read")
                    found["right" if after == right else read] += 1
    return found


def context(words: list[str], at: int) -> str:
    """Return what names a gap between words without telling the text: a hash of two words on either side."""
    return hashlib.blake2b(" ".join(words[max(0, at - 1) : at + 3]).encode(), digest_size=6).hexdigest()


def json_lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def case_alone(system: Any) -> float:
    """Return how many words of 10,000 of undamaged text change their case, NaN where the system cannot say."""
    if not hasattr(system, "explain"):
        return math.nan
    rows = list(json_lines(Path(os.environ["CASING_DATA"]) / "clean.jsonl"))
    system.fit(rows)
    edits = [edit for row in rows for edit in system.explain(row["text"], row) if edit.applied]
    words = sum(len(re.findall(r"[^\W_]+", row["text"])) for row in rows)
    return 1e4 * sum("casing" in edit.stage for edit in edits) / words


def show(name: str, rows: dict[str, dict[str, Any]], judge: Any, system: Any, args: argparse.Namespace) -> None:
    words, gaps, paragraphs = rows["case"]["words"], rows["space"]["gaps"], rows["enc"]["paragraphs"]
    broken = len(judge.negatives(system, str(args.shared / "gold" / "negatives.jsonl")))
    print(f"{name:<14} casing recall {words['recall']:.3f} precision {words['precision']:.3f}")
    harm, of_case = rows["case"]["clean"]["harm_per_10k"], case_alone(system)
    print(f"{'':<14} wrong changes per 10,000 words of undamaged text {harm:.2f}, of case alone {of_case:.2f}")
    read = spaces_as_read(judge, system)
    right = read["right"] + read["lost space"]
    print(f"{'':<14} spaces recall {gaps['recall']:.3f} precision {gaps['precision']:.3f}")
    print(f"{'':<14} spaces as read: {right} of {read.total()} right, {dict(read)}")
    print(f"{'':<14} paragraphs restored {paragraphs['recall']:.3f}, sound ones changed {paragraphs['harmed']}")
    print(f"{'':<14} negatives broken {broken} of 40; {rows['case']['mb_per_cpu_second']:.2f} MB a CPU-second")


if __name__ == "__main__":
    main()
