# Two commands are enough on a fresh machine: make demo, make test.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
JOBS ?= 2

.PHONY: setup demo test check lint types architecture docs soak bench screenshots wheel clean

setup: $(STAMP)

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Ladder needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version 2>&1)."; \
	    echo "next: make demo PYTHON=/path/to/python3.11"; exit 2; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
	  { echo "This Python cannot make virtual environments (ensurepip is missing)."; \
	    echo "next: install your system's python3-venv package, then run make again"; exit 2; }
	@tools/system-packages
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[local,dev]'
	@touch $(STAMP)

demo: setup
	$(BIN)/ladder demo

test: setup
	$(BIN)/python -m pytest -n $(JOBS) -m "not soak"

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup
	$(BIN)/mypy

architecture: setup
	$(BIN)/lint-imports --no-cache

docs: setup
	$(BIN)/python -m pytest -q tests/test_docs.py

check: lint types architecture test docs

soak: setup
	$(BIN)/python -m pytest -n $(JOBS) -m soak

bench: setup
	$(BIN)/python -m bench

screenshots: setup
	$(BIN)/python -m tools.screenshots

wheel: setup
	$(BIN)/python -m pip wheel --quiet --no-deps --wheel-dir dist .

clean:
	rm -rf $(VENV) dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis
