"""Engines: the three verbs (map, sql, export) over tables that are directories of Parquet."""
