# The door of the project: `make demo`, `make check`, `make test`.
SHELL := /bin/bash
UV_VERSION := 0.13.9
export UV_PYTHON_DOWNLOADS := never
UV := .tools/bin/uv
RUN := .venv/bin

.PHONY: setup dev demo check test fresh-check format clean

.tools/bin/uv:
	python3 -m venv .tools
	.tools/bin/pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

.venv/.dev: .tools/bin/uv pyproject.toml uv.lock
	$(UV) sync --quiet --frozen --group dev
	touch $@

dev: .venv/.dev
