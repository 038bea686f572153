# Phaseward: everything starts here. `make help` lists the targets.
# Stamps in .venv remember what is installed, so a second run takes no time.

SHELL := /bin/bash
VENV := .venv
PY := $(VENV)/bin/python
JOBS ?= 2
BOARD ?= PHASEWARD_RP2040
SCENARIO ?= scenarios/balancer_t1_t2_t3.yaml
CONFIG ?= boards/GATEWAY/try.yaml
INSTALLED_RUN := $(VENV)/.installed-run
INSTALLED_DEV := $(VENV)/.installed-dev
INSTALLED_ALL := $(VENV)/.installed-all
# The hint at folders with the name of a package is for other layouts than ours.
PIP := PYTHONWARNINGS='ignore:Editable installation' $(PY) -m pip install \
	--quiet --disable-pip-version-check -c constraints.txt

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: study-balancer
.PHONY: help setup demo test test-all lint bench compiled-core micropython clean
.PHONY: firmware emulate study-blocking stability-map bench-image gateway replay-image soak types renode-test

help: ## list the targets
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1\t\2/p' Makefile | expand -t 20

setup: $(INSTALLED_DEV) micropython ## set up everything for work on the project

demo: $(INSTALLED_RUN) micropython ## run both demo scenarios and write the report
	$(VENV)/bin/phaseward demo

test: $(INSTALLED_DEV) micropython ## the fast tests
	$(VENV)/bin/pytest -n $(JOBS) -m "not slow"

test-all: $(INSTALLED_ALL) lint micropython ## lint and all tests, the slow ones too
	$(VENV)/bin/pytest -n $(JOBS)

lint: $(INSTALLED_DEV) ## style and common mistakes
	$(PY) -m ruff check .

bench: $(INSTALLED_DEV) micropython ## measure speed and memory (about 8 minutes)
	-@$(MAKE) --no-print-directory compiled-core
	$(PY) scripts/bench.py

study-balancer: $(INSTALLED_RUN) ## the study of the balancer and its page (hours; resumable; QUICK=--quick)
	-@$(MAKE) --no-print-directory compiled-core
	PHASEWARD_COMPILED_CORE=$(wildcard build/compiled) $(VENV)/bin/phaseward study-balancer \
		$(or $(QUICK),--page docs/STUDY_BALANCER.md)

compiled-core: $(INSTALLED_RUN) ## compile the decision core for long studies on this machine
	@$(PY) -c "import mypyc, setuptools" 2>/dev/null || $(PIP) -e '.[compiled]'
	@$(PY) scripts/compile_core.py

types: $(INSTALLED_DEV) ## check the boards' platforms against MicroPython's real API
	@$(PY) scripts/check_types.py

firmware: $(VENV)/bin/python ## build the image of BOARD; for an ESP32 its bytecode always
	@$(PY) scripts/make_firmware.py $(BOARD)

emulate: $(INSTALLED_RUN) micropython firmware ## run SCENARIO with the image on emulated RP2040s
	$(VENV)/bin/phaseward simulate $(SCENARIO) --rung rp2040 --live $(addprefix --image-box ,$(IMAGE_BOX))

replay-image: $(INSTALLED_DEV) micropython firmware ## replay the recorded traces on the emulated RP2040
	$(PY) scripts/replay_image.py

soak: $(INSTALLED_DEV) micropython firmware ## 24 virtual hours of the image; goes on where it stopped
	$(PY) scripts/soak_image.py 24

gateway: $(INSTALLED_RUN) micropython ## run the application on this computer, as CONFIG says
	@exec $(VENV)/bin/phaseward gateway $(CONFIG)

bench-image: $(INSTALLED_DEV) micropython firmware ## measure the image on an emulated RP2040
	$(PY) scripts/bench_image.py

study-blocking: $(INSTALLED_ALL) ## the study of fair blocking times, resumable (hours); writes its page
	$(PY) -m phaseward_sim.fairness

renode-test: $(INSTALLED_RUN) micropython ## run the image's Renode suite; SKIPPED where Renode is not installed
	@$(PY) scripts/renode_test.py

stability-map: $(INSTALLED_RUN) ## draw how far several balancers may go per period (minutes)
	$(PY) scripts/stability_map.py

micropython: $(VENV)/bin/python ## see to a MicroPython for this host
	@$(PY) scripts/get_micropython.py

clean: ## remove what was made: environment, builds, caches, results
	rm -rf $(VENV) build dist results *.egg-info .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/bin/python:
	scripts/make_venv.sh $(VENV)

$(INSTALLED_RUN): pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "packages: installing what a run needs (the first time about a minute)"
	@$(PIP) -e .
	@touch $@

$(INSTALLED_DEV): pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "packages: installing what work on the project needs (the first time about a minute)"
	@$(PIP) -e '.[dev]'
	@touch $(INSTALLED_RUN) $@

$(INSTALLED_ALL): pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "packages: installing all extras too (the first time about two minutes)"
	@$(PIP) -e '.[dev,field,grids,study,compiled,hil,flash]'
	@touch $(INSTALLED_RUN) $(INSTALLED_DEV) $@
