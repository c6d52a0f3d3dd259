"""The records that stages hand to one another.  All are immutable; no stage changes one in place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import compress, count, repeat
from operator import is_not
from typing import NamedTuple


class Kind(StrEnum):
    """What a paragraph is in the structure of its document."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list_item"
    TABLE_ROW = "table_row"
    QUOTE = "quote"
    CAPTION = "caption"
    CODE = "code"
    BLANK = "blank"
    OTHER = "other"


class Role(StrEnum):
    """What a paragraph does in its page."""

    HEADLINE = "headline"
    SUBHEADING = "subheading"
    BODY = "body"
    BYLINE = "byline"
    DATELINE = "dateline"
    CAPTION = "caption"
    LIST = "list"
    TABLE = "table"
    PULL_QUOTE = "pull_quote"
    CALLOUT_LABEL = "callout_label"
    AUTHOR_BIO = "author_bio"
    DISCLAIMER = "disclaimer"
    CALL_TO_ACTION = "call_to_action"
    NEWSLETTER = "newsletter"
    RELATED = "related"
    COMMENT = "comment"
    COOKIE_NOTICE = "cookie_notice"
    NAVIGATION = "navigation"
    SHARE = "share"
    FOOTER = "footer"
    UNKNOWN = "unknown"


class Status(StrEnum):
    """The one fate of a paragraph."""

    KEPT = "kept"
    COPY = "copy"
    EXCLUDED = "excluded"
    CHROME = "chrome"
    REPEAT = "repeat"
    BLANK = "blank"


@dataclass(frozen=True, slots=True)
class Source:
    """One input document: its bytes, its name, and what was said about it from outside (manifest, WARC, JSONL)."""

    source_uri: str
    data: bytes
    media_type: str
    url: str | None = None
    outlet: str | None = None
    folder: str | None = None
    title: str | None = None
    authors: tuple[str, ...] = ()
    description: str | None = None
    language: str | None = None
    charset: str | None = None
    published_at: datetime | None = None
    retrieved_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """An input that could not become a document, and why; `status` is `failed` or `quarantined`."""

    source_uri: str
    status: str
    reason: str
    data: bytes = b""
    media_type: str = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Paragraphs:
    """The paragraphs of a document, an item each in document order: the spans of its partition, before it is judged.

    `spans` are half-open byte ranges of the source, at least one a paragraph; `exact` is false where they only cover
    the place.  `raw` holds the bytes of the source where the text does not encode back to them.  `tag_paths` are empty
    for flattened text.
    """

    kinds: Sequence[Kind] = ()
    texts: Sequence[str] = ()
    spans: Sequence[tuple[tuple[int, int], ...]] = ()
    exact: Sequence[bool] = ()
    raw: Sequence[bytes | None] = ()
    tag_paths: Sequence[str] = ()

    def __len__(self) -> int:
        return len(self.texts)

    @property
    def shown(self) -> list[int]:
        """The positions of those that are not blank."""
        return list(compress(count(), map(is_not, self.kinds, repeat(Kind.BLANK))))

    @property
    def lines(self) -> list[str]:
        """The texts of those that are not blank."""
        return list(compress(self.texts, map(is_not, self.kinds, repeat(Kind.BLANK))))


@dataclass(frozen=True, slots=True)
class Document:
    """What is known of one input document once it is read; `status` is `kept`, `quarantined` or `failed`.

    Field names and meanings are those of the table `documents`.
    """

    doc_id: str
    source_uri: str
    source_sha256: str
    source_num_bytes: int
    source_media_type: str
    status: str = "kept"
    status_reason: str | None = None
    retrieved_at: datetime | None = None
    published_at: datetime | None = None
    published_at_source: str | None = None
    url: str | None = None
    outlet: str | None = None
    outlet_source: str | None = None
    title: str | None = None
    title_source: str | None = None
    authors: tuple[str, ...] = ()
    description: str | None = None
    license: str | None = None
    language: str | None = None
    language_score: float | None = None
    language_engine: str | None = None
    encoding_declared: str | None = None
    encoding_used: str | None = None
    encoding_detected: str | None = None
    newline: str | None = None
    has_bom: bool = False
    decode_error_count: int = 0
    extractor: str | None = None
    quality_flags: tuple[str, ...] = ()
    paragraphs: Paragraphs = Paragraphs()


class Verdict(NamedTuple):
    """What the judge says of one paragraph.

    `score` is the calibrated probability (ratio, 0 to 1) that the paragraph is content; `is_content` is the judge's
    decision on it, before any profile (`keep_roles`) is applied; `repeat_of` is the position of an earlier paragraph
    of the same document that this one repeats, or None.  `rule_ids` name what decided, `reasons` say it in words.
    """

    role: Role
    is_content: bool
    score: float
    rule_ids: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    repeat_of: int | None = None


@dataclass(frozen=True, slots=True)
class Edit:
    """One change inside a paragraph: `text[char_start:char_end]` is `before` and becomes `after`.

    Offsets are half-open and count code points of the text that the stage was given.  `ledger.compose` brings the
    edits of several stages into the coordinates of the paragraph's source text.
    """

    stage: str
    rule_ids: tuple[str, ...]
    char_start: int
    char_end: int
    before: str
    after: str
    reason: str
    confidence: float = 1.0
    evidence: tuple[str, ...] = ()
    applied: bool = True

    @property
    def op(self) -> str:
        """`insert`, `delete` or `replace`."""
        if not self.before:
            return "insert"
        return "replace" if self.after else "delete"
