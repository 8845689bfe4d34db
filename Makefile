# Commands that stay put: `make run` sets up and serves, `make test` sets up and passes all tests.
# `make help` lists the rest. Every set-up step is safe to repeat and instant when nothing changed.

SHELL := /bin/bash
.DEFAULT_GOAL := help
# In the order they are written: two steps at once would meet at apt's lock.
.NOTPARALLEL:
MAKEFLAGS += --no-print-directory

# The interpreter that makes .venv. PORT, LAN, RESET and FORCE are for `make run`, ARGS for `make test` and `make bench`.
PYTHON ?= $(shell command -v /usr/bin/python3.11 || command -v python3.11 || echo python3)
PORT ?=
LAN ?=
RESET ?=
FORCE ?=
ARGS ?=
export PYTHON
# Node and npm live there where the machine has none (deploy/browser-libraries).
export PATH := $(PATH):$(CURDIR)/build/node/bin

flag = $(if $(filter 1 yes true,$($(1))),$(2))

PY := .venv/bin/python
PIP := $(PY) -m pip --disable-pip-version-check --no-input
# A .venv that is a link belongs to somebody else: it is used as it is.
OWN_VENV := $(shell test -L .venv || echo yes)
# Stamps live beside what they vouch for, so that deleting one deletes the other.
RUN_STAMP := $(if $(OWN_VENV),.venv,build/stamps)/installed
DEV_STAMP := $(RUN_STAMP)-dev
VENDOR := static/vendor/socket.io.esm.min.js
PAGES := build/stamps/pages
UV := .venv/bin/uv pip compile -q --generate-hashes --python-version 3.11 --python-platform linux \
	--no-emit-index-url --custom-compile-command 'make lock'

##@ Doors

.PHONY: run
run: setup ## Set up and serve; prints addresses, sign-ins and a room (PORT=8000, LAN=1 for telephones nearby, RESET=1 [FORCE=1])
	@exec $(PY) -m kiosk run $(if $(PORT),--port $(PORT)) $(call flag,LAN,--lan) $(call flag,RESET,--reset) $(call flag,FORCE,--force)

.PHONY: test
test: setup-test ## Set up and pass every test (ARGS="-k name" for some)
	@$(PY) -m pytest $(if $(ARGS),,-n 2 --dist loadgroup) $(ARGS)

.PHONY: test-old-browser
test-old-browser: setup-test ## Pass the journeys of calls and of the path in the oldest Chromium that Debian has (ARGS="-k name")
	@TEST_CHROMIUM=$$(deploy/old-chromium) && export TEST_CHROMIUM && echo "With $$TEST_CHROMIUM" && \
	$(PY) -m pytest tests/journeys/test_call*.py tests/journeys/test_path*.py $(ARGS)

.PHONY: test-quick
test-quick: setup-test ## Pass the tests that need no browser and no packet, in a minute and a half (ARGS="-k name" for some)
	@$(PY) -m pytest -q -n 2 --dist loadgroup -m "not browser" tests/unit tests/pages tests/laws $(ARGS)

.PHONY: check
check: setup-test ## Format, lint, types, import contracts, scripts' types, translations
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	.venv/bin/lint-imports
	$(PY) -m kiosk.media.typedefs --check
	node_modules/.bin/tsc --noEmit
	$(if $(wildcard translations/babel.cfg),$(PY) -m kiosk.developers.strings --check)

.PHONY: bench
bench: setup-bench ## Measure ourselves against peers, in one run (ARGS="media --quick" for less)
	$(PY) -m bench $(ARGS)

.PHONY: fuzz
fuzz: setup-test ## Send the media plane two million bad datagrams (ARGS="--count 50000 --seed 7")
	$(PY) -m tests.media.fuzz $(ARGS)
	$(PY) -m tests.media.fuzz_process $(ARGS)

.PHONY: mutants
mutants: setup-test ## Change the rules one place at a time and count what the nearest tests notice (ARGS="--sample 100 --seed 7")
	$(PY) -m tests.mutants $(ARGS)

.PHONY: properties
properties: setup-test ## Look for counterexamples with new random examples (the suite's are always the same)
	HYPOTHESIS_PROFILE=search $(PY) -m pytest -q $$(grep -rl "^from hypothesis" tests --include=test_*.py) $(ARGS)

.PHONY: noise
noise: setup-test ## Send 50 000 strange datagrams a second during a call and count its losses (ARGS="--rate 80000")
	$(PY) -m bench.noise $(ARGS)

