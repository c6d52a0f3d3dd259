"""`report.html`: one self-contained page that shows what a run did to every character."""

from __future__ import annotations

import base64
import hashlib
import shlex
from datetime import datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from cleaner.report import charts
from cleaner.report.attention import attention
from cleaner.report.clusters import cluster_count, clusters
from cleaner.report.marks import visible
from cleaner.report.quotations import Quotation, outlet_pairs, quotations
from cleaner.report.reader import FAMILIES, sheets
from cleaner.report.rule_hits import rule_hits
from cleaner.report.rule_words import reason_for
from cleaner.report.sample import sample_pages
from cleaner.report.summary import fate_bars, rebuilt, totals
from cleaner.report.tables import MEMORY_LIMITS, open_tables
from cleaner.writing.reader import run_facts

if TYPE_CHECKING:
    import duckdb
    import jinja2

LARGEST_BYTES = 20_000_000


def build_report(out: Path, *, sample: int = 60) -> Path:
    """Return the path of the report, written into the folder `out` of a finished run.

    `sample` is the number of documents that the reader shows of a larger corpus: a third those with most text
    removed, a third those with a decision nearest the threshold, a third by chance (always the same).  The page
    loads nothing from anywhere, and its policy lets no script run but its own; the same tables give the same bytes.
    Raises OutputError where `out` is no finished output.
    """
    path = out / "report.html"
    temporary = path.with_name(".report.html.tmp")
    try:
        while True:
            _render(out, sample, temporary)
            if temporary.stat().st_size <= LARGEST_BYTES or sample <= 1:
                break
            sample //= 2
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    return path


def _render(out: Path, sample: int, path: Path) -> None:
    """Write the page, with as little memory as will do."""
    import duckdb

    for memory in MEMORY_LIMITS:
        try:
            return _render_within(memory, out, sample, path)
        except duckdb.OutOfMemoryException:
            if memory == MEMORY_LIMITS[-1]:
                raise
    return None


def _render_within(memory: str, out: Path, sample: int, path: Path) -> None:
    with open_tables(out, memory) as tables:
        page = _environment().get_template("report.html.j2")
        with path.open("w", encoding="utf-8", newline="\n") as sink:
            sink.writelines(page.generate(_facts(tables, out, sample)))


def _facts(tables: duckdb.DuckDBPyConnection, out: Path, sample: int) -> dict[str, Any]:
    """Return what the templates name; the reader's documents come one at a time, as the page is written."""
    counts = totals(tables)
    bars = fate_bars(tables, counts.documents)
    pages = sample_pages(tables, sample)
    quoted = quotations(tables)
    style, script = _asset("report.css"), _asset("report.js")
    return {
        "facts": _run(run_facts(out)),
        "out": out.name,
        "totals": counts,
        "bars": bars,
        "longest": max((sum(bar.fates.get(f, 0) for f in charts.FATE_ORDER) for bar in bars), default=0),
        "rebuilt": rebuilt(tables),
        "attention": attention(tables),
        "pages": pages,
        "anchors": {page.source_uri: page.anchor for page in pages},
        "doc_anchors": {page.doc_id: page.anchor for page in pages},
        "sheets": sheets(tables, pages),
        "clusters": clusters(tables),
        "cluster_count": cluster_count(tables),
        "quotations": quoted,
        "longest_delay": _longest_delay(quoted),
        "outlet_classes": charts.outlet_classes(quoted),
        "pairs": outlet_pairs(tables),
        "rules": rule_hits(tables),
        "style": style,
        "script": script,
        "style_hash": _policy_hash(style),
        "script_hash": _policy_hash(script),
    }


class RunFacts(NamedTuple):
    """What the foot of the page says of the run; nothing that a clock said."""

    command: str
    hashes: dict[str, str]
    versions: dict[str, str]
    settings: list[tuple[str, str]]
    tables: dict[str, dict[str, Any]]


def _run(facts: dict[str, Any]) -> RunFacts:
    named = ("run_id", "config_sha256", "rules_sha256", "input_manifest_sha256")
    versions = {"cleaner": facts.get("cleaner_version", ""), "schema": facts.get("schema_version", "")}
    return RunFacts(
        command=_command(facts),
        hashes={name.removesuffix("_sha256"): facts[name] for name in named if name in facts},
        versions={**versions, **facts.get("tools", {})},
        settings=_flat(facts.get("config", {})),
        tables=facts.get("tables", {}),
    )


def _command(facts: dict[str, Any]) -> str:
    """Return the command that repeats the run, up to `-o`; settings of a file or the environment stand below it."""
    config = facts.get("config", {})
    words = ["cleaner", "clean", *facts.get("sources", [])]
    if config.get("profile", "faithful") != "faithful":
        words += ["--profile", config["profile"]]
    if config.get("reading", {}).get("manifest"):
        words += ["--manifest", config["reading"]["manifest"]]
    return shlex.join(words)


def _flat(settings: dict[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    """Return nested settings as dotted names with their values."""
    flat: list[tuple[str, str]] = []
    for key, value in sorted(settings.items()):
        name = f"{prefix}{key}"
        flat += _flat(value, f"{name}.") if isinstance(value, dict) else [(name, str(value))]
    return flat


def _longest_delay(quoted: list[Quotation]) -> timedelta:
    delays = (quotation.delay(carried) for quotation in quoted for carried in quotation.carriers)
    return max((delay for delay in delays if delay is not None), default=timedelta())


def _environment() -> jinja2.Environment:
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("cleaner.report"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "visible": visible,
        "number": _number,
        "percent": _percent,
        "share_of": _share_of,
        "day": _day,
        "words": _words,
    }
    environment.globals |= {"charts": charts, "fates": charts.FATE_ORDER, "reason_for": reason_for, "tints": FAMILIES}
    return environment


def _asset(name: str) -> str:
    return (files("cleaner.report") / "templates" / name).read_text(encoding="utf-8")


def _policy_hash(text: str) -> str:
    """Return the source expression of a Content-Security-Policy that allows exactly this inline text (CSP 3, 6.7.3)."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _number(number: int) -> str:
    return f"{number:,}".replace(",", "\u202f")


def _percent(ratio: float) -> str:
    return f"{ratio:.1%}" if 0 < ratio < 0.1 else f"{ratio:.0%}"


def _share_of(part: int, whole: int) -> str:
    """Return a share rounded down, so that 100 % means all."""
    return "100%" if part == whole else f"{int(1000 * part / whole) / 10:.1f}%"


def _day(moment: datetime | None) -> str:
    return f"{moment:%d %b %Y, %H:%M}" if moment else "no date"


def _words(name: str) -> str:
    return name.replace("_", " ")
