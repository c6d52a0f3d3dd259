"""Rule ids in words: what the rule packs say of themselves, and what the judge's own evidence means."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

FAMILIES = {
    "chrome": "a phrase that sites put round their articles",
    "judge": "its words, its links and its place say so",
    "role": "its words and its place say what it does in the page",
    "structure": "nothing but white space",
    "repeat": "the same text stands earlier in the document",
    "site": "the outlet repeats this text on its pages",
    "again": "several pages of the outlet have this sentence",
    "own": "a phrase rule of your own",
    "own-evidence": "a phrase rule of your own",
    "reuse": "another document has the same text",
    "policy": "the profile leaves this role out",
    "repair": "a repair of the text",
    "spacing": "a space was missing",
    "casing": "a word had lost its capital",
    "encoding": "text had been decoded wrongly",
}


@cache
def rule_catalogue() -> dict[str, str]:
    """Return the `why` of every rule that a TOML pack of this package defines, by id."""
    root = files("cleaner") / "rules"
    return {rule_id: why for pack, prefix in _packs(root) for rule_id, why in _whys(pack, prefix)}


def _packs(folder: Traversable, prefix: str = "") -> Iterator[tuple[Traversable, str]]:
    """Yield every pack with the path that its rules' ids begin with."""
    for entry in sorted(folder.iterdir(), key=lambda e: e.name) if folder.is_dir() else ():
        if entry.is_dir():
            yield from _packs(entry, f"{prefix}{entry.name}/")
        elif entry.name.endswith(".toml"):
            yield entry, f"{prefix}{entry.name.removesuffix('.toml')}/"


def _whys(pack: Traversable, prefix: str) -> Iterator[tuple[str, str]]:
    """Yield id and reason of a pack's rules, which are tables named for the rule or a list of tables with an id."""
    for name, rules in tomllib.loads(pack.read_text(encoding="utf-8")).items():
        for rule in rules if isinstance(rules, list) else [rules]:
            if isinstance(rule, dict) and "why" in rule:
                yield str(rule.get("id", prefix + name)), str(rule["why"])


def reason_for(rule_id: str) -> str:
    """Return why a rule exists, in words.

    >>> reason_for("site/template-of-three-pages")
    'the outlet repeats this text on its pages'
    """
    said = rule_catalogue().get(rule_id)
    return said or FAMILIES.get(rule_id.split("/", 1)[0], rule_id.replace("/", " › ").replace("-", " "))
