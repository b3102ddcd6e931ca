# make run: set up what is missing and start HeartGUI. make test: set up and run every check.
SHELL := /bin/sh
.DEFAULT_GOAL := help
PYTHON ?= python3
export PYTHON
VENV := .venv/bin/python

help: ## show these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: app ## set up what is missing and start HeartGUI; ARGS="file.wav" opens a file
	@$(VENV) -m heartgui $(ARGS)

test: dev ## lint, types, import contracts and all tests; ARGS="tests/audio" for some
	@packaging/setup/test.sh $(ARGS)

app:
	@packaging/setup/system.sh app
	@packaging/setup/environment.sh app

dev:
	@packaging/setup/system.sh test
	@packaging/setup/environment.sh dev

bench: dev ## measure speed and memory beside the bars and the notebook way
	@$(VENV) -m tests.benchmarks $(ARGS)

screenshots: dev ## pictures of every state into resources/screenshots
	@$(VENV) -m tests.screenshots resources/screenshots

package: dev ## build the program for this system into dist/ and try it
	@packaging/setup/package.sh

samples: dev ## make the synthetic sounds of the Help menu anew
	@$(VENV) -m tests.helpers.make_samples

format: dev ## put the code into its one layout
	@$(VENV) -m ruff check -q --fix . && $(VENV) -m ruff format -q .

lock: ## pin every dependency anew, with hashes (needs uv)
	uv pip compile -q --universal --generate-hashes --no-header --no-emit-index-url --no-emit-find-links \
	  -p 3.11 --upgrade pyproject.toml -o requirements/app.txt
	uv pip compile -q --universal --generate-hashes --no-header --no-emit-index-url --no-emit-find-links \
	  -p 3.11 --upgrade --extra train --extra dev -c requirements/app.txt pyproject.toml -o requirements/dev.txt

.PHONY: help run test app dev bench screenshots package samples format lock
