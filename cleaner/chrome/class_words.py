"""What class names, ids and roles of a container say: words looked up one by one, no patterns."""

from __future__ import annotations

import json
import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import NamedTuple

# Letters only; a capital after a small letter starts a word.  No repetition inside a repetition: linear.
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[A-Z]")
_DIGITS = re.compile(r"\d+")
# Longer names are cut: they are generated, and their first words say all they say.
_NAME_CHARS = 240


class ClassWords(NamedTuple):
    """The categories in bit order, and the bits of each word and each pair of words."""

    categories: tuple[str, ...]
    words: dict[str, int]
    pairs: dict[str, int]

    def bits(self, name: str) -> int:
        """Return the categories that a class name, id or role falls under.

        >>> known = load_class_words()
        >>> [c for i, c in enumerate(known.categories) if known.bits("js-articleBody") >> i & 1]
        ['body', 'weak']
        """
        bits = 0
        before = ""
        for word in split_name(name):
            bits |= self.words.get(word, 0) | self.pairs.get(f"{before} {word}", 0)
            before = word
        return bits


def split_name(name: str) -> list[str]:
    """Return the lower-case words of a class name.

    >>> split_name("c-entryContent__main SITE-Nav2")
    ['c', 'entry', 'content', 'main', 'site', 'nav']
    """
    return [word.lower() for word in _WORD.findall(name[:_NAME_CHARS])]


@cache
def load_class_words() -> ClassWords:
    """Return the dictionary that ships with the package (`rules/class_words.toml`)."""
    rules = tomllib.loads((files("cleaner") / "rules" / "class_words.toml").read_text(encoding="utf-8"))
    words: dict[str, int] = {}
    pairs: dict[str, int] = {}
    for place, entry in enumerate(rules.values()):
        for known, names in ((words, entry["words"]), (pairs, entry["pairs"])):
            for name in names:
                known[name] = known.get(name, 0) | 1 << place
    return ClassWords(tuple(rules), words, pairs)


class ClassScores(NamedTuple):
    """How often text under a class name was content on the training pages: log-odds against the page's average."""

    scores: dict[str, float]

    def range_of(self, part: str) -> tuple[float, float]:
        """Return the lowest and the highest score of one class name or id and its words, 0 among them."""
        known = [0.0, *(self.scores[key] for key in score_keys(part) if key in self.scores)]
        return min(known), max(known)


def score_keys(part: str) -> list[str]:
    """Return what scores are learned for: a class name or id without its digits, and its words.

    >>> score_keys("entryContent2")
    ['entrycontent', '~entry', '~content']
    """
    part = part[:_NAME_CHARS]
    return [_DIGITS.sub("", part).lower(), *(f"~{word}" for word in split_name(part))]


@cache
def load_class_scores() -> ClassScores:
    """Return the scores learned by `bench/train_judge.py` (`chrome/model/class_scores.json`)."""
    data = (files("cleaner") / "chrome" / "model" / "class_scores.json").read_text(encoding="utf-8")
    return ClassScores(json.loads(data))
