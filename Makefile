PYTHON ?= python3
SEEDS ?= 20000
KILLS ?= 100
export UV_PYTHON_DOWNLOADS = never
# Empty is off. Without what Python keeps of compiled modules every process compiles all of its libraries again, which is
# most of what a short command does.
export PYTHONDONTWRITEBYTECODE =

.DEFAULT_GOAL := help
.PHONY: help setup demo test e2e lint docs simulate chaos fuzz soak bench clean

help: ## Show this help
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  %-10s %s\n", $$1, $$2}'

.venv/bin/uv:
	@$(PYTHON) -c 'import sys; sys.exit(0 if (3, 11) <= sys.version_info[:2] < (3, 14) else "Cacah needs Python 3.11 to 3.13; fix: make setup PYTHON=python3.11")'
	$(PYTHON) -m venv .venv
	.venv/bin/python -m pip install --quiet uv

setup: .venv/bin/uv ## Set up everything: packages, Kafka, MongoDB
	.venv/bin/uv sync --frozen --quiet
	.venv/bin/python -m deploy.engines

demo: setup ## Count a province before your eyes; DEMO_EXIT=1 leaves at the end
	.venv/bin/cacah demo $(if $(DEMO_EXIT),--exit)

test: setup ## Run the tests, on a real Kafka and a real MongoDB
	.venv/bin/python -m pytest -q -n 5 --no-loadscope-reorder --durations=20

e2e: setup ## Drive every page in Chromium (Debian: apt-get install chromium): keyboard, axe, sizes
	.venv/bin/python -m pytest -q -m browser

lint: setup ## Check style, types and import rules
	.venv/bin/ruff check .
	.venv/bin/ruff format --check --quiet .
	.venv/bin/mypy
	.venv/bin/lint-imports

docs: setup ## Make the documents that are made from the code
	.venv/bin/python -m scripts.generate_docs

simulate: setup ## Try SEEDS=N schedules of crashes, or replay one: SEED=n
	.venv/bin/python -m tests.simulation $(if $(SEED),--seed $(SEED),--seeds $(SEEDS))

fuzz: setup ## Try intake with random requests: EXAMPLES=1000 for each operation
	.venv/bin/python -m tests.fuzz --examples $(or $(EXAMPLES),1000) --seed $(or $(SEED),1)

soak: setup ## Load intake for minutes: Kafka away for one, ten thousand connections, a long batch
	CACAH_SOAK=1 .venv/bin/python -m pytest -q -rP tests/integration/test_intake_outage.py \
		tests/integration/test_intake_crowd.py tests/integration/test_intake_flat.py

bench: setup ## Measure beside other ways to count; QUICK=1 in three minutes
	.venv/bin/uv sync --frozen --quiet --group bench
	.venv/bin/python -m bench $(if $(QUICK),--quick)

chaos: setup ## Kill KILLS=100 processes of a real system under load, count what was lost; SEED=n
	.venv/bin/python -m tests.chaos --kills $(KILLS) $(if $(SEED),--seed $(SEED))

clean: ## Remove what was built; downloads and state stay in .cache and .cacah
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
