# make deck: the package in build/; make test: the whole suite but for the slow tests, which are make slow's.
# All set up what they need.
PYTHON ?= python3
BIN := .venv/bin
PIP := -m pip --disable-pip-version-check --quiet
ANKI_VERSIONS := 23.10.1 24.11 25.2.7 26.9.3
ANKI_READY := $(ANKI_VERSIONS:%=.anki/%/ready)

.PHONY: deck test slow bench fuzz lint format golden docs sheet clean

deck: .venv/installed
	$(BIN)/deckwright build

test: .venv/tested $(ANKI_READY)
	$(BIN)/python -m pytest --numprocesses=2 --cov --cov-report=

slow: .venv/tested $(ANKI_READY)
	$(BIN)/python -m pytest --numprocesses=2 -m slow -rP

# All of it takes half an hour and writes docs/performance.md; QUICK=1 shows one deck's figures within a minute.
bench: .venv/tested
	$(BIN)/python -m benchmarks.run $(if $(QUICK),--only builds --sizes 1000)

# 210,000 cases take half an hour and write docs/reliability.md; DECKWRIGHT_FUZZ_CASES=2000 tries fewer, and does not.
fuzz: .venv/tested
	PYTHONPATH=tests $(BIN)/python -m fuzz.long

lint: .venv/tested
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/coverage report

format: .venv/tested
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

golden: .venv/tested
	$(BIN)/python -m pytest tests/test_goldens.py --update

docs: .venv/tested
	$(BIN)/python tests/write_docs.py
	$(BIN)/python tests/write_dependencies.py

sheet: .venv/tested $(ANKI_READY)
	$(BIN)/python tests/browser/photograph_sheet.py

clean:
	rm -rf .venv .anki .bench .reliability build .coverage

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/installed: .venv/bin/python pyproject.toml constraints.txt
	$(BIN)/python $(PIP) install --constraint constraints.txt --editable .
	touch $@

.venv/tested: .venv/installed
	$(BIN)/python $(PIP) install --constraint constraints.txt --editable '.[test]' anki==$(lastword $(ANKI_VERSIONS))
	touch $@

# Anki is AGPL and no part of the tool: each version lives in an environment of its own, but for the newest,
# which `rehearse` needs beside it.
.anki/%/ready: constraints.txt
	$(PYTHON) -m venv .anki/$*
	.anki/$*/bin/python $(PIP) install --constraint constraints.txt anki==$*
	touch $@
