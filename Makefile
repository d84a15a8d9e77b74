# Everything a user or a contributor runs. `make help` lists it.
SHELL := /bin/sh
PYTHON ?= $(shell for each in python3 python3.13 python3.12 python3.11; do $$each -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { command -v $$each; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
CONFIG ?= config/sentinel.yaml
JOBS ?= 2

.DEFAULT_GOAL := help
.PHONY: help run receiver test parts check fix lint types imports cover bench bench-detection docs pictures lock clean

help: ## List what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(VENV)/.run ## Install what is locked, start the daemon (CONFIG=config/sentinel.yaml)
	@exec $(BIN)/sentinel run -c $(CONFIG)

receiver: $(VENV)/.run ## A local receiver that prints the pages it gets, for the tour in the README
	@exec $(BIN)/python config/examples/receiver.py

test: $(VENV)/.dev parts ## Set up what the tests need and run every test
	@$(BIN)/python -m pytest -n $(JOBS) --dist worksteal tests

parts:
	@sh packaging/install-test-parts.sh

check: $(VENV)/.dev lint types imports cover ## Format, lint, types, import rules, tests with coverage: what a contributor runs

fix: $(VENV)/.dev ## Format and mend what the linter can mend
	@$(BIN)/ruff format -q . && $(BIN)/ruff check --fix .

lint: $(VENV)/.dev
	@$(BIN)/ruff format --check . && $(BIN)/ruff check . && $(BIN)/hadolint Dockerfile

types: $(VENV)/.dev
	@$(BIN)/mypy

imports: $(VENV)/.dev
	@$(BIN)/lint-imports --no-cache

cover: $(VENV)/.dev parts
	@rm -f .coverage .coverage.*
	@$(BIN)/python -m pytest -n $(JOBS) --dist worksteal --cov --cov-report= tests
	@$(BIN)/coverage report --format=total --include='sentinel/incidents/*,sentinel/escalation/*' --fail-under=95 >/dev/null || { $(BIN)/coverage report --include='sentinel/incidents/*,sentinel/escalation/*'; exit 1; }
	@$(BIN)/coverage report --fail-under=90

bench: $(VENV)/.dev ## Measure this machine: speed as ratios in one run, quality where data is at hand
	@$(BIN)/sentinel bench
	@$(BIN)/python benchmarks/matching.py
	@$(BIN)/python benchmarks/replay.py
	@$(BIN)/python benchmarks/metrics.py
	@$(BIN)/python benchmarks/pages.py
	@$(BIN)/python benchmarks/configuration.py
	@if [ -n "$$SENTINEL_SHARED" ]; then $(BIN)/python benchmarks/detection.py && $(BIN)/python -m benchmarks.sentiment "$$SENTINEL_SHARED/data/sentiment"; \
	else echo "SENTINEL_SHARED is not set: detection and sentiment were not measured"; fi

bench-detection: $(VENV)/.dev ## Measure detection: made histories, labelled series, a real week, what a brand costs
	@$(BIN)/python -m benchmarks.scenarios
	@$(BIN)/python -m benchmarks.drift
	@$(BIN)/python benchmarks/assess.py
	@$(BIN)/python benchmarks/detection.py
	@$(BIN)/python -m benchmarks.airlines docs/images/airlines.svg

docs: $(VENV)/.dev ## Write anew what is generated: full configuration, JSON Schema, dashboards
	@$(BIN)/python -m sentinel.config.document && $(BIN)/python dashboards/build.py

pictures: $(VENV)/.dev parts ## Take the documents' pictures of the pages anew, with Chromium
	@SENTINEL_SCREENSHOTS=docs/images $(BIN)/python -m pytest -q tests/browser/test_pictures.py

lock: $(VENV)/.pip ## Resolve the dependencies anew, with hashes
	@$(BIN)/python -m pip install -q uv
	@$(BIN)/uv pip compile -q --universal --generate-hashes --no-header --python-version 3.11 --upgrade pyproject.toml -o requirements.lock
	@$(BIN)/uv pip compile -q --universal --generate-hashes --no-header --python-version 3.11 --upgrade --group dev -c requirements.lock pyproject.toml -o requirements-dev.lock

clean: ## Remove the virtual environment and caches; state in var/ stays
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage .coverage.* htmlcov

$(VENV)/.pip:
	@test -n "$(PYTHON)" || { echo "Sentinel needs Python 3.11 or newer as python3, python3.11, …: sudo apt-get install python3 python3-venv" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { sh packaging/install-venv.sh "$(PYTHON)" && $(PYTHON) -m venv $(VENV); }
	@touch $@

$(VENV)/.run: $(VENV)/.pip requirements.lock pyproject.toml
	@echo "installing the locked dependencies into $(VENV) …"
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.run requirements-dev.lock
	@echo "installing what the tests need into $(VENV) …"
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes --no-deps -r requirements-dev.lock
	@touch $@
