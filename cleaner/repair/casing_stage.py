"""Interim."""

import pyarrow as pa


def decide_casing(engine, live, config):
    return engine.table("casing_rows", pa.schema([("doc_id", pa.string()), ("word", pa.string())]), iter(())), ("word",)


def casing_answers(rows):
    return rows
