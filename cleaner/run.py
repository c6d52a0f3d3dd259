"""A run from its arguments to its summary: the library's `clean`."""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cleaner
from cleaner.config import Config, load, resolve
from cleaner.engine import forkserver, revision
from cleaner.engine.base import Progress, silent
from cleaner.engine.embedded import Embedded, EmbeddedSettings
from cleaner.engine.workers import ChildLimits
from cleaner.pipeline import run as run_pipeline
from cleaner.reading import InputError, plan
from cleaner.reuse.reusable import REUSABLE
from cleaner.settled import SETTLED
from cleaner.stages import FACTS
from cleaner.stretch_verification import VERIFIED
from cleaner.summary import Summary, summarize
from cleaner.tables import UNDERSTOOD
from cleaner.writing.output import remove_unfinished, write_run_file
from cleaner.writing.provenance import rules_sha256, tool_versions
from cleaner.writing.schema import TABLES
from cleaner.writing.stretch_drawing import ROW_GROUPS

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from cleaner.engine.distributed import Distributed

STATE = ".cleaner"
"""The hidden folder of an output that holds what a later run may use again."""

_KNOWN = frozenset(
    {*(f"{name}.parquet" for name in TABLES), "run.json", "report.html", "croissant.json", "DATA_CARD.md", "README.md"}
)


_KEPT = (UNDERSTOOD, SETTLED, revision.SETTLED, REUSABLE, ROW_GROUPS, VERIFIED)
"""What tables that later runs read look like; so do `FACTS`."""


class OutputInTheWayError(ValueError):
    """An output folder that holds something else."""


def clean(  # noqa: PLR0913  keywords, each of which callers set by itself
    sources: Iterable[str | Path],
    out: str | Path = "out",
    config: Config | Mapping[str, Any] | str | Path | None = None,
    *,
    fresh: bool = False,
    report: bool = True,
    check: bool = False,
    session: SparkSession | None = None,
    progress: Progress = silent,
) -> Summary:
    """Clean documents and write the corpus with its provenance below `out`; return what was done.

    `sources` are files, folders, globs, `@lists` or `-` (see `cleaner.reading`).  `config` is a Config, nested
    settings, the path of a TOML file, or None for `cleaner.toml` or `[tool.cleaner]` of the working folder.  What an
    earlier run into `out` left is used again unless `fresh`; the result is the same, byte for byte.  With `report`,
    `report.html`, `croissant.json` and `DATA_CARD.md` are written too; with `check`, what is written is verified
    (`Summary.verified`), as the command does.  Given a Spark `session` it does the work, and
    tables are folders of part files with the same rows; its executors must see `sources` and `out` under their paths.

    Raises ConfigError, InputError (no or clashing inputs) or OutputInTheWayError; a document that cannot be read is
    a row of `documents` with its reason, not an exception.

    >>> clean(["seeds"], out="out").documents  # doctest: +SKIP
    15
    """
    began = time.monotonic()
    started_at = datetime.now(UTC)
    settings = _settings(config)
    if session is None and settings.run.engine == "embedded":
        forkserver.start()
    folder = _prepared(Path(out))
    arguments = [str(source) for source in sources]
    if not arguments:
        raise InputError("no sources given; name a file or a folder, or `-` for standard input")
    state = _state(folder, settings, fresh=fresh)
    with _engine(state, settings, session, progress) as engine:
        inputs = plan(arguments, settings.reading_settings, spool=state / "stdin")
        output = run_pipeline(engine, inputs, folder, settings, check=check)
        summary = summarize(folder, output, settings.reuse.outlet_removal_limit)  # while what it tells is verified
    clock = {"started_at": started_at.isoformat(), "seconds": round(time.monotonic() - began, 3)}
    write_run_file(folder, _run_facts(arguments, output.provenance, summary, clock, state.name))
    if report:
        _write_reports(folder, progress)
    return summary


def _write_reports(out: Path, progress: Progress) -> None:
    from cleaner.report.build import build_report
    from cleaner.writing.data_card import write_cards

    progress("report", 0, 1)
    build_report(out)
    write_cards(out)
    progress("report", 1, 1)


def _settings(config: Config | Mapping[str, Any] | str | Path | None) -> Config:
    if isinstance(config, Config):
        return config
    if isinstance(config, Mapping):
        return resolve(config)
    return load(None if config is None else Path(config))


def _prepared(out: Path) -> Path:
    """Return the output folder, made if need be; raise OutputInTheWayError where it is something else's."""
    if out.exists() and not out.is_dir():
        raise OutputInTheWayError(f"{out} is a file; name a folder for the output")
    if out.is_dir():
        strange = sorted(p.name for p in out.iterdir() if p.name not in _KNOWN and not p.name.startswith("."))
        if strange and not (out / STATE).is_dir():
            some = ", ".join(strange[:3])
            raise OutputInTheWayError(f"{out} holds something else ({some}); name an empty or a new folder")
    out.mkdir(parents=True, exist_ok=True)
    remove_unfinished(out)
    return out


def _state(out: Path, config: Config, *, fresh: bool) -> Path:
    """Return the folder of what runs with these very settings, rules and versions may share; others are removed."""
    state = state_folder(out, config)
    state.parent.mkdir(exist_ok=True)
    for old in state.parent.iterdir():
        if fresh or old.name != state.name:
            shutil.rmtree(old, ignore_errors=True)
    return state


def state_folder(out: Path, config: Config) -> Path:
    """Return the folder below `out` for what runs with these very settings, rules and versions may share."""
    parts = {
        "config": config.sha256(),
        "rules": rules_sha256(),
        "tools": tool_versions(),
        "tables": [str(schema) for schema in (*_KEPT, *FACTS.values())],
        "v": cleaner.__version__,
    }
    key = hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]
    return out / STATE / key


def _engine(state: Path, config: Config, session: SparkSession | None, progress: Progress) -> Embedded | Distributed:
    limits = ChildLimits(config.limits.document_seconds, config.limits.document_memory_bytes)
    if session is None and config.run.engine == "embedded":
        return Embedded(state, EmbeddedSettings(config.run.workers, config.run.memory_bytes, limits), progress)
    from cleaner.engine.distributed import Distributed
    from cleaner.engine.spark_session import own_session

    return Distributed(state, session or own_session(config.run.master, config.run.memory_bytes), limits, progress)


def _run_facts(
    arguments: list[str], said: dict[str, Any], summary: Summary, clock: dict[str, Any], state: str
) -> dict[str, Any]:
    return {
        **said,
        **clock,
        "sources": arguments,
        "state": f"{STATE}/{state}",
        "summary": summary.as_dict(),
        "tables": {name: written._asdict() for name, written in summary.tables.items()},
    }
