PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
DEV_STAMP := $(VENV)/.installed-dev

.PHONY: run test lint clean benchmark installer fuzz

run: $(STAMP)
	$(BIN)/maskfacegan-gui $(ARGS)

test: $(DEV_STAMP) lint
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest $(PYTEST_ARGS)

lint: $(DEV_STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

benchmark: $(STAMP)
	$(BIN)/maskfacegan benchmark

fuzz: $(DEV_STAMP)
	$(BIN)/python -m tests.fuzz --count 2000 --seed 1

installer: $(STAMP)
	$(BIN)/python -m pip install --quiet "pyinstaller>=6.10"
	QT_QPA_PLATFORM=offscreen $(BIN)/python packaging/icons.py
	$(BIN)/python packaging/notices.py build/third-party-notices.txt
	PYTHONPATH=packaging/windows $(BIN)/python -m PyInstaller --noconfirm build_installer.spec
	packaging/selftest.sh
	VERSION=$$($(BIN)/python -c 'import engine; print(engine.__version__)') packaging/linux/wrap.sh

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed; set PYTHON=/path/to/python3.11")'
	$(PYTHON) -m venv $(VENV)

$(STAMP): pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(DEV_STAMP): pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	@touch $@ $(STAMP)

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache
