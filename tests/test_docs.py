"""Every command and every block of Python in the docs runs as it stands, and what is made from code is fresh."""

from __future__ import annotations

import importlib.util
import os
import re
import shlex
import shutil
import subprocess
import sys
import warnings
from pathlib import Path
from types import ModuleType

import pytest
from click.testing import CliRunner

from cleaner.cli import app

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.glob("*.md")) + [p for p in [ROOT / "README.md"] if p.exists()]
BLOCK = re.compile(r"(?ms)^```(\w+)\n(.*?)^```$")
OPTIONAL = re.compile(r"(?m)^(?:import|from) (polars|networkx|matplotlib|datasets)\b")
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#]+)")


def module(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"docs_{name}", DOCS / f"{name}.py")
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


def run(command: str) -> None:
    words = shlex.split(command)
    assert words[0] == "cleaner", command
    done = CliRunner().invoke(app, words[1:], standalone_mode=False)
    assert done.exception is None, (command, done.exception, done.stderr)
    assert done.return_value in (0, None), (command, done.return_value, done.stderr)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the demo corpus, cleaned into `out`."""
    folder = tmp_path_factory.mktemp("docs")
    shutil.copytree(ROOT / "seeds", folder / "seeds")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        run("cleaner clean seeds --manifest seeds/manifest.csv -o out")
    return folder


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_commands_and_python_of_the_page_run(
    page: Path, place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    here = Path(shutil.copytree(place, tmp_path / "here"))
    monkeypatch.chdir(here)
    monkeypatch.setenv("MPLBACKEND", "Agg")
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    for language, block in BLOCK.findall(page.read_text(encoding="utf-8")):
        if language == "console":
            for line in block.splitlines():
                if line.startswith("$ cleaner"):
                    run(line[2:])
        elif language == "python" and not block.lstrip().startswith(">>>"):
            missing = [name for name in OPTIONAL.findall(block) if importlib.util.find_spec(name) is None]
            if missing:
                warnings.warn(f"SKIPPED a block of {page.name}: no {missing[0]}", stacklevel=1)
                continue
            exec(compile(block, page.name, "exec"), {"__name__": page.stem})
    capsys.readouterr()


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_links_lead_somewhere(page: Path) -> None:
    missing = [link for link in LINK.findall(page.read_text(encoding="utf-8")) if not (page.parent / link).exists()]
    assert not missing


def test_reference_is_fresh() -> None:
    """In a process of its own: click remembers the help option of a command that a test called by itself."""
    done = subprocess.run(
        [sys.executable, DOCS / "make_reference.py", "--check"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_every_command_is_documented_with_an_example() -> None:
    text = (DOCS / "cli.md").read_text(encoding="utf-8")
    for name in module("make_reference").documented():
        section = text.split(f"\n## cleaner {name}\n", 1)[1].split("\n## cleaner", 1)[0]
        assert "Example" in section or f"\n## cleaner {name} " in text, name


def test_explore_renders_its_pictures(place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("matplotlib", reason="SKIPPED: no matplotlib (pip install 'corpus-cleaner[explore]')")
    monkeypatch.setattr(sys, "argv", ["explore.py", str(place / "out"), "--to", str(tmp_path)])
    module("explore").main()
    assert {path.name for path in tmp_path.glob("*.png")} == {"quotations.png", "fates.png", "days.png"}
    assert all(path.stat().st_size > 5_000 for path in tmp_path.glob("*.png"))
