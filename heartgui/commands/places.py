"""Where a command is to write: looked at before long work, which would be lost if it cannot."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from heartgui.errors import ModelError, StorageError


def check_folder(folder: Path | None) -> None:
    """Raises StorageError for a folder, which need not be there yet, that cannot be written to."""
    if folder is None:
        return
    there = next(place for place in (folder, *folder.absolute().parents) if place.exists())
    if not there.is_dir():
        raise _no_place(there, errno.ENOTDIR)
    if not os.access(there, os.W_OK):
        raise _no_place(there, errno.EACCES)


def check_file(file: Path | None) -> None:
    """Raises StorageError for a file that cannot be written."""
    if file is None:
        return
    if file.is_dir():
        raise _no_place(file, errno.EISDIR)
    check_folder(file.parent)


def check_bundle(folder: Path | None) -> None:
    """Raises ModelError for a folder that holds no model's card."""
    if folder is not None and not (folder / "card.json").is_file():
        raise ModelError(
            f"{folder} holds no card.json.", remedy="Give a model's folder, as models/heartnet."
        )


def _no_place(place: Path, number: int) -> StorageError:
    return StorageError(
        f"Nothing can be written to {place} ({os.strerror(number)}).", remedy="Name another place."
    )
