"""Understanding one document: bytes become text, paragraphs with their place in the source, and evidence."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import partial
from itertools import accumulate, pairwise
from typing import Any, NamedTuple

from cleaner.charset_choice import NotTextError
from cleaner.chrome.evidence import PageFeatures
from cleaner.chrome.own_phrases import with_own_phrases
from cleaner.chrome.second_opinion import is_asked, opinion
from cleaner.config import Config
from cleaner.decoding import Decoded, decode
from cleaner.encoding_back import byte_offsets, in_utf8, is_utf8_throughout, raw_where_odd, source_ranges
from cleaner.extraction.byline import authors_below
from cleaner.extraction.flattened_text import Cut, cut_all
from cleaner.extraction.html_page import Page, parse_page, read_tree
from cleaner.extraction.metadata import Metadata, page_metadata
from cleaner.extraction.source_spans import SourceMarks
from cleaner.identity import document_id
from cleaner.language import UNDETERMINED, Language, document_languages
from cleaner.reading.outlets import name_outlet
from cleaner.records import Document, Failure, Kind, Paragraphs, Source

HTML = "text/html"
FLATTENED_TEXT = "flattened-text/1"
HTML_PAGE = "html-page/1"


class Understood(NamedTuple):
    """A document and what the judge saw of it; `evidence` has one row a paragraph that is not blank.

    `mended` are the positions of the paragraphs whose encoding or spacing is repaired, where they are known, and `case`
    says which must be read again for their case (`repair.casing_outlook`).
    """

    document: Document
    evidence: PageFeatures | None
    mended: tuple[int, ...] | None = None
    case: str | None = None


class _Text(NamedTuple):
    """A decoded source cut into paragraphs."""

    paragraphs: Paragraphs
    page: Page | None


class _Opened(NamedTuple):
    """A source and its text."""

    source: Source
    decoded: Decoded


class _Read(NamedTuple):
    """A source and what was read of it, before its language is known and its evidence is drawn."""

    source: Source
    decoded: Decoded
    text: _Text
    said: Metadata


def understand(item: Source | Failure, config: Config) -> Understood:
    """Return what a document is, before anything is decided about it: `understand_all` of one item."""
    return understand_all([item], config)[0]


def understand_all(items: Sequence[Source | Failure], config: Config) -> list[Understood]:
    """Return what documents are, before anything is decided about them; each step is taken for all of them.

    Inputs that could not be read, are no text or break a limit come back with status `failed` or `quarantined`, the
    reason, and no paragraphs.  Raises nothing for what a source may hold.
    """
    every = _read_all(items, config)
    read = [one for one in every if isinstance(one, _Read)]
    documents = list(map(_described, read, _languages(read, config)))
    evidence = _observe(read, documents, config)
    understood = map(Understood, documents, evidence)
    return [one if isinstance(one, Understood) else next(understood) for one in every]


def _read_all(items: Sequence[Source | Failure], config: Config) -> list[_Read | Understood]:
    """Return documents that await their evidence, or the records of refused ones."""
    opened = [_open(item, config) for item in items]
    some = [one for one in opened if isinstance(one, _Opened)]
    cuts = iter(cut_all([decoded.text for source, decoded in some if source.media_type != HTML]))
    return [
        one
        if isinstance(one, Understood)
        else _read(*one, None if one.source.media_type == HTML else next(cuts), config)
        for one in opened
    ]


def _open(item: Source | Failure, config: Config) -> _Opened | Understood:
    if isinstance(item, Failure):
        return refuse(item, item.status, item.reason)
    if len(item.data) > config.limits.document_bytes:
        limit = config.limits.document_bytes
        return refuse(item, "quarantined", f"{len(item.data)} bytes; [limits] document_bytes allows {limit}")
    try:
        return _Opened(item, decode(item.data, item.charset, is_html=item.media_type == HTML))
    except NotTextError as error:
        return refuse(item, "failed", str(error))


def refuse(item: Source | Failure, status: str, reason: str) -> Understood:
    """Return the record of an input that gives no document, with the reason."""
    return Understood(Document(**_identity(item), status=status, status_reason=reason), None)


def _identity(item: Source | Failure) -> dict[str, Any]:
    return {
        "doc_id": document_id(item.source_uri, item.data),
        "source_uri": item.source_uri,
        "source_sha256": hashlib.sha256(item.data).hexdigest(),
        "source_num_bytes": len(item.data),
        "source_media_type": item.media_type,
    }


def _read(source: Source, decoded: Decoded, cut: Cut | None, config: Config) -> _Read | Understood:
    """Return what is read of a source, of flattened text in its pieces, or its refusal."""
    text, said = (_cut_text(decoded, cut), Metadata()) if cut is not None else _cut_page(decoded, config)
    longest = max(map(len, text.paragraphs.texts), default=0)
    limit = config.limits.paragraph_bytes
    if longest * 4 > limit and _longest_in_bytes(text.paragraphs) > limit:
        reason = f"a paragraph of {_longest_in_bytes(text.paragraphs)} bytes; [limits] paragraph_bytes allows {limit}"
        return refuse(source, "quarantined", reason)
    return _Read(source, decoded, text, said)


def _longest_in_bytes(paragraphs: Paragraphs) -> int:
    return max(len(text.encode("utf-8", "surrogatepass")) for text in paragraphs.lines)


def _cut_text(decoded: Decoded, cut: Cut) -> _Text:
    if not cut.ends and decoded.data:  # a byte order mark and nothing else
        return _Text(Paragraphs([Kind.BLANK], [""], [((0, len(decoded.data)),)], [True], [decoded.data], [""]), None)
    size, spans = len(cut.ends), list(pairwise([0, *cut.ends]))
    texts = [decoded.text[start:end] for start, end in spans]
    raw: list[bytes | None] = [None] * size
    if is_utf8_throughout(decoded):
        places = [0, *cut.ends] if decoded.text.isascii() else [0, *accumulate(map(len, map(str.encode, texts)))]
    else:
        places = [*byte_offsets(decoded, [start for start, _ in spans]), len(decoded.data)]
        raw = [raw_where_odd(decoded, *span, *at) for span, at in zip(spans, pairwise(places), strict=True)]
    # `zip` of one thing makes tuples of one: each paragraph has one span.
    return _Text(Paragraphs(cut.kinds, texts, list(zip(pairwise(places))), [True] * size, raw, [""] * size), None)


def _cut_page(decoded: Decoded, config: Config) -> tuple[_Text, Metadata]:
    marks = SourceMarks(in_utf8(decoded))
    tree = parse_page(marks.marked)
    page = read_tree(tree, marks.reading)
    located = marks.locate_all(page.texts, page.run_starts, page.run_ends)
    spans = source_ranges(decoded, located.ranges)
    paragraphs = Paragraphs(page.kinds, page.texts, spans, located.exact, [None] * len(spans), page.tag_paths)
    signed = partial(authors_below, tree.body, marks.plain)
    return _Text(paragraphs, page), page_metadata(page.head, decoded.text, config.metadata.source, signed)


def _described(read: _Read, language: Language) -> Document:
    """Return the document with all that its source and what came with it say."""
    source, decoded, text, said = read
    outlet, outlet_source = name_outlet(source, said.url, said.site_name)
    return Document(
        **_identity(source),
        retrieved_at=source.retrieved_at,
        published_at=source.published_at or said.published_at,
        published_at_source="given" if source.published_at else said.published_at_source,
        url=source.url or said.url,
        outlet=outlet,
        outlet_source=outlet_source,
        title=source.title or said.title,
        title_source="given" if source.title else said.title_source,
        authors=source.authors or said.authors,
        description=source.description or said.description,
        license=said.license,
        language=language.code,
        language_score=language.score,
        language_engine=language.engine,
        encoding_declared=decoded.encoding_declared,
        encoding_used=decoded.encoding_used,
        encoding_detected=decoded.encoding_detected,
        newline=decoded.newline,
        has_bom=decoded.has_bom,
        decode_error_count=decoded.decode_error_count,
        extractor=HTML_PAGE if text.page is not None else FLATTENED_TEXT,
        quality_flags=_flags(decoded, text),
        paragraphs=text.paragraphs,
    )


def _languages(read: Sequence[_Read], config: Config) -> list[Language]:
    """Return the language that came with each document, else what its text tells, else what its page declares."""
    asked = [one for one in read if not one.source.language]
    found = iter(document_languages([_speech(one.text) for one in asked], config.language.engine))
    given = (one.source.language for one in read)
    return [
        Language(g, 1.0, "given") if g else _declared(next(found), one.said) for g, one in zip(given, read, strict=True)
    ]


def _speech(text: _Text) -> list[str]:
    """Return what tells the language: of a page what is not mostly links, as menus name other languages and goods."""
    if text.page is None:
        return text.paragraphs.lines
    blocks = zip(text.page.texts, text.page.link_chars, strict=True)
    return [block for block, linked in blocks if 2 * linked < len(block)] or text.page.texts


def _declared(found: Language, said: Metadata) -> Language:
    declared = (said.language or "").split("-")[0].lower()
    return Language(declared, 0.0, "declared") if found.code == UNDETERMINED and declared else found


def _flags(decoded: Decoded, text: _Text) -> tuple[str, ...]:
    found = {
        "encoding/declared-wrong": decoded.declared_was_wrong,
        "encoding/undecodable-bytes": decoded.decode_error_count > 0,
        "encoding/replacement-characters": "\ufffd" in decoded.text,
        "spans/inexact": not all(text.paragraphs.exact),
        "text/none": not text.paragraphs.shown,
    }
    return tuple(name for name, is_so in found.items() if is_so)


def _observe(read: Sequence[_Read], documents: Sequence[Document], config: Config) -> list[PageFeatures]:
    """Return the evidence of documents; those of a kind are looked at together."""
    texts = iter(_observe_texts([d for d, one in zip(documents, read, strict=True) if one.text.page is None], config))
    pages = iter(_observe_pages([(p, one.decoded.text) for one in read if (p := one.text.page) is not None], config))
    return [next(texts if one.text.page is None else pages) for one in read]


def _observe_texts(documents: Sequence[Document], config: Config) -> list[PageFeatures]:
    from cleaner.chrome.text_evidence import address_title, observe_pages

    if not documents:
        return []
    lines = [d.paragraphs.lines for d in documents]
    titles = [d.title or address_title(d.url) for d in documents]
    observed = observe_pages(lines, titles, [d.language for d in documents])
    return [with_own_phrases(page, texts, config.chrome.phrases) for page, texts in zip(observed, lines, strict=True)]


def _observe_pages(pages: Sequence[tuple[Page, str]], config: Config) -> list[PageFeatures]:
    """Return the evidence of pages, each with its source as text."""
    from cleaner.chrome.dom_features import observe_pages

    observed = observe_pages([page for page, _ in pages])
    seen = [
        with_own_phrases(one, page.texts, config.chrome.phrases) for one, (page, _) in zip(observed, pages, strict=True)
    ]
    if not is_asked(config.chrome):
        return seen
    return [one.with_hits(opinion(text, page.texts)) for one, (page, text) in zip(seen, pages, strict=True)]
