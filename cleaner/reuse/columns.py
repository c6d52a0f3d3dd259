"""Columns of numbers that grow: in memory, or in files that are mapped to be read.

What stands in files is as quick to read where it was read lately, and the system may take its memory back at any time.
"""

from __future__ import annotations

import mmap
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol

import numpy as np
import numpy.typing as npt

from cleaner.reuse.arrays import Hashes

if TYPE_CHECKING:
    from cleaner.engine.base import Engine

Numbers = npt.NDArray[Any]


class Column(Protocol):
    """Numbers of one type, one after the other.  Whoever is sent a filled one reads it where it stands."""

    def add(self, part: Numbers) -> None:
        """Append numbers."""
        ...

    def filled(self) -> Numbers:
        """Return all numbers; nothing may be added afterwards."""
        ...

    def taken(self) -> Numbers:
        """Return all numbers, in memory; the column is gone."""
        ...


class Shelves:
    """Arrays of 64-bit numbers sorted into numbered shelves, each of which is taken off as one array."""

    def __init__(self, columns: list[Column]) -> None:
        self._columns = columns

    def __len__(self) -> int:
        return len(self._columns)

    def put(self, values: Hashes, borders: Hashes) -> None:
        """Put sorted numbers on the shelves; `borders`: the first number that each shelf but shelf 0 may hold."""
        cuts = [0, *np.searchsorted(values, borders).tolist(), len(values)]
        for column, start, end in zip(self._columns, cuts, cuts[1:], strict=False):
            if end > start:
                column.add(values[start:end])

    def take(self, number: int) -> Hashes:
        """Return what stands on a shelf, in any order, and empty it."""
        column, self._columns[number] = self._columns[number], Growing(np.uint64)
        return column.taken()


class Scratch:
    """Where columns stand, in files below a folder or in memory where none is given, and who works on them.

    `threads` fill them; what is more work is a map of `engine`, whose processes read the files.
    """

    def __init__(self, folder: Path | None = None, threads: int = 1, engine: Engine | None = None) -> None:
        self.threads = threads
        self.engine = engine if folder else None
        self._folder = folder
        self._number = count()

    def column(self, dtype: npt.DTypeLike) -> Column:
        """Return an empty column."""
        if self._folder is None:
            return Growing(dtype)
        return Spooled(self._folder / f"{next(self._number)}.column", dtype)

    def shelves(self, number: int) -> Shelves:
        """Return so many empty shelves."""
        return Shelves([self.column(np.uint64) for _ in range(number)])


class Growing:
    """A column in memory that grows by doubling; what is reserved and not yet filled takes none."""

    def __init__(self, dtype: npt.DTypeLike) -> None:
        self._data: Numbers = np.empty(0, dtype)
        self._size = 0

    def add(self, part: Numbers) -> None:
        """Append numbers."""
        end = self._size + len(part)
        if end > len(self._data):
            grown = np.empty(max(2 * len(self._data), end), self._data.dtype)
            grown[: self._size] = self._data[: self._size]
            self._data = grown
        self._data[self._size : end] = part
        self._size = end

    def filled(self) -> Numbers:
        """Return all numbers."""
        return self._data[: self._size]

    def taken(self) -> Numbers:
        """Return all numbers."""
        return self.filled()


class Spooled:
    """A column in a file, which goes with its folder; with `grows` what stands there is part of it."""

    def __init__(self, path: Path, dtype: npt.DTypeLike, *, grows: bool = False) -> None:
        self._path, self._dtype, self._grows = path, dtype, grows
        self._file: BinaryIO | None = None

    def add(self, part: Numbers) -> None:
        """Append numbers."""
        if self._file is None:
            self._file = self._path.open("ab" if self._grows else "w+b", buffering=1 << 16)
        self._file.write(np.ascontiguousarray(part, self._dtype).data)

    def filled(self) -> Numbers:
        """Return all numbers, mapped."""
        self.close()
        return mapped(self._path, self._dtype, self._path.stat().st_size if self._path.exists() else 0)

    def taken(self) -> Numbers:
        """Return all numbers, read; the file is gone."""
        self.close()
        numbers = np.fromfile(self._path, self._dtype) if self._path.exists() else np.empty(0, self._dtype)
        self._path.unlink(missing_ok=True)
        return numbers

    def __reduce__(self) -> tuple[type[Spooled], tuple[Path, npt.DTypeLike]]:
        self.close()
        return Spooled, (self._path, self._dtype)

    def close(self) -> None:
        """Write what is held; nothing may be added afterwards."""
        if self._file is not None:
            self._file.close()
            self._file = None


def mapped(path: Path, dtype: npt.DTypeLike, size: int) -> Numbers:
    """Return the numbers in the first `size` bytes of a file, mapped; what is empty cannot be."""
    if not size:
        return np.empty(0, dtype)
    with path.open("rb") as file:
        return np.frombuffer(mmap.mmap(file.fileno(), size, access=mmap.ACCESS_READ), dtype)


def rest(*columns: Numbers) -> None:
    """Let the system have the memory of mapped columns, which stay readable; others are left alone."""
    for column in columns:
        mapped = column.base.obj if isinstance(column.base, memoryview) else None
        if isinstance(mapped, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
            mapped.madvise(mmap.MADV_DONTNEED)
