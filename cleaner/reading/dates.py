"""Dates as sources write them, to UTC."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from typing import Final

# `2024-05-01`, `2024-05-01T10:11:12.5+02:00`, `2024-05-01 10:11`, `20240501`; other zone names are not read.
_ISO: Final = re.compile(
    r"(?P<y>\d{4})(?P<sep>[-/.]?)(?P<m>\d{2})(?P=sep)(?P<d>\d{2})"
    r"(?:[T\s]{1,3}(?P<H>\d{2}):?(?P<M>\d{2})(?::?(?P<S>\d{2})(?:[.,](?P<f>\d{1,9}))?)?"
    r"\s?(?P<z>Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?)?(?![\d:])",
    re.IGNORECASE,
)
_MAIL: Final = re.compile(r"(?:[A-Z][a-z]{2,8},?\s)?\d{1,2}\s[A-Z][a-z]{2,8}\.?\s\d{4}\b", re.IGNORECASE)
_OLDEST_YEAR: Final = 1700
_LAST_YEAR: Final = 2100
# What programs write for "no date".
_EMPTY_DATES: Final = frozenset({datetime(1970, 1, 1, tzinfo=UTC), datetime(1900, 1, 1, tzinfo=UTC)})


def parse_date(text: object) -> datetime | None:
    """Return a date in UTC, or None for what is no date, or no plausible one.

    Reads ISO 8601 (a date alone is midnight UTC; a time without zone counts as UTC), RFC 2822 as in feeds and HTTP,
    and Unix time in seconds or milliseconds.  Nothing depends on the present day.

    >>> parse_date("2024-05-01T10:00:00+02:00"), parse_date("Wed, 01 May 2024 08:00:00 GMT") == parse_date(1714550400)
    (datetime.datetime(2024, 5, 1, 8, 0, tzinfo=datetime.timezone.utc), True)
    >>> parse_date("0001-01-01T00:00:00"), parse_date("yesterday")
    (None, None)
    """
    if isinstance(text, datetime):
        return _plausible(text)
    if isinstance(text, (int, float)) and not isinstance(text, bool):
        return _of_unix_time(float(text))
    if not isinstance(text, str):
        return None
    text = text[:80].strip()
    found = _ISO.match(text)
    if found:
        return _of_iso(found)
    return _of_mail(text) if _MAIL.match(text) else None


def _of_iso(found: re.Match[str]) -> datetime | None:
    part = found.groupdict()
    numbers = (int(part[name] or 0) for name in "ymdHMS")
    fraction = int((part["f"] or "0")[:6].ljust(6, "0"))
    try:
        moment = datetime(*numbers, fraction, tzinfo=_zone(part["z"]))  # type: ignore[misc,arg-type]
    except ValueError:  # a month 13, a second 60
        return None
    return _plausible(moment)


def _zone(text: str | None) -> timezone:
    if not text or text[0] not in "+-":
        return UTC
    digits = text[1:].replace(":", "").ljust(4, "0")
    shift = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-shift if text[0] == "-" else shift) if shift < timedelta(hours=24) else UTC


def _of_mail(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text if re.search(r"\d:\d", text) else f"{text} 00:00:00 +0000")
    except (ValueError, OverflowError, IndexError):
        return None
    return _plausible(moment)


def _of_unix_time(number: float) -> datetime | None:
    seconds = number / 1000 if abs(number) > 1e11 else number  # JavaScript counts milliseconds
    # Small numbers are years, sizes, ids; the web began in 1990.
    if not 631_152_000 <= seconds <= 4_102_444_800:
        return None
    return _plausible(datetime.fromtimestamp(seconds, UTC))


def _plausible(moment: datetime) -> datetime | None:
    try:
        moment = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (OverflowError, ValueError):
        return None
    return moment if _OLDEST_YEAR <= moment.year <= _LAST_YEAR and moment not in _EMPTY_DATES else None
