"""Settling documents: every paragraph gets its fate, every one that stays its text, its edits and its language."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import chain
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from cleaner.chrome.evidence import ROLES, role_flags
from cleaner.chrome.verdicts import Rules, Verdicts
from cleaner.coded import Coded, Flags, Ints
from cleaner.config import Config
from cleaner.judging import judge_all
from cleaner.language import UNDETERMINED, Told, paragraph_languages
from cleaner.ledger import apply_edits
from cleaner.packing import unpack
from cleaner.records import Edit, Kind, Role, Status
from cleaner.repair.casing_stage import casing_answers
from cleaner.repair.mended_once import unpacked
from cleaner.repair.plan import Plan, plan_repairs

STATUSES = tuple(Status)
"""The statuses in the order of their codes."""

STAYS = frozenset({Status.KEPT, Status.COPY})
PARAGRAPH_BREAK = "\n\n"
"""What stands between the paragraphs of a document's text."""

_BLANK, _REPEAT, _CHROME, _KEPT, _EXCLUDED = map(
    STATUSES.index, (Status.BLANK, Status.REPEAT, Status.CHROME, Status.KEPT, Status.EXCLUDED)
)


class Fates(NamedTuple):
    """What becomes of the paragraphs of documents, an item each; roles and statuses are codes.

    `chrome_score` is NaN for blank ones.  `texts`, `edits` and `languages` are of those that are kept alone.
    """

    status: Ints
    role: Ints
    rules: Coded[Rules]
    chrome_score: npt.NDArray[np.float64]
    texts: Sequence[str]
    edits: Sequence[tuple[Edit, ...]]
    languages: Sequence[str]

    @property
    def kept(self) -> Flags:
        """Which paragraphs are kept."""
        flags: Flags = self.status == _KEPT
        return flags


def settle(rows: pa.RecordBatch, config: Config) -> Fates:
    """Return the fates of the paragraphs of documents: columns of `UNDERSTOOD`, and what the corpus says of each.

    `site` and `casing` are payloads of what was decided: site evidence, answers to questions about case.
    """
    blank = pc.equal(rows.column("kinds").flatten(), Kind.BLANK).to_numpy(zero_copy_only=False)
    status, role, rules, score = _judged(judge_all(rows, config.chrome), blank, config.keep_roles)
    plans = _plans(rows, status == _KEPT)
    edits = plan_repairs(plans, config.repair)
    told = [
        Told([apply_edits(text, own) if own else text for text, own in zip(plan.texts, found, strict=True)], language)
        for plan, found, language in zip(plans, edits, _languages(rows), strict=True)
    ]
    languages = paragraph_languages(told, config.language.engine)
    texts = chain.from_iterable(one.texts for one in told)
    of_kept = list(texts), list(chain.from_iterable(edits)), list(chain.from_iterable(languages))
    return Fates(status, role, rules, score, *of_kept)


def _judged(
    verdicts: Verdicts, blank: Flags, keep: Collection[Role]
) -> tuple[Ints, Ints, Coded[Rules], npt.NDArray[np.float64]]:
    """Return status, role, rules and chrome score of all paragraphs, by verdict and policy."""
    shown = ~blank
    told = np.where(role_flags(keep)[verdicts.role], _KEPT, _EXCLUDED)
    status, role, codes = (np.full(len(blank), code) for code in (_BLANK, ROLES.index(Role.UNKNOWN), 0))
    status[shown] = np.select([verdicts.repeat_of >= 0, ~verdicts.is_content], [_REPEAT, _CHROME], told)
    role[shown] = verdicts.role
    said = verdicts.rules.values
    codes[shown] = 1 + verdicts.rules.codes + len(said) * (status[shown] == _EXCLUDED)
    rules = Coded(codes, [("structure/blank",), *said, *((*rule, "policy/keep-roles") for rule in said)])
    score = np.full(len(blank), np.nan)
    score[shown] = np.round(1.0 - verdicts.score, 6)
    return status, role, rules, score


def _languages(rows: pa.RecordBatch) -> list[str]:
    found: list[str] = pc.fill_null(rows.column("language"), UNDETERMINED).to_pylist()
    return found


def _plans(rows: pa.RecordBatch, kept: Flags) -> list[Plan]:
    """Return what repairs have to know: they look at the paragraphs that are kept, as one document."""
    sizes = pc.list_value_length(rows.column("kinds")).to_numpy()
    owners = np.repeat(np.arange(len(sizes)), sizes)
    positions = np.flatnonzero(kept) - (np.cumsum(sizes) - sizes)[owners[kept]]
    ends = np.cumsum(np.bincount(owners[kept], minlength=len(sizes))).tolist()
    places = list(map(slice, (0, *ends), ends))
    texts, at = rows.column("texts").flatten().filter(pa.array(kept)).to_pylist(), positions.tolist()
    beside = (rows.column(name).to_pylist() for name in ("casing", "mended", "case"))
    return [_plan(texts[own], at[own], *told) for own, *told in zip(places, _languages(rows), *beside, strict=True)]


def _plan(
    texts: list[str], positions: list[int], language: str, casing: str | None, mended: str | None, case: str | None
) -> Plan:
    known = unpacked(mended)
    layers = {number: known[position] for number, position in enumerate(positions) if position in known}
    return Plan(texts, language, casing_answers(unpack(casing)), layers, case, positions)
