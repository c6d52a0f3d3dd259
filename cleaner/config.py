"""Settings: TOML, environment and flags become one frozen `Config`; validated here and nowhere else."""

from __future__ import annotations

import difflib
import hashlib
import json
import os
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields, is_dataclass, replace
from pathlib import Path
from types import UnionType
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from cleaner.reading.settings import ReadingSettings
from cleaner.records import Role
from cleaner.repair.settings import RepairSettings

T = TypeVar("T")

PROFILES: dict[str, tuple[Role, ...]] = {
    "faithful": tuple(Role),
    "corpus": (Role.HEADLINE, Role.SUBHEADING, Role.BODY, Role.LIST, Role.TABLE, Role.PULL_QUOTE, Role.COMMENT),
    "training": (Role.BODY, Role.SUBHEADING, Role.LIST, Role.TABLE),
}
"""Roles that content may have and stay; chrome goes whatever its role."""

RESULT_FREE = frozenset({"run"})
"""Sections that may not change a byte of the result and are left out of the config hash."""


class ConfigError(ValueError):
    """A setting that is unknown, of the wrong type or out of range; the message says where and what to do."""


@dataclass(frozen=True, slots=True)
class ChromeSettings:
    """How chrome is judged and which roles of content a corpus keeps (empty: those of the profile).

    `rules` are files of site templates (`cleaner rules learn` writes them), `phrases` files of phrase rules.
    """

    judge: Literal["cleaner", "trafilatura"] = "cleaner"
    arbiter: Literal["none", "trafilatura"] = "none"
    keep_roles: tuple[str, ...] = ()
    site_templates: bool = True
    rules: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LanguageSettings:
    """Who detects the language of a document."""

    engine: Literal["auto", "langdetect"] = "auto"


@dataclass(frozen=True, slots=True)
class ReuseSettings:
    """What counts as a copy, and what is collapsed in the corpus."""

    collapse: Literal["near_copies", "exact", "none"] = "near_copies"
    similarity: float = 0.55
    outlet_removal_limit: float = 0.8


@dataclass(frozen=True, slots=True)
class MetadataSettings:
    """`fast`: meta tags, JSON-LD and the like; `full`: the visible page too, for bylines and (htmldate) dates."""

    source: Literal["fast", "full"] = "full"


@dataclass(frozen=True, slots=True)
class ReadingSection:
    """Where documents stand in JSONL, CSV and Parquet inputs; an empty name means the well-known ones."""

    text_field: str = ""
    html_field: str = ""
    id_field: str = ""
    url_field: str = ""
    title_field: str = ""
    authors_field: str = ""
    date_field: str = ""
    language_field: str = ""
    outlet_field: str = ""
    prefer: Literal["html", "text"] = "html"
    csv_delimiter: str = ""
    hidden_files: bool = False
    manifest: str = ""
    stdin_format: str = ""
    extensions: tuple[str, ...] = ()
    """File name extensions of one's own, as `.article=text`."""


@dataclass(frozen=True, slots=True)
class LimitSettings:
    """What one document, paragraph or archive may cost before it is refused."""

    document_bytes: int = 64 << 20
    paragraph_bytes: int = 4 << 20
    member_bytes: int = 256 << 20
    archive_depth: int = 3
    archive_ratio: int = 200
    archive_members: int = 1_000_000
    split_bytes: int = 32 << 20
    document_seconds: float = 60.0
    document_memory_bytes: int = 4 << 30


@dataclass(frozen=True, slots=True)
class RunSettings:
    """How much of the machine to use, and which engine.  Nothing here may change the result."""

    workers: int = 0
    memory_bytes: int = 2 << 30
    engine: Literal["embedded", "spark"] = "embedded"
    master: str = ""
    """Where Spark runs, as `local[2]` or `spark://host:7077`; empty: as Spark is configured."""


@dataclass(frozen=True, slots=True)
class Config:
    """Everything a run depends on besides its inputs.

    >>> resolve({"repair": {"mode": "off"}}).repair.mode
    'off'
    """

    profile: Literal["faithful", "corpus", "training"] = "faithful"
    reading: ReadingSection = field(default_factory=ReadingSection)
    metadata: MetadataSettings = field(default_factory=MetadataSettings)
    chrome: ChromeSettings = field(default_factory=ChromeSettings)
    repair: RepairSettings = field(default_factory=RepairSettings)
    language: LanguageSettings = field(default_factory=LanguageSettings)
    reuse: ReuseSettings = field(default_factory=ReuseSettings)
    limits: LimitSettings = field(default_factory=LimitSettings)
    run: RunSettings = field(default_factory=RunSettings)

    @property
    def keep_roles(self) -> frozenset[Role]:
        """Roles that content may have and stay in the corpus."""
        return frozenset(Role(r) for r in self.chrome.keep_roles) or frozenset(PROFILES[self.profile])

    @property
    def reading_settings(self) -> ReadingSettings:
        """The settings that readers take: names of fields, and the limits that concern them."""
        names = {f.name for f in fields(ReadingSettings)}
        own = tuple((name, kind) for name, _, kind in (pair.partition("=") for pair in self.reading.extensions))
        given = asdict(self.reading) | asdict(self.limits) | {"extensions": own}
        return ReadingSettings(**{name: value for name, value in given.items() if name in names})

    def resolved(self) -> dict[str, Any]:
        """The settings that may change the result, as plain values."""
        return {k: v for k, v in asdict(self).items() if k not in RESULT_FREE}

    def sha256(self) -> str:
        """Hash of the settings that may change the result, and of the rule files that they name."""
        files = [_file_sha256(path) for path in (*self.chrome.rules, *self.chrome.phrases)]
        said = self.resolved() | ({"files": files} if files else {})
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def _file_sha256(path: str) -> str:
    try:
        return hashlib.sha256(Path(path).read_bytes()).hexdigest()
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror}); [chrome] names it as a file of rules") from error


