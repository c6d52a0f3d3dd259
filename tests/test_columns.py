"""Work on columns gives what work on one text at a time gives."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.chrome.lexicon import hash_table
from cleaner.chrome.site_facts import SitePage, facts_table, paragraph_hash
from cleaner.chrome.text_evidence import observe_lines
from cleaner.columnar import word_counts
from cleaner.engine.guard import SLICE_BYTES, GuardedMap
from cleaner.function_words import surely_full
from cleaner.language import document_language, document_languages, paragraph_languages
from cleaner.repair.words import FUNCTION_WORDS
from cleaner.reuse import excerpts
from cleaner.reuse.columns import Growing, Spooled

TEXTS = st.lists(st.text(alphabet="ab Zé.9“—\n\t\x1c\u0085\u00a0\u200b\u2003\u3000\U0001f600", max_size=20), max_size=6)
HASHES = st.integers(0, (1 << 64) - 1)
ENGLISH = (
    "The ferry had left the harbour before the storm came, and nobody on board was hurt, said the harbour master. "
)
GERMAN = (
    "Die Fähre hatte den Hafen vor dem Sturm verlassen, und niemand an Bord wurde verletzt, sagte der Hafenmeister. "
)


@given(TEXTS)
def test_words_are_counted_as_split_cuts_them(texts):
    assert word_counts(texts).tolist() == [len(text.split()) for text in texts]


def test_lone_surrogates_are_counted_like_letters():
    assert word_counts(["\ud800 a", "\udfff"]).tolist() == [2, 1]


@given(st.dictionaries(HASHES, st.integers(1, 1 << 40), max_size=40), st.lists(HASHES, max_size=20))
def test_a_table_knows_its_entries_and_nothing_else(entries, others):
    asked = [*entries, *(key ^ 1 for key in entries), *others]
    found = hash_table(entries).look_up(np.array(asked, np.uint64)).tolist()
    assert found == [entries.get(key, 0) for key in asked]


@settings(deadline=None)  # the first one loads the models
@given(st.lists(TEXTS.map(lambda texts: [text for text in texts if text.strip()]), max_size=4))
def test_facts_of_pages_together_are_those_of_each_alone(lines):
    pages = [
        SitePage(f"d{n}", "o", page, [""] * len(page), observe_lines(page)) for n, page in enumerate(lines) if page
    ]
    together = facts_table(pages)
    assert together.equals(pa.concat_tables([together.slice(0, 0), *(facts_table([page]) for page in pages)]))


def test_signs_and_case_do_not_change_the_hash_of_a_paragraph():
    assert (
        paragraph_hash("“Later” — she said…") == paragraph_hash("LATER, she said") == paragraph_hash("later\0she said")
    )


def test_languages_of_documents_together_are_those_of_each_alone():
    documents = [[ENGLISH * 3], [GERMAN * 3], ["OK"], []]
    assert document_languages(documents) == [document_language(lines) for lines in documents]


def languages_of(texts, sizes, documents):
    found = paragraph_languages(pa.array(texts, pa.string()), np.array(sizes), documents)
    return [found.values[code] for code in found.codes]


def test_a_long_paragraph_in_another_language_is_told():
    texts, languages = [ENGLISH * 10, GERMAN * 3, "Danke", GERMAN * 3], ["en", "de", "en"]
    assert languages_of(texts, [3, 1, 0], languages) == ["en", "de", "en", "de"]


DUTCH = (
    "De brug is sinds de storm van vorige week gesloten, en de boten die in de haven liggen mogen er niet meer onder "
    "door. Volgens de burgemeester was het al in mei duidelijk dat er iets moest gebeuren aan de oude pijlers. "
)


def test_a_few_words_that_are_english_too_make_no_paragraph_english():
    assert languages_of([ENGLISH * 10, DUTCH * 2, ENGLISH * 3], [3], ["en"]) == ["en", "nl", "en"]


PARTS = st.sampled_from(
    [*[" "] * 4, "\n", "\t ", "\x1c", "\u00a0", "\u2003 ", "the", "Of", "To", "ferry", "“a", "ﬁn", "."]
)


@given(st.lists(st.lists(PARTS, max_size=12).map("".join), max_size=5))
@settings(max_examples=200)
def test_texts_that_are_surely_full_of_function_words_are_full(texts):
    sure = surely_full(pa.array(texts, pa.string()), 20, 0.4).tolist()
    for text, is_sure in zip(texts, sure, strict=True):
        words = text[:20].lower().split()
        assert sum(map(FUNCTION_WORDS.__contains__, words)) >= 0.4 * len(words) or not is_sure
    assert surely_full(pa.array(["The pier of Oslo", "A pier in Oslo"]), 20, 0.5).tolist() == [True, True]


def test_a_slice_is_full_by_number_or_by_weight():
    def sizes(weights, size):
        one = pa.RecordBatch.from_pydict({"n": pa.array([0])})
        taken = []
        fn = GuardedMap(lambda _: iter(weights), lambda chunk: taken.append(len(chunk)) or one, print, size, weigh=int)
        assert len(list(fn(iter(())))) == len(taken)
        return taken

    assert sizes([1] * 10, 4) == [4, 4, 2]
    assert sizes([SLICE_BYTES // 2] * 5, 4) == [2, 2, 1]
    assert sizes([1, SLICE_BYTES * 9, 1], 4) == [2, 1]
    assert sizes([], 4) == []


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 9)), max_size=8), st.booleans())
@settings(deadline=None)
def test_some_texts_are_put_together_wherever_they_stand(tmp_path_factory, places, mapped):
    values = np.arange(40, dtype=np.uint64) | np.uint64(3 << 40)
    column = Spooled(tmp_path_factory.mktemp("words") / "words", np.uint64) if mapped else Growing(np.uint64)
    column.add(values)
    begins, sizes = np.array(sorted(places), dtype=np.int64).reshape(-1, 2).T
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(excerpts, "MAPPED_WORDS", 7)
        words, classes = excerpts.excerpt(column.filled(), begins, begins + sizes)
    wanted = [number for begin, size in zip(begins, sizes, strict=True) for number in range(begin, begin + size)]
    assert words.hashes.tolist() == wanted
    assert words.counts.tolist() == sizes.tolist()
    assert classes.tolist() == [3] * len(wanted)
