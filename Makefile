PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
DEV_STAMP := $(VENV)/.installed-dev
BUILD_VENV ?= .venv-build
BUILD_BIN := $(BUILD_VENV)/bin
BUILD_STAMP := $(BUILD_VENV)/.installed
CUDA ?=
PACK ?=
# The pack for 1024 px: fetched once; without a network the program goes on with its built-in pack.
GET_PACK := $(BIN)/maskfacegan packs install portrait --accept-terms --optional

# Workers of the tests: each computes in one thread (tests/conftest.py) and takes up to 3 GB of memory. Whole
# files go to a worker, in their order, so that what a file's tests share is made once.
JOBS ?= 2
PYTEST := QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest \
	--numprocesses $(JOBS) --dist loadfile --no-loadscope-reorder --durations 30

# What the system lacks is named, and installed where a person at a terminal agrees, or with YES=1.
SYSTEM := $(PYTHON) packaging/system.py
AGREED := $(if $(YES),--yes)

.PHONY: system system-run system-test run test test-fast lint lint-style lint-types lint-layers hooks clean benchmark installer measure fuzz translations

# The libraries that Qt needs and the tools of the tests, and nothing else. `make system YES=1` does not ask.
system:
	@$(SYSTEM) system $(AGREED)

system-run:
	@$(SYSTEM) run $(AGREED)

system-test:
	@$(SYSTEM) test $(AGREED)

run: system-run $(STAMP)
	$(GET_PACK)
	$(BIN)/maskfacegan-gui $(ARGS)

test: system-test $(DEV_STAMP) lint
	$(GET_PACK)
	$(PYTEST) $$($(SYSTEM) options) $(PYTEST_ARGS)

# All but the tests that take long: something of every part, within minutes.
test-fast: system-test $(DEV_STAMP) lint
	$(GET_PACK)
	$(PYTEST) $$($(SYSTEM) options) -m "not slow" $(PYTEST_ARGS)

# Types and layers take longest, and do not wait for each other.
lint: $(DEV_STAMP)
	@$(MAKE) --no-print-directory -j 2 lint-style lint-types lint-layers

lint-style:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

lint-types:
	$(BIN)/mypy

lint-layers:
	$(BIN)/lint-imports

# The lint before every commit from now on.
hooks: $(DEV_STAMP)
	$(BIN)/pre-commit install

benchmark: $(STAMP)
	$(BIN)/maskfacegan benchmark

translations: $(STAMP)
	$(BIN)/python packaging/translations.py

fuzz: $(DEV_STAMP)
	$(BIN)/python -m tests.fuzz --count 2000 --seed 1

# The application to hand out, in an environment of its own: CPU build, or `make installer CUDA=1`; with the
# starter pack, or `make installer PACK=portrait`, an archive of its own for non-commercial use.
installer: $(BUILD_STAMP)
	$(if $(PACK),$(BUILD_BIN)/python packaging/bundle_pack.py $(PACK) build/packs/$(PACK))
	MASKFACEGAN_CUDA=$(CUDA) MASKFACEGAN_PACK=$(PACK) $(BUILD_BIN)/python -m PyInstaller --noconfirm --log-level WARN build_installer.spec
	packaging/selftest.sh
	packaging/linux/wrap.sh $(PACK)

# Sizes and start times of what `make installer` built; on a quiet machine.
measure:
	packaging/measure.sh

$(BUILD_STAMP): pyproject.toml packaging/environment.py
	$(PYTHON) packaging/environment.py $(BUILD_VENV) $(if $(CUDA),--cuda)
	@touch $@

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed; set PYTHON=/path/to/python3.11")'
	$(PYTHON) -m venv $(VENV)

$(BIN)/python: | $(if $(filter run,$(MAKECMDGOALS)),system-run) $(if $(filter test test-fast,$(MAKECMDGOALS)),system-test)

$(STAMP): pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(DEV_STAMP): pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	@touch $@ $(STAMP)

clean:
	rm -rf $(VENV) $(BUILD_VENV) build dist .mypy_cache .ruff_cache .pytest_cache
