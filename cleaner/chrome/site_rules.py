"""Templates as a file: learned from documents, read and edited by people, shared, and loaded again as rules."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

from cleaner.chrome.site_templates import Template

_HEAD = """\
# Site templates, learned by `cleaner rules learn`.  A paragraph of an outlet listed here is evidence of furniture
# (`site/known`) wherever the outlet has it.  Delete what is content; add what is missing: `documents` is for readers.
# Load: [chrome] rules = ["this file"]
"""


class TemplateError(ValueError):
    """A file of templates that is not one."""


def write_templates(templates: Iterable[Template]) -> str:
    r"""Return the TOML text of templates, by outlet, most frequent first.

    >>> print(write_templates([Template("courier.example", "Follow us", 12)]).split("\n\n")[1], end="")
    [[template]]
    outlet = "courier.example"
    text = "Follow us"
    documents = 12
    """
    order = sorted(templates, key=lambda t: (t.outlet, -t.documents, t.text))
    parts = [_HEAD]
    for _, group in groupby(order, key=lambda t: t.outlet):
        parts += [
            f"[[template]]\noutlet = {_quoted(t.outlet)}\ntext = {_quoted(t.text)}\ndocuments = {t.documents}\n"
            for t in group
        ]
    return "\n".join(parts)


def _quoted(text: str) -> str:
    # A JSON string is a TOML basic string, but for DEL.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def read_templates(path: Path) -> list[Template]:
    """Return the templates of a TOML file; raises `TemplateError` that says which entry is wrong."""
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8")).get("template", [])
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise TemplateError(f"{path}: not TOML in UTF-8 ({error})") from error
    templates = []
    for number, entry in enumerate(entries, 1):
        if not isinstance(entry.get("outlet"), str) or not isinstance(entry.get("text"), str):
            raise TemplateError(f"{path}: template {number} needs `outlet` and `text`, both strings")
        templates.append(Template(entry["outlet"], entry["text"], int(entry.get("documents", 0))))
    return templates
