"""Inputs: one file a format."""
