"""What is noted of the chances of words when a document is read: columns that SQL can add up in `casing_gate`."""

from __future__ import annotations

from math import log
from typing import NamedTuple

import numpy as np

from cleaner.repair.casing import LOWERING, PROPOSED
from cleaner.repair.casing_around import Floats
from cleaner.repair.casing_columns import Keys
from cleaner.repair.casing_damage import LEAST
from cleaner.repair.casing_finder import Finder, Flags
from cleaner.repair.casing_forms import CERTAIN
from cleaner.repair.casing_paragraphs import Paragraphs
from cleaner.repair.casing_reach import Reach
from cleaner.repair.casing_weights import casing_weights
from cleaner.repair.cutting import Ints


class Chances(NamedTuple):
    """How far words can come, by the numbers of their keys: the most log odds of a capital, and of small letters.

    They are minus infinity where there can be no change.  `weighs` says that the document or the dictionary gives a
    reason to raise the word, `times` how often it is in question.  `rooms` tells of each document how much suspects
    must add to its damage before a word that is hardly one becomes a proposal (log odds), `whole` whether more than
    words may change there.
    """

    raised: Floats
    lowered: Floats
    weighs: Flags
    times: Ints
    rooms: Floats
    whole: Flags


def chances(keys: Keys, paragraphs: Paragraphs, starts: Ints, more: Ints) -> Chances:
    """Return the chances of the words in question.

    `starts` are words with which sentences may begin small, `more` words where more than single words may change: what
    becomes of those depends on any suspect.
    """
    reach = Reach(keys, paragraphs)
    alone = keys.numbers[0]
    raised, lowered = np.full((2, keys.size), -np.inf)
    rows = np.flatnonzero(keys.in_question() & (reach.raised > -np.inf))
    np.maximum.at(raised, alone[rows], reach.raised[rows])
    odd = alone[reach.odd + keys.capital.start]
    np.maximum.at(lowered, odd, reach.lowered)
    lowered[alone[keys.lede]] = CERTAIN
    weighs = np.zeros(keys.size, np.bool_)
    weighs[alone[rows[reach.weighs[rows]]]] = True
    times = np.bincount(np.concatenate([alone[rows], odd]), minlength=keys.size)
    whole = np.zeros(len(keys.finder.starts) - 1, np.bool_)
    whole[keys.finder.documents_of(more)] = True
    return Chances(raised, lowered, weighs, times, _rooms(keys.finder, starts), whole)


def _rooms(finder: Finder, starts: Ints) -> Floats:
    """Return the room of each document, were half of its capitals to go."""
    count = len(finder.starts) - 1
    capitals = np.bincount(finder.documents_of(finder.capitalised()), minlength=count) / 2
    begin_small = np.bincount(finder.documents_of(starts), minlength=count)
    found: Floats = np.minimum(_room("raise", capitals, begin_small), _room("lower", capitals, begin_small))
    return found


def _room(direction: str, capitals: Floats, starts: Ints) -> Floats:
    """Return what suspects must add: the parts are those of `casing_damage.damage_parts`, without any suspect."""
    weights = casing_weights()[direction].together
    rates = weights["small_starts_rate"] + weights["suspects_rate"] + weights["raised_rate"]
    proposed = log(PROPOSED / (1 - PROPOSED)) + LOWERING * (direction == "lower")
    total = weights["bias"] + weights["alone"] * LEAST + weights["some_small_start"] + max(0.0, weights["some_raised"])
    total += (weights["suspects_rate"] + weights["raised_rate"]) * log(0.2)
    found: Floats = (
        proposed - total - weights["small_starts_rate"] * np.log(starts + 0.2) + rates * np.log(capitals + 50)
    )
    return found
