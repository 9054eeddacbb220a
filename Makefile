# The two commands of the README (`make demo`, `make test`) and the short names developers use.
# A fresh machine needs Python 3.11 or newer, make, and apt where system packages are missing.

PYTHON ?= $(shell .ci/find-python)
BIN := .venv/bin
INSTALLED := .venv/.installed
DEVELOPED := .venv/.developed
PIPELINE := .venv-evidence

PIP := $(BIN)/python -m pip -qq --disable-pip-version-check

SHOP := models/examples/online-boutique/online-boutique.threat
PANGO := libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0

.DEFAULT_GOAL := help
.PHONY: help demo test lint format golden example-evidence bench clean

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# Made anew whenever pyproject.toml changes, so that no forgotten package hides a missing dependency.
# Editable: a changed rule or template works at once, and demo, tests and development share one environment.
# That the wheel and the sdist hold everything is what tests/packaging proves.
$(INSTALLED): pyproject.toml
	@.ci/make-venv "$(PYTHON)" .venv
	@echo "Installing threatdsl into .venv"
	@$(PIP) install --editable .
	@touch $@

$(DEVELOPED): $(INSTALLED)
	@echo "Installing the development tools into .venv"
	@$(PIP) install --editable '.[dev]'
	@touch $@

demo: $(INSTALLED) ## report, page and diagram of a real shop, in build/
	@BIN=$(BIN) PANGO="$(PANGO)" .ci/demo $(SHOP) build

test: $(DEVELOPED) ## all checks: what .ci/run calls
	@.ci/system-package "command -v chromium || command -v chromium-browser || command -v google-chrome" chromium
	@.ci/system-package "command -v pdftotext && command -v pdftoppm" poppler-utils
	@.ci/system-package "$(BIN)/python -c 'import weasyprint'" $(PANGO)
	@$(MAKE) --no-print-directory lint
	$(BIN)/threatdsl fmt --check models
	$(BIN)/threatdsl test models/rules
	$(BIN)/python -m pytest -q -n auto --dist loadfile

lint: $(DEVELOPED) ## style, layout, types, layers
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(DEVELOPED) ## lay out Python and threat models
	$(BIN)/ruff check --fix
	$(BIN)/ruff format
	$(BIN)/threatdsl fmt models

golden: $(DEVELOPED) ## write the golden files anew; read the difference before you commit
	UPDATE_GOLDEN=1 $(BIN)/python -m pytest -q tests

# In an environment of their own, since Checkov pins many packages. The versions decide what the tools write.
$(PIPELINE)/.installed: .ci/example-evidence.txt
	@.ci/make-venv "$(PYTHON)" $(PIPELINE)
	@echo "Installing Checkov, Bandit and pytest into $(PIPELINE)"
	@$(PIPELINE)/bin/python -m pip -qq --disable-pip-version-check install --requirement $<
	@touch $@

# The day is fixed, so that the same files come out again: 2026-11-21 at ten.
example-evidence: $(INSTALLED) $(PIPELINE)/.installed ## run the pipeline of the web shop anew, writes its results
	@SOURCE_DATE_EPOCH=1795255200 .ci/example-evidence models/examples/web-shop $(PIPELINE)/bin $(BIN)/threatdsl

bench: $(DEVELOPED) ## how long large models take, rule by rule, and large results
	$(BIN)/python -m tests.bench.analysis
	$(BIN)/python -m tests.bench.results

clean: ## remove .venv and all that was built
	rm -rf .venv $(PIPELINE) build dist threatdsl.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find grammar models templates tests threatdsl -name __pycache__ -type d -prune -exec rm -rf {} +
