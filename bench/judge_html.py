"""The judge of HTML beside other extractors: quality out of fold, speed in the same run on the same pages.

    python bench/judge_html.py DATA --cache DIR [--every 3] [--rival trafilatura] [--json FILE]

Quality is the F1 of word 4-grams (mean precision and mean recall over pages).  Ours is judged by models that saw no
page of the host: five folds, as in `train_judge.py`.  Speed is CPU seconds of this process, decoding and parsing
included, the tools taking turns page by page; ours with the model that ships.  Rivals that are not installed are left
out.
"""

from __future__ import annotations

import argparse
import gzip
import json
import logging
import re
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from judge_labels import Overlap, Shingles, difference, f1, overlap
from train_judge import SETS, TREES, Example, compute_rows_by_fold, cross_validate, read_examples

from cleaner.chrome.dom_features import LEARNED
from cleaner.extraction.main_text import main_text

Extractor = Callable[[bytes], str]
_DECLARED = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w-]+)""", re.IGNORECASE)


class Run(NamedTuple):
    """Overlaps by page, and CPU seconds a page."""

    overlaps: dict[str, Overlap]
    seconds: float


def to_text(data: bytes) -> str:
    """UTF-8 if it is valid, else the declared charset, else cp1252."""
    declared = _DECLARED.search(data[:4096])
    for name in ("utf-8-sig", declared[1].decode() if declared else "", "cp1252"):
        try:
            return data.decode(name)
        except (LookupError, UnicodeDecodeError):
            pass
    return data.decode("utf-8", "replace")


def _trafilatura(**settings: bool) -> Extractor:
    from trafilatura import extract

    return lambda data: extract(data, include_comments=False, include_tables=True, **settings) or ""


def _resiliparse() -> Extractor:
    from resiliparse.extract.html2text import extract_plain_text
    from resiliparse.parse.encoding import bytes_to_str, detect_encoding
    from resiliparse.parse.html import HTMLTree

    def extract(data: bytes) -> str:
        return str(extract_plain_text(HTMLTree.parse(bytes_to_str(data, detect_encoding(data))), main_content=True))

    return extract


def _readability() -> Extractor:
    from inscriptis import get_text
    from readability import Document

    return lambda data: str(get_text(Document(to_text(data)).summary()))


def _justext() -> Extractor:
    import justext

    words = justext.get_stoplist("English")
    return lambda data: "\n".join(p.text for p in justext.justext(to_text(data), words) if not p.is_boilerplate)


_C4_END = re.compile(r"[.!?\"”]\Z")
_C4_BAD = re.compile(r"javascript|lorem ipsum|[{}]", re.IGNORECASE)


def _c4() -> Extractor:
    """Lines of the whole page that end like sentences and have five words (Raffel et al., 2020, section 2.2)."""
    from resiliparse.extract.html2text import extract_plain_text

    def extract(data: bytes) -> str:
        lines = map(str.strip, str(extract_plain_text(to_text(data), main_content=False)).split("\n"))
        return "\n".join(x for x in lines if len(x.split()) >= 5 and _C4_END.search(x) and not _C4_BAD.search(x))

    return extract


RIVALS: dict[str, Callable[[], Extractor]] = {
    "trafilatura": _trafilatura,
    "trafilatura-fast": lambda: _trafilatura(fast=True),
    "trafilatura-precision": lambda: _trafilatura(favor_precision=True),
    "resiliparse": _resiliparse,
    "readability-lxml": _readability,
    "justext": _justext,
    "c4-rules": _c4,
}


def run(tools: Mapping[str, Extractor], pages: Sequence[tuple[Example, bytes]]) -> dict[str, Run]:
    """Return what each tool makes of each page; the tools take turns, so that a busy minute meets all of them."""
    seconds = dict.fromkeys(tools, 0.0)
    found: dict[str, dict[str, Overlap]] = {name: {} for name in tools}
    for extract in tools.values():
        extract(pages[0][1])  # imports and tables before the clock
    for example, data in pages:
        for name, extract in tools.items():
            start = time.process_time()
            try:
                text = extract(data)
            except Exception:  # noqa: BLE001 - a rival that raises has found nothing
                text = ""
            seconds[name] += time.process_time() - start
            found[name][example.id] = of_text(example.gold, text)
    return {name: Run(found[name], seconds[name] / len(pages)) for name in tools}


def of_text(gold: Shingles, text: str) -> Overlap:
    return overlap(gold, [text], np.array([True]))


def ours_out_of_fold(examples: Sequence[Example]) -> dict[str, Overlap]:
    compute_rows_by_fold(examples)
    cross_validate(examples, range(len(LEARNED)), TREES)
    return {e.id: overlap(e.gold, e.page.texts, e.kept) for e in examples}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--every", type=int, default=1, help="score and time each N-th page only")
    parser.add_argument("--rival", action="append", choices=list(RIVALS), default=[])
    parser.add_argument("--no-quality", action="store_true", help="time only: no cross-validation of ours")
    parser.add_argument("--json", type=Path, help="write the figures here too")
    arguments = parser.parse_args()
    logging.disable(logging.CRITICAL)
    examples = read_examples(arguments.data, arguments.cache)
    pages = [(e, _bytes_of(arguments.data, e)) for e in examples[:: arguments.every]]
    runs = run({"cleaner": main_text, **_installed(arguments.rival)}, pages)
    if not arguments.no_quality:
        runs["cleaner"] = Run(ours_out_of_fold(examples), runs["cleaner"].seconds)
    figures = [
        {
            "extractor": name,
            "set": of,
            "pages": len(chosen),
            "F1": round(f1([result.overlaps[i] for i in chosen])[2], 4),
        }
        for name, result in runs.items()
        for of, belongs in SETS.items()
        if (chosen := [e.id for e, _ in pages if belongs(e)])
    ]
    show(runs, figures)
    show_differences(runs, pages)
    if arguments.json:
        speeds = {name: round(result.seconds * 1e3, 2) for name, result in runs.items()}
        arguments.json.write_text(json.dumps({"f1": figures, "cpu_ms_a_page": speeds}, indent=1) + "\n")


def _installed(names: Sequence[str]) -> dict[str, Extractor]:
    tools = {}
    for name in names or RIVALS:
        try:
            tools[name] = RIVALS[name]()
        except ImportError as error:
            print(f"{name} left out: {error}")
    return tools


def show_differences(runs: dict[str, Run], pages: Sequence[tuple[Example, bytes]]) -> None:
    """Print how far ours lies above each rival, with the bootstrap's deviation over pages."""
    for name in [name for name in runs if name != "cleaner"]:
        cells = []
        for of, belongs in list(SETS.items())[:3]:
            chosen = [e.id for e, _ in pages if belongs(e)]
            gain, spread = difference(*([runs[tool].overlaps[i] for i in chosen] for tool in ("cleaner", name)))
            cells.append(f"{of} {gain:+.4f} ± {spread:.4f}")
        print(f"against {name:22} " + "   ".join(cells))


def show(runs: dict[str, Run], figures: Sequence[dict[str, object]]) -> None:
    sets = list(dict.fromkeys(str(row["set"]) for row in figures))
    print(f"{'':22}" + "".join(f"{name.removeprefix('wcxb_dev/'):>14}" for name in sets) + "   ms/page   speed")
    unit = runs["trafilatura"].seconds if "trafilatura" in runs else runs["cleaner"].seconds
    for name, result in runs.items():
        cells = "".join(f"{row['F1']:14.4f}" for row in figures if row["extractor"] == name)
        print(f"{name:22}{cells}{result.seconds * 1e3:10.2f}{unit / result.seconds:8.2f}")


def _bytes_of(data: Path, example: Example) -> bytes:
    return gzip.decompress((data / "html" / example.bench / "pages" / f"{example.id}.gz").read_bytes())


if __name__ == "__main__":
    main()
