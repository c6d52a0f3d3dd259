"""Site templates: furniture that an outlet repeats is found, its follow-up stories and twins are not."""

import random

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.chrome import site_templates
from cleaner.chrome.site_facts import SitePage, facts_table, paragraph_hash
from cleaner.chrome.site_rules import TemplateError, read_templates, write_templates
from cleaner.chrome.site_templates import (
    HITS,
    KNOWN,
    KNOWN_HIT,
    Template,
    decide_templates,
    find_site_hits,
    known_table,
)
from cleaner.chrome.text_judge import decide_text, observe_lines

TOWNS = ["Alverne", "Oderno", "Port Lee", "Marrow Bay", "Sellin", "Tarne", "Velby", "Hollin", "Quarm", "Irsk"]
THINGS = [
    "ferry",
    "school",
    "harbour wall",
    "market hall",
    "bridge",
    "library",
    "orchard",
    "lighthouse",
    "mill",
    "tram",
]
ACTS = [
    "closed for repairs",
    "opened again",
    "was sold",
    "lost its roof",
    "won a prize",
    "burned",
    "was flooded",
    "moved",
]
BACKGROUND = "The council has argued about the old customs house since 2019, when a survey found cracks in its walls."


def story(seed, sentences=8):
    rng = random.Random(seed)

    def sentence():
        return (
            f"In {rng.choice(TOWNS)} the {rng.choice(THINGS)} {rng.choice(ACTS)} on day {rng.randint(1, 99)}, and "
            f"{rng.randint(2, 900)} people from {rng.choice(TOWNS)} came to see the {rng.choice(THINGS)} for themselves."
        )

    headline = f"{rng.choice(TOWNS)} {rng.choice(THINGS)} {rng.choice(ACTS)}, {rng.randint(1, 9)} towns help"
    return [headline, *(sentence() for _ in range(sentences))]


def outlet_page(outlet, seed, body=None):
    """A page of an invented outlet: its own head and foot round a story."""
    head = [f"{outlet} Courier", "Tides and weather", "Harbour office", "Lost boats", "Knots of the week"]
    foot = [f"More tales from {outlet}", "Lantern shop", "Old charts", f"Write to the {outlet} desk", "Net menders"]
    lines = [*head, *(body or story(seed)), *foot]
    return SitePage(f"{outlet}-{seed}", outlet, lines, [""] * len(lines), observe_lines(lines))


SITE = [
    outlet_page(town, seed)
    for town in TOWNS[:5]
    for seed in range(100 * len(town), 100 * len(town) + 2 + len(town) % 4)
]


def texts_hit(pages, found, doc_id):
    page = next(page for page in pages if page.doc_id == doc_id)
    return [page.texts[i] for i in sorted(found.hits.get(doc_id, {}))]


def test_furniture_of_every_outlet_is_found_on_all_its_pages():
    found = find_site_hits(SITE)
    for page in SITE:
        assert texts_hit(SITE, found, page.doc_id) == [*page.texts[:5], *page.texts[-5:]]


def test_stories_are_never_hit():
    found = find_site_hits(SITE)
    told = {line for page in SITE for line in page.texts[5:-5]}
    assert told.isdisjoint(t.text for t in found.templates)


def test_order_of_documents_does_not_matter():
    shuffled = random.Random(3).sample(SITE, len(SITE))
    assert find_site_hits(shuffled) == find_site_hits(SITE)


def test_nothing_is_shared_between_outlets():
    pages = [outlet_page("Sellin", 1), outlet_page("Tarne", 2)]
    assert find_site_hits(pages).hits == {}


def test_document_without_outlet_is_a_site_of_its_own():
    pages = [page._replace(outlet="") for page in SITE]
    assert find_site_hits(pages).hits == {}


def test_twins_count_as_one_document():
    once = outlet_page("Velby", 1)
    again = outlet_page("Velby", 1)._replace(doc_id="Velby-copy")
    assert find_site_hits([once, again]).hits == {}


def test_updated_story_is_a_twin_of_the_first():
    body = story(7, sentences=10)
    update = [f"{body[0]} - update", *body[1:8], *story(8)[1:3]]
    pages = [outlet_page("Velby", 7, body), outlet_page("Velby", 8, update)]
    assert find_site_hits(pages).hits == {}


def test_two_updates_and_another_story_make_two_documents():
    body = story(7, sentences=10)
    pages = [
        outlet_page("Velby", 7, body),
        outlet_page("Velby", 8, [*body[:9], *story(8)[1:3]]),
        outlet_page("Velby", 9),
    ]
    found = find_site_hits(pages)
    assert {t.documents for t in found.templates} == {2}
    assert body[3] not in {t.text for t in found.templates}


def test_background_of_follow_up_stories_is_content():
    pages = []
    for seed in range(20, 25):
        body = story(seed)
        pages.append(outlet_page("Quarm", seed, [*body[:5], BACKGROUND, *body[5:]]))
    assert BACKGROUND not in {t.text for t in find_site_hits(pages).templates}


def test_repeated_subheading_inside_stories_is_content():
    pages = []
    for seed in range(30, 34):
        body = story(seed)
        pages.append(outlet_page("Irsk", seed, [*body[:4], "What happened before", *body[4:]]))
    assert "What happened before" not in {t.text for t in find_site_hits(pages).templates}


