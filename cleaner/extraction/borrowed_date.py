"""The date of a page as htmldate finds it, for what a page does not say in its head; no clock, no network."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from cleaner.reading.dates import parse_date

# The library takes the present day for the latest possible date unless told otherwise.
_LAST_DAY: Final = "2100-01-01"


def ask_htmldate(html: str, url: str | None) -> datetime | None:
    """Return the day that htmldate finds in a page, at midnight UTC."""
    from htmldate import find_date

    try:
        found = find_date(
            html, extensive_search=False, original_date=True, outputformat="%Y-%m-%d", url=url, max_date=_LAST_DAY
        )
    except Exception:  # noqa: BLE001 (a library's fault on a hostile page must not cost us the page)
        return None
    return parse_date(found)
