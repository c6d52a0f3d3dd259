"""Repairs of encoding, spacing and casing, as edits."""
