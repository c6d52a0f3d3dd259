"""Interim."""
from typing import NamedTuple
import pyarrow as pa
from cleaner.writing.schema import MATCHES
class ReuseTables(NamedTuple):
    links: object
    members: object
    copies: object
MEMBERS=pa.schema([("paragraph_id",pa.string()),("cluster_id",pa.string()),("is_canonical",pa.bool_()),("collapsed",pa.bool_()),("canonical_similarity",pa.float32()),("cluster_size",pa.int64()),("cluster_outlet_count",pa.int64())])
COPIES=pa.schema([("doc_id",pa.string()),("copy_of",pa.string()),("copied_share",pa.float32())])
def decide_reuse(engine, table, config):
    return ReuseTables(engine.table("links",MATCHES,iter(())),engine.table("members",MEMBERS,iter(())),engine.table("copies",COPIES,iter(())))
