"""`--dry-run` says what a run would do, and does nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import cleaner
from cleaner.config import resolve
from cleaner.preview import preview
from cleaner.run import state_folder


def test_new_known_changed_and_removed_inputs_are_told_apart(tmp_path: Path) -> None:
    config = resolve({})
    source, out = tmp_path / "news", tmp_path / "out"
    source.mkdir()
    for name in ("a.txt", "b.txt", "c.html"):
        (source / name).write_text("The ferry left at noon and came back in the evening.\n")
    first = preview([source], state_folder(out, config), config)
    assert (first.new, first.changed, first.known, first.removed) == (3, 0, 0, 0)
    assert not out.exists()
    cleaner.clean([source], out=out, config=config, report=False)
    (source / "a.txt").write_text("The ferry did not leave at all.\n")
    (source / "b.txt").unlink()
    (source / "d.txt").write_text("The harbour was closed for the winter.\n")
    later = preview([source], state_folder(out, config), config)
    assert (later.new, later.changed, later.known, later.removed) == (1, 1, 1, 1)


def test_the_command_prints_and_writes_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Snow fell on the pass all night long.\n")
    out = tmp_path / "out"
    command = [sys.executable, "-m", "cleaner", "clean", tmp_path / "a.txt", "-o", out, "--dry-run"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "1 new" in done.stderr
    assert not out.exists()
