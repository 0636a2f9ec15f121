# Jointlens. `make inspect` opens the window, `make test` runs the tests, `make help` names the rest.

PYTHON := .venv/bin/python
READY := .venv/.ready
VIRTUAL_DISPLAY := resources/virtual_display.sh
SOURCES := app core resources tests examples docs main.py

# A project folder for `make inspect PROJECT=...`; without it, the demo project.
PROJECT ?=
# More for pytest, e.g. make test PYTEST_ARGS="-k silhouette"
PYTEST_ARGS ?=

.PHONY: help setup inspect test check lint format types contracts docs pins clean

help:  ## name the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' Makefile

setup: $(READY)  ## environment, packages and system libraries, and nothing more

inspect: $(READY)  ## open the window; without a display, run the journey to a report and screenshots
	@resources/inspect.sh $(PROJECT)

test: $(READY)  ## run the tests on a virtual display
	$(VIRTUAL_DISPLAY) $(PYTHON) -m pytest $(PYTEST_ARGS)

check: lint types contracts test  ## linter, type checker, import contract and tests

lint: $(READY)  ## ruff's rules and formatting
	$(PYTHON) -m ruff check $(SOURCES)
	$(PYTHON) -m ruff format --check $(SOURCES)

format: $(READY)  ## rewrite the files as the linter wants them
	$(PYTHON) -m ruff check --fix $(SOURCES)
	$(PYTHON) -m ruff format $(SOURCES)

types: $(READY)  ## mypy
	$(PYTHON) -m mypy

contracts: $(READY)  ## which part may import which
	.venv/bin/lint-imports

docs: $(READY)  ## build the documentation into docs/build; warnings are errors
	$(PYTHON) -m sphinx -W --keep-going -q -b html docs docs/build
	@echo "open docs/build/index.html"

pins: $(READY)  ## write constraints.txt from the environment as it is
	@{ head -1 constraints.txt; \
	   $(PYTHON) -m pip freeze --all --exclude-editable | sed 's/+[a-z0-9.]*$$//' | grep -v '^pip=='; \
	 } > constraints.new && mv constraints.new constraints.txt

clean:  ## remove the environment, caches and the demo
	rm -rf .venv build demo docs/build docs/generated *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(READY): pyproject.toml constraints.txt resources/setup.sh resources/system-packages.txt
	@resources/setup.sh
