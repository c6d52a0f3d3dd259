"""A small grammar of news prose: invented names, places and events, drawn by a seeded generator.

Every text is a pure function of its key, so that paragraph 7 of document 40,000 can be written, and copied into
another document, without the 39,999 before it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from pathlib import Path
from random import Random

GRAMMAR = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
SOUNDS: dict[str, list[str]] = GRAMMAR["sounds"]
POOLS: dict[str, list[str]] = GRAMMAR["pools"]
PARTS: dict[str, list[str]] = GRAMMAR["parts"]
SLOT = re.compile(r"\{([^{}]+)\}")
ARTICLE = re.compile(r"\b([Aa]) (?=[aeiou])")
COMPILED = {text: SLOT.split(text) for texts in PARTS.values() for text in texts}


def generator(*key: object) -> Random:
    """Return a generator that depends on the key alone (a string seed is hashed by SHA-512, not by `hash`)."""
    return Random("/".join(map(str, key)))


def pick(rng: Random, choices: Sequence[str]) -> str:
    return choices[int(rng.random() * len(choices))]


def spoken(rng: Random, *sounds: str) -> str:
    """Return a word made of one sound of each kind."""
    return "".join(pick(rng, SOUNDS[sound]) for sound in sounds)


def name(rng: Random) -> str:
    """Return an invented surname of two syllables."""
    return spoken(rng, "onset", "vowel", "onset", "vowel", "coda").title()


def person(rng: Random) -> str:
    return f"{pick(rng, SOUNDS['first_name'])} {name(rng)}"


def place(rng: Random) -> str:
    return spoken(rng, "onset", "vowel", "coda", "place_end").title()


def fill(rng: Random, template: str) -> str:
    """Return the template with every slot drawn anew.

    >>> fill(generator("doc", 1), "the {noun} at {Place}")[:4]
    'the '
    """
    parts = COMPILED.get(template) or SLOT.split(template)
    return "".join(_slot(rng, part) if i % 2 else part for i, part in enumerate(parts))


def _slot(rng: Random, slot: str) -> str:
    if slot == "Person":
        return person(rng)
    if slot == "Place":
        return place(rng)
    if slot == "number":
        return f"{int(rng.random() * 9800) + 12:,}"
    return pick(rng, POOLS[slot])


def phrase(rng: Random, *kinds: str) -> str:
    """Return one part of each kind, one after another, with a capital at the start and `a` or `an` as it sounds."""
    text = ARTICLE.sub(r"\1n ", "".join(fill(rng, pick(rng, PARTS[kind])) for kind in kinds))
    return text[:1].upper() + text[1:]


def sentence(rng: Random) -> str:
    """Return one sentence of 8 to 35 words."""
    lead, rest = phrase(rng, "opening", "subject"), phrase(rng, "action", "tail", "tail")
    return f"{lead} {rest[:1].lower()}{rest[1:]}."


def paragraph(*key: object) -> str:
    """Return two to four sentences."""
    rng = generator("paragraph", *key)
    return " ".join(sentence(rng) for _ in range(2 + int(rng.random() * 3)))


def headline(*key: object) -> str:
    rng = generator("headline", *key)
    subject, action = phrase(rng, "subject"), phrase(rng, "action")
    return f"{subject} {action[:1].lower()}{action[1:]}"


def quotation(number: int, seed: int) -> tuple[str, str]:
    """Return the words of a quotation, without a full stop, and the one who said them."""
    rng = generator("quotation", seed, number)
    words = f"{phrase(rng, 'claim', 'joint', 'claim')}. {phrase(rng, 'claim', 'joint', 'claim')}"
    return words, person(rng)


def quoting(number: int, seed: int, form: int) -> str:
    """Return a paragraph that carries the quotation; `form` chooses how it is attributed."""
    words, speaker = quotation(number, seed)
    return PARTS["attribution"][form % len(PARTS["attribution"])].format(quote=words, speaker=speaker)
