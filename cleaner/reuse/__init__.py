"""Reuse: near copies, contained paragraphs, quotations and shared passages, every one verified, with ranges."""

from cleaner.reuse.door import Reuse, find_reuse
from cleaner.reuse.settings import Settings

__all__ = ["Reuse", "Settings", "find_reuse"]
