"""Every command and example of the README runs, and prints what the README shows."""

from __future__ import annotations

import importlib.util
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_the_readme_shows_what_its_commands_and_examples_print(tmp_path: Path) -> None:
    spec = importlib.util.spec_from_file_location("make_readme", ROOT / "docs" / "make_readme.py")
    assert spec is not None
    assert spec.loader is not None
    make_readme = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(make_readme)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert make_readme.rendered(readme, tmp_path) == readme
    assert (tmp_path / "quotations.png").stat().st_size > 10_000
