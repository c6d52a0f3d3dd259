"""The verdicts of understood documents: evidence out of a batch of them, what the site adds, and the judge's word."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cleaner.chrome.evidence import ROLES, Evidence
from cleaner.chrome.judge import judge
from cleaner.chrome.second_opinion import reconsidered
from cleaner.chrome.verdicts import Verdicts, together
from cleaner.coded import Coded
from cleaner.config import ChromeSettings
from cleaner.packing import unpack

_COLUMNS = ("mode", "features", "width", "in_menu", "hits", "as_content", "as_chrome", "repeat_of", "site")


def judge_all(rows: pa.RecordBatch, settings: ChromeSettings) -> Verdicts:
    """Return the verdicts of all paragraphs that are not blank; `rows` has columns of `UNDERSTOOD`, and `site`."""
    rows = rows.select(_COLUMNS)
    modes = rows.column("mode")
    owners = pc.list_parent_indices(rows.column("hits")).to_numpy()
    parts = []
    for mode in pc.unique(modes.drop_null()).to_pylist():
        of_mode = pc.fill_null(pc.equal(modes, mode), fill_value=False)
        seen = _with_site(rows.filter(of_mode))
        verdicts = judge(mode, seen)
        if mode == "html":
            verdicts = reconsidered(seen, verdicts, settings)
        parts.append((np.flatnonzero(of_mode.to_numpy(zero_copy_only=False)[owners]), verdicts))
    return together(parts)


def _with_site(rows: pa.RecordBatch) -> Evidence:
    """Return the evidence of documents of one mode with what their sites add to it."""
    seen = evidence_of(rows)
    codes, values = seen.hits.codes.tolist(), seen.hits.values
    added: dict[int, tuple[str, ...]] = {}
    for start, payload in zip(
        (np.cumsum(seen.sizes) - seen.sizes).tolist(), rows.column("site").to_pylist(), strict=True
    ):
        for position, hit in unpack(payload):
            row = start + position
            old = added.get(row) or values[codes[row]]
            added[row] = old if hit in old else (*old, hit)
    return seen._replace(hits=seen.hits.changed(added)) if added else seen


def evidence_of(rows: pa.RecordBatch) -> Evidence:
    """Return the judge's evidence of documents of one mode, at least one, from columns of `UNDERSTOOD`."""
    sizes = pc.list_value_length(rows.column("hits")).to_numpy().astype(np.int64)
    features = zip(rows.column("features"), rows.column("width").to_pylist(), strict=True)
    roles = pa.array(ROLES, pa.string())  # not once at import: Arrow would import pandas to make it
    as_content, as_chrome = (
        pc.index_in(rows.column(name).flatten(), roles).to_numpy() for name in ("as_content", "as_chrome")
    )
    return Evidence(
        sizes,
        np.concatenate([np.frombuffer(one.as_buffer(), "<f4").reshape(width, -1).T for one, width in features]),
        rows.column("in_menu").flatten().to_numpy(zero_copy_only=False),
        _hits(rows.column("hits").flatten()),
        as_content,
        as_chrome,
        rows.column("repeat_of").flatten().to_numpy(),
    )


def _hits(lines: pa.StringArray) -> Coded[tuple[str, ...]]:
    found = lines.dictionary_encode()
    said: Sequence[str] = found.dictionary.to_pylist()
    return Coded(found.indices.to_numpy(), [tuple(hits.split("\n")) if hits else () for hits in said])
