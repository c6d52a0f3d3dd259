"""Clean news pages into a Parquet corpus with provenance: every character is in the corpus or in the ledger.

>>> import cleaner
>>> run = cleaner.clean(["seeds"], out="out")  # doctest: +SKIP
>>> corpus = cleaner.read_corpus("out")  # doctest: +SKIP
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cleaner.corpus import read_corpus
    from cleaner.explanation import explain
    from cleaner.extraction.main_text import main_text
    from cleaner.repair.repairer import Repairer
    from cleaner.restoration import restore
    from cleaner.reuse.find import find_reuse
    from cleaner.run import clean
    from cleaner.verification import verify

__version__ = "0.1.0"
__all__ = ["Repairer", "clean", "explain", "find_reuse", "main_text", "read_corpus", "restore", "verify"]

_HOMES = {
    "Repairer": "cleaner.repair.repairer",
    "clean": "cleaner.run",
    "explain": "cleaner.explanation",
    "find_reuse": "cleaner.reuse.find",
    "main_text": "cleaner.extraction.main_text",
    "read_corpus": "cleaner.corpus",
    "restore": "cleaner.restoration",
    "verify": "cleaner.verification",
}


def __getattr__(name: str) -> Any:
    """Return a public function; its module is imported on first use, so that `import cleaner` is quick."""
    if name not in _HOMES:
        raise AttributeError(f"module 'cleaner' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted((*globals(), *__all__))
