"""What was mended of a document when it was understood, packed, so that it is not mended again when it settles."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from operator import attrgetter

from cleaner.records import Edit

Layers = tuple[list[Edit], ...]
"""The edits of a paragraph that encoding and then spacing made, each in coordinates of the text before it."""

_FIELDS = tuple(field.name for field in fields(Edit))
_LISTS = [_FIELDS.index(name) for name in ("rule_ids", "evidence")]
_row = attrgetter(*_FIELDS)


def packed(layers: Mapping[int, Layers | None]) -> str | None:
    """Return the layers of the paragraphs that have any as one string, None where there are none.

    The keys are positions; None in place of layers says that they must be found again.
    """
    if not layers:
        return None
    rows = [[at, found and [list(map(_row, layer)) for layer in found]] for at, found in layers.items()]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))


def unpacked(mended: str | None) -> dict[int, Layers | None]:
    """Return the layers that a string holds.

    >>> layers = {4: ([Edit("repair", ("spacing/comma",), 4, 4, "", " ", "missing space")],), 7: None}
    >>> unpacked(packed(layers)) == layers
    True
    """
    rows = json.loads(mended) if mended else ()
    return {at: found and tuple([_edit(row) for row in layer] for layer in found) for at, found in rows}


def _edit(row: list[object]) -> Edit:
    for at in _LISTS:
        row[at] = tuple(row[at])  # type: ignore[arg-type]
    return Edit(*row)  # type: ignore[arg-type]
