"""Quotations as a data frame: who carried which words, and when."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cleaner.report.quotations import quotations
from cleaner.report.tables import open_tables

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("quotation", "words", "speaker", "outlet", "published_at", "is_first", "alone", "source_uri", "paragraph_id")


def read_quotations(path: str | Path, *, limit: int = 10_000) -> pd.DataFrame:
    """Return one row for each document that carries a quotation: the quotations that most outlets carried first.

    `quotation` numbers them from 0, `words` are exact and shared by all carriers, `alone` tells whether the paragraph
    is the quotation and little else, `is_first` marks the earliest dated carrier.  Times are UTC.  The links come
    from `matches.parquet`: two paragraphs share words that stand in quotation marks.  Raises OutputError where
    `path` is no finished output.

    >>> read_quotations("out").query("is_first").outlet.value_counts()  # doctest: +SKIP
    """
    import pandas as pd

    with open_tables(Path(path)) as tables:
        found = quotations(tables, rows=limit)
    rows = [
        (
            number,
            quotation.words,
            quotation.speaker,
            carried.outlet,
            carried.published_at,
            carried is quotation.first,
            carried.alone,
            carried.source_uri,
            carried.paragraph_id,
        )
        for number, quotation in enumerate(found)
        for carried in quotation.carriers
    ]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    return frame.assign(published_at=pd.to_datetime(frame.published_at, utc=True))
