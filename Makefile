# Every target sets up what it needs in .venv; nothing outside Python 3.11+ and git is asked for.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet install --constraint constraints.txt
EVERYTHING := local,gguf,serve,bench,cluster,langchain,dev
USER_STAMP := .venv/.installed-for-use
TEST_STAMP := .venv/.installed-for-tests

.PHONY: install demo test check test-vllm help clean

help: ## show this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

install: $(USER_STAMP) ## playhead with its embedded default in .venv

demo: $(USER_STAMP) ## make a ten-minute sample film and a voice memo, index them, ask questions
	$(BIN)/playhead demo

test: $(TEST_STAMP) ## the whole test suite: no network, no GPU, no downloads
	$(BIN)/python -m pytest -n 2 --dist loadfile

check: $(TEST_STAMP) ## lint, format, strict types, import direction
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest tests/test_packaging.py

test-vllm: $(TEST_STAMP) ## a real vLLM server on this CPU with a tiny random model (its own .venv-vllm, 3.5 GB)
	bash tests/vllm/setup.sh
	$(BIN)/python -m pytest tests/vllm -m vllm -s

clean: ## remove the virtual environments and caches
	rm -rf .venv .venv-vllm .mypy_cache .ruff_cache .pytest_cache build *.egg-info

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "playhead needs Python 3.11 or later; try: make PYTHON=python3.12" >&2; exit 1; }
	$(PYTHON) -m venv .venv

$(USER_STAMP): .venv/bin/python pyproject.toml constraints.txt
	@echo "installing playhead into .venv (about a minute)"
	$(PIP) -e '.[local,serve]'
	@touch $@

$(TEST_STAMP): .venv/bin/python pyproject.toml constraints.txt
	@echo "installing playhead and everything its tests use into .venv (a minute or two)"
	$(PIP) -e '.[$(EVERYTHING)]'
	@touch $@ $(USER_STAMP)
