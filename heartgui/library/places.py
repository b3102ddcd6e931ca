"""Where a take's files are, and moving them to the trash folder and back."""

from __future__ import annotations

import errno
import filecmp
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PureWindowsPath
from tempfile import TemporaryFile

from heartgui.audio.whole_files import rename_over
from heartgui.library.sidecar import sidecar_path

TRASH = ".trash"
"""Folder for deleted takes, inside the one that they were in: moving is then never copying."""


def place_of(
    written: str, recordings: Path, *, deleted: bool, is_another: Callable[[Path], bool]
) -> Path:
    """Where a take's WAV file is now, or where it comes back to from the trash.

    written: where it was written to. That stays true when another recordings folder is chosen;
    only of a library that was moved, as to another computer, the files are in the folder in use.
    is_another: whether a path is known as another take's.
    """
    path = Path(written)
    if path.parent == recordings or is_there(in_trash(path) if deleted else path):
        return path
    here = recordings / file_name(written)
    found = is_there(in_trash(here) if deleted else here)
    return here if found and not is_another(here) else path


def file_name(written: str) -> str:
    """The last part of a path, also of one from another system."""
    return PureWindowsPath(written).name


def is_there(path: Path) -> bool:
    """Whether there is such a file. No error in a folder that may not be looked into."""
    try:
        path.stat()
    except OSError:
        return False
    return True


def why_unusable(folder: Path) -> str:
    """Why no takes can be written to a folder, empty where they can. What is made to find out is
    gone again."""
    made: list[Path] = []
    try:
        for part in (*reversed(folder.parents), folder):
            if is_there(part) and not part.is_dir():
                return f"{part} is a file"
            if not is_there(part):
                part.mkdir()
                made.append(part)
        with TemporaryFile(dir=folder):
            return ""
    except FileNotFoundError:
        return "no folder can be made there"
    except (OSError, ValueError) as error:
        return str(getattr(error, "strerror", None) or error)
    finally:
        for part in reversed(made):
            with suppress(OSError):
                part.rmdir()


def in_trash(path: Path) -> Path:
    """Where a file goes when its take is deleted."""
    return path.parent / TRASH / path.name


def taken_back(wav: Path) -> bool:
    """Whether the file of a deleted take was put back by hand, moved or copied.

    Its sidecar then follows, and nothing of it stays in the trash. A different file that stands
    in its place is none.
    """
    trashed = in_trash(wav)
    if is_there(trashed):
        if not filecmp.cmp(trashed, wav, shallow=False):
            return False
        trashed.unlink()
    if is_there(sidecar_path(trashed)):
        sidecar_path(trashed).replace(sidecar_path(wav))
    return True


@contextmanager
def moved(wav: Path, source: Path, target: Path) -> Iterator[None]:
    """Move a WAV file and its sidecar to another folder, for good if the block ends well.

    Both stay where they were if one cannot be moved, or the block fails. What is missing is left
    out, and what other programs put beside it stays. Raises OSError.
    """
    here, there = source / wav.name, target / wav.name
    done = []
    try:
        for old, new in ((here, there), (sidecar_path(here), sidecar_path(there))):
            if not os.path.lexists(old):
                continue
            if os.path.lexists(new):
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
            rename_over(old, new)
            done.append((old, new))
        yield
    except BaseException:
        for old, new in done:
            with suppress(OSError):
                new.replace(old)
        raise
