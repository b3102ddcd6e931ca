"""One running program for each data folder: a second one would take up the first one's takes."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QLockFile

ALREADY_RUNNING = "HeartGUI is already running; use its window, or close it first."


def hold_library(database: Path) -> QLockFile | None:
    """Hold the lock beside the database until it is unlocked; None where another program does.

    A program that crashed holds nothing any more. Where no lock can be made, as in a folder that
    may not be written to, the program starts without one.
    """
    with suppress(OSError):
        database.parent.mkdir(parents=True, exist_ok=True)
    lock = QLockFile(str(database.with_suffix(".lock")))
    # No lock is too old: it is valid as long as its program runs.
    lock.setStaleLockTime(0)
    if not lock.tryLock(0) and lock.error() == QLockFile.LockError.LockFailedError:
        return None
    return lock
