"""Reuse: near copies, contained paragraphs, quotations and shared passages, every one verified, with ranges."""
