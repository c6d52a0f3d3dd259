"""Pages in as JSON lines, their main text out: in one pass, or in two when pages of a site may tell of one another."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import IO, TYPE_CHECKING, Any, NamedTuple

import numpy as np

from cleaner.chrome.evidence import PageFeatures
from cleaner.chrome.judge import decide, observe_page
from cleaner.chrome.text_evidence import address_title, observe_lines
from cleaner.extraction.flattened_text import cut
from cleaner.extraction.html_page import read_page
from cleaner.reading.outlets import registrable_domain
from cleaner.records import Kind, Role, Verdict

if TYPE_CHECKING:
    import pyarrow as pa

# Pages judged in one call: the trees cost half as much a page as one by one.
_BATCH = 30


class StreamError(ValueError):
    """A line that is no page; says which line and what it should hold."""


class Asked(NamedTuple):
    """A page that waits for its verdicts; texts and paths of its paragraphs, blank ones left out."""

    id: str
    url: str | None
    texts: list[str]
    paths: list[str]
    observed: PageFeatures


def judge_stream(lines: Iterable[str]) -> Iterator[str]:
    """Yield one JSON line `{"id", "text"}` for each line `{"id", "url", "html" | "text"}`, in their order.

    `text` has one paragraph a line, unrepaired.  Raises `StreamError` for a line that is no such object.

    >>> list(judge_stream(['{"id": "1", "html": "<nav>Home</nav>"}']))
    ['{"id": "1", "text": ""}']
    """
    asked = map(_observe, read_rows(lines))
    while batch := list(islice(asked, _BATCH)):
        yield from _answers(batch)


def judge_sites(lines: Iterable[str]) -> Iterator[str]:
    """Yield what `judge_stream` yields, with site templates: all pages are read before the first answer.

    What was observed waits on disk; memory holds some numbers a paragraph.
    """
    from cleaner.chrome.site_facts import SitePage, facts_table

    with tempfile.TemporaryFile("w+", encoding="utf-8") as headers, tempfile.TemporaryFile() as matrices:
        facts: list[pa.Table] = []
        for number, page in enumerate(map(_observe, read_rows(lines))):
            outlet = registrable_domain(page.url)
            if outlet:
                facts.append(facts_table([SitePage(f"{number:012}", outlet, page.texts, page.paths, page.observed)]))
            _spool(page, headers, matrices)
        hits = _site_hits(facts)
        headers.seek(0)
        matrices.seek(0)
        waiting = enumerate(_unspool(headers, matrices))
        while batch := list(islice(waiting, _BATCH)):
            added = (page._replace(observed=page.observed.with_hits(hits.get(f"{i:012}", {}))) for i, page in batch)
            yield from _answers(list(added))


def _site_hits(facts: Sequence[pa.Table]) -> dict[str, dict[int, list[str]]]:
    """Return rule ids by document and position, from the facts of all documents."""
    import duckdb
    import pyarrow as pa

    from cleaner.chrome.site_facts import FACTS
    from cleaner.chrome.site_templates import decide_templates, known_table

    table = pa.concat_tables(facts) if facts else FACTS.empty_table()
    hits: dict[str, dict[int, list[str]]] = {}
    with duckdb.connect(":memory:", config={"threads": 1}) as db:

        def sql(_name: str, query: str, /, **tables: pa.Table) -> pa.Table:
            for alias, rows in tables.items():
                db.register(alias, rows)
            return db.execute(query).to_arrow_table()

        decided = decide_templates(sql, table, known_table(()))
        for doc_id, position, hit in sorted(zip(*decided.hits.to_pydict().values(), strict=True)):
            hits.setdefault(doc_id, {}).setdefault(position, []).append(hit)
    return hits


def read_rows(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Yield the objects of JSON lines, blank lines left out."""
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                row = json.loads(line)
            except json.JSONDecodeError as error:
                raise StreamError(f"line {number} is no JSON: {error.msg} at character {error.pos}") from error
            if not isinstance(row, dict) or "id" not in row or not isinstance(row.get("html", row.get("text")), str):
                raise StreamError(f'line {number} is no page; write {{"id": …, "url": …, "html": … or "text": …}}')
            yield row


def _observe(row: dict[str, Any]) -> Asked:
    url = row.get("url")
    if "html" in row:
        page = read_page(row["html"])
        return Asked(row["id"], url, page.texts, page.tag_paths, observe_page(page))
    texts = [row["text"][s.char_start : s.char_end] for s in cut(row["text"]) if s.kind is not Kind.BLANK]
    return Asked(row["id"], url, texts, [""] * len(texts), observe_lines(texts, address_title(url)))


def _answers(batch: list[Asked]) -> Iterator[str]:
    for page, verdicts in zip(batch, decide([page.observed for page in batch]), strict=True):
        kept = (text for text, v in zip(page.texts, verdicts, strict=True) if is_running_text(v))
        yield json.dumps({"id": page.id, "text": "\n".join(kept)}, ensure_ascii=False)


def is_running_text(verdict: Verdict) -> bool:
    """Tell whether a paragraph is body text: content, said once, and not content for standing beside the text only.

    A headline, byline, dateline or caption that the model takes for body text stays: nothing is lost on a role alone.

    >>> is_running_text(Verdict(Role.BYLINE, True, 0.2, ("role/byline",)))
    False
    """
    beside = verdict.score < 0.5 and any(rule.startswith("role/") for rule in verdict.rule_ids)
    return verdict.is_content and verdict.repeat_of is None and not beside


def _spool(page: Asked, headers: IO[str], matrices: IO[bytes]) -> None:
    seen = page.observed
    header = {
        "id": page.id,
        "url": page.url,
        "texts": page.texts,
        "mode": seen.mode,
        "shape": seen.matrix.shape,
        "in_menu": seen.in_menu.tolist(),
        "hits": seen.hits,
        "as_content": seen.as_content,
        "as_chrome": seen.as_chrome,
        "repeat_of": seen.repeat_of,
        "page_type": seen.page_type,
    }
    headers.write(json.dumps(header) + "\n")
    matrices.write(seen.matrix.astype("<f4").tobytes())


def _unspool(headers: IO[str], matrices: IO[bytes]) -> Iterator[Asked]:
    for line in headers:
        row = json.loads(line)
        rows, columns = row["shape"]
        data = matrices.read(4 * rows * columns)
        observed = PageFeatures(
            row["mode"],
            np.frombuffer(data, "<f4").reshape(rows, columns),
            np.array(row["in_menu"], np.bool_),
            tuple(map(tuple, row["hits"])),
            tuple(map(Role, row["as_content"])),
            tuple(map(Role, row["as_chrome"])),
            tuple(row["repeat_of"]),
            row["page_type"],
        )
        yield Asked(row["id"], row["url"], row["texts"], [], observed)
