"""What the corpus says of itself to others: `croissant.json` for machines, `DATA_CARD.md` for people.

Croissant is MLCommons' vocabulary for data sets, version 1.0 (https://docs.mlcommons.org/croissant/docs/croissant-spec.html).
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa

from cleaner.writing.columns import MEANINGS, TABLE_MEANINGS
from cleaner.writing.reader import require_output, run_facts, table_rows
from cleaner.writing.schema import TABLES

CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "containedIn": "cr:containedIn",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataBiases": "cr:dataBiases",
    "dataCollection": "cr:dataCollection",
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "personalSensitiveInformation": "cr:personalSensitiveInformation",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
"""The context that the standard asks for, word for word (its section "Appendix 1: JSON-LD context")."""
PARQUET = "application/x-parquet"
"""Not the registered `application/vnd.apache.parquet`: the Croissant reader and the Hugging Face hub know this one."""
LICENSE_UNKNOWN = "unknown: texts keep the terms of their publishers"
NAMES_SHOWN = 12


class Contents(NamedTuple):
    """What the tables hold, counted in one pass over documents and one over the corpus."""

    documents: int
    statuses: Counter[str]
    outlets: Counter[str]
    languages: Counter[str]
    licenses: Counter[str]
    first_day: str | None
    last_day: str | None
    paragraphs: int
    words: int
    copies: int


def write_cards(out: Path) -> list[Path]:
    """Write `croissant.json` and `DATA_CARD.md` into the folder of a finished run and return their paths."""
    contents = count_contents(require_output(out))
    croissant, card = out / "croissant.json", out / "DATA_CARD.md"
    text = json.dumps(croissant_of(out, contents), indent=2, ensure_ascii=False)
    croissant.write_text(text + "\n", encoding="utf-8")
    card.write_text(card_of(out, contents), encoding="utf-8")
    return [croissant, card]


def count_contents(out: Path) -> Contents:
    """Return what the output holds."""
    statuses, outlets, licenses = Counter[str](), Counter[str](), Counter[str]()
    days: list[datetime] = []
    columns = ["status", "outlet", "license", "published_at"]
    for row in table_rows(out, "documents", columns):
        statuses[row["status"]] += 1
        outlets[row["outlet"] or "no outlet"] += 1
        licenses[row["license"] or LICENSE_UNKNOWN] += 1
        if row["published_at"]:
            days = [min([*days[:1], row["published_at"]]), max([*days[1:], row["published_at"]])]
    paragraphs = words = copies = 0
    languages = Counter[str]()
    for row in table_rows(out, "corpus", ["language", "num_words", "copy_count"]):
        paragraphs += 1
        words += row["num_words"]
        copies += row["copy_count"]
        languages[row["language"] or "und"] += 1
    first, last = (days[0].date().isoformat(), days[1].date().isoformat()) if days else (None, None)
    total = sum(statuses.values())
    return Contents(total, statuses, outlets, languages, licenses, first, last, paragraphs, words, copies)


def croissant_of(out: Path, contents: Contents) -> dict[str, Any]:
    """Return the description in Croissant 1.0: every file with its hash, every table with its fields."""
    facts = run_facts(out)
    return {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": f"cleaned-corpus-{facts.get('run_id', 'unknown')}",
        "description": _description(contents),
        "version": "1.0.0",
        "license": [name for name, _ in contents.licenses.most_common()] or [LICENSE_UNKNOWN],
        "inLanguage": [name for name, _ in contents.languages.most_common()],
        "temporalCoverage": f"{contents.first_day}/{contents.last_day}" if contents.first_day else "unknown",
        "isLiveDataset": False,
        "distribution": [_file(out, name) for name in TABLES],
        "recordSet": [_record_set(out, name) for name in TABLES],
    }


def _description(contents: Contents) -> str:
    return (
        f"{contents.paragraphs:,} paragraphs of {contents.documents:,} documents by {len(contents.outlets):,} outlets, "
        "cleaned of what sites put round their articles, each with its source byte range; every change is in a ledger."
    )


def _file(out: Path, name: str) -> dict[str, Any]:
    path = out / f"{name}.parquet"
    about = {"@id": path.name, "name": path.name, "encodingFormat": PARQUET, "description": TABLE_MEANINGS[name]}
    if path.is_dir():
        return {"@type": "cr:FileSet", **about, "includes": f"{path.name}/*.parquet"}
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    size = f"{path.stat().st_size} B"
    return {"@type": "cr:FileObject", **about, "contentUrl": path.name, "contentSize": size, "sha256": digest}


def _record_set(out: Path, name: str) -> dict[str, Any]:
    whole = (out / f"{name}.parquet").is_dir()
    origin = {"fileSet" if whole else "fileObject": {"@id": f"{name}.parquet"}}
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "description": TABLE_MEANINGS[name],
        "field": [_field(name, field, origin) for field in TABLES[name]],
    }


def _field(table: str, field: pa.Field, origin: dict[str, Any]) -> dict[str, Any]:
    is_list = pa.types.is_list(field.type)
    about = {
        "@type": "cr:Field",
        "@id": f"{table}/{field.name}",
        "name": field.name,
        "description": MEANINGS[field.name],
        "dataType": _data_type(field.type.value_type if is_list else field.type),
        "source": {**origin, "extract": {"column": field.name}},
    }
    return {**about, "repeated": True} if is_list else about


def _data_type(kind: pa.DataType) -> str:
    if pa.types.is_boolean(kind):
        return "sc:Boolean"
    if pa.types.is_integer(kind):
        return "sc:Integer"
    if pa.types.is_floating(kind):
        return "sc:Float"
    return "sc:DateTime" if pa.types.is_timestamp(kind) else "sc:Text"


def card_of(out: Path, contents: Contents) -> str:
    """Return the data card: one page of Markdown with what a user of the corpus should know first."""
    facts = run_facts(out)
    lines = [
        "# Data card",
        "",
        _description(contents),
        "",
        "| | |",
        "|---|---|",
        *(f"| {label} | {value} |" for label, value in _card_rows(contents)),
        "",
        "## How it was made",
        "",
        f"`cleaner` {facts.get('cleaner_version', '')} read the sources, cut every document into paragraphs that tile",
        "it, judged each (content, or what the site puts round it), repaired encoding, spacing and lost capitals, and",
        "linked paragraphs that say the same.  Nothing was deleted: what is not in `corpus.parquet` is in",
        "`paragraphs.parquet` with the rule that took it out, and every repair is a row of `edits.parquet`.",
        "`cleaner restore` writes flattened sources back byte for byte; `report.html` shows it all.",
        "",
        "## What to be careful about",
        "",
        "- The texts belong to their publishers.  The licence above is what the pages say of themselves, if anything.",
        "- News names people.  Nothing was redacted; removed text is in the tables too.",
        "- Judging and repairing make mistakes.  The report lists the decisions that were closest.",
        "- The canonical paragraph of a group is the one that stands for it, not the one that was first;",
        "  `first_outlet` is, as far as dates are known.",
        "- Dates are those that pages and manifests give.",
        "",
        "## Files",
        "",
        *(f"- `{name}.parquet`: {TABLE_MEANINGS[name]}" for name in TABLES),
        "",
        f"Run `{facts.get('run_id', 'unknown')}`, settings `{facts.get('config_sha256', '')[:16]}`, rules",
        f"`{facts.get('rules_sha256', '')[:16]}`; the same inputs, settings and versions give the same bytes.",
    ]
    return "\n".join(lines) + "\n"


def _card_rows(contents: Contents) -> list[tuple[str, str]]:
    return [
        ("documents", ", ".join(f"{count:,} {status}" for status, count in sorted(contents.statuses.items()))),
        ("paragraphs kept", f"{contents.paragraphs:,} with {contents.words:,} words"),
        ("copies collapsed into them", f"{contents.copies:,}"),
        ("outlets", _listed(contents.outlets)),
        ("languages of paragraphs", _listed(contents.languages)),
        ("published", f"{contents.first_day} to {contents.last_day}" if contents.first_day else "no dates known"),
        ("licences named", _listed(contents.licenses)),
    ]


def _listed(counts: Counter[str]) -> str:
    """Return the most frequent names with their counts, in a table cell that a hostile name cannot leave."""
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    shown = ", ".join(f"{_in_cell(name)} ({count:,})" for name, count in ranked[:NAMES_SHOWN])
    return shown + (f", and {len(ranked) - NAMES_SHOWN} more" if len(ranked) > NAMES_SHOWN else "")


def _in_cell(name: str) -> str:
    harmless = " ".join(name.split())[:80]
    for mark in "\\`|<>[]*_":
        harmless = harmless.replace(mark, f"\\{mark}")
    return harmless
