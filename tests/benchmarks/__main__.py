"""Speed and memory beside the bars: `python -m tests.benchmarks [starting window models]`."""

from __future__ import annotations

import os
import platform
import sys

from tests.benchmarks import models, starting, window

PARTS = {"starting": starting.rows, "window": window.rows, "models": models.rows}


def main() -> int:
    # As on a machine where the program was started before: its modules are not compiled anew.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    print(f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python"
          f" {platform.python_version()}\n")  # fmt: skip
    missed = 0
    for name in sys.argv[1:] or PARTS:
        for row in PARTS[name]():
            missed += not row.met
            print(row, flush=True)
    print(f"\n{missed} bars missed." if missed else "\nEvery bar is met.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
