"""Languages as langdetect tells them, though its profiles are read in another way."""

from __future__ import annotations

import pytest
from langdetect.detector_factory import PROFILES_DIRECTORY, DetectorFactory

from cleaner.language_profiles import detectors


@pytest.fixture(scope="module")
def library():
    factory = DetectorFactory()
    factory.load_profile(PROFILES_DIRECTORY)
    factory.set_seed(0)
    return factory


def told(factory, text):
    detector = factory.create()
    detector.append(text)
    return {found.lang: round(found.prob, 9) for found in detector.get_probabilities()}


@pytest.mark.parametrize("text", [
    "The harbour was closed before noon, and the ferries stayed where they were.", "Menü", "OK", "12:30 Uhr",
    "Die Fähren blieben im Hafen, weil der Sturm früher kam als erwartet.", "Паром остался в порту до утра.",
    "渡轮因风暴停航，码头整夜关闭。", "フェリーは嵐のため欠航した。", "Le port est resté fermé; the storm came early.",
])  # fmt: skip
def test_answers_are_those_of_the_library(library, text):
    assert told(detectors(), text) == told(library, text)


def test_pieces_that_no_language_knows_are_not_there():
    known = detectors().create().word_lang_prob_map
    assert "\ue000q" not in known
    assert "the" in known
