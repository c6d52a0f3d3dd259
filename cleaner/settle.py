"""Settling documents: every paragraph gets its fate, every one that stays its text, its edits and its language."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
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
from cleaner.language import UNDETERMINED, paragraph_languages
from cleaner.ledger import apply_edits
from cleaner.packing import unpack
from cleaner.records import Edit, Kind, Role, Status
from cleaner.repair.casing_stage import casing_answers
from cleaner.repair.mended_once import unpacked
from cleaner.repair.plan import Plan, may_be_repaired, plan_repairs
from cleaner.repair.settings import RepairSettings

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

    `chrome_score` is NaN for blank ones.  `texts` and `languages` are of those that are kept alone; `edits` are by the
    number of such a paragraph, in their order, and only those that have any are there.  `margins` are those of the
    documents that have answers about case, by the number of the document.
    """

    status: Ints
    role: Ints
    rules: Coded[Rules]
    chrome_score: npt.NDArray[np.float64]
    texts: pa.StringArray
    edits: Mapping[int, tuple[Edit, ...]]
    languages: Coded[str]
    margins: Mapping[int, str]

    @property
    def kept(self) -> Flags:
        """Which paragraphs are kept."""
        flags: Flags = self.status == _KEPT
        return flags


class _Kept(NamedTuple):
    """The paragraphs of documents that are kept: their positions and texts, and how many each document has."""

    positions: Ints
    texts: pa.StringArray
    sizes: Ints

    def of(self, document: int) -> slice:
        """Return where those of a document stand."""
        end = int(self.sizes[: document + 1].sum())
        return slice(end - int(self.sizes[document]), end)


def settle(rows: pa.RecordBatch, config: Config) -> Fates:
    """Return the fates of the paragraphs of documents: columns of `UNDERSTOOD`, and what the corpus says of each.

    `site` and `casing` are payloads of what was decided: site evidence, answers to questions about case.
    """
    blank = pc.equal(rows.column("kinds").flatten(), Kind.BLANK).to_numpy(zero_copy_only=False)
    status, role, rules, score = _judged(judge_all(rows, config.chrome), blank, config.keep_roles)
    kept = _kept(rows, status == _KEPT)
    languages: list[str] = pc.fill_null(rows.column("language"), UNDETERMINED).to_pylist()
    edits, margins = _repairs(rows, kept, languages, config.repair)
    texts = _edited(kept.texts, edits)
    told = paragraph_languages(texts, kept.sizes, languages, config.language.engine)
    return Fates(status, role, rules, score, texts, edits, told, margins)


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


def _kept(rows: pa.RecordBatch, kept: Flags) -> _Kept:
    sizes = pc.list_value_length(rows.column("kinds")).to_numpy()
    owners = np.repeat(np.arange(len(sizes)), sizes)[kept]
    positions = np.flatnonzero(kept) - (np.cumsum(sizes) - sizes)[owners]
    texts = rows.column("texts").flatten().filter(pa.array(kept))
    return _Kept(positions, texts, np.bincount(owners, minlength=len(sizes)))


def _repairs(
    rows: pa.RecordBatch, kept: _Kept, languages: Sequence[str], settings: RepairSettings
) -> tuple[dict[int, tuple[Edit, ...]], dict[int, str]]:
    """Return the edits of paragraphs that are repaired, and margins: of a document what is kept is looked at."""
    beside = list(
        zip(languages, *(rows.column(name).to_pylist() for name in ("casing", "mended", "case")), strict=True)
    )
    documents = [number for number, told in enumerate(beside) if may_be_repaired(*told)]
    places = list(map(kept.of, documents))
    plans = [
        _plan(kept.texts[place].to_pylist(), kept.positions[place].tolist(), *beside[number])
        for place, number in zip(places, documents, strict=True)
    ]
    planned = plan_repairs(plans, settings)
    found = zip(places, planned, strict=True)
    edits = {place.start + number: own for place, one in found for number, own in one.edits.items()}
    margins = zip(documents, (one.margins for one in planned), strict=True)
    return edits, {number: told for number, told in margins if beside[number][1] is not None}


def _plan(
    texts: list[str], positions: list[int], language: str, casing: str | None, mended: str | None, case: str | None
) -> Plan:
    known = unpacked(mended)
    layers = {number: known[position] for number, position in enumerate(positions) if position in known}
    return Plan(texts, language, casing_answers(unpack(casing)), layers, case, positions)


def _edited(texts: pa.StringArray, edits: Mapping[int, tuple[Edit, ...]]) -> pa.StringArray:
    """Return the texts with their edits applied."""
    numbers = np.fromiter(edits, np.int64, len(edits))
    old = texts.take(pa.array(numbers)).to_pylist()
    new = pa.array(list(map(apply_edits, old, edits.values())), pa.string())
    changed = np.zeros(len(texts), np.bool_)
    changed[numbers] = True
    return pc.replace_with_mask(texts, pa.array(changed), new)
