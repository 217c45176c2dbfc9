# The door of the project. `make demo` shows it, `make check` is quick, `make test` is everything.
SHELL := /bin/bash
UV_VERSION := 0.13.9
export UV_PYTHON_DOWNLOADS := never
# Compiled once at installation and kept: a process starts in a third of the time, whatever its environment says.
export UV_COMPILE_BYTECODE := 1
unexport PYTHONDONTWRITEBYTECODE
UV := .tools/bin/uv
RUN := .venv/bin
FRONTEND_SOURCES := $(shell find frontend -path frontend/node_modules -prune -o -type f -print 2>/dev/null)
BUILT := src/oversite/screens/static/built/manifest.json
MIGRATIONS := $(shell find src -path '*/migrations/*.py')
SCHEMA := src/oversite/project/built/.made

.PHONY: setup compiled messages dev demo check lint types layers static unit frontend-check test fresh-check format packages clean

# -- install and build ---------------------------------------------------------------------------------------
.tools/bin/uv:
	python3 -m venv .tools
	.tools/bin/pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

.venv/.setup: .tools/bin/uv pyproject.toml uv.lock
	$(UV) sync --quiet --frozen --inexact
	touch $@

.venv/.dev: .tools/bin/uv pyproject.toml uv.lock
	$(UV) sync --quiet --frozen --group dev
	touch $@ .venv/.setup

frontend/node_modules/.installed: .venv/.setup frontend/package-lock.json
	cd frontend && ./npm ci --silent --no-audit --no-fund
	touch $@

$(BUILT): frontend/node_modules/.installed $(FRONTEND_SOURCES)
	cd frontend && ./npm run --silent build
	touch $@

messages: .venv/.setup
	$(RUN)/oversite compilemessages

compiled: .venv/.setup
	$(RUN)/python -m compileall -q -j 0 src

$(SCHEMA): .venv/.setup src/oversite/project/settings.py $(MIGRATIONS)
	$(RUN)/oversite compileschema
	touch $@

setup: .venv/.setup
	$(MAKE) --no-print-directory --jobs=2 $(BUILT) messages compiled $(SCHEMA)

dev: .venv/.dev

# -- run -----------------------------------------------------------------------------------------------------
demo: setup
	$(RUN)/oversite demo

# -- check: style, types, layers, unit tests -----------------------------------------------------------------
lint: dev
	$(RUN)/ruff check
	$(RUN)/ruff format --check

types: dev
	$(RUN)/mypy

layers: dev
	$(RUN)/lint-imports

frontend-check: frontend/node_modules/.installed
	cd frontend && ./npm run --silent check && ./npm test --silent

# These four need nothing of each other.
static: dev frontend/node_modules/.installed
	$(MAKE) --no-print-directory --jobs=2 --output-sync=target lint types layers frontend-check

unit: dev setup
	OVERSITE_DATA_DIR=build/test-data $(RUN)/pytest -q -n 2 -m "not journey and not thorough" \
	    --ignore=tests/services --ignore=tests/simulator --ignore=tests/interoperability

check: static unit

# -- test: everything, with journeys in a real browser -------------------------------------------------------
packages:
	deploy/test-packages

test: packages setup static
	tests/run-all

fresh-check:
	deploy/fresh-check

format: dev
	$(RUN)/ruff check --fix
	$(RUN)/ruff format

clean:
	rm -rf .venv .tools frontend/node_modules src/oversite/screens/static/built
