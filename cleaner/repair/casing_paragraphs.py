"""The paragraphs of a batch of documents that were read for case: which of them holds a word."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cleaner.repair.casing_finder import Finder
from cleaner.repair.cutting import Ints


class Paragraphs:
    """The paragraphs of all documents, numbered through, with their `positions` in their `documents`."""

    def __init__(self, finder: Finder, texts: Sequence[Sequence[str]], positions: Sequence[Sequence[int]]) -> None:
        self._finder = finder
        sizes = np.array(list(map(len, texts)), np.int64)
        self.documents = np.repeat(np.arange(len(texts)), sizes)
        self.positions = np.array([position for some in positions for position in some], np.int64)
        lines = np.array([text.count("\n") + 1 for some in texts for text in some], np.int64)
        self._of_line = np.repeat(np.arange(len(lines)), lines)
        ends = np.concatenate([[0], np.cumsum(lines)])
        self._first_lines = ends[np.concatenate([[0], np.cumsum(sizes)])]

    def of(self, at: Ints) -> Ints:
        """Return the numbers of the paragraphs that hold words."""
        finder = self._finder
        found: Ints = self._of_line[self._first_lines[finder.documents_of(at)] + finder.lines_of(at)]
        return found