.PHONY: siege
siege: setup-test ## Attack a server of its own for two minutes, during a call, and judge pages and call (ARGS="--seconds 3")
	$(PY) -m bench.siege $(ARGS)

.PHONY: arrivals
arrivals: setup-test ## Let a hundred citizens arrive in twelve seconds, on SQLite and on PostgreSQL (ARGS="sqlite --citizens 20")
	$(PY) -m bench.arrivals $(ARGS)

.PHONY: proxies
proxies: setup-test ## Serve through nginx and Caddy with the configurations of deploy/ (Debian: nginx-light, caddy)
	$(PY) -m pytest -q tests/installation/proxies.py $(ARGS)

.PHONY: soak
soak: setup-test ## Keep 20 calls coming and going for an hour and judge the memory (ARGS="--minutes 5")
	$(PY) -m bench.soak $(ARGS)

##@ Upkeep

.PHONY: setup
setup: build/stamps/system-run $(RUN_STAMP) $(VENDOR) $(PAGES) ## What serving needs: system packages, .venv, browser libraries, pages' files

.PHONY: upgrade
upgrade: ## Bring pulled code into service: refuses local changes, sets up, backs up, brings the database up to date
	@deploy/upgrade

.PHONY: setup-test
setup-test: build/stamps/system-test setup $(DEV_STAMP) ## What tests and checks add: browsers, PostgreSQL, PDF tools

.PHONY: setup-bench
setup-bench: build/stamps/system-bench setup-test ## What measuring adds: Janus, a compiler

.PHONY: vendor
vendor: $(VENDOR) ## Bring the browser libraries to static/vendor

.PHONY: strings
strings: setup-test ## Collect the sentences shown to people into the catalogs
	$(PY) -m kiosk.developers.strings

.PHONY: typedefs
typedefs: setup ## Write the browser's types of the control protocol from kiosk/media/messages.py
	$(PY) -m kiosk.media.typedefs

.PHONY: migration
migration: setup ## Write the schema's next step from the models (M="what it does")
	$(PY) -m kiosk migration "$(M)"

.PHONY: lock
lock: ## Resolve requirements*.in and package.json again into their lock files
	$(UV) -o requirements.txt requirements.in
	$(UV) -o requirements-dev.txt requirements-dev.in
	$(UV) -o deploy/node.txt deploy/node.in
	npm install --package-lock-only

.PHONY: format
format: setup-test ## Put the code in its usual shape
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

.PHONY: clean
clean: ## Forget what was built (keeps instance/ and .venv)
	rm -rf build static/vendor node_modules

.PHONY: help
help: ## Say what can be done here
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} \
	/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# ---- steps of the set-up, each with a stamp that its inputs outdate -------------------------

build/stamps:
	@mkdir -p $@

build/stamps/system-run: deploy/system-packages | build/stamps
	@deploy/system-packages run
	@touch $@

# Asked before `run`'s, which it includes: whoever may not install is told everything at once.
build/stamps/system-test: deploy/system-packages | build/stamps
	@deploy/system-packages test
	@touch $@ build/stamps/system-run

# Nobody but a bench asks for Janus. Where systemd runs, Debian also starts it as a service, which
# would be measured with us: systemctl disable --now janus.
build/stamps/system-bench: deploy/system-packages | build/stamps
	@deploy/system-packages bench
	@touch $@ build/stamps/system-test build/stamps/system-run

.venv/bin/python: | build/stamps/system-run
	@echo "Making .venv"
	@$(PYTHON) -m venv .venv

$(RUN_STAMP): requirements.txt | .venv/bin/python build/stamps
	$(if $(OWN_VENV),@echo "Installing what the application runs on")
	$(if $(OWN_VENV),@$(PIP) install -q --require-hashes -r requirements.txt)
	@touch $@

$(DEV_STAMP): requirements-dev.txt $(RUN_STAMP) | build/stamps
	$(if $(OWN_VENV),@echo "Installing what tests and checks add")
	$(if $(OWN_VENV),@$(PIP) install -q --require-hashes -r requirements-dev.txt)
	@touch $@

$(VENDOR): package-lock.json deploy/browser-libraries deploy/light-fonts | build/stamps/system-run $(RUN_STAMP)
	@echo "Bringing the browser libraries"
	@deploy/browser-libraries

# Made here, so that the service's user need not write where the code is.
$(PAGES): $(VENDOR) kiosk/web/asset_store.py $(shell find static -path static/vendor -prune -o -type f -print) | build/stamps
	@$(PY) -m compileall -q kiosk app.py
	@$(PY) -m kiosk build
	@touch $@
