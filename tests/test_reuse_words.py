"""Words of comparison keys: what is folded, what is kept apart, and where each word stands in its text."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cleaner.reuse.words as words_module
from cleaner.reuse.equivalents import equivalents
from cleaner.reuse.texts import grain_of, keys_of
from cleaner.reuse.words import QUOTED, words_of


def same_key(*texts: str) -> bool:
    return len(set(keys_of(words_of(pa.array(texts))).tolist())) == 1


def cut(text: str) -> list[str]:
    words = words_of(pa.array([text]))
    return [text[a:b] for a, b in zip(words.starts.tolist(), words.ends.tolist(), strict=True)]


@pytest.mark.parametrize(
    "texts",
    [
        ("The mayor’s “plan”", 'the mayor\'s "PLAN"'),
        ("3% of voters", "3 percent of voters", "3 per cent of voters", "3 pct of voters"),
        ("$90bn in aid", "$90 billion in aid"),
        ("1,250,000 homes", "1250000 homes"),
        ("U.S. and U.N. envoys", "US and UN envoys"),
        ("a well-known B-1 bomber", "a well known B1 bomber"),
        ("The café in Erdoğan’s town", "The cafe\u0301 in Erdogan's town"),
        ("The labor center", "The labour centre"),
        ("soft\u00adhyphen", "softhyphen", "soft\u200bhyphen"),
        ("Tom &amp; Ann’s house", "Tom & Annâ€™s house"),
        ("مُحَمَّد", "محمد"),
        ("１２３ ｆｕｌｌ", "123 full"),
    ],
)
def test_one_key(texts: tuple[str, ...]) -> None:
    assert same_key(*texts)


@pytest.mark.parametrize(
    "texts",
    [
        ("3.5 tonnes", "35 tonnes"),
        ("12,5 tonnes", "125 tonnes"),
        ("at 09:01", "at 901"),
        ("ab cd", "abcd"),
        ("ab cd", "cd ab"),
        ("m 5", "million 5"),
        ("中国", "国中"),
        ("the plan", "the plans"),
    ],
)
def test_keys_apart(texts: tuple[str, str]) -> None:
    assert not same_key(*texts)


def test_words_stand_where_the_text_has_them() -> None:
    assert cut("In the U.S., 3.5 per cent of 1,200 – “naïve” voters…") == [
        *("In", "the", "U.S", "3.5", "per cent", "of", "1,200", "naïve", "voters")
    ]


def test_mended_text_keeps_its_places() -> None:
    assert cut("Tom &amp; Ann itâ€™s here") == ["Tom", "Ann", "it", "s", "here"]


def test_scripts_without_spaces_are_cut_by_character() -> None:
    assert cut("中国政府 said ไทย") == ["中", "国", "政", "府", "said", "ไ", "ท", "ย"]
    assert grain_of(words_of(pa.array(["中国政府宣布", "three plain words"]))).tolist() == [2, 1]


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("He said “I see” and left", ["I", "see"]),
        ('She said "not yet" twice', ["not", "yet"]),
        ("„Ich sehe“, sagte er", ["Ich", "sehe"]),
        ("Elle dit « jamais » hier", ["jamais"]),
        ("»So ist es«, sagte er", ["So", "ist", "es"]),
        ("» First of all “so be it” then", ["so", "be", "it"]),
        ("He said “it goes on", ["it", "goes", "on"]),
        ("none here", []),
    ],
)
def test_quoted_words(text: str, quoted: list[str]) -> None:
    words = words_of(pa.array(["a stray “ mark before”", text, "”after"]))
    inside = (words.marks & QUOTED) != 0
    mine = slice(words.offsets[1], words.offsets[2])
    spans = zip(words.starts[mine][inside[mine]].tolist(), words.ends[mine][inside[mine]].tolist(), strict=True)
    assert [text[a:b] for a, b in spans] == quoted


@pytest.mark.parametrize(
    "texts",
    [
        ("It came to an end.", "so he said", "19"),
        ("“It", "goes on", "»", "is it«"),
        ("1", "000", ".5", "U.", "S."),
        ("9", ":05", "daily.", "test"),
    ],
)
def test_a_paragraph_reads_the_same_beside_others(texts: tuple[str, ...]) -> None:
    together = words_of(pa.array(texts))
    for n, text in enumerate(texts):
        alone, mine = words_of(pa.array([text])), slice(together.offsets[n], together.offsets[n + 1])
        for column in range(4):
            assert alone[column].tolist() == together[column][mine].tolist()


def test_empty_null_and_wordless_paragraphs() -> None:
    words = words_of(pa.array(["", None, " — …", "\u00a0", "one"]))
    assert words.counts.tolist() == [0, 0, 0, 0, 1]
    assert len(words_of(pa.array([], pa.string())).hashes) == 0


TEXTS = st.lists(st.text(st.sampled_from('abé 12.,%UN’“”"中ก\u0301\u200b&;#😀\n'), max_size=30), max_size=12)


@given(TEXTS)
@settings(deadline=None)
def test_a_paragraph_reads_alike_alone_and_among_others(texts: list[str]) -> None:
    together = words_of(pa.array(texts, pa.string()))
    for i, text in enumerate(texts):
        alone = words_of(pa.array([text]))
        mine = slice(together.offsets[i], together.offsets[i + 1])
        for column in ("hashes", "marks", "starts", "ends"):
            assert np.array_equal(getattr(together, column)[mine], getattr(alone, column)), (column, text)


@given(TEXTS)
@settings(deadline=None)
def test_words_are_ordered_and_inside_their_text(texts: list[str]) -> None:
    words = words_of(pa.array(texts, pa.string()))
    for i, text in enumerate(texts):
        mine = slice(words.offsets[i], words.offsets[i + 1])
        starts, ends = words.starts[mine].tolist(), words.ends[mine].tolist()
        assert all(a < b <= len(text) for a, b in zip(starts, ends, strict=True))
        assert all(b <= a for b, a in zip(ends, starts[1:], strict=False))


def test_blocks_do_not_change_words(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = pa.array([f"Paragraph {n} ends with {n}." for n in range(200)])
    whole = words_of(texts)
    monkeypatch.setattr(words_module, "BLOCK_CHARS", 50)
    for a, b in zip(whole, words_of(texts), strict=True):
        assert np.array_equal(a, b)


@pytest.mark.parametrize("unit", ["a", "1,", "U.", "中", "&amp;", "“", "a\u00ad", "1.", " "])
def test_a_megabyte_of_anything_is_read(unit: str) -> None:
    text = unit * (1_000_000 // len(unit))
    assert words_of(pa.array([text])).ends.max(initial=0) <= len(text)


def test_equivalents_are_folded_to_words_that_stay() -> None:
    same = equivalents()
    for table in (same.anywhere, same.after_numbers):
        assert len(table.keys) == len(set(table.keys.tolist()))
    assert not set(same.anywhere.values.tolist()) & set(same.anywhere.keys.tolist())
