"""What a process remembers of forms of words: each is looked at once, and what is told stays true."""

from __future__ import annotations

from cleaner.repair import vocabulary
from cleaner.repair.cutting import cut_texts
from cleaner.repair.signs import traits_of
from cleaner.repair.vocabulary import Vocabulary


def test_a_form_keeps_its_number_and_its_traits():
    known = Vocabulary()
    first = known.numbers([b"Oslo", b" ", "Tromsø".encode()])
    again = known.numbers([b"harbour", b"Oslo"])
    assert [known.texts[number] for number in [*first, *again]] == ["Oslo", " ", "Tromsø", "harbour", "Oslo"]
    assert again[1] == first[0]
    assert known.traits(again).tolist() == [traits_of("harbour"), traits_of("Oslo")]


def test_a_process_is_asked_once_about_a_form():
    asked = []

    def tell(form):
        asked.append(form)
        return float(len(form))

    known = Vocabulary()
    numbers = known.numbers([b"Oslo", b"harbour"])
    assert known.told(tell, numbers[[0, 0, 1]]).tolist() == [4, 4, 7]
    more = known.numbers([b"envoy", b"Oslo"])
    assert known.told(tell, more).tolist() == [5, 4]
    assert asked == ["Oslo", "harbour", "envoy"]


def test_forms_in_small_letters_have_numbers_of_their_own_once():
    known = Vocabulary()
    numbers = known.numbers([b"NATO", b"Nato", b"oslo"])
    small = known.in_small_letters(numbers)
    assert [known.texts[number] for number in small] == ["nato", "nato", "oslo"]
    assert small[2] == numbers[2]
    assert known.numbers([b"nato"]).tolist() == [small[0]]


def test_a_full_vocabulary_is_replaced_and_what_was_cut_with_it_stays_true(monkeypatch):
    monkeypatch.setattr(vocabulary, "_ROOM", 0)
    vocabulary._in_use.cache_clear()
    cuts = [cut_texts([text]) for text in ("The envoy left.", "Nobody came.")]
    assert cuts[0].vocabulary is not cuts[1].vocabulary
    assert [cut.vocabulary.told(len, cut.numbers).tolist() for cut in cuts] == [
        [len(form) for form in cut.forms] for cut in cuts
    ]
    vocabulary._in_use.cache_clear()
