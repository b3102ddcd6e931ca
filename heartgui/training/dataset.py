"""The Kaggle Heartbeat Sounds set: which files, which labels, whose hearts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np

from heartgui.audio.files import read_recording
from heartgui.audio.sound_files import is_audio_path
from heartgui.domain import CLASSES, HeartSoundClass, Recording
from heartgui.errors import AudioFileError, DataSetError

MIN_DURATION_S = 3.0
"""The paper drops shorter files."""
_LABELLED = re.compile(
    r"^(?:[AB]training_)?(normal|murmur|extrastole|extrahls|artifact)_", re.IGNORECASE
)
_UNLABELLED = re.compile(r"^[AB]unlabelledtest_", re.IGNORECASE)
_SET_B_PATIENT = re.compile(r"_(\d{2,4})_\d{10,}")
_SET_A_TIME = re.compile(r"_(\d{12})(?:\D|$)")


@dataclass(frozen=True, eq=False)
class LabelledFile:
    """One recording of the set.

    patient: the set B patient number, empty in set A. recorded_at: when a set A take was made,
    None in set B and where the name holds no date.
    """

    path: Path
    label: HeartSoundClass
    data_set: str
    patient: str
    recorded_at: datetime | None
    recording: Recording

    @property
    def key(self) -> str:
        return f"{self.data_set}/{self.path.name}"


@dataclass(frozen=True, eq=False)
class KaggleSet:
    """The usable files in the order of their names, and what was left out."""

    files: tuple[LabelledFile, ...]
    n_unlabelled: int
    n_short: int
    corrupt: tuple[tuple[str, str], ...]
    """File name and reason."""
    labelled_durations_s: tuple[float, ...]
    """Of every readable labelled file, the short ones included."""

    @property
    def labels(self) -> np.ndarray:
        """Class index of each file, shape (n_files,)."""
        return np.array([CLASSES.index(file.label) for file in self.files])

    def describe(self) -> str:
        """The counts, for people."""
        counts = Counter(file.label for file in self.files)
        by_class = ", ".join(f"{name} {counts[name]}" for name in CLASSES)
        lines = [
            f"{len(self.labelled_durations_s)} labelled files, {self.n_unlabelled} unlabelled"
            f" left out, {self.n_short} shorter than {MIN_DURATION_S:g} s left out",
            f"{len(self.files)} files used: {by_class}",
        ]
        lines += [f"skipped {name}: {reason}" for name, reason in self.corrupt]
        return "\n".join(lines)


def read_kaggle(folder: Path) -> KaggleSet:
    """Read `set_a` and `set_b` below a folder; the label is the file name's prefix.

    Files that cannot be read are named and left out. Raises DataSetError where nothing
    usable is found.
    """
    folders = sorted(path for path in folder.rglob("set_[ab]") if path.is_dir())
    if not folder.exists():
        raise DataSetError(f"{folder} does not exist.")
    if not folders:
        raise DataSetError(
            f"{folder} holds no set_a or set_b.",
            remedy="Give the folder of the unpacked Kaggle Heartbeat Sounds archive.",
        )
    files: list[LabelledFile] = []
    corrupt: list[tuple[str, str]] = []
    durations_s: list[float] = []
    n_unlabelled = n_short = 0
    for path in sorted(path for place in folders for path in place.iterdir()):
        if not is_audio_path(path):
            continue
        if _UNLABELLED.match(path.name):
            n_unlabelled += 1
            continue
        match = _LABELLED.match(path.name)
        if match is None:
            corrupt.append((path.name, "its name carries no known label"))
            continue
        try:
            recording = read_recording(path)
        except AudioFileError as error:
            corrupt.append((path.name, error.message))
            continue
        durations_s.append(recording.duration_s)
        if recording.duration_s < MIN_DURATION_S:
            n_short += 1
            continue
        files.append(_labelled(path, HeartSoundClass(match[1].lower()), recording))
    if not files:
        raise DataSetError(f"{folder} holds no labelled recording of 3 s or more.")
    return KaggleSet(tuple(files), n_unlabelled, n_short, tuple(corrupt), tuple(durations_s))


def is_of_kaggle(path: Path) -> bool:
    """Whether `read_kaggle` knows a file by its folder and name."""
    return (
        path.parent.name in ("set_a", "set_b")
        and is_audio_path(path)
        and bool(_LABELLED.match(path.name) or _UNLABELLED.match(path.name))
    )


def _labelled(path: Path, label: HeartSoundClass, recording: Recording) -> LabelledFile:
    patient = _SET_B_PATIENT.search(path.name)
    time = _SET_A_TIME.search(path.stem)
    return LabelledFile(
        path=path,
        label=label,
        data_set=path.parent.name,
        patient=patient[1] if patient else "",
        recorded_at=_date(time[1]) if time and not patient else None,
        recording=recording,
    )


def _date(digits: str) -> datetime | None:
    """None for digits that are no date: somebody else's numbering."""
    try:
        return datetime.strptime(digits, "%Y%m%d%H%M")
    except ValueError:
        return None


def class_counts(labels: Sequence[int] | np.ndarray) -> np.ndarray:
    """How many of each class, shape (5,)."""
    return np.bincount(np.asarray(labels, dtype=int), minlength=len(CLASSES))
