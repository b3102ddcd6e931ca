"""Files that are there whole or not at all, also after a power cut."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4


@contextmanager
def whole_or_not(path: Path) -> Iterator[Path]:
    """A new file to write to. It becomes `path` if the block ends well, and is gone if not: a part
    of a recording would be taken for one.

    At the end of the block it is on the disk, not only in the system's memory.
    """
    new = path.with_name(f".{uuid4().hex}.new")
    try:
        yield new
        # Before it has its name: else a power cut may leave an empty file of that name.
        with new.open("r+b") as file:
            os.fsync(file.fileno())
        new.replace(path)
    except BaseException:
        # ValueError: a path that no file can have.
        with suppress(OSError, ValueError):
            new.unlink()
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Bring the names of a folder's files to the disk. Nothing where the system has no way to."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
