"""Clean news pages into a Parquet corpus with provenance."""

__version__ = "0.1.0"
