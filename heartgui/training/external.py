"""Data sets of murmur against none, or abnormal against normal, to try a bundled model on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from heartgui.audio.sound_files import AUDIO_SUFFIXES, is_audio_path
from heartgui.domain import HeartSoundClass
from heartgui.training.circor import Person, list_circor
from heartgui.training.tables import cell, read_rows

_YASEEN = re.compile(r"(n|as|mr|ms|mvp)_new(?![a-z])", re.IGNORECASE)
"""How a folder's name begins; some copies of the set have more after it."""
_CINC_LABELS = {"1": True, "-1": False}
BY_PATIENT = "patients"
BY_RECORDING = "recordings, since the set names no patients"
NAMED = 5
"""So many of the recordings left out are named."""


@dataclass(frozen=True)
class Case:
    """One recording. positive: murmur, or abnormal. patient: recordings of one are resampled
    together. label: its class, in a set of five classes."""

    path: Path
    positive: bool
    patient: str
    label: HeartSoundClass | None = None


@dataclass(frozen=True)
class ExternalSet:
    """title: what it is, in words. no_file: what its table lists and is not there. no_label: the
    recordings without a usable label. groups: what the intervals are taken over. visits: where
    persons came with several recordings, each of them with its visit, of which it is known whether
    a murmur is present. usable_labels: which there are, for whoever used none of them.
    may_be_known: whether a bundled model may have been trained on these very recordings."""

    title: str
    cases: tuple[Case, ...]
    no_file: tuple[str, ...] = ()
    no_label: tuple[str, ...] = ()
    groups: str = BY_PATIENT
    visits: tuple[tuple[Path, Person], ...] = ()
    usable_labels: str = ""
    may_be_known: bool = True

    @property
    def five_classes(self) -> bool:
        return any(case.label is not None for case in self.cases)

    @property
    def left_out(self) -> str:
        """How many were left out and why, and the first few by name."""
        parts = [
            f"{len(names)} {why} ({', '.join(_named(names))}{', …' if len(names) > NAMED else ''})"
            for names, why in (
                (self.no_file, "with no such file"),
                (self.no_label, "without a usable label"),
            )
            if names
        ]
        return f"Left out: {'; '.join(parts)}." if parts else "None is left out."


def _named(names: Sequence[str]) -> list[str]:
    """The first few. A row of a table may have a label and no name."""
    return [name or "a row without a name" for name in names[:NAMED]]


def read_external_circor(tables: Sequence[Path]) -> ExternalSet:
    """CirCor / PhysioNet 2022, by its tables training_data.csv."""
    listing = list_circor(tables)
    cases, visits, no_label = [], [], list(listing.unlisted)
    for path, person, site in listing.found:
        if person.murmur != "Unknown":
            visits.append((path, person))
        murmur = person.murmur_at(site)
        if murmur is None:
            no_label.append(path.name)
        else:
            cases.append(Case(path, murmur, person.identity))
    return ExternalSet(
        "CirCor DigiScope, murmur heard at the site",
        tuple(cases),
        listing.missing,
        tuple(no_label),
        visits=tuple(visits),
    )


def read_cinc(tables: Sequence[Path]) -> ExternalSet:
    """PhysioNet/CinC 2016, by its tables REFERENCE.csv: record, and 1 abnormal or -1 normal.

    The validation folder holds copies of training records, so that each record counts once, where
    it is first found.
    """
    cases: dict[str, Case] = {}
    no_file: dict[str, None] = {}
    no_label: dict[str, None] = {}
    for table in tables:
        sounds = {
            path.stem.casefold(): path
            for path in sorted(table.parent.iterdir(), reverse=True)
            if is_audio_path(path)
        }
        for row in read_rows(table):
            record = _without_ending(row[0])
            path = sounds.get(record.casefold())
            label = _CINC_LABELS.get(cell(row, 1))
            if path is None:
                no_file[record] = None
            elif label is None:
                no_label[record] = None
            else:
                cases.setdefault(record.casefold(), Case(path, label, record))
    return ExternalSet(
        title="PhysioNet/CinC 2016, abnormal against normal",
        cases=tuple(cases.values()),
        no_file=tuple(
            name for name in no_file if name.casefold() not in cases and name not in no_label
        ),
        no_label=tuple(name for name in no_label if name.casefold() not in cases),
        groups=BY_RECORDING,
        may_be_known=False,
    )


def read_yaseen(paths: Sequence[Path], folder: Path) -> ExternalSet:
    """Yaseen 2018: a sound file's label is the nearest folder around it that is named as one."""
    return ExternalSet(
        title="Yaseen 2018, valve disease against normal",
        cases=tuple(
            Case(path, positive, group_by_path(path, folder))
            for path in paths
            if is_audio_path(path) and (positive := yaseen_label(path, folder)) is not None
        ),
        groups=BY_RECORDING,
        may_be_known=False,
    )


def yaseen_label(path: Path, folder: Path) -> bool | None:
    """Whether the nearest folder around a file is one of valve disease; None without any."""
    for name in reversed(path.relative_to(folder).parts[:-1]):
        found = _YASEEN.match(name)
        if found:
            return found[1].casefold() != "n"
    return None


def group_by_path(path: Path, folder: Path) -> str:
    """Stands for the patient where none is known: names alone come again in other folders."""
    return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else str(path)


def _without_ending(name: str) -> str:
    suffix = Path(name).suffix
    return name.removesuffix(suffix) if suffix.lower() in AUDIO_SUFFIXES else name
