# `make demo` and `make test` need nothing but Python and make; `make help` lists the rest.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
PARALLEL := -n auto --dist loadscope --no-loadscope-reorder
PAGE := gateway/server/static/graphiql/index.html
CLIENT := web/client/node_modules/.package-lock.json
LINT := web/lint/node_modules/.package-lock.json
PAGE_SOURCES := $(wildcard web/src/*) web/index.html web/vite.config.js web/package.json web/package-lock.json web/.npmrc

.PHONY: demo test quick faults check docs messages schema bench web install clean help
.DEFAULT_GOAL := help

help:  ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'

install: $(READY)  ## make the environment in .venv

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev,demo]'
	@touch $@

web:  ## build the GraphiQL page, and prepare the client package, where there is Node 20.19 or newer
	@if command -v npm >/dev/null 2>&1; then $(MAKE) --no-print-directory $(PAGE) $(CLIENT); \
	else echo "no npm here: GraphiQL is left out, everything else works"; fi

$(PAGE): $(PAGE_SOURCES)
	cd web && npm ci --no-audit --no-fund --loglevel=error && npm run build --silent

$(CLIENT): web/client/package-lock.json
	@cd web/client && npm ci --no-audit --no-fund --loglevel=error || echo "the client package cannot be tested here"

$(LINT): web/lint/package-lock.json
	@cd web/lint && npm ci --no-audit --no-fund --loglevel=error || echo "the schema cannot be linted here"

demo: install web  ## the demo utility, its systems, and the gateway on 127.0.0.1:8000 (PORT changes that)
	@# A group of its own at the terminal: Ctrl-C is for the demo, which ends with 0, and not for make.
	@if [ -t 0 ]; then set -m; fi; $(BIN)/gateway-demo $(DEMO); exit $$?

test: install web $(LINT)  ## all tests, in as many processes as there are cores
	$(BIN)/pytest $(PARALLEL) $(TESTS)

quick: install  ## the fast tests, under a minute
	$(BIN)/pytest $(PARALLEL) -m "not slow" $(TESTS)

faults: install  ## every fault at every system and at every pair of them, and the long soak: half an hour
	GATEWAY_FAULTS=all $(BIN)/pytest -v --tb=short --show-capture=no tests/faults

check: install  ## ruff, mypy --strict, import floors, prose
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict gateway gateway_demo bench
	$(BIN)/pytest tests/test_floors.py tests/test_prose.py

docs: install  ## renew the generated tables of docs/
	$(BIN)/python -m docs.tables

messages: install  ## renew the message catalogs from the code
	$(BIN)/python -m docs.messages

schema: install  ## print schema.graphql, and the types of the client package, from the code
	$(BIN)/gateway schema > schema.graphql
	@if [ -d web/client/node_modules ]; then node web/client/generate.js; fi

bench: install  ## measure, and print ratios
	$(BIN)/python -m bench $(BENCH)

clean:  ## remove everything that was made
	rm -rf .venv var web/node_modules web/client/node_modules web/lint/node_modules gateway/server/static/graphiql bench.json
