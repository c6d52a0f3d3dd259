"""What class names, ids and roles of a container say: words looked up one by one, no patterns."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from functools import cache, reduce
from importlib.resources import files
from itertools import pairwise
from operator import or_
from typing import NamedTuple

# Letters only; a capital after a small letter starts a word.  No repetition inside a repetition: linear.
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[A-Z]")
# Tables of bytes: they cost a tenth of tables of characters, and every page has names of its own.
_SPACED = bytes(code if chr(code).islower() else ord(" ") for code in range(128)).ljust(256)
_DIGITS = b"0123456789"
# Longer names are cut: they are generated, and their first words say all they say.
_NAME_CHARS = 240


class ClassWords(NamedTuple):
    """The categories in bit order, and the bits of each word and each pair of words."""

    categories: tuple[str, ...]
    words: dict[str, int]
    pairs: dict[tuple[str, str], int]

    def bits(self, name: str) -> int:
        """Return the categories that a class name, id or role falls under.

        >>> known = load_class_words()
        >>> [c for i, c in enumerate(known.categories) if known.bits("js-articleBody") >> i & 1]
        ['body', 'weak']
        """
        words = split_name(name)
        found = (*(self.words.get(word, 0) for word in words), *(self.pairs.get(pair, 0) for pair in pairwise(words)))
        return reduce(or_, found, 0)


def split_name(name: str) -> list[str]:
    """Return the lower-case words of a class name.

    >>> split_name("c-entryContent__main SITE-Nav2")
    ['c', 'entry', 'content', 'main', 'site', 'nav']
    """
    name = name[:_NAME_CHARS]
    if name.isascii() and name.islower():  # most names, at a tenth of the cost
        return name.encode().translate(_SPACED).decode().split()
    return [word.lower() for word in _WORD.findall(name)]


@cache
def load_class_words() -> ClassWords:
    """Return the dictionary that ships with the package (`rules/class_words.toml`)."""
    rules = tomllib.loads((files("cleaner") / "rules" / "class_words.toml").read_text(encoding="utf-8"))
    words: dict[str, int] = {}
    pairs: dict[tuple[str, str], int] = {}
    for place, entry in enumerate(rules.values()):
        for word in entry["words"]:
            words[word] = words.get(word, 0) | 1 << place
        for first, second in (pair.split() for pair in entry["pairs"]):
            pairs[first, second] = pairs.get((first, second), 0) | 1 << place
    return ClassWords(tuple(rules), words, pairs)


class ClassScores(NamedTuple):
    """How often text under a class name was content on the training pages: log-odds against the page's average.

    `names` are whole class names and ids without digits, `words` their words.
    """

    names: dict[str, float]
    words: dict[str, float]


class NameReader:
    """What class names say, by the dictionary and by learned scores together: one look-up a word.

    Words are kept as bytes: most names are new to a page's site, and bytes are cut without being decoded again.
    """

    def __init__(self, known: ClassWords, scores: ClassScores) -> None:
        both = {*known.words, *scores.words}
        self._words = {word.encode(): (known.words.get(word, 0), scores.words.get(word, 0.0)) for word in both}
        self._pairs = {(first.encode(), second.encode()): bits for (first, second), bits in known.pairs.items()}
        self._paired = frozenset(first for first, _ in self._pairs)
        self._names = {name.encode(): score for name, score in scores.names.items()}

    def read(self, name: str) -> tuple[int, float, float]:
        """Return the categories of a name, and the lowest and the highest score of it and its words, 0 among them.

        >>> reader = NameReader(load_class_words(), class_scores({"entry": 0.5, "~nav": -2.0}))
        >>> reader.read("nav-entry")[1:], reader.read("entry2")[1:]
        ((-2.0, 0.0), (0.0, 0.5))
        """
        if name.isascii() and name.islower():  # most names
            data = name.encode()
            words, whole = data[:_NAME_CHARS].translate(_SPACED).split(), data.translate(None, _DIGITS)
        else:
            words, whole = [word.encode() for word in split_name(name)], _digitless(name).encode("utf-8", "replace")
        bits, scores = 0, [0.0, self._names.get(whole, 0.0)]
        for told in filter(None, map(self._words.get, words)):
            bits |= told[0]
            scores.append(told[1])
        if not self._paired.isdisjoint(words):
            for pair in pairwise(words):
                bits |= self._pairs.get(pair, 0)
        return bits, min(scores), max(scores)


def _digitless(part: str) -> str:
    return part.encode("utf-8", "surrogatepass").translate(None, _DIGITS).decode("utf-8", "surrogatepass").lower()


def class_scores(scores: Mapping[str, float]) -> ClassScores:
    """Return scores by key (see `score_keys`), ready for looking up.

    >>> class_scores({"entry": 0.5, "~nav": -2.0})
    ClassScores(names={'entry': 0.5}, words={'nav': -2.0})
    """
    return ClassScores(
        {key: score for key, score in scores.items() if key[0] != "~"},
        {key[1:]: score for key, score in scores.items() if key[0] == "~"},
    )


def score_keys(part: str) -> list[str]:
    """Return what scores are learned for: a class name or id without its digits, and its words.

    >>> score_keys("entryContent2")
    ['entrycontent', '~entry', '~content']
    """
    return [_digitless(part), *(f"~{word}" for word in split_name(part))]


@cache
def load_class_scores() -> ClassScores:
    """Return the scores learned by `bench/train_judge.py` (`chrome/model/class_scores.json`)."""
    data = (files("cleaner") / "chrome" / "model" / "class_scores.json").read_text(encoding="utf-8")
    return class_scores(json.loads(data))
