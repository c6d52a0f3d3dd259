"""The life of one paragraph, recomputed: the verdict is made again from the stored features, never replayed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.dataset as ds

from cleaner.chrome.judge import explain_features
from cleaner.config import Config, resolve
from cleaner.judging import evidence_of, judge_all
from cleaner.records import Kind, Verdict
from cleaner.settled import texts_of
from cleaner.stages import settle_batch
from cleaner.tables import UNDERSTOOD
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
    understood = remembered(out, rows.document["doc_id"])
    settled = settle_batch(understood, config).slice(position + 1, 1)
    fate = {**settled.to_pylist()[0], "text": texts_of(settled)[0].as_py()}
    verdict: Verdict | None = None
    features: tuple[str, ...] = ()
    if fate["kind"] != Kind.BLANK:
        number = sum(p["kind"] != Kind.BLANK for p in rows.paragraphs[:position])
        verdict = judge_all(understood, config.chrome).records()[number]
        mode = understood.column("mode")[0].as_py()
        features = tuple(explain_features(mode, evidence_of(understood).row(number)))
    made = {name: fate[name] for name in ("status", "role", "rule_ids", "text")}
    status = "kept" if row["status"] == "copy" else row["status"]
    return Explanation(
        rows.document,
        row,
        verdict,
        features,
        tuple(e for e in rows.edits if e["paragraph_id"] == row["paragraph_id"]),
        tuple(_matches(out, row["paragraph_id"])),
        made == {**{name: row[name] for name in made}, "status": status},
    )


def stored_config(out: Path) -> Config:
    """Return the settings that an output was made with."""
    return resolve(run_facts(out)["config"], f"{out}/run.json")


def remembered(out: Path, doc_id: str) -> pa.RecordBatch:
    """Return a document as it was understood, and what the corpus said of it, as the run stored both."""
    state = out / run_facts(out)["state"]
    found = _stored(state, doc_id)
    if found is None:
        raise OutputError(f"{out}: the stored features are gone; run `cleaner clean` again to explain")
    for name in ("site", "casing"):
        found = found.append_column(name, pa.array([_payload(state / name, doc_id)], pa.string()))
    return found


def _stored(state: Path, doc_id: str) -> pa.RecordBatch | None:
    folder = state / "understood"
    files = sorted(str(p) for p in folder.glob("*.parquet"))
    if not files:
        return None
    table = ds.dataset(files, schema=UNDERSTOOD).to_table(filter=ds.field("doc_id") == doc_id)
    return table.slice(0, 1).combine_chunks().to_batches()[0] if table.num_rows else None


def _payload(folder: Path, doc_id: str) -> str | None:
    files = sorted(str(p) for p in folder.glob("*.parquet"))
    rows = ds.dataset(files).to_table(filter=ds.field("doc_id") == doc_id).to_pylist() if files else []
    return rows[0]["payload"] if rows else None


def _matches(out: Path, paragraph_id: str) -> list[Row]:
    return [m for m in table_rows(out, "matches") if paragraph_id in (m["a_paragraph_id"], m["b_paragraph_id"])]
