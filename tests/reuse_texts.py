"""Invented paragraphs for tests of reuse."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from cleaner.engine.base import Engine, Table
from cleaner.reuse.fact_tables import PARAGRAPHS
from cleaner.reuse.stage import ReuseTables
from cleaner.writing.schema import MATCHES

BRIDGE = (
    "Officials in Harlow said on Monday that the old stone bridge across the river Lenn will stay closed until spring, "
    "after divers found cracks in two of its piers."
)
FERRY = (
    "The town plans a free ferry for schoolchildren, and shopkeepers on the east bank ask for lower rents until then."
)
QUOTE = "“I crossed that bridge every day for forty years and I never once thought it could fall,” said Ada Quist."
HOST = (
    "Residents were shaken by the news from the council. “I crossed that bridge every day for forty years and I never "
    "once thought it could fall,” one of them told a reporter on the bank, before walking home the long way round."
)
OTHER_HOST = (
    "Among those who came to look was a retired baker. “I crossed that bridge every day for forty years and I never "
    "once thought it could fall,” she told the evening programme, while boys threw stones from the empty quay below."
)
SHARES = "Shares of {} rose {} percent to ${} in early trading on Monday after the firm reported quarterly earnings."
FRAMES = (
    "What is there to look for in a camping tent",
    "What is there to look for in a bread machine",
    "How long does it take to reach the pier?",
    "How long does it take to reach the pier now?",
)
COMMONPLACE = "They ask what there is to look for in it and how long a boat does or does not take to be made."
"""Said often enough, it makes common words of those that the first two frames share."""
_FLOOD = "The council of Harlow said in the old grain hall that {} had died in the great flood of the spring, and why."
UPDATES = tuple(
    _FLOOD.format(dead) for dead in ("twelve men of 12", "fourteen men of 14", "fourteen, 14", "many of them")
)
"""Of which the last matches all, and the first two are rivals."""
ODDMENTS = (
    "",
    " ",
    "One",
    "One",
    "…",
    "42",
    "中国政府周一宣布将在明年春季重新开放这座古老的石桥并修复桥墩",
    "สะพานหินเก่าแก่ปิดจนถึงฤดูใบไม้ผลิ",
)
WORDS = (
    *("river", "bridge", "council", "winter", "stone", "market", "school", "engine"),
    *("harbour", "garden", "letter", "window", "village", "season", "teacher"),
)


def invented(count: int, seed: int = 1) -> list[str]:
    """Return paragraphs that have nothing to do with one another, with copies, hosts and templates among them."""
    random = np.random.default_rng(seed)

    def sentence() -> str:
        words = [
            WORDS[i] + ("s" if j else "")
            for i, j in zip(random.integers(0, 15, 14), random.integers(0, 2, 14), strict=True)
        ]
        return " ".join(words).capitalize() + f" {random.integers(100, 10_000)}."

    texts: list[str] = []
    while len(texts) < count:
        text = f"{sentence()} {sentence()}"
        texts.append(text)
        kind = random.integers(0, 6)
        if kind == 0:
            texts.append(text.upper())
        elif kind == 1:
            texts.append(f"HARLOW (Wire) – {text}")
        elif kind == 2:
            texts.append(f"{sentence()} “{text}” {sentence()}")
        elif kind == 3:
            texts += [SHARES.format(name, n, n + 3) for n, name in ((4, "Alder Group"), (7, "Birch Holdings"))]
    return texts[:count]


def table_of(texts: list[str | None]) -> pa.Table:
    return pa.table({"id": pa.array([f"p{i:05d}" for i in range(len(texts))]), "text": pa.array(texts, pa.string())})


def paragraphs(rows: list[dict[str, object]]) -> pa.Table:
    """Return a table as the pipeline hands it over; what a row leaves out is made up."""
    plain = {"outlet": None, "position": 0, "role": "body", "published_at": None, "damage": 0, "is_repeat": False}
    named = [{"doc_id": f"d{i:04d}", **plain, **row} for i, row in enumerate(rows)]
    full = [{"paragraph_id": f"{row['doc_id']}:{i:05d}", **row} for i, row in enumerate(named)]
    return pa.Table.from_pylist(full, PARAGRAPHS)


def stored(engine: Engine, rows: pa.Table, batch: int = 50) -> Table:
    return engine.groups("paragraphs", PARAGRAPHS, ([b] for b in rows.to_batches(max_chunksize=batch)))


def rows_of(reuse: ReuseTables) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of each table in one order, of links what a reader is told."""
    links = pq.read_table(reuse.links()).select(MATCHES.names)
    read = {"links": links, "members": pq.read_table(reuse.members), "copies": pq.read_table(reuse.copies)}
    return {name: sorted(rows.to_pylist(), key=repr) for name, rows in read.items()}
