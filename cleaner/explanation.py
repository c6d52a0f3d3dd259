"""The life of one paragraph, recomputed: the verdict is made again from the stored features, never replayed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.dataset as ds

from cleaner.chrome.judge import explain_features
from cleaner.config import Config, resolve
from cleaner.records import Kind, Verdict
from cleaner.settle import Settled, evidence_with_site, settle
from cleaner.stages import decisions_of, judge_all
from cleaner.tables import UNDERSTOOD, understood_rows
from cleaner.understand import Understood
from cleaner.writing.reader import DocumentRows, OutputError, Row, find_document, require_output, run_facts, table_rows


@dataclass(frozen=True, slots=True)
class Explanation:
    """One paragraph: its row, its verdict made anew with features in words, its edits, and where else it stands."""

    document: Row
    paragraph: Row
    verdict: Verdict | None
    features: tuple[str, ...]
    edits: tuple[Row, ...]
    matches: tuple[Row, ...]
    agrees: bool


def explain(out: str | Path, paragraph: str) -> Explanation:
    """Return the life of one paragraph, named by its id (`doc_id:00007`) or as `part-of-path:7`.

    The verdict is recomputed from the features that the run stored, by the code that the run used; `agrees` says
    whether it is the one in the tables.  Raises OutputError where there is no such paragraph or the stored features
    are gone.
    """
    folder = require_output(Path(out))
    name, _, position = paragraph.rpartition(":")
    if not name or not position.isdigit():
        raise OutputError(f"{paragraph!r} names no paragraph; write DOCUMENT:POSITION, such as `{paragraph}:3`")
    rows = find_document(folder, name)
    if int(position) >= len(rows.paragraphs):
        raise OutputError(f"{rows.document['source_uri']} has paragraphs 0 to {len(rows.paragraphs) - 1}")
    return explain_rows(folder, rows, int(position))


def explain_rows(out: Path, rows: DocumentRows, position: int) -> Explanation:
    """Return the explanation of one paragraph of a document in hand."""
    row = rows.paragraphs[position]
    config = stored_config(out)
    understood, verdicts, settled = recomputed(out, rows.document["doc_id"], config)
    judged = [p.position for p in understood.document.paragraphs if p.kind is not Kind.BLANK]
    verdict = verdicts[judged.index(position)] if position in judged else None
    fate = settled.fates[position]
    status = "kept" if row["status"] == "copy" else row["status"]
    features: tuple[str, ...] = ()
    if verdict is not None and understood.evidence is not None:
        features = tuple(explain_features(understood.evidence, judged.index(position)))
    return Explanation(
        rows.document,
        row,
        verdict,
        features,
        tuple(e for e in rows.edits if e["paragraph_id"] == row["paragraph_id"]),
        tuple(_matches(out, row["paragraph_id"])),
        (fate.status, fate.role, list(fate.rule_ids), fate.text) == (status, row["role"], row["rule_ids"], row["text"]),
    )


def stored_config(out: Path) -> Config:
    """Return the settings that an output was made with."""
    return resolve(run_facts(out)["config"], f"{out}/run.json")


def recomputed(out: Path, doc_id: str, config: Config) -> tuple[Understood, list[Verdict], Settled]:
    """Return a document as it was understood, its verdicts and its fates, made again from what the run stored."""
    state = out / run_facts(out)["state"]
    found = _stored(state, doc_id)
    understood = next(understood_rows(found)) if found is not None else None
    if understood is None:
        raise OutputError(f"{out}: the stored features are gone; run `cleaner clean` again to explain")
    payload = {name: _payload(state / name, doc_id) for name in ("site", "casing")}
    decisions = decisions_of(payload["site"], payload["casing"])
    evidence = evidence_with_site(understood, decisions)
    verdicts = judge_all([evidence], config)[0]
    settled = settle([understood], [decisions], [verdicts], config)[0]
    return understood._replace(evidence=evidence), verdicts, settled


def _stored(state: Path, doc_id: str) -> Any:
    folder = state / "understood"
    files = sorted(str(p) for p in folder.glob("*.parquet"))
    if not files:
        return None
    table = ds.dataset(files, schema=UNDERSTOOD).to_table(filter=ds.field("doc_id") == doc_id)
    return table.combine_chunks().to_batches()[0] if table.num_rows else None


def _payload(folder: Path, doc_id: str) -> str | None:
    files = sorted(str(p) for p in folder.glob("*.parquet"))
    rows = ds.dataset(files).to_table(filter=ds.field("doc_id") == doc_id).to_pylist() if files else []
    return rows[0]["payload"] if rows else None


def _matches(out: Path, paragraph_id: str) -> list[Row]:
    return [m for m in table_rows(out, "matches") if paragraph_id in (m["a_paragraph_id"], m["b_paragraph_id"])]
