# The verbs of this project. `make run` and `make test` need nothing but Python 3.11 or newer and make.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --disable-pip-version-check -c constraints.txt
SETS ?= $(wildcard eval/sets/*.jsonl)

.PHONY: install run test eval fix

install: .venv/installed

run: install
	$(BIN)/python app.py

test: .venv/installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/python -m pytest -q

eval: install
	@for set in $(SETS); do $(BIN)/python app.py eval $$set || exit; done

fix: .venv/installed-dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# The stamps: what was begun is done again, what was done is not, until a requirement changes.
.venv/installed: requirements.txt constraints.txt .venv/made
	$(PIP) -r requirements.txt
	@touch $@

.venv/installed-dev: requirements-dev.txt .venv/installed
	$(PIP) -r requirements-dev.txt
	@touch $@

.venv/made:
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is %s. Try: make PYTHON=python3.11" % sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv .venv
	@touch $@