def test_sentence_that_asks_to_subscribe_is_furniture_on_three_documents():
    plea = "Sign up for our newsletter and read every Friday what the tide brought in."
    pages = [outlet_page("Hollin", seed, [*story(seed), plea]) for seed in range(40, 43)]
    assert plea in {t.text for t in find_site_hits(pages).templates}
    assert plea not in {t.text for t in find_site_hits(pages[:2]).templates}


def test_headline_in_the_lists_of_other_pages_stays_a_headline():
    first = story(50)
    pages = [outlet_page("Tarne", 50, first)]
    for seed in (51, 52, 53):
        page = outlet_page("Tarne", seed)
        pages.append(
            page._replace(
                texts=[*page.texts, first[0]],
                paths=[""] * (len(page.texts) + 1),
                observed=observe_lines([*page.texts, first[0]]),
            )
        )
    found = find_site_hits(pages)
    assert first[0] in texts_hit(pages, found, "Tarne-51")
    assert first[0] not in texts_hit(pages, found, "Tarne-50") or pages[0].observed.as_content[5].value != "headline"


def test_hits_are_evidence_that_removes_furniture():
    found = find_site_hits(SITE)
    page = SITE[0]
    verdicts = decide_text([page.observed.with_hits(found.hits[page.doc_id])])[0]
    assert not any(v.is_content for v in (*verdicts[-5:], *verdicts[1:5]))
    assert all(v.is_content for v in verdicts[6:-5])
    assert any(rule.startswith("site/on-") for rule in verdicts[-1].rule_ids)


def test_numbers_and_case_do_not_make_a_paragraph_another_one():
    assert paragraph_hash("12 Comments") == paragraph_hash("3 COMMENTS!")
    assert paragraph_hash("12.05.2024") is None


@given(st.lists(st.sampled_from(["Menu", "A line", BACKGROUND, "***", "9"]), max_size=8))
def test_facts_have_the_types_that_sql_may_use(lines):
    page = SitePage("d", "o", lines, [""] * len(lines), observe_lines(lines))
    facts = facts_table([page])
    assert {str(kind) for kind in facts.schema.types} <= {"string", "int64", "bool"}
    assert facts.num_rows == sum(line not in {"***", "9"} for line in lines)


def test_no_facts_give_no_hits():
    assert find_site_hits([]) == ({}, [])


def test_tables_have_the_declared_columns():
    import duckdb

    with duckdb.connect(":memory:") as db:

        def sql(_name, query, **tables):
            for alias, table in tables.items():
                db.register(alias, table)
            return db.execute(query).to_arrow_table()

        decided = decide_templates(sql, facts_table(SITE), known_table([]))
    assert decided.hits.schema.names == HITS.names
    assert list(decided.hits.schema.types) == [pa.string(), pa.int64(), pa.string()]
    assert known_table([]).schema == KNOWN


@pytest.mark.parametrize(
    "query", ["SAME_CONTENT", "SKETCHES", "SHARED", "TWINS", "LEADERS", "RECURRING", "TEMPLATES", "SITE_HITS"]
)
def test_queries_keep_to_the_portable_subset(query):
    sqlglot = pytest.importorskip("sqlglot")
    text = getattr(site_templates, query)
    for dialect in ("duckdb", "spark"):
        tree = sqlglot.parse_one(text, read=dialect)
        functions = {node.sql_name() for node in tree.find_all(sqlglot.exp.Func)}
        assert functions <= {"MIN", "MAX", "COUNT", "SUM", "CAST", "TRY_CAST", "CASE", "IF", "AND", "OR", "EXISTS"}
        assert {str(cast.to).upper() for cast in tree.find_all(sqlglot.exp.Cast)} <= {"BIGINT"}
        windows = list(tree.find_all(sqlglot.exp.Window))
        assert all(window.args.get("order") for window in windows)
        assert not list(tree.find_all(sqlglot.exp.Div))


# ---------------------------------------------------------------- templates as a file


def test_learned_templates_can_be_written_read_and_used(tmp_path):
    learned = find_site_hits(SITE).templates
    path = tmp_path / "sites.toml"
    path.write_text(write_templates(learned), encoding="utf-8")
    assert read_templates(path) == learned
    lonely = outlet_page("Alverne", 999)
    hits = find_site_hits([lonely], read_templates(path)).hits[lonely.doc_id]
    assert [lonely.texts[i] for i in sorted(hits)] == [*lonely.texts[:5], *lonely.texts[-5:]]
    assert {hit for names in hits.values() for hit in names} == {KNOWN_HIT}


@pytest.mark.parametrize("text", ['say "no" \\ twice', "tab\there", "línea — ютф", "del\x7f", "a\nb"])
def test_any_text_survives_the_file(tmp_path, text):
    path = tmp_path / "sites.toml"
    path.write_text(write_templates([Template("o.example", text, 2)]), encoding="utf-8")
    assert read_templates(path) == [Template("o.example", text, 2)]


@pytest.mark.parametrize("text", ["[[template]]\ntext = 'x'\n", "[[template]]\noutlet = 3\ntext = 'x'\n", "not toml ["])
def test_broken_file_says_where(tmp_path, text):
    path = tmp_path / "sites.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(TemplateError, match=r"sites\.toml"):
        read_templates(path)
