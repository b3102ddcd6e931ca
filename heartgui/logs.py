"""The rotating log file and the crash file. Nothing leaves the machine.

Logs hold what the program did, never whom it was done for: no patient code, note or
file name of a person's choosing is ever logged.
"""

from __future__ import annotations

import faulthandler
import logging
import logging.handlers
import os
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

LOG_BYTES = 1_000_000
LOG_FILES = 3


def start_log(folder: Path) -> logging.Handler:
    """Send the log to `folder/heartgui.log`. Returns the handler, to be closed at the end.

    Where that cannot be written, it is said on stderr and the log goes nowhere.
    """
    handler: logging.Handler
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler = logging.handlers.RotatingFileHandler(
            folder / "heartgui.log", maxBytes=LOG_BYTES, backupCount=LOG_FILES, encoding="utf-8"
        )
    except OSError as error:
        _say_not_kept("log", folder, error)
        handler = logging.NullHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logger = logging.getLogger("heartgui")
    logger.setLevel(logging.INFO)
    logger.addHandler(handler)
    return handler


def stop_log(handler: logging.Handler) -> None:
    logging.getLogger("heartgui").removeHandler(handler)
    handler.close()


@dataclass
class CrashFile:
    """A file that faulthandler writes to; it exists only from start to clean end."""

    path: Path
    file: TextIO

    def clean_end(self) -> None:
        faulthandler.disable()
        self.file.close()
        with suppress(OSError):
            self.path.unlink()


def start_crash_file(folder: Path) -> tuple[CrashFile, bool]:
    """Point faulthandler at `folder/crash.txt`.

    Returns the file and whether the last run ended without a clean end. What that run left is
    kept as `crash-last.txt`. Where no such file can be written, it is said on stderr.
    """
    path = folder / "crash.txt"
    crashed = False
    try:
        folder.mkdir(parents=True, exist_ok=True)
        crashed = path.exists()
        if crashed:
            path.replace(folder / "crash-last.txt")
        file = path.open("w", encoding="utf-8")
    except OSError as error:
        _say_not_kept("crash file", folder, error)
        file = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - open until the end
    faulthandler.enable(file)
    return CrashFile(path, file), crashed


def _say_not_kept(what: str, folder: Path, error: OSError) -> None:
    print(f"heartgui: no {what} is kept in {folder}: {error.strerror or error}", file=sys.stderr)
