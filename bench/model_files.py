"""Write what was learned as the files that the judge reads (`cleaner/chrome/model`)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import lightgbm

MODEL = Path(__file__).parent.parent / "cleaner" / "chrome" / "model"


def plain_trees(booster: lightgbm.Booster, columns: Sequence[str]) -> dict[str, object]:
    """The model as the judge reads it; only columns that a tree tests."""
    dump = booster.dump_model()["tree_info"]
    used = sorted({name for tree in dump for name in _tested(tree["tree_structure"])})
    place = {column: at for at, column in enumerate(used)}
    return {
        "columns": [columns[column] for column in used],
        "trees": [
            _plain_tree(tree["tree_structure"], place) for tree in dump if "split_index" in tree["tree_structure"]
        ],
    }


def _tested(node: dict[str, object]) -> Iterator[int]:
    if "split_index" in node:
        yield node["split_feature"]  # type: ignore[misc]
        yield from _tested(node["left_child"])  # type: ignore[arg-type]
        yield from _tested(node["right_child"])  # type: ignore[arg-type]


def _plain_tree(root: dict[str, object], place: dict[int, int]) -> dict[str, list[object]]:
    nodes: list[object] = []
    leaves: list[object] = []

    def add(node: dict[str, object]) -> int:
        if "split_index" not in node:
            leaves.append(round(float(node["leaf_value"]), 5))  # type: ignore[arg-type]
            return -len(leaves)
        at = len(nodes)
        nodes.append(None)
        left, right = add(node["left_child"]), add(node["right_child"])  # type: ignore[arg-type]
        threshold = float(f"{float(node['threshold']):.9g}")  # type: ignore[arg-type]
        nodes[at] = [place[node["split_feature"]], threshold, left, right, round(float(node["internal_value"]), 4)]  # type: ignore[index, arg-type]
        return at

    add(root)
    return {"nodes": nodes, "leaves": leaves}


def write_model(
    booster: lightgbm.Booster, columns: Sequence[str], scores: dict[str, float], types: dict[str, list[float]]
) -> None:
    files = {
        "page_types.json": json.dumps(types, separators=(",", ":")).replace("],", "],\n"),
        "html.json": json.dumps(plain_trees(booster, columns), separators=(",", ":")),
        "class_scores.json": json.dumps(scores, separators=(",", ":"), ensure_ascii=True).replace(',"', ',\n"'),
    }
    write_files(files)


def write_files(files: Mapping[str, str]) -> None:
    """Write files of the model, and the hashes of all of them anew."""
    MODEL.mkdir(exist_ok=True)
    for name, text in files.items():
        (MODEL / name).write_text(text + "\n", encoding="utf-8")
    sums = {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in MODEL.glob("*.json")}
    (MODEL / "SHA256SUMS").write_text("".join(f"{sums[n]}  {n}\n" for n in sorted(sums)), encoding="utf-8")
