#!/bin/sh
# Lint, types, import contracts and all tests. Runs each, and fails if any failed.
set -u
python=.venv/bin/python
failed=0
step() {
  echo "== $*"
  "$@" || failed=1
}
step $python -m ruff check .
step $python -m ruff format --check .
step $python -m mypy
step .venv/bin/lint-imports
echo "== pytest"
QT_QPA_PLATFORM=offscreen $python -m pytest "$@" || failed=1
[ "$failed" = 0 ] || echo "Something above failed." >&2
exit $failed
