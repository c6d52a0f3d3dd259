"""Settling works on columns: they say what records say, and a document that fails costs nothing but itself."""

import json

import numpy as np
import pyarrow as pa
import pytest

from cleaner import stages
from cleaner.chrome.judge import decide
from cleaner.config import Config
from cleaner.judging import judge_all
from cleaner.records import Source
from cleaner.settled import SETTLED, texts_of, whole_texts
from cleaner.settled_documents import documents_of
from cleaner.settled_edits import edits_of
from cleaner.understand import understand_all

TEXT = """Ferry runs again

By Ida Moen

The ferry left the harbour at noon, the harbour master said, and nobody had to wait for more than an hour.
Those who came late were taken across by the mayor,who owns a boat.

Post a Comment
Ferry runs again
"""
PAGE = """<html><head><title>Rain at last</title></head><body><nav><a href="/">Home</a> <a href="/a">News</a></nav>
<h1>Rain at last</h1><p>After nine dry weeks it rained in Alverne on Friday night, and nobody there minded at all.</p>
<p>The mayor said that “the river is back”, and that the mills will run again before the end of the month.</p>
<p>More</p><footer><a href="/p">Privacy policy</a></footer></body></html>"""
SOURCES = [
    Source("a.txt", TEXT.encode(), "text/plain", outlet="a"),
    Source("b.html", PAGE.encode(), "text/html", outlet="a"),
    Source("c.txt", b"\xef\xbb\xbf", "text/plain"),
    Source("d.txt", TEXT.replace("noon", "one").encode("utf-16"), "text/plain"),
    Source("e.html", b"", "text/html"),
]


def understood(site=None, sources=SOURCES):
    batch = stages.understand_items([stages.Item(source.source_uri, source) for source in sources], Config()).rows
    for name, payloads in (("site", site or {}), ("casing", {})):
        column = [json.dumps(payloads[n]) if n in payloads else None for n in range(len(sources))]
        batch = batch.append_column(name, pa.array(column, pa.string()))
    return batch


@pytest.mark.parametrize("site", [{}, {0: [[4, "site/on-64-documents"]], 1: [[3, "site/on-8-documents"]]}])
def test_stored_evidence_gives_the_verdicts_of_what_was_observed(site):
    seen = [one.evidence for one in understand_all(SOURCES, Config())]
    for number, rows in site.items():
        seen[number] = seen[number].with_hits({position: (hit,) for position, hit in rows})
    judged = judge_all(understood(site), Config().chrome).records()
    assert judged == [verdict for found in decide(seen) for verdict in found]
    assert all(verdict.rule_ids and verdict.reasons for verdict in judged)
    assert [rule for verdict in judged for rule in verdict.rule_ids].count("site/on-64-documents") == (0 in site)


def test_documents_are_settled_alike_alone_and_together():
    together = stages.settle_batch(understood(), Config())
    alone = [stages.settle_batch(understood(sources=[source]), Config()) for source in SOURCES]
    assert pa.Table.from_batches([together]).equals(pa.Table.from_batches(alone))
    assert together.schema == SETTLED


def test_texts_tile_what_is_kept_of_a_document():
    batch = stages.settle_batch(understood(), Config())
    rows = [row | {"text": text} for row, text in zip(batch.to_pylist(), texts_of(batch).to_pylist(), strict=True)]
    heads = pa.Table.from_pydict({**documents_of(batch), "text": whole_texts(batch)}).to_pylist()
    assert [head["source_uri"] for head in heads] == [source.source_uri for source in SOURCES]
    for head in heads:
        kept = [row for row in rows if row["doc_id"] == head["doc_id"] and row["text"] is not None]
        assert head["text"] == "\n\n".join(row["text"] for row in kept)
        assert all(head["text"][row["text_char_start"] : row["text_char_end"]] == row["text"] for row in kept)
        assert head["text_num_words"] == sum(row["num_words"] for row in kept) == len(head["text"].split())
    assert [head["title"] for head in heads] == ["Ferry runs again", "Rain at last", None, "Ferry runs again", None]


def test_edits_name_the_bytes_that_they_change():
    _, columns = edits_of(stages.settle_batch(understood(), Config()))
    edits = pa.Table.from_pydict(columns).to_pylist()
    assert [edit["edit_no"] for edit in edits] == [0, 0]
    for edit, source, encoding in zip(edits, (SOURCES[0], SOURCES[3]), ("utf-8", "utf-16-le"), strict=True):
        rest = source.data[edit["source_byte_start"] :].decode(encoding)
        assert rest.startswith("who owns")


def test_a_document_that_fails_is_told_in_its_row_and_the_others_are_settled(monkeypatch):
    plain, culprit = stages.settle, understood().column("doc_id")[1].as_py()

    def fails_for_one(rows, config):
        if culprit in rows.column("doc_id").to_pylist() and rows.column("status")[0].as_py() != "failed":
            raise ValueError("no such thing")
        return plain(rows, config)

    wanted = pa.Table.from_batches([stages.settle_batch(understood(), Config())]).to_pylist()
    monkeypatch.setattr(stages, "settle", fails_for_one)
    made = stages.settling(Config())(iter([understood().slice(0, 2), understood().slice(2)]))
    batches = [several.rows for several in made]
    rows = pa.Table.from_batches(batches).to_pylist()
    assert [row for row in rows if row["doc_id"] != culprit] == [row for row in wanted if row["doc_id"] != culprit]
    (failed,) = (batch for batch in batches if batch.column("doc_id")[0].as_py() == culprit)
    (document,) = pa.Table.from_pydict(documents_of(failed)).to_pylist()
    assert document["status"] == "failed"
    assert document["status_reason"] == "ValueError: no such thing"
    assert document["paragraph_count"] == 0
    assert np.isclose(document["removed_ratio"], 0)
