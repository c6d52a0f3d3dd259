"""CPU seconds a megabyte of flattened text costs up to its verdicts, step by step: `python -m bench.text_speed`.

On news made by `make_corpus.py`, in batches as a run has them, and document by document.  The best of several rounds:
other work on the machine only ever adds.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa

sys.path.insert(0, str(Path(__file__).parent))

from make_corpus import Spec, as_text, pages

from cleaner.chrome.text_evidence import observe_pages
from cleaner.chrome.text_judge import decide_text
from cleaner.extraction.flattened_text import cut
from cleaner.language import document_language, paragraph_languages
from cleaner.records import Kind

BATCH = 30
ROUNDS = 5

Lines = list[str]


def read(text: str) -> Lines:
    return [text[s.char_start : s.char_end] for s in cut(text) if s.kind is not Kind.BLANK]


def detect(lines: Lines) -> None:
    paragraph_languages(pa.array(lines, pa.string()), np.array([len(lines)]), [document_language(lines).code])


def batches(items: list[Lines], size: int) -> list[list[Lines]]:
    return [items[at : at + size] for at in range(0, len(items), size)]


def cpu_seconds(work: Callable[[], object]) -> float:
    times = []
    for _ in range(ROUNDS):
        began = time.process_time()
        work()
        times.append(time.process_time() - began)
    return min(times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--documents", type=int, default=300)
    parser.add_argument("--paragraphs", type=int, default=30)
    arguments = parser.parse_args()
    spec = Spec(documents=arguments.documents, paragraphs=arguments.paragraphs)
    texts = [as_text(page) for page in pages(spec)]
    megabytes = sum(len(text.encode()) for text in texts) / 1e6
    lines = [read(text) for text in texts]
    print(f"{len(texts)} documents, {1000 * megabytes / len(texts):.1f} kB each; CPU seconds a MB")
    steps: dict[str, Callable[[], object]] = {
        "reading lines": lambda: [read(text) for text in texts],
        "language of documents and paragraphs": lambda: [detect(page) for page in lines],
    }
    for size in (BATCH, 1):
        parts = batches(lines, size)
        observed = [observe_pages(part, [""] * len(part)) for part in parts]
        steps[f"features, {size} at a time"] = lambda parts=parts: [observe_pages(p, [""] * len(p)) for p in parts]
        steps[f"verdicts, {size} at a time"] = lambda observed=observed: [decide_text(pages) for pages in observed]
    for name, step in steps.items():
        print(f"  {name:<40} {cpu_seconds(step) / megabytes:.3f}")


if __name__ == "__main__":
    main()
