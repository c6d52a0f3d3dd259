# Two commands on a fresh machine (Python 3.11 or later, make, pip):
#   make clean-corpus    sets up and cleans seeds/ into out/     (SEEDS=… OUT=… to clean something else)
#   make test            sets up and runs the tests
PYTHON ?= python3
SEEDS ?= seeds
OUT ?= out
VENV := .venv
DATA ?= bench-data
BIN := $(VENV)/bin

.PHONY: clean-corpus test lint types check wheel docs bench-judge bench-repair bench-reuse bench-scale bench-distributed floors clean

clean-corpus: $(VENV)/.installed
	$(BIN)/cleaner clean $(SEEDS) $(if $(wildcard $(SEEDS)/manifest.csv),--manifest $(SEEDS)/manifest.csv) -o $(OUT)

test: $(VENV)/.dev
	$(BIN)/python -m pytest

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev
	$(BIN)/mypy cleaner

check: lint types test

docs: $(VENV)/.dev  # the CLI reference, the tables and the README's outputs, made anew
	$(BIN)/python docs/make_reference.py
	$(BIN)/python docs/make_readme.py

wheel: $(VENV)/.dev
	$(BIN)/python -m build --wheel --no-isolation --outdir dist

bench-judge: $(VENV)/.bench $(DATA)
	$(BIN)/python bench/judge_html.py $(DATA) --cache $(DATA)/cache

bench-repair: $(VENV)/.bench
	$(BIN)/python -m bench.repair --rivals

bench-reuse: $(VENV)/.bench
	$(BIN)/python -m bench.reuse

bench-scale: $(VENV)/.dev
	$(BIN)/python -m bench.scale

bench-distributed: $(VENV)/.dev
	$(BIN)/python -m bench.distributed

floors: $(VENV)/.dev
	$(BIN)/python -m bench.floors

$(DATA):  # the development data beside the project, unpacked
	mkdir -p $@
	$(BIN)/python -c "from pathlib import Path; from bench.floors import unpack; unpack(Path('$@'))"

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: requirements.lock pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.lock
	touch $@

$(VENV)/.bench: $(VENV)/.dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check '.[bench]' --no-build-isolation
	touch $@

clean:
	rm -rf $(VENV) dist build
