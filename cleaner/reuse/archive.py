"""Numbers that are kept from run to run, in files of one folder: those of one run all together, or none."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import numpy.typing as npt

from cleaner.reuse.columns import Numbers, Spooled, mapped

_SIZES = "sizes.json"
"""How many bytes of each file count.  It is written last, and goes before any file is changed."""


class Archive:
    """What the run before kept, and what this one keeps."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self._folder = folder
        self._sizes = _sizes(folder)
        self._kept: dict[str, Spooled] = {}
        self._grown: dict[str, Spooled] = {}

    @property
    def is_empty(self) -> bool:
        """Tell that the run before kept nothing, or that something of it is missing."""
        return not self._sizes

    def clear(self) -> None:
        """Let go of what the run before kept."""
        self._sizes = {}

    def read(self, name: str, dtype: npt.DTypeLike, columns: int = 1) -> Numbers:
        """Return the array (columns, rows) of this name that the run before kept, mapped; without rows if none."""
        size = self._sizes.get(name, 0)
        if not size:
            return np.empty((columns, 0), dtype)
        return mapped(self._folder / name, dtype, size).reshape(columns, -1)

    def keep(self, name: str, rows: Numbers) -> None:
        """Keep an array for the next run."""
        self.column(name, rows.dtype).add(rows)

    def column(self, name: str, dtype: npt.DTypeLike) -> Spooled:
        """Return an empty column that is kept for the next run."""
        self._kept[name] = Spooled(self._folder / f"{name}.tmp", dtype)
        return self._kept[name]

    def growing(self, name: str, dtype: npt.DTypeLike) -> Spooled:
        """Return a column that holds what the run before kept under this name, and is kept with what is added."""
        path = self._folder / name
        if name in self._sizes:
            os.truncate(path, self._sizes[name])  # a run that was stopped may have added to it
        else:
            (self._folder / _SIZES).unlink(missing_ok=True)
            path.unlink(missing_ok=True)
        self._grown[name] = Spooled(path, dtype, grows=True)
        return self._grown[name]

    def save(self) -> None:
        """Put in place what is kept; what is not, goes."""
        sizes = self._folder / _SIZES
        sizes.unlink(missing_ok=True)
        for name, column in self._kept.items():
            column.close()
            (self._folder / f"{name}.tmp").replace(self._folder / name)
        for column in self._grown.values():
            column.close()
        for path in self._folder.iterdir():
            if path.name not in (*self._kept, *self._grown):
                path.unlink()
        found = {path.name: path.stat().st_size for path in sorted(self._folder.iterdir())}
        temporary = sizes.with_suffix(".tmp")
        temporary.write_text(json.dumps(found), "utf-8")
        temporary.replace(sizes)


def _sizes(folder: Path) -> dict[str, int]:
    """Return the sizes of the files that count; nothing where one of them is missing or was cut short."""
    try:
        sizes: dict[str, int] = json.loads((folder / _SIZES).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    whole = all((folder / name).exists() and (folder / name).stat().st_size >= size for name, size in sizes.items())
    return sizes if whole else {}
