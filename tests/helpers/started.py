"""A program that was started in a process of its own."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path


def wait_until_started(process: subprocess.Popen[str], home: Path) -> None:
    """Until it has written all that a start writes, and ends well when it is told to.

    The window's layout is the last of it; while that is written, there is a lock beside it.
    """
    end = time.monotonic() + 120
    layout, lock = home / "window.ini", home / "window.ini.lock"
    while not layout.exists() or lock.exists():
        assert process.poll() is None, "the program ended by itself"
        assert time.monotonic() < end, "the program did not start"
        time.sleep(0.05)
