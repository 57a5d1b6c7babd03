# learn, grade, test: each makes the environment first, and each is safe to repeat. `make help` lists the rest.
PYTHON ?= python3
ASSIGNMENT ?= m01_tensors
ifeq ($(OS),Windows_NT)
BIN := .venv/Scripts
else
BIN := .venv/bin
endif
RUN := $(BIN)/python -m shapewise

.DEFAULT_GOAL := help
.PHONY: help environment learn handin grade site test build explorers lint lock clean

help:  ## this list
	@$(PYTHON) -c "import re; [print(f'make {m[1]:12} {m[2]}') for m in re.finditer(r'(?m)^(\w+):.*?## (.*)', open('Makefile').read())]"

environment:  ## .venv from requirements.lock, once
	@$(PYTHON) tools/make_environment.py

learn: environment  ## open the course in JupyterLab (LAB_ARGS=--no-browser passes options on)
	@$(RUN) learn $(ASSIGNMENT) -- $(LAB_ARGS)

handin: environment  ## the zip file that you hand in, and what is in it (HAND_IN_ARGS="--student ada")
	@$(RUN) hand-in $(ASSIGNMENT) $(HAND_IN_ARGS)

grade: environment  ## build, grade every submission there is, print the grades, write feedback and report
	@$(RUN) build
	@$(BIN)/python -m tests.sample_class
	@$(RUN) grade $(ASSIGNMENT) $(GRADE_ARGS)

site: environment  ## the course as pages in build/site, which need no server and no network (SITE_ARGS=--fresh runs every notebook)
	@$(BIN)/python docs/make_site.py $(SITE_ARGS)

test: environment lint  ## everything: pytest, nbval over the notebooks, the graders' own tests
	$(BIN)/python -m pytest -n 2 --dist loadfile -rs tests
	$(BIN)/python -m pytest -n 2 --dist loadfile --nbval-lax -W ignore source

build: environment  ## lessons/ -> source/ -> release/
	@$(RUN) build

explorers: environment  ## web/ -> the explorers' bundles and stored pictures (needs Node 20 or newer)
	cd web && npm ci --no-fund --no-audit && npm run build
	$(BIN)/python -m tests.explorers.record

lint: environment  ## ruff and mypy
	$(BIN)/python -m ruff check .
	$(BIN)/python -m mypy

lock: environment  ## requirements.lock from pyproject.toml, for every platform
	@$(BIN)/python tools/make_lock.py

clean:  ## remove the environment and caches; submissions, grades and your own work stay
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis build *.egg-info
