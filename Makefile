# Everything you type here. `make` alone prints this list.
# Needs Python >= 3.11, make and git; the rest is fetched into .venv (and, for tests, by apt-get).

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules

BIN  := .venv/bin
ARGS ?=
#: two workers: the tests start servers and browsers of their own
PYTEST := $(BIN)/python -m pytest -n 2 --dist worksteal

PO := $(wildcard locales/*/LC_MESSAGES/messages.po)
MO := $(PO:.po=.mo)

.PHONY: help venv font catalogs run check machine test test-fast bench messages model format clean

help: ## print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))
	@echo "  ARGS=… is handed on:  make run ARGS='--port 9000'   make test ARGS='-k offers'"

run: venv font catalogs ## start everything in one process and print where to look
	@exec $(BIN)/python -m bot run $(ARGS)

venv: .venv/made ## make .venv with the pinned dependencies
	@:

.venv/made: pyproject.toml constraints.txt .ci/venv
	@.ci/venv

catalogs: $(MO) ## compile the languages
	@:

%.mo: %.po | .venv/made
	@$(BIN)/pybabel --quiet compile --input-file=$< --output-file=$@

check: venv catalogs ## lint, formatting, types, who imports whom, complete languages
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(if $(wildcard tests/house/catalogues.py),$(BIN)/python tests/house/catalogues.py)

font: # the Chinese font of papers and charts, where this machine may be changed
	@.ci/machine font

machine: # Chromium, fonts and a PostgreSQL server, for tests
	@.ci/machine tests

test: machine venv catalogs check ## check, then every test, on SQLite and PostgreSQL, with a real browser
	@$(PYTEST) $(ARGS)

test-fast: venv catalogs ## the tests without browser and long rounds
	@$(PYTEST) -m "not browser and not slow" $(ARGS)

bench: venv catalogs ## measure: tests/benchmarks/bench_*.py, each a ratio within one run
	@$(BIN)/python -m pytest -n 0 -s -o python_files='bench_*.py' tests/benchmarks $(ARGS)

format: venv ## put the code into shape
	@$(BIN)/ruff check --quiet --fix . || true
	@$(BIN)/ruff format .

messages: venv ## read the texts into locales/messages.pot and hand them to every catalogue (ARGS=ru: and begin ru)
	@.ci/messages $(ARGS)

model: venv ## train the reader of free text again, from bot/understanding/training/*.tsv
	@$(BIN)/python -m bot.understanding.training

clean: ## remove what can be made again (never var/, where the data is)
	@rm -rf .venv build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@rm -f locales/*/LC_MESSAGES/messages.mo
	@find bot storage tests -name __pycache__ -type d -prune -exec rm -rf {} +
