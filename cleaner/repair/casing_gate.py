"""Which words the corpus is asked about: those that may still change when all that others can say is added.

`casing_reach` tells how far a word comes by itself.  What others add is a sum too, of how many of them write the word,
and the word beside its neighbours, with a capital and without.  So SQL adds up the most that there can be, in whole
millionths of log odds, and leaves out what stays below `casing_damage.SUSPECT`: such a word is no change, no proposal,
and no sign of damage.  Where suspects may show so much damage that even other words change, as much less is enough.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from math import ceil, floor, log, log1p

from cleaner.repair.casing_damage import LEAST
from cleaner.repair.casing_weights import casing_weights, probability

UNIT = 1_000_000
"""Log odds are counted in parts of this size, for SQL reckons with whole numbers alone: weights times logarithms."""
_WEIGHT, _LOGARITHM = 10_000, 100
STEPS = tuple(1 << n for n in range(2, 32))
"""Numbers of documents from the first of these on are told in steps."""
_MANY = 1 << 40


def stepped(column: str, steps: tuple[int, ...] = STEPS) -> str:
    """Return SQL for a number in steps: the largest of `steps` that it reaches."""
    return _case(column, [(step, step) for step in steps], column)


def _case(column: str, values: list[tuple[int, int]], least: str) -> str:
    cases = " ".join(f"WHEN {column} >= {start} THEN {value}" for start, value in reversed(values))
    return f"CASE {cases} ELSE {least} END"


def _finely() -> Iterator[tuple[int, int]]:
    """Yield ranges of numbers, a quarter of a doubling each."""
    starts = [1, 2, 3, *(step * part // 4 for step in STEPS[:16] for part in (4, 5, 6, 7)), _MANY]
    yield from pairwise(starts)


def _weight(direction: str, part: str) -> int:
    return round(casing_weights()[direction].alone.get(part, 0.0) * _WEIGHT)


def _most(column: str, logarithm: Callable[[int], float] = log1p) -> str:
    """Return SQL for no less than the logarithm of a count, in hundredths."""
    return _case(column, [(first, ceil(_LOGARITHM * logarithm(after - 1))) for first, after in _finely()], "0")


def _least(column: str) -> str:
    """Return SQL for the logarithm of a count in steps, rounded down."""
    exact = [(n, n) for n in range(1, STEPS[0])]
    values = [(first, floor(_LOGARITHM * log1p(n))) for first, n in (*exact, *((step, step) for step in STEPS))]
    return _case(column, values, "0")


_TENTHS = 10


def _chance(column: str) -> str:
    """Return SQL for no less than the probability of a suspect, in tenths, by its log odds above the least."""
    ends = [(step * UNIT // 2, ceil(_TENTHS * probability(LEAST + (step + 1) / 2))) for step in range(8)]
    return f"coalesce({_case(column, ends, '0')}, 0)"


def _expected(tenths: int) -> float:
    """Return what suspects add to the logarithm that weighs damage, by how many are expected."""
    return log((tenths / _TENTHS + 0.2) / 0.2)


def _beside(side: str) -> str:
    """Return SQL for what others add by writing a dictionary word beside a neighbour."""
    capital, small, alone = (_weight("raise", f"word_{side}_{part}") for part in ("others", "others_small", "only"))
    only = alone * _LOGARITHM
    return f"{capital} * c + {small} * s + CASE WHEN capital > 0 AND small = 0 THEN {only} ELSE 0 END"


def _alone(which: str) -> str:
    """Return SQL for what others add by writing a word; `here` counts documents of the same outlet."""
    capital, small, alone = (_weight("raise", f"{which}_{part}") for part in ("others", "others_small", "others_only"))
    only = f"CASE WHEN small = 0 THEN {alone} * c ELSE 0 END"
    outlet, outlet_small = (_weight("raise", part) * _LOGARITHM for part in ("outlet", "outlet_small"))
    here = f"{outlet} * here + {outlet_small} * here_small"
    return f"raises + loud + {capital} * c + {small} * s + {only} + {here}"


ALL_CAPITALS = _weight("raise", "all_capitals") * _LOGARITHM
"""What it adds that a word is written in capitals throughout."""
_NAME_BESIDE = UNIT // 2
"""No less than what neighbours add to names by weight."""
_SLACK = UNIT // 8
"""No less than what steps and rounding take from the case against a small letter."""
_TOGETHER = {
    name: round(casing_weights()["raise"].together[name] * _WEIGHT) for name in ("suspects_rate", "raised_rate")
}
_ALONE = min(round(casing_weights()[direction].together["alone"] * _WEIGHT) for direction in ("raise", "lower"))

_HOPELESS = -5 * UNIT
"""Below this no damage raises a word."""

WRITTEN = """
SELECT w.key AS key, d.outlet AS outlet, CAST(count(*) AS BIGINT) AS capital,
  CAST(sum(CASE WHEN w.loud THEN 1 ELSE 0 END) AS BIGINT) AS loud
