"""Interim."""

import pyarrow as pa


def decide_site(engine, live, config):
    return engine.table(
        "site_rows", pa.schema([("doc_id", pa.string()), ("position", pa.int64()), ("hit", pa.string())]), iter(())
    ), ("position", "hit")
