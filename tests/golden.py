"""Scoring an output against gold lines, repairs and relations: one way for the demo corpus and the real documents."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

REMOVED = {"chrome", "repeat", "excluded"}
Row = dict[str, Any]


def gold(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


class Output(NamedTuple):
    """The tables of an output, and its documents by the end of their URI."""

    documents: pd.DataFrame
    paragraphs: pd.DataFrame
    edits: pd.DataFrame
    matches: pd.DataFrame
    corpus: pd.DataFrame

    @classmethod
    def of(cls, folder: Path) -> Output:
        return cls(*(pd.read_parquet(folder / f"{name}.parquet") for name in cls._fields))

    def doc_id(self, file: str) -> str:
        found = self.documents[self.documents.source_uri.str.contains(file, regex=False)]
        assert len(found) == 1, (file, list(self.documents.source_uri))
        return str(found.doc_id.iloc[0])

    def of_document(self, file: str) -> pd.DataFrame:
        return self.paragraphs[self.paragraphs.doc_id == self.doc_id(file)]


class LineScore(NamedTuple):
    """Gold lines that were rightly removed, furniture left in, content taken out."""

    removed: list[Row]
    left: list[Row]
    lost: list[Row]


def score_lines(output: Output, lines: list[Row]) -> LineScore:
    """A gold line counts as removed when most of its bytes lie in paragraphs that were removed."""
    places: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
    for file in {line["file"] for line in lines}:
        for row in output.of_document(file).itertuples():
            places[file] += [(s["byte_start"], s["byte_end"], row.status) for s in row.source_spans]
    score = LineScore([], [], [])
    for line in lines:
        gone = _is_removed(line, places[line["file"]])
        if line["verdict"] in ("chrome", "repeat"):
            (score.removed if gone else score.left).append(line)
        elif line["verdict"] == "content" and gone:
            score.lost.append(line)
    return score


def _is_removed(line: Row, places: list[tuple[int, int, str]]) -> bool:
    overlap = [(min(end, line["byte_end"]) - max(start, line["byte_start"]), s) for start, end, s in places]
    gone = sum(size for size, status in overlap if size > 0 and status in REMOVED)
    stays = sum(size for size, status in overlap if size > 0 and status not in REMOVED | {"blank"})
    return gone > stays


def applied_edits(output: Output, file: str) -> Iterator[Row]:
    """Yield applied edits with their paragraph's byte range."""
    here = output.edits[(output.edits.doc_id == output.doc_id(file)) & output.edits.applied]
    yield from here.to_dict("records")


def paragraph_starting(output: Output, file: str, starts: str) -> str:
    found = output.of_document(file)
    ids = found[found.source_text.str.startswith(starts)].paragraph_id
    assert len(ids), (file, starts)
    return str(ids.iloc[0])


def linked(output: Output, a: str, b: str) -> set[str]:
    """The kinds of match between two paragraphs, in either order."""
    m = output.matches
    both = m[((m.a_paragraph_id == a) & (m.b_paragraph_id == b)) | ((m.a_paragraph_id == b) & (m.b_paragraph_id == a))]
    return set(both.kind)
