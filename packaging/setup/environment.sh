#!/bin/sh
# Makes .venv from the hash-locked requirements. Does nothing where it is already as wanted.
# usage: environment.sh app|dev
set -eu
group=$1
lock=requirements/$group.txt
stamp=.setup/$group
python=${PYTHON:-python3}

if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
  echo "heartgui: Python 3.11 or newer is needed; name it with: make PYTHON=python3.11 …" >&2
  exit 1
fi
wanted=$("$python" -c "
import hashlib, pathlib, sys
print(sys.version, hashlib.sha256(pathlib.Path('$lock').read_bytes()).hexdigest())")
if [ -x .venv/bin/python ] && [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ]; then
  exit 0
fi
if ! .venv/bin/python -c "import sys; sys.exit(sys.version != '''$("$python" -c 'import sys; print(sys.version)')''')" 2>/dev/null; then
  echo "Making the environment in .venv"
  rm -rf .venv .setup
  if ! "$python" -m venv .venv; then
    rm -rf .venv
    echo "heartgui: Python's venv module is missing. On Debian or Ubuntu: sudo apt-get install python3-venv" >&2
    exit 1
  fi
fi
echo "Installing the packages of $lock (once; a few minutes at most)"
.venv/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r "$lock"
# The project's folder on the path, so that .venv/bin/python -m heartgui works from anywhere.
pwd > "$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/heartgui-here.pth"
mkdir -p .setup
printf '%s\n' "$wanted" > "$stamp"
