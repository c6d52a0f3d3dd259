"""The output tables."""
