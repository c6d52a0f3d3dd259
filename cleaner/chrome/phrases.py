"""Phrase rules: what page furniture says, as data, matched with one look-up a word.

A rule lists phrases.  A phrase is a sequence of words, case folded, punctuation ignored; `a|b` is either word, `a?` may
be absent, `#` is any number, `^` any word with a capital, `*` any word.  `match` says where it may stand:

    line     the whole line
    label    at the start, and a colon, dash, bar, arrow or the end of the line follows
    prefix   at the start
    within   anywhere

`strength = "decisive"` rules are enough on text that has little furniture otherwise; `evidence` rules only lend weight.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from itertools import chain
from typing import Any, Literal, NamedTuple, get_args

from cleaner.records import Role

LANGUAGES = ("en", "de", "fr", "es", "it", "pt", "ru", "uk")
Match = Literal["line", "label", "prefix", "within"]
Position = Literal["start", "end", "any"]
Strength = Literal["decisive", "evidence"]

# So many words a line has at most that a rule can hit.
LONGEST = 45
# A line of more characters is not searched: its words would have to be very long to be few enough.
LONGEST_CHARS = 16 * LONGEST
_DEFAULT_WORDS: Mapping[str, int] = {"line": LONGEST, "label": 24, "prefix": 16, "within": 40}
_TOKEN = re.compile(r"\d+(?:[.,]\d+)*\w*|[^\W_]+(?:['’][^\W_]+)*|©")
_SPECIAL = frozenset("#^*")
_LABEL_END = re.compile(r"[\s)\]\"'”’»]*(?:[:|>»→▶►–—…]|-\s|\.{2,}|\Z)")


class PhraseError(ValueError):
    """A rule file that says something no rule can mean."""


@dataclass(frozen=True, slots=True, eq=False)
class PhraseRule:
    """One rule of a rule file; `id` is `chrome/<language>/<name>`.  A rule is the same as itself only."""

    id: str
    phrases: tuple[str, ...]
    role: Role
    match: Match
    max_words: int
    position: Position
    strength: Strength
    why: str
    examples: tuple[str, ...]
    counter_examples: tuple[str, ...]

    @property
    def language(self) -> str:
        """The language of the file that the rule stands in."""
        return self.id.split("/")[1]


class Hit(NamedTuple):
    """A rule that hit a line, and the characters of the line that it hit."""

    rule: PhraseRule
    char_start: int
    char_end: int


@dataclass(slots=True, eq=False)
class _State:
    """A place inside a phrase: where each next word leads, and the rule whose phrase may end here."""

    words: dict[str, list[_State]] = field(default_factory=dict)
    numbers: list[_State] = field(default_factory=list)
    capitals: list[_State] = field(default_factory=list)
    any_word: list[_State] = field(default_factory=list)
    rule: PhraseRule | None = None

    def ends_or_is_free(self) -> bool:
        """Tell whether a phrase may end here or go on with other than a plain word."""
        return bool(self.rule or self.numbers or self.capitals or self.any_word)

    def after(self, key: str) -> list[_State]:
        """Return the states that a word of a phrase leads to, to be added to."""
        special = {"#": self.numbers, "^": self.capitals, "*": self.any_word}
        return special[key] if key in special else self.words.setdefault(key, [])


class Beginnings(NamedTuple):
    """How phrases begin: with a word whatever follows, with a pair of words, with names or numbers before a word."""

    words: frozenset[str]
    pairs: frozenset[str]
    behind_names: frozenset[str]
    behind_numbers: frozenset[str]


class _Line(NamedTuple):
    """A line as its words, as written and with case and apostrophes folded."""

    text: str
    words: list[str]
    folded: list[str]

    def spans(self) -> list[tuple[int, int]]:
        """Return where the words stand; asked for on a hit only, as most lines have none."""
        return [token.span() for token in _TOKEN.finditer(self.text)]


class PhraseBook:
    """All rules in two tries: phrases that start a line, and phrases that stand anywhere.

    >>> [hit.rule.id for hit in load_phrases().match("Post a Comment")]
    ['chrome/en/post-a-comment']
    >>> load_phrases().match("He had no comment on the matter.")
    []
    """

    def __init__(self, rules: Iterable[PhraseRule]) -> None:
        self.rules: Mapping[str, PhraseRule] = {rule.id: rule for rule in rules}
        self._opening, self._anywhere = _State(), _State()
        for rule in self.rules.values():
            for phrase in rule.phrases:
                _add(self._anywhere if rule.match == "within" else self._opening, phrase, rule)
        self._behind = _behind_first_words(self._anywhere)

    def match(self, text: str) -> list[Hit]:
        """Return the rules that hit a line, in the order of their ids; lines of over 45 words have no hits."""
        found = self._found(text)
        spans = _read_line(text).spans() if found else []
        return [Hit(self.rules[name], spans[found[name][0]][0], spans[found[name][1]][1]) for name in sorted(found)]

    def rules_in(self, text: str) -> list[PhraseRule]:
        """Return the rules of `match` without the characters that they hit."""
        return [self.rules[name] for name in sorted(self._found(text))]

    def _found(self, text: str) -> dict[str, tuple[int, int]]:
        """Return the rules that hit a line by their ids, and the first and the last word that each hits."""
        line = _read_line(text) if len(text) <= LONGEST_CHARS else None
        if line is None or not line.words or len(line.words) > LONGEST:
            return {}
        found = dict(_hits(self._opening, line, 0))
        for first, (word, second) in enumerate(zip(line.folded, [*line.folded[1:], ""], strict=True)):
            # Common words begin phrases, but seldom go on as one.
            if word in self._behind and ((behind := self._behind[word]) is None or second in behind):
                found |= _hits(self._anywhere, line, first)
        return found

    def beginnings(self) -> tuple[Beginnings, Beginnings]:
        """Return how phrases begin that start a line, and phrases that stand anywhere; any may begin with a number."""
        return _beginnings(self._opening), _beginnings(self._anywhere)

    def faults(self) -> Iterator[str]:
        """Yield a sentence for every example that a rule misses and every counter-example that it hits."""
        for rule in self.rules.values():
            for text in rule.examples:
                if rule not in self.rules_in(text):
                    yield f"{rule.id} misses its example {text!r}"
            for text in rule.counter_examples:
                hits = self.rules_in(text)
                if rule in hits or any(other.strength == "decisive" for other in hits):
                    yield f"{rule.id}: its counter-example {text!r} is hit by {', '.join(hit.id for hit in hits)}"


def _read_line(text: str) -> _Line:
    words = _TOKEN.findall(text)
    return _Line(text, words, " ".join(words).lower().replace("’", "'").split(" "))


def _hits(root: _State, line: _Line, first: int) -> Iterator[tuple[str, tuple[int, int]]]:
    """Yield the rules of which a phrase begins at word `first` and stands where it should."""
    states = [root]
    for last in range(first, len(line.words)):
        states = _step(states, line.folded[last], line.words[last])
        if not states:
            return
        for state in states:
            rule = state.rule
            if rule is not None and len(line.words) <= rule.max_words and _stands(rule.match, line, last):
                yield rule.id, (first, last)


def _step(states: list[_State], folded: str, word: str) -> list[_State]:
    """Return the states that one more word leads to, each of them once: words that may be absent make many ways."""
    following: list[_State] = []
    for state in states:
        following += state.words.get(folded, ())
        following += state.any_word
        if state.numbers and folded[0].isdecimal():
            following += state.numbers
        if state.capitals and word[0].isupper():
            following += state.capitals
    return list(dict.fromkeys(following)) if len(following) > 1 else following


def _beginnings(root: _State) -> Beginnings:
    behind = _behind_first_words(root)
    words = frozenset(word for word, after in behind.items() if after is None)
    pairs = frozenset(f"{word} {second}" for word, after in behind.items() for second in after or ())
    behind_names, behind_numbers = _plain_words([*root.capitals, *root.any_word]), _plain_words(root.numbers)
    return Beginnings(words, pairs, frozenset(behind_names), frozenset(behind_numbers))


def _behind_first_words(root: _State) -> dict[str, frozenset[str] | None]:
    """Return for each first word the second ones, None where a phrase may end or go on with other than a word."""
    free = {word for word, states in root.words.items() if any(s.ends_or_is_free() for s in states)}
    behind = {word: frozenset(chain.from_iterable(s.words for s in states)) for word, states in root.words.items()}
    return {word: None if word in free else after for word, after in behind.items()}


def _plain_words(states: Sequence[_State]) -> Iterator[str]:
    """Yield the first plain words on all ways from the states."""
    for state in states:
        yield from state.words
        yield from _plain_words([*state.numbers, *state.capitals, *state.any_word])


def _stands(match: Match, line: _Line, last: int) -> bool:
    """Tell whether a phrase that ends with word `last` stands where its rule wants it."""
    if match == "line":
        return last == len(line.words) - 1
    return match != "label" or _LABEL_END.match(line.text, line.spans()[last][1]) is not None


# ---------------------------------------------------------------- rule files


@cache
def load_phrases(languages: tuple[str, ...] = LANGUAGES) -> PhraseBook:
    """Return the rules that ship with the package for some languages (`rules/chrome/<language>.toml`).

    >>> load_phrases(("en",)).rules["chrome/en/tags"].position
    'end'
    """
    folder = files("cleaner") / "rules" / "chrome"
    texts = [(language, (folder / f"{language}.toml").read_text(encoding="utf-8")) for language in languages]
    return PhraseBook(rule for language, text in texts for rule in read_rules(text, language))


def read_rules(text: str, language: str) -> list[PhraseRule]:
    r"""Return the rules of one TOML file; raises `PhraseError` where a rule is not one.

    >>> read_rules('[menu]\nphrases = ["menu"]\nrole = "navigation"\nmatch = "line"\nwhy = "w"', "en")[0].id
    'chrome/en/menu'
    """
    return [_read_rule(f"chrome/{language}/{name}", entry) for name, entry in tomllib.loads(text).items()]


def _read_rule(name: str, entry: Mapping[str, Any]) -> PhraseRule:
    unknown = entry.keys() - set(PhraseRule.__dataclass_fields__)
    if unknown or not entry.get("phrases") or not entry.get("why"):
        raise PhraseError(f"{name}: needs `phrases` and `why`, and knows no {sorted(unknown)}")
    match = _choice(name, entry.get("match", ""), get_args(Match))
    return PhraseRule(
        id=name,
        phrases=tuple(entry["phrases"]),
        role=Role(_choice(name, entry.get("role", ""), tuple(Role))),
        match=match,
        max_words=int(entry.get("max_words", _DEFAULT_WORDS[match])),
        position=_choice(name, entry.get("position", "any"), get_args(Position)),
        strength=_choice(name, entry.get("strength", "decisive"), get_args(Strength)),
        why=entry["why"],
        examples=tuple(entry.get("examples", ())),
        counter_examples=tuple(entry.get("counter_examples", ())),
    )


def _choice(name: str, value: str, choices: tuple[str, ...]) -> Any:
    if value not in choices:
        raise PhraseError(f"{name}: {value!r} is none of {', '.join(choices)}")
    return value


def _add(root: _State, phrase: str, rule: PhraseRule) -> None:
    """Add a phrase: one state a word, and every state leads over the words that may be absent."""
    words = phrase.lower().split()
    if not any(not word.endswith("?") for word in words):
        raise PhraseError(f"{rule.id}: {phrase!r} has optional words only and would match everywhere")
    wanted = next(at for at, word in enumerate(words) if not word.endswith("?"))
    if rule.match == "within" and any(word.strip("?") in _SPECIAL for word in words[: wanted + 1]):
        raise PhraseError(f"{rule.id}: {phrase!r} may stand anywhere and must begin with a plain word")
    if words[0].strip("?") in {"^", "*"} and all(word.strip("?") in _SPECIAL for word in words):
        raise PhraseError(f"{rule.id}: {phrase!r} names no word and would match nearly everywhere")
    states = [root, *(_State() for _ in words)]
    for at, state in enumerate(states):
        for ahead in range(at, len(words)):
            for word in words[ahead].rstrip("?").split("|"):
                followers = state.after(word)
                if states[ahead + 1] not in followers:
                    followers.append(states[ahead + 1])
            if not words[ahead].endswith("?"):
                break
        else:
            state.rule = rule
