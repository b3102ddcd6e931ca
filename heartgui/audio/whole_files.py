"""Files that are there whole or not at all, also after a power cut."""

from __future__ import annotations

import errno
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

UNFINISHED = re.compile(r"\.[0-9a-f]{32}\.new")
"""How whole_or_not names what is not finished yet."""
ABANDONED_S = 24 * 3600.0
"""What nothing was written to for so long is of a program that ended; no copy takes an hour."""
HELD_WHILE_OPEN = os.name == "nt"
"""Whether no file can be replaced while anybody has it open, as who reads it just now or what looks
for viruses. They are done in a moment."""
HELD_S = (0.01, 0.05, 0.2, 0.5)
"""How long to wait for them, before each further try."""


@contextmanager
def whole_or_not(path: Path, *, over: bool = True) -> Iterator[Path]:
    """A new file to write to. It becomes `path` if the block ends well, and is gone if not: a part
    of a recording would be taken for one.

    At the end of the block it is on the disk, not only in the system's memory. over: in place of a
    file that is there; else raises FileExistsError.
    """
    new = path.with_name(f".{os.urandom(16).hex()}.new")
    try:
        yield new
        # Before it has its name: else a power cut may leave an empty file of that name.
        with new.open("r+b") as file:
            os.fsync(file.fileno())
        if over:
            rename_over(new, path)
        else:
            _rename_to_free(new, path)
    except BaseException:
        # ValueError: a path that no file can have.
        with suppress(OSError, ValueError):
            new.unlink()
        raise
    sync_folder(path.parent)


def rename_over(new: Path, path: Path) -> None:
    """Rename a file, in place of one that may be there. Raises OSError."""
    for wait_s in HELD_S:
        try:
            new.replace(path)
            return
        except PermissionError:
            if not HELD_WHILE_OPEN:
                raise
            time.sleep(wait_s)
    new.replace(path)


def _rename_to_free(new: Path, path: Path) -> None:
    """Rename a file, but not over another one, as most systems would."""
    try:
        os.link(new, path)
    except FileExistsError:
        raise
    except OSError:
        # The disk has no links, as many sticks. Looking first is nearly as good.
        if os.path.lexists(path):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST)) from None
        new.rename(path)
    else:
        new.unlink()


def sync_folder(folder: Path) -> None:
    """Bring the names of a folder's files to the disk. Nothing where the system has no way to."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def remove_abandoned(folder: Path) -> None:
    """Remove what whole_or_not had not finished in a folder when its program was killed.

    Other programs may write there, so only what is so named and was left alone for a day.
    """
    before = time.time() - ABANDONED_S
    # A folder that is missing or may not be read is told of by those who need it.
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if UNFINISHED.fullmatch(entry.name) is None or not entry.is_file(follow_symlinks=False):
                continue
            with suppress(OSError):
                if entry.stat(follow_symlinks=False).st_mtime < before:
                    Path(entry).unlink()