FROM capitals w JOIN (SELECT key FROM questions WHERE asks UNION SELECT key FROM pairs WHERE asks) k ON k.key = w.key
JOIN documents d ON d.document = w.document GROUP BY w.key, d.outlet
"""
"""How many documents of each outlet write with a capital what anyone asks about, and in capitals throughout."""

WITHIN_REACH = f"""
WITH raised AS (
  SELECT key, CAST(sum(capital) AS BIGINT) AS capital, CAST(sum(loud) AS BIGINT) AS loud FROM written GROUP BY key
), beside AS (
  SELECT p.document, p.word, p.key, p.side, r.capital - CASE WHEN p.writes THEN 1 ELSE 0 END AS capital
  FROM pairs p JOIN raised r ON r.key = p.key WHERE p.asks AND (r.capital > 1 OR NOT p.writes)
), alone AS (
  SELECT q.document, q.key, q.known, q.small, q.writes, q.weighs, q.raises, q.lowers, q.times,
    coalesce(r.capital, 0) - CASE WHEN q.writes THEN 1 ELSE 0 END AS capital,
    CASE WHEN NOT q.writes AND r.loud > 0 AND 2 * r.loud >= r.capital THEN {ALL_CAPITALS} ELSE 0 END AS loud
  FROM questions q LEFT JOIN raised r ON r.key = q.key
  LEFT JOIN (SELECT DISTINCT document, word FROM beside) b ON b.document = q.document AND b.word = q.key
  WHERE q.asks AND (q.weighs OR q.lowers IS NOT NULL OR b.word IS NOT NULL
    OR (NOT q.known AND coalesce(r.capital, 0) > CASE WHEN q.writes THEN 1 ELSE 0 END))
), small_by_outlet AS (
  SELECT w.key, d.outlet, CAST(count(*) AS BIGINT) AS small
  FROM (SELECT document, key FROM questions WHERE small UNION ALL SELECT document, key FROM pairs) w
  JOIN (SELECT key FROM alone UNION SELECT key FROM beside) k ON k.key = w.key
  JOIN documents d ON d.document = w.document GROUP BY w.key, d.outlet
), lowered AS (
  SELECT key, CAST(sum(small) AS BIGINT) AS small FROM small_by_outlet GROUP BY key
), neighbours AS (
  SELECT b.document, b.word, b.side, a.known, b.capital, coalesce(s.small, 0) - 1 AS small
  FROM beside b JOIN alone a ON a.document = b.document AND a.key = b.word LEFT JOIN lowered s ON s.key = b.key
), near AS (
  SELECT document, word, max(CASE WHEN side = 1 AND NOT known THEN {_NAME_BESIDE} ELSE 0 END)
      + max(CASE WHEN known AND side = 1 THEN GREATEST(0, {_beside("left")}) ELSE 0 END)
      + max(CASE WHEN known AND side = 2 THEN GREATEST(0, {_beside("right")}) ELSE 0 END) AS adds,
    max(CASE WHEN NOT known OR 2 * capital > small THEN 1 ELSE 0 END) AS speaks,
    max(CASE WHEN NOT known AND side = 1 THEN 1 ELSE 0 END) AS calls
  FROM (SELECT n.*, {_most("capital")} AS c, {_least("small")} AS s FROM neighbours n) GROUP BY document, word
), heard AS (
  SELECT a.document, a.key AS word, a.known, a.weighs, a.raises, a.lowers, a.times, a.capital, a.loud, d.room, d.whole,
    coalesce(s.small, 0) - CASE WHEN a.small THEN 1 ELSE 0 END AS small,
    LEAST(3, coalesce(h.capital, 0) - CASE WHEN a.writes THEN 1 ELSE 0 END) AS here,
    LEAST(3, coalesce(i.small, 0) - CASE WHEN a.small THEN 1 ELSE 0 END) AS here_small
  FROM alone a JOIN documents d ON d.document = a.document
  LEFT JOIN lowered s ON s.key = a.key LEFT JOIN written h ON h.key = a.key AND h.outlet = d.outlet
  LEFT JOIN small_by_outlet i ON i.key = a.key AND i.outlet = d.outlet
), weighed AS (
  SELECT h.*, {_most("capital")} AS c, {_least("small")} AS s FROM heard h
), parted AS (
  SELECT w.document, w.word, w.room, w.whole, w.times,
    CASE WHEN w.known THEN {_alone("word")} ELSE {_alone("name")} END + coalesce(n.adds, 0) AS raises,
    w.lowers + {_weight("lower", "others_small")} * (s + 1) + {_weight("lower", "others_capital")} * c + {_SLACK}
      AS lowers,
    w.weighs OR coalesce(n.speaks, 0) = 1 OR (NOT w.known AND w.capital > 0) AS speaks,
    n.calls = 1 AND w.small = 0 AS called
  FROM weighed w LEFT JOIN near n ON n.document = w.document AND n.word = w.word
), spoken AS (
  SELECT document, word, room, whole, times, lowers,
    CASE WHEN NOT speaks THEN NULL WHEN called THEN GREATEST(raises, 0) ELSE raises END AS raises
  FROM parted WHERE (speaks AND raises >= {_HOPELESS}) OR lowers >= {_HOPELESS}
), suspected AS (
  SELECT *, times * {_chance("raises")} AS raised, times * {_chance("lowers")} AS lowered FROM spoken
), together AS (
  SELECT s.document, s.word, s.raises, s.lowers, s.whole, s.room
    - {_TOGETHER["suspects_rate"]} * {_most("(d.raised - s.raised)", _expected)}
    - {_TOGETHER["raised_rate"]} * {_most("(d.lowered - s.lowered)", _expected)} AS least
  FROM suspected s JOIN (
    SELECT document, CAST(sum(raised) AS BIGINT) AS raised, CAST(sum(lowered) AS BIGINT) AS lowered
    FROM suspected GROUP BY document) d ON d.document = s.document
), able AS (
  SELECT document, word, whole, {_WEIGHT} * least AS least,
    {_ALONE} * GREATEST(coalesce(raises, lowers), coalesce(lowers, raises)) AS reach
  FROM together
)
SELECT a.document AS document, a.word AS word
FROM able a JOIN (SELECT DISTINCT document FROM able WHERE whole OR reach >= least) d ON d.document = a.document
WHERE a.reach >= 0 OR a.reach >= a.least
"""  # noqa: S608  the only values are constants of this file and of the weights
"""The words that others can still change; `written` is the table above, others are those of `casing_tables`.

Most words are out of reach whatever anyone writes, and are left out before much is counted: dictionary words that the
document gives no reason to raise and nobody writes with a capital beside the same neighbours.
"""

ASKED = """
SELECT document, word AS key, word, 0 AS side, 0 AS near, 0 AS further FROM reached
UNION ALL
SELECT p.document, p.key, p.word, p.side, p.near, p.further
FROM pairs p JOIN reached r ON r.document = p.document AND r.word = p.word WHERE p.asks
"""
"""The questions whose answers can matter: those about words that are `reached`, alone and beside their neighbours.

Leaving the others out keeps what is decided of a document apart from what cannot concern it.  It changes no repair
where half of the document's capitals stay; else a proposal may be lost that is hardly one (3 of 375 on 1,513 pages)."""
