# The two commands: `make chat` runs Despatch, `make test` proves it. The others are for those who change it.
PYTHON ?= python3
VENV ?= .venv
# On Linux plain torch is a CUDA build of about 3 GB; `make chat TORCH=cpu` takes the small one.
TORCH ?=
BIN := $(VENV)/bin
EXTRA_INDEX := $(if $(filter cpu,$(TORCH)),--extra-index-url https://download.pytorch.org/whl/cpu,)
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet

.PHONY: chat test check fix prove figures clean

chat: $(VENV)/.installed
	@$(BIN)/despatch sync
	@$(BIN)/despatch chat

# Two processes, whatever the machine has: each holds the models and a browser, some 1.5 GB.
test: $(VENV)/.installed-test
	@./.ci/chromium
	@./.ci/old-sqlite
	@$(BIN)/python -m pytest -m "not prove" --numprocesses 2 --dist worksteal

prove: $(VENV)/.installed-test
	@./.ci/chromium
	@./.ci/old-sqlite
	@$(BIN)/python -m pytest -m prove

check: $(VENV)/.installed-check
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

fix: $(VENV)/.installed-check
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

clean:
	@rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV)/.pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Despatch needs Python 3.11 or later; name one: make PYTHON=python3.13 ..."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info >= (3, 15))' \
	  || echo "Despatch has not been tried on a Python after 3.14; trying it."
	@echo "Making a virtual environment in $(VENV) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) --upgrade pip
	@touch $@

$(VENV)/.installed: pyproject.toml $(VENV)/.pip
	@echo "Installing Despatch; the first time this fetches several hundred megabytes ..."
	@$(PIP) $(EXTRA_INDEX) --editable .
	@touch $@

$(VENV)/.installed-test: pyproject.toml $(VENV)/.installed
	@echo "Installing what the tests need ..."
	@$(PIP) $(EXTRA_INDEX) --editable '.[test]'
	@touch $@

$(VENV)/.installed-check: pyproject.toml $(VENV)/.installed-test
	@echo "Installing what the checks need ..."
	@$(PIP) $(EXTRA_INDEX) --editable '.[test,check]'
	@touch $@
