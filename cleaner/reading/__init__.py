"""Reading inputs of every format: `plan` lists them as splits, `read` turns a split into documents."""

from cleaner.reading.plan import plan
from cleaner.reading.read import read
from cleaner.reading.settings import ReadingSettings
from cleaner.reading.splits import InputError, Split, split_schema, splits_of_batch, splits_to_batch

__all__ = [
    "InputError",
    "ReadingSettings",
    "Split",
    "plan",
    "read",
    "split_schema",
    "splits_of_batch",
    "splits_to_batch",
]
