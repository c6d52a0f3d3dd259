"""Rules, models and word lists in memory, for whoever imports this: the server, and so all that are forked from it.

They are loaded when they are asked for first, by what asks for them: a short text that is read, judged and repaired.
"""

from __future__ import annotations

import pyarrow as pa

from cleaner.config import Config
from cleaner.engine.without_pandas import without_pandas
from cleaner.records import Source
from cleaner.stages import Item, settle_batch, understand_items

_TEXT = """Harbour Bridge Stays Shut Until Spring

The bridge over the harbour will not open before spring, the mayor of Balwick said on Monday. "We have to wait for the
steel," she told reporters ,and nobody knows when the ships of oyelin Lines will come.Most shops near it have closed.

The council had hoped that the work would be done by the end of the year, but the storm in October took away one of the
two cranes, and the firm that owns them could not say when another one would be free.

Share this article
"""


def _load() -> None:
    source = Source("loaded.txt", _TEXT.encode(), "text/plain")
    understood = understand_items([Item("", source)], Config()).rows
    for decision in ("site", "casing"):
        understood = understood.append_column(decision, pa.array([None], pa.string()))
    settle_batch(understood, Config())


with without_pandas():
    _load()
