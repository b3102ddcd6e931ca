"""Which files are sound files, and which of them lie in a folder.

Apart from the reading of them: this needs nothing but the standard library, and starts at once.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

AUDIO_SUFFIXES = (".wav", ".flac", ".ogg", ".oga", ".mp3")


def is_audio_path(path: Path) -> bool:
    """Whether the file's ending is one of AUDIO_SUFFIXES."""
    return path.suffix.lower() in AUDIO_SUFFIXES


def is_folder(path: Path) -> bool:
    """Whether it is a folder that can be seen. Path.is_dir raises where a folder around may not be
    searched, on a dead mount, and for a name that is too long."""
    return os.path.isdir(path)  # noqa: PTH112


def sound_files(paths: Iterable[Path]) -> list[Path]:
    """The files in the order given, each once; a folder stands for the sound files anywhere in it,
    linked folders included, but hidden ones: deleted takes, and what macOS writes beside each file
    on a stick. A path that does not exist is kept, and so is a folder that may not be read, so that
    reading it reports it."""
    files: list[Path] = []
    for path in paths:
        files += _inside(path) if is_folder(path) else [path]
    return list(dict.fromkeys(files))


def _inside(folder: Path) -> list[Path]:
    unread: list[OSError] = []
    walked: set[str] = set()
    files = [
        path
        for place, folders, names in os.walk(folder, onerror=unread.append, followlinks=True)
        if not _again(place, folders, walked)
        for name in _shown(folders, names)
        if is_audio_path(path := Path(place, name))
    ]
    return sorted([*files, *(Path(error.filename) for error in unread)])


def _again(place: str, folders: list[str], walked: set[str]) -> bool:
    """Whether a folder was walked before, as where a link leads to a folder around it. Its folders
    are taken out then, so as not to be entered."""
    real = os.path.realpath(place)
    if real in walked:
        folders.clear()
        return True
    walked.add(real)
    return False


def _shown(folders: list[str], names: list[str]) -> list[str]:
    """The names that are not hidden. Hidden folders are taken out, so as not to be entered."""
    folders[:] = [folder for folder in folders if not folder.startswith(".")]
    return [name for name in names if not name.startswith(".")]
