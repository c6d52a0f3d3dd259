"""The command line: help is quick, results on stdout, talk on stderr, exit codes that say what happened."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cleaner.cli import COMMANDS
from cleaner.cli.clean import parse_size

ROOT = Path(__file__).parent.parent
SEEDS = ROOT / "seeds"


def run(*args: str | Path, cwd: Path | None = None, data: bytes = b"") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "cleaner", *map(str, args)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "100"}
    done = subprocess.run(command, cwd=cwd, input=data, capture_output=True, env=environment, check=False, timeout=120)
    return subprocess.CompletedProcess(command, done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cli") / "out"
    done = run("clean", SEEDS, "--manifest", SEEDS / "manifest.csv", "-o", folder)
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"{folder}/corpus.parquet\n"
    assert "Verified" in done.stderr
    return folder


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys, cleaner.cli; sys.argv = ['cleaner', '--help']\ntry: cleaner.cli.main()\nexcept SystemExit: pass\n"
    )
    code += "heavy = {'pandas', 'pyarrow', 'numpy', 'duckdb', 'trafilatura', 'rich'} & set(sys.modules)\nassert not heavy, heavy"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_has_help_with_an_example(name: str) -> None:
    done = run(name, "--help")
    assert done.returncode == 0, done.stderr
    assert "Example" in done.stdout or name == "rules"


def test_a_misspelt_command_is_a_usage_error_with_a_hint() -> None:
    done = run("claen", "x")
    assert done.returncode == 2
    assert "Did you mean 'clean'?" in done.stderr


def test_explain_diff_verify_restore(out: Path, tmp_path: Path) -> None:
    life = run("explain", out, "bridge-shut.txt:2")
    assert life.returncode == 0, life.stderr
    assert "Fate" in life.stdout
    shown = run("diff", out, "bridge-shut.txt")
    assert shown.returncode == 0
    assert "kestrelpost.example/bridge-shut.txt" in shown.stdout
    assert run("verify", out).returncode == 0
    assert run("restore", out, "-d", tmp_path / "back").returncode == 0
    assert (tmp_path / "back" / "seeds" / "kestrelpost.example" / "bridge-shut.txt").exists()


def test_a_broken_promise_has_an_exit_code_of_its_own(out: Path, tmp_path: Path) -> None:
    import shutil

    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet as pq

    broken = tmp_path / "broken"
    shutil.copytree(out, broken)
    table = pq.read_table(broken / "paragraphs.parquet")
    frame = table.to_pandas(types_mapper=pd.ArrowDtype)
    texts = table.column("source_text").to_pylist()
    kept = next(i for i, row in enumerate(frame.itertuples()) if row.status == "kept" and len(row.source_spans) == 1)
    texts[kept] = "changed " + texts[kept]
    changed = table.set_column(table.schema.get_field_index("source_text"), "source_text", pa.array(texts))
    pq.write_table(changed, broken / "paragraphs.parquet")
    done = run("verify", broken)
    assert done.returncode == 3
    assert "do not" in done.stdout


@pytest.mark.parametrize(
    ("args", "code", "message"),
    [
        (["clean"], 2, "no sources given"),
        (["clean", "nowhere", "-o", "x"], 1, "nowhere"),
        (["verify", "nowhere"], 2, "no such folder"),
        (["clean", "seeds", "--config", "none.toml"], 2, "cannot be read"),
        (["clean", "seeds", "--memory", "lots"], 2, "is no size"),
        (["explain", "nowhere", "x:1"], 2, "no such folder"),
    ],
)
def test_errors_are_one_clear_line(tmp_path: Path, args: list[str], code: int, message: str) -> None:
    done = run(*args, cwd=tmp_path)
    assert done.returncode == code, done.stderr
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_show_config_prints_toml_that_reads_back(tmp_path: Path) -> None:
    shown = run("clean", "--profile", "corpus", "--show-config", cwd=tmp_path)
    assert 'profile = "corpus"' in shown.stdout
    (tmp_path / "cleaner.toml").write_text(shown.stdout)
    assert run("clean", "--show-config", cwd=tmp_path).stdout == shown.stdout


def test_standard_input_is_a_document(tmp_path: Path) -> None:
    text = "The lock gates were repaired in the spring, and boats pass through again every hour.\n"
    done = run("clean", "-", "-o", tmp_path / "out", data=text.encode())
    assert done.returncode == 0, done.stderr
    assert "all 85 source bytes" in done.stderr


def test_sizes() -> None:
    assert parse_size("2GB") == 2 << 30
    assert parse_size("512 MiB") == 512 << 20
    assert parse_size("1000") == 1000


def test_ctrl_c_leaves_a_folder_that_the_next_run_finishes(tmp_path: Path) -> None:
    source = tmp_path / "many"
    source.mkdir()
    for i in range(400):
        (source / f"{i:04d}.txt").write_text(
            f"Storm number {i} passed over the islands without harm to anybody there.\n" * 20
        )
    command = [sys.executable, "-m", "cleaner", "clean", str(source), "-o", str(tmp_path / "out")]
    process = subprocess.Popen(
        command, env={**os.environ, "PYTHONPATH": str(ROOT)}, stderr=subprocess.PIPE, start_new_session=True
    )
    time.sleep(1.2)
    os.killpg(process.pid, signal.SIGINT)
    _, talk = process.communicate(timeout=30)
    # Python kills itself by the signal where it came while a string was executed (as dataclasses do): 130 to a shell.
    assert process.returncode in (130, -signal.SIGINT, 0), talk.decode()
    assert b"Traceback" not in talk
    if process.returncode:
        assert b"run the same command again" in talk
        assert len(list((tmp_path / "out").glob("*.parquet"))) in (0, 5)  # they get their names together
    assert run("clean", source, "-o", tmp_path / "out").returncode == 0
    assert run("clean", source, "-o", tmp_path / "scratch").returncode == 0
    for name in ("corpus", "paragraphs", "documents"):
        file = f"{name}.parquet"
        assert (tmp_path / "out" / file).read_bytes() == (tmp_path / "scratch" / file).read_bytes()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_what_could_not_be_written_to_the_end_is_told() -> None:
    """The last of the output is written when the command ends."""
    said = "cli.main = lambda: (sys.stdout.write('the last line'), sys.exit(0))"
    script = f"import sys; from cleaner import cli; {said}; cli.program()"
    buffered = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    command = [sys.executable, "-c", script]
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, cwd=ROOT, env=buffered, check=False)
    assert ended.returncode == 2
    assert b"No space left" in ended.stderr


def test_a_plain_script_may_call_the_library(tmp_path: Path) -> None:
    """No `if __name__ == "__main__"` is asked of analysts: children do not run the script again."""
    (tmp_path / "a.txt").write_text("The lock gates were repaired in the spring, and boats pass again every hour.\n")
    script = tmp_path / "script.py"
    script.write_text("import cleaner\nprint(cleaner.clean(['a.txt'], out='out', config={}).documents)\n")
    done = subprocess.run(
        [sys.executable, script.name],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert done.stdout == b"1\n", done.stderr.decode()
