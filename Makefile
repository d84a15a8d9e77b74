# Everything a user or a contributor runs. `make help` lists it.
SHELL := /bin/sh
PYTHON ?= $(shell for each in python3 python3.13 python3.12 python3.11; do $$each -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { command -v $$each; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
CONFIG ?= config/sentinel.yaml
JOBS ?= 2

.DEFAULT_GOAL := help
.PHONY: help run receiver test parts check fix lint types imports licences audit sbom wheel cover bench bench-detection docs site pictures gallery lock clean

help: ## List what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(VENV)/.run ## Install what is locked, start the daemon (CONFIG=config/sentinel.yaml)
	@exec $(BIN)/sentinel run -c $(CONFIG)

receiver: $(VENV)/.run ## A local receiver that prints the pages it gets, for the tour in the README
	@exec $(BIN)/python config/examples/receiver.py

# Compiled once, by whoever comes first: workers and the processes that tests start would each do it anew.
test: $(VENV)/.dev parts ## Set up what the tests need and run every test
	@unset PYTHONDONTWRITEBYTECODE; $(BIN)/python -m compileall -q sentinel && { rm -rf .pytest_cache/v; \
	$(BIN)/python -m pytest -n $(JOBS) --dist worksteal tests || $(BIN)/python -m tests.again; }

parts:
	@sh packaging/install-test-parts.sh

check: $(VENV)/.dev lint types imports licences audit cover ## Format, lint, types, import rules, licences, advisories, tests with coverage: what a contributor runs

fix: $(VENV)/.dev ## Format and mend what the linter can mend
	@$(BIN)/ruff format -q . && $(BIN)/ruff check --fix .

lint: $(VENV)/.dev
	@$(BIN)/ruff format --check . && $(BIN)/ruff check . && $(BIN)/hadolint Dockerfile

types: $(VENV)/.dev
	@$(BIN)/mypy
	@$(BIN)/mypy --config-file= --ignore-missing-imports --follow-imports=silent --explicit-package-bases benchmarks

imports: $(VENV)/.dev
	@$(BIN)/lint-imports --no-cache

licences: $(VENV)/.dev
	@$(BIN)/python packaging/licences.py

audit: $(VENV)/.dev ## Look the locked packages up among known vulnerabilities, where an advisory database can be asked
	@sh packaging/audit.sh $(BIN)/python

sbom: $(VENV)/.dev ## Write the software bill of materials (CycloneDX) to dist/
	@mkdir -p dist && $(BIN)/python packaging/sbom.py dist/sentinel.cdx.json && echo dist/sentinel.cdx.json

wheel: sbom ## Build what a release is: the wheel, and the bill of materials beside it
	@$(BIN)/python -m hatchling build -t wheel -d dist

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
	@$(BIN)/python -m benchmarks.left_out
	@$(BIN)/python -m benchmarks.airlines docs/images/airlines.svg

docs: $(VENV)/.dev ## Write anew what is generated: full configuration, JSON Schema, dashboards
	@$(BIN)/python -m sentinel.config.document && $(BIN)/python dashboards/build.py

site: $(VENV)/.dev ## The documentation as a site in site/, in both languages, every link checked
	@NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict
	@echo "open site/index.html, or with its search: $(BIN)/python -m http.server -d site"

pictures: $(VENV)/.dev parts ## Take the documents' pictures of the pages anew, with Chromium
	@SENTINEL_SCREENSHOTS=docs/images $(BIN)/python -m pytest -q tests/browser/test_pictures.py tests/notify/test_receiver.py

gallery: $(VENV)/.dev parts ## Pictures of every page at 360, 1440 and 1920 px, in both languages, light and dark (FOLDER=…)
	@$(BIN)/python -m tests.browser.gallery "$${FOLDER:-/tmp/sentinel-gallery}"

lock: $(VENV)/.pip ## Resolve the dependencies anew, with hashes
	@$(BIN)/python -m pip install -q uv
	@$(BIN)/uv pip compile -q --universal --generate-hashes --no-header --python-version 3.11 --upgrade --extra postgres --extra cluster --extra spelling pyproject.toml -o requirements.lock
	@$(BIN)/uv pip compile -q --universal --generate-hashes --no-header --python-version 3.11 --upgrade --extra postgres --extra cluster --extra spelling --group dev -c requirements.lock pyproject.toml -o requirements-dev.lock

clean: ## Remove the virtual environment and caches; state in var/ stays
	@rm -rf $(VENV) .venv-audit .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage .coverage.* htmlcov

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