def load(path: Path | None = None, flags: Mapping[str, Any] | None = None) -> Config:
    """Return the settings: defaults, then file, then `CLEANER_*` environment, then flags.

    `path` is a TOML file; without it `cleaner.toml` in the working folder, else `[tool.cleaner]` of its
    `pyproject.toml`.  `flags` is nested like the file.  Raises ConfigError for anything unknown or out of range.
    """
    environment = _from_environment(os.environ)
    resolve(environment, "environment (CLEANER_*)")
    return resolve(_merged(_from_file(path), environment, flags or {}))


def resolve(values: Mapping[str, Any], where: str = "settings") -> Config:
    """Return a Config from nested plain values; raise ConfigError for an unknown key, a wrong type or value."""
    config = _build(Config, values, where)
    for role in config.chrome.keep_roles:
        if role not in set(Role):
            raise ConfigError(f"{where}: chrome.keep_roles: {role!r} is no role{_did_you_mean(role, Role)}")
    if not 0 < config.reuse.similarity <= 1:
        raise ConfigError(f"{where}: reuse.similarity must lie in (0, 1], not {config.reuse.similarity}")
    workers = config.run.workers or os.cpu_count() or 1
    if workers < 0:
        raise ConfigError(f"{where}: run.workers must be 0 (all cores) or more, not {workers}")
    return replace(config, run=replace(config.run, workers=workers))


def as_toml(config: Config) -> str:
    """Return the settings as TOML that `load` reads back."""
    lines: list[str] = []
    for item in fields(config):
        value = getattr(config, item.name)
        if is_dataclass(value):
            lines += ("", f"[{item.name}]", *(f"{f.name} = {_toml(getattr(value, f.name))}" for f in fields(value)))
        else:
            lines.append(f"{item.name} = {_toml(value)}")
    return "\n".join(lines) + "\n"


def _toml(value: object) -> str:
    return json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False)


def _from_file(path: Path | None) -> dict[str, Any]:
    if path is not None:
        return _parsed(path)
    if Path("cleaner.toml").is_file():
        return _parsed(Path("cleaner.toml"))
    if Path("pyproject.toml").is_file():
        section = _parsed(Path("pyproject.toml")).get("tool", {}).get("cleaner", {})
        return dict(section)
    return {}


def _parsed(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror}); give the path of a TOML file") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not valid TOML: {error}") from error


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    """`CLEANER_REPAIR__MODE=off` sets `repair.mode`; values are TOML, or plain strings where they are not."""
    out: dict[str, Any] = {}
    for name in sorted(environment):
        if not name.startswith("CLEANER_"):
            continue
        at = out
        *sections, key = name.removeprefix("CLEANER_").lower().split("__")
        for section in sections:
            at = at.setdefault(section, {})
        at[key] = _toml_value(environment[name])
    return out


def _toml_value(text: str) -> Any:
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def _merged(*layers: Mapping[str, Any]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for layer in layers:
        for key, value in layer.items():
            both = isinstance(value, Mapping) and isinstance(out.get(key), dict)
            out[key] = _merged(out[key], value) if both else value
    return out


def _build(kind: type[T], values: Mapping[str, Any], where: str) -> T:
    hints = get_type_hints(kind)
    for key in values:
        if key not in hints:
            raise ConfigError(f"{where}: unknown key {key!r}{_did_you_mean(key, hints)}")
    given = {key: _checked(hints[key], value, f"{where}: {key}") for key, value in values.items()}
    return kind(**given)


def _checked(hint: Any, value: Any, where: str) -> Any:
    if is_dataclass(hint):
        if not isinstance(value, Mapping):
            raise ConfigError(f"{where} is a section, not {value!r}")
        return _build(hint, value, where)  # type: ignore[arg-type]
    if get_origin(hint) is Literal:
        if value not in get_args(hint):
            choices = ", ".join(map(repr, get_args(hint)))
            raise ConfigError(f"{where} must be one of {choices}, not {value!r}")
        return value
    if get_origin(hint) is tuple:
        if not isinstance(value, list | tuple) or not all(isinstance(v, str) for v in value):
            raise ConfigError(f"{where} must be a list of strings, not {value!r}")
        return tuple(value)
    return _plain(hint, value, where)


def _plain(hint: type | UnionType, value: Any, where: str) -> Any:
    if hint is float and type(value) is int:
        return float(value)
    if type(value) is not hint:
        name = getattr(hint, "__name__", str(hint))
        raise ConfigError(f"{where} must be of type {name}, not {value!r}")
    return value


def _did_you_mean(key: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(key, [str(k) for k in known], n=1)
    return f"; did you mean {close[0]!r}?" if close else f"; known: {', '.join(sorted(str(k) for k in known))}"
