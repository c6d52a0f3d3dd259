"""Metadata as trafilatura and htmldate find them, for what a page does not say in its head; no clock, no network."""

from __future__ import annotations

from datetime import datetime
from typing import Final, NamedTuple

from cleaner.extraction.author_names import author_names
from cleaner.extraction.linked_data import plain_line
from cleaner.reading.dates import parse_date


class Borrowed(NamedTuple):
    """What trafilatura makes of a page; what it does not find is None."""

    title: str | None = None
    authors: tuple[str, ...] = ()
    site_name: str | None = None
    description: str | None = None
    license: str | None = None


def ask_trafilatura(html: str) -> Borrowed:
    """Return trafilatura's metadata of a page, without its date."""
    import logging

    from trafilatura.metadata import extract_metadata

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    try:
        found = extract_metadata(
            html, date_config={"original_date": True, "extensive_search": False, "max_date": _LAST_DAY}, extensive=False
        )
    except Exception:  # noqa: BLE001 (a rival's fault on a hostile page must not cost us the page)
        return Borrowed()
    if found is None:
        return Borrowed()
    names = tuple(name for name in author_names((found.author or "").split(";")) if _is_full_name(name))
    return Borrowed(plain_line(found.title or "") or None, names, found.sitename, found.description, found.license)


def _is_full_name(name: str) -> bool:
    """Tell a name from the words that trafilatura takes along with it (`Written By`, `Last Updated August`)."""
    words = name.split()
    return 2 <= len(words) <= 4 and all(word[0].isupper() or word.islower() for word in words) and name.isprintable()


# Both libraries take the present day for the latest possible date unless told otherwise.
_LAST_DAY: Final = "2100-01-01"


def ask_htmldate(html: str, url: str | None) -> datetime | None:
    """Return the day that htmldate finds in a page, at midnight UTC."""
    from htmldate import find_date

    try:
        found = find_date(
            html, extensive_search=False, original_date=True, outputformat="%Y-%m-%d", url=url, max_date=_LAST_DAY
        )
    except Exception:  # noqa: BLE001 (as above)
        return None
    return parse_date(found)
