"""The word list that is shipped is the one that its script expands."""

from __future__ import annotations

from importlib.resources import files

from bench.english_words import expanded
from cleaner.repair.dictionary import capital_forms, is_lower_word


def test_shipped_list_is_the_expanded_one():
    assert files("cleaner.rules").joinpath("english_words.txt").read_text("utf-8") == expanded()


def test_endings_prefixes_and_british_spellings_are_words():
    assert all(map(is_lower_word, ("talks", "unfair", "harbour", "organised", "travelled", "programme")))


def test_names_are_no_words_in_small_letters():
    assert not any(map(is_lower_word, ("monday", "minsk", "european", "nasa")))
    assert [capital_forms()[name] for name in ("monday", "european", "nasa")] == ["Monday", "European", "NASA"]
