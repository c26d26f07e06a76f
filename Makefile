# `make demo` and `make test` need nothing but Python 3.11 or newer; everything is put into .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test check format build clean docs bench bench-heat bench-replies torture pictures gallery fuzz lock audit

demo: $(READY)  ## See it work; ONCE=1 runs without a person.
	$(BIN)/triage demo $(if $(ONCE),--once)

test: $(READY)  ## All tests. What needs Dovecot or Chromium is skipped where it is not installed.
	$(BIN)/pytest -n 2 --dist loadscope

check: $(READY)  ## Formatting, lint, types, import contracts, tests, known vulnerabilities.
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(MAKE) test
	$(MAKE) audit

audit: $(READY)  ## Is a locked package known to be vulnerable? Says so where nobody could be asked.
	$(BIN)/python .ci/audit.py requirements.lock

lock: $(READY)  ## Take the newest versions that pyproject.toml allows; look at what changed before you commit.
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --upgrade \
	    --no-header --no-annotate --group dev --group docs pyproject.toml -o requirements.lock

format: $(READY)  ## Put the code into the house's format.
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

build: $(READY)  ## Wheel and sdist in dist/.
	$(BIN)/python -m pip wheel --quiet --no-deps --wheel-dir dist .

bench-heat: $(READY)  ## How good is the heat: make bench-heat DATA=folder of labelled texts.
	$(BIN)/python -m pip install --quiet --group train --group bench
	$(BIN)/python corpus/borrow.py build/borrowed
	$(BIN)/python -m benchmarks.heat $(DATA) --json bench-heat.json --curves bench-heat \
		--leave-one-out --borrowed build/borrowed

# The peers and what draws the curves stand apart: what numpy adds to NLTK's imports is none of ours.
PEERS := $(VENV)/peers
bench: $(PEERS)/.ready  ## How fast, small and flat, beside what one would use instead; make bench PARTS="scanning" SHARE=1.
	PYTHONPATH=$(PEERS) $(BIN)/python -m benchmarks.speed $(PARTS) --share $(or $(SHARE),0.2) \
	    --json bench.json --curves bench-curves

$(PEERS)/.ready: $(READY)
	$(BIN)/python -m pip install --quiet --target $(PEERS) --upgrade --group bench
	@for program in dovecot mbsync postfix; do PATH="$$PATH:/usr/sbin" command -v $$program > /dev/null \
	    || echo "$$program is missing, and its rows with it: apt install dovecot-imapd isync postfix"; done
	@touch $@

docs: $(READY)  ## The documentation as a site in site/; what the program knows of itself is written anew.
	PYTHONPATH=. $(BIN)/python docs/references.py
	$(BIN)/mkdocs build --quiet --strict

pictures: $(READY)  ## The documentation's pictures, taken from the running program; needs Chromium, Dovecot, Thunderbird.
	PYTHONPATH=. $(BIN)/python docs/pictures.py

gallery: $(READY)  ## All suggestions as a rep gets them: docs/suggestions.md.
	PYTHONPATH=. $(BIN)/python docs/suggestions.py

torture: $(READY)  ## Kill it, cut it, send again: nothing lost, doubled or early; make torture SECONDS=900.
	$(BIN)/python benchmarks/torture.py --seconds $(or $(SECONDS),60) --seed $(or $(SEED),1) --json torture.json

fuzz: $(READY)  ## Look for mail that reading cannot bear: make fuzz SECONDS=600 TARGET=mail|swollen|text|reply.
	$(BIN)/python -m pip install --quiet --group fuzz
	$(BIN)/python fuzz/reading.py $(or $(TARGET),mail) --seconds $(or $(SECONDS),60)

bench-replies: $(READY)  ## How good are the reply check, the promises, the main issue: on our own labelled sets.
	$(BIN)/python benchmarks/replies.py $(DATA) --json bench-replies.json
	$(BIN)/python -m benchmarks.issues $(DATA) --json bench-issues.json

$(READY): pyproject.toml requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	    || { echo "Python 3.11 or newer is needed: make PYTHON=python3.12 ..."; exit 1; }
	@$(PYTHON) -m venv $(VENV) \
	    || { echo "Python's venv is needed; on Debian: apt install python3-venv"; exit 1; }
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $(READY)

clean:
	rm -rf $(VENV) dist build site .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
