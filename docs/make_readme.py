# ruff: noqa: INP001
"""Run the README on the demo corpus and set the outputs that it shows: `python docs/make_readme.py [--check]`.

Blocks of `console` are run as they stand, blocks of `python` too; the `text` block behind a `python` block is what it
printed, the first `text` block is the summary of the first command.  The picture is drawn anew.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
BLOCK = re.compile(r"```(?P<kind>\w+)\n(?P<body>.*?)```", re.DOTALL)
PROGRESS = re.compile(r"^\w+: \d+ of \d+\n", re.MULTILINE)
PICTURE = "quotations.png"


def rendered(readme: str, folder: Path) -> str:
    """Return the README with its outputs as they are now; leaves the picture in `folder`."""
    shutil.copytree(ROOT / "seeds", folder / "seeds")
    printed: list[str] = []

    def run(block: re.Match[str]) -> str:
        kind, body = block["kind"], block["body"]
        if kind == "console":
            printed.extend(_command(line[2:], folder) for line in body.splitlines())
            del printed[1:]
        elif kind == "python":
            printed.append(_run([sys.executable, "-c", body], folder).stdout)
        elif kind == "text" and printed:
            return f"```text\n{printed.pop().rstrip()}\n```"
        return block[0]

    return BLOCK.sub(run, readme)


def _command(line: str, folder: Path) -> str:
    """Return what a `cleaner` command told on stderr."""
    program, *args = line.split()
    if program != "cleaner":
        raise ValueError(f"README shows a command that is not cleaner's: {line}")
    return PROGRESS.sub("", _run([sys.executable, "-m", "cleaner", *args], folder).stderr)


def _run(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join(p for p in (str(ROOT), os.environ.get("PYTHONPATH", "")) if p)
    environment = {**os.environ, "PYTHONPATH": path, "MPLBACKEND": "Agg"}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise RuntimeError(f"{command}: {done.stderr}")
    return done


def main(args: list[str]) -> int:
    """Write the README and its picture, or with `--check` tell whether the README is as it should be."""
    readme = ROOT / "README.md"
    before = readme.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        after = rendered(before, Path(folder))
        if "--check" in args:
            return int(before != after)
        readme.write_text(after, encoding="utf-8")
        shutil.copy(Path(folder) / PICTURE, ROOT / "docs" / PICTURE)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
