#!/usr/bin/env bash
# The wheel in an environment of its own, away from the checkout: what it ships must be enough.
set -euo pipefail
cd "$(dirname "$0")/.."
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
.venv/bin/python -m venv "$place/venv"
grep -vE "^py(spark|4j)=" requirements-dev.lock >"$place/requirements.txt" # these tests do without, and it is large
"$place/venv/bin/python" -m pip install --quiet -r "$place/requirements.txt"
"$place/venv/bin/python" -m pip install --quiet --no-deps dist/*.whl
cp -r tests seeds pyproject.toml "$place"
cd "$place"
"$place/venv/bin/python" -c "import cleaner, sys; assert cleaner.__file__.startswith('$place/venv'), cleaner.__file__"
"$place/venv/bin/python" -m pytest -n 2 tests/test_run.py tests/test_cli.py tests/test_phrases.py tests/test_report.py
