# Two commands do all: `make demo` and `make test`. Both set up what they need in this folder.
# A machine needs Python 3.11 or newer, make, a C compiler and package registries; uv is fetched into .tools.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
UV := .tools/bin/uv
RUN := .venv/bin/python -m
SCALE ?= S
WORLDS := tests/property/test_answers_equal_oracle.py tests/property/test_scores_equal_oracle.py \
	tests/adoption/test_adoption_equals_oracle.py tests/explain/test_rows_add_up.py \
	tests/explain/test_indicator_rows.py tests/difference/test_differences_add_up.py

export UV_PYTHON_DOWNLOADS := never

.PHONY: demo test check bench fuzz worlds spark bench-score bench-peers bench-server reference clean

demo: .venv/.ready  ## make a sample program, load, build, publish, and serve its dashboard on this machine
	.venv/bin/partnerlens demo

test: check  ## every check and the everyday tests
	$(RUN) compileall -q src  # hundreds of tests start the command anew
	$(RUN) pytest -n 2 --dist worksteal

check: .venv/.ready-to-develop  ## style, types, floors, documentation
	$(RUN) ruff check src tests bench tools
	$(RUN) ruff format --check src tests bench tools
	$(RUN) mypy
	.venv/bin/lint-imports
	.venv/bin/python tools/reference.py --check
	.venv/bin/python tools/translations.py --check
	.venv/bin/python tools/vendor.py --check

bench: .venv/.ready-to-develop  ## build and answers against a bare scan; SCALE=M for 100 million activity rows
	.venv/bin/python bench/run.py --scale $(SCALE)

bench-score: .venv/.ready-to-develop  ## scores, explanations and exports of the same program
	.venv/bin/python bench/score.py --scale $(SCALE)

bench-server: .venv/.ready-to-develop  ## pages and answers over HTTP, one client and eight
	.venv/bin/python bench/server.py --scale $(SCALE)

bench-peers: .venv/.ready-to-develop .tools/peers/.ready  ## the same questions asked of other engines; Spark needs Java 17
	.venv/bin/python bench/peers.py --scale $(SCALE) --python .tools/peers/bin/python

spark: .venv/.ready-to-develop .tools/spark/.ready  ## the tests on real Spark; needs Java 17, takes minutes
	$(RUN) pytest -m spark tests/engines --durations=0

fuzz: .venv/.ready-to-develop  ## many requests against the description of the API, as each role
	PARTNERLENS_FUZZ=100 $(RUN) pytest -n 2 tests/doors/test_api_contract.py

worlds: .venv/.ready-to-develop  ## a hundred random worlds against the plain calculation; half an hour
	PARTNERLENS_WORLDS=100 $(RUN) pytest -n 2 $(WORLDS)

reference: .venv/.ready-to-develop  ## write the generated pages of docs/reference again
	.venv/bin/python tools/reference.py

clean:  ## remove what was set up here
	rm -rf .venv .tools .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

$(UV):
	$(PYTHON) -m venv .tools
	.tools/bin/pip install --quiet --disable-pip-version-check 'uv>=0.9,<1'

.tools/spark/.ready: pyproject.toml uv.lock $(UV)
	UV_PROJECT_ENVIRONMENT=.tools/spark $(UV) sync --quiet --frozen --no-dev --extra spark-local --python $(PYTHON)
	touch $@

.tools/peers/.ready: pyproject.toml uv.lock $(UV)
	UV_PROJECT_ENVIRONMENT=.tools/peers $(UV) sync --quiet --frozen --no-default-groups --only-group peers --python $(PYTHON)
	touch $@

.venv/.ready: pyproject.toml uv.lock $(UV)
	$(UV) sync --quiet --frozen --no-dev --inexact --compile-bytecode --python $(PYTHON)
	touch $@

.venv/.ready-to-develop: pyproject.toml uv.lock $(UV)
	$(UV) sync --quiet --frozen --compile-bytecode --python $(PYTHON)
	touch $@ .venv/.ready
