"""What a page says about itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a page says about itself; what it lacks is None."""

    title: str | None = None
    title_source: str | None = None
    authors: tuple[str, ...] = ()
    published_at: datetime | None = None
    published_at_source: str | None = None
    site_name: str | None = None
    language: str | None = None
    description: str | None = None
    license: str | None = None
    url: str | None = None


def page_metadata(head, text, source):
    """Interim."""
    from cleaner.reading.dates import parse_date

    m = head.meta
    return Metadata(
        title=m.get("og:title") or head.title or None,
        title_source="meta",
        published_at=parse_date(m.get("article:published_time")),
        published_at_source="meta",
        site_name=m.get("og:site_name"),
    )
