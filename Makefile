# Two commands do it all on a fresh machine: `make run` and `make test`.
.DELETE_ON_ERROR:
.PHONY: run serve soak soak-publish test test-full bench web pictures wheel lint format lock clean help
VENV := .venv
PY := $(VENV)/bin/python
KG := $(VENV)/bin/kg
ROUNDS ?= 25

help:  ## what can be made
	@grep -E '^[a-z-]+:.*##' Makefile | sed 's/:.*## /\t/'

# The page of `kg export html`, bundled from npm packages that the lock names by hash.
PAGE := web/dist/kg.js
NPM := @command -v npm >/dev/null || { echo 'make: npm is not here: apt-get install npm' >&2; exit 1; }; cd web && npm
web: $(PAGE)  ## build the page that kg export html writes

$(PAGE): web/build.js web/package-lock.json $(wildcard web/src/*) | web/node_modules/.run
	$(NPM) run --silent build

web/node_modules/.run: web/package.json web/package-lock.json
	$(NPM) ci --omit=dev --loglevel=error
	@touch $@

web/node_modules/.dev: web/package.json web/package-lock.json
	$(NPM) ci --loglevel=error
	@touch $@ web/node_modules/.run

# A lock that changed, or a missing environment, sets it up again.
$(VENV)/.run: requirements.lock pyproject.toml | $(PAGE)
	@./bootstrap $(VENV) requirements.lock
	@touch $@

$(VENV)/.dev: requirements-dev.lock requirements.lock pyproject.toml | $(PAGE)
	@./bootstrap $(VENV) requirements-dev.lock
	@touch $@ $(VENV)/.run

run: $(VENV)/.run $(PAGE)  ## set up, build, check, and answer three questions
	$(KG) build
	$(KG) check
	@printf '\n== Who is responsible for what? 谁负责什么？ ==\n'
	$(KG) ask who-leads
	@printf '\n== What covers what? 什么保障什么？ ==\n'
	$(KG) ask risks-covered
	@printf '\n== Where are the gaps? 哪里还有空白？ ==\n'
	$(KG) ask measures-without-stated-actor
	@printf '\nTry next: %s questions | %s ask words-of --param measure=m:3-1 | %s show 保险机构 | %s source m:7-1\n' $(KG) $(KG) $(KG) $(KG)

serve: $(VENV)/.run $(PAGE)  ## set up, build, and serve it at http://127.0.0.1:8000/ (ARGS='--port 8080')
	$(KG) build
	$(KG) serve $(ARGS)

soak: $(VENV)/.dev $(PAGE)  ## ten minutes of hostile requests against kg serve, while a client wants its answers (SOAK=seconds)
	$(KG) build
	$(PY) -m tests.soak $(SOAK)

soak-publish: $(VENV)/.dev $(PAGE)  ## publishes to two servers that are killed, or whose client is, at random moments (ROUNDS=25 of each)
	KG_PUBLISHES=$(ROUNDS) $(PY) -m pytest -m full -s tests/test_remote.py -k old_or_new

test: $(VENV)/.dev $(PAGE) lint  ## set up, lint, type-check and run the tests
	$(PY) -m pytest -m 'not full' -n auto --dist loadfile

# Browser, fonts and Graphviz: the one step that needs Debian packages.
$(VENV)/.debian: requirements-debian.txt $(VENV)/.dev
	@./debian requirements-debian.txt
	@touch $@

# Node libraries that read what kg export writes.
READERS := tests/readers/node_modules/.run
$(READERS): tests/readers/package.json tests/readers/package-lock.json
	$(subst cd web,cd tests/readers,$(NPM)) ci --loglevel=error
	@touch $@

test-full: $(VENV)/.dev $(VENV)/.debian $(READERS) $(PAGE) web/node_modules/.dev  ## the tests that take minutes, or need a browser
	cd web && npm run --silent check
	$(PY) -m pytest -m full

bench: $(VENV)/.dev  ## measure, and write docs/performance.md (long; ARGS=--small for minutes, --large for more)
	$(KG) build
	$(PY) -m bench.run $(ARGS)

pictures: $(VENV)/.dev $(VENV)/.debian  ## draw the pictures of the READMEs again
	for lang in zh en; do for picture in coverage measures path responsibility; do \
		$(KG) plot $$picture --lang $$lang -o docs/pictures/$$picture.$$lang.svg || exit 1; \
	done; done

wheel: $(VENV)/.dev $(PAGE)  ## build the wheel, install it into an empty environment, ask it from another folder
	rm -rf dist build/wheel-trial
	$(VENV)/bin/pip wheel -q --disable-pip-version-check --no-deps --no-build-isolation -w dist .
	python3 -m venv build/wheel-trial
	build/wheel-trial/bin/pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	build/wheel-trial/bin/pip install -q --disable-pip-version-check --no-deps dist/*.whl
	cd / && "$(CURDIR)/build/wheel-trial/bin/kg" ask who-leads --format csv | grep -q 'id/organisation/most'
	cd / && "$(CURDIR)/build/wheel-trial/bin/kg" export html --view places -o "$(CURDIR)/build/wheel-trial/places.html"
	@echo 'wheel: an installed copy answers and exports outside the checkout'

lint: $(VENV)/.dev
	$(VENV)/bin/ruff check src tests bench
	$(VENV)/bin/ruff format --check src tests bench
	$(VENV)/bin/mypy

format: $(VENV)/.dev web/node_modules/.dev  ## format Python, Turtle and JavaScript
	$(VENV)/bin/ruff check --fix src tests bench
	$(VENV)/bin/ruff format src tests bench
	$(KG) format
	cd web && npm run --silent format

lock: $(VENV)/.dev  ## pin the dependencies again, with hashes
	./lock $(VENV)

clean:  ## remove what was built
	rm -rf build dist $(VENV) web/dist web/node_modules tests/readers/node_modules
