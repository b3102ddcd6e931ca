"""A CSV that names recordings and their labels: somebody's own data set."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from heartgui.audio.sound_files import sound_files
from heartgui.domain import HeartSoundClass
from heartgui.errors import DataSetError
from heartgui.training.external import (
    BY_PATIENT,
    BY_RECORDING,
    Case,
    ExternalSet,
    group_by_path,
)
from heartgui.training.tables import cell, columns, read_rows

CSV_NAME = "labels.csv"
_CALLED = {
    "murmur": True, "abnormal": True, "present": True,
    "normal": False, "healthy": False, "absent": False,
}  # fmt: skip
_CLASS = {str(name): name for name in HeartSoundClass} | {"healthy": HeartSoundClass.NORMAL}
USABLE = (
    "Usable are murmur, abnormal, present or 1 against normal, healthy, absent or 0; or the five"
    " classes normal, murmur, extrastole, extrahls and artifact."
)
_ONLY_OF_FIVE = {"extrastole", "extrahls", "artifact"}
Row = tuple[str, str, str]
"""File, label in small letters, patient or empty."""


def read_label_tables(tables: Sequence[Path]) -> ExternalSet:
    """The recordings of all tables, each once. Where a label is one of the five classes other than
    normal and murmur, all are read as classes. Raises DataSetError for one without the columns file
    and label."""
    rows = []
    for table in tables:
        found = label_rows(read_rows(table))
        if found is None:
            raise DataSetError(f"{table} needs the columns file and label.")
        rows.append(found)
    five = any(label in _ONLY_OF_FIVE for found in rows for _, label, _ in found)
    cases: dict[Path, Case] = {}
    no_file, no_label = [], []
    any_patient, all_patients = False, True
    for table, found in zip(tables, rows, strict=True):
        called = _CALLED | _numbers({label for _, label, _ in found})
        sounds = _Sounds(table.parent)
        for name, label, patient in found:
            path = sounds.find(name)
            if path is None:
                no_file.append(name)
                continue
            if label not in (_CLASS if five else called):
                no_label.append(name)
                continue
            any_patient |= bool(patient)
            all_patients &= bool(patient)
            group = patient or group_by_path(path, table.parent)
            if five:
                case = Case(path, label == HeartSoundClass.MURMUR, group, _CLASS[label])
            else:
                case = Case(path, called[label], group)
            cases.setdefault(path.resolve(), case)
    some = "patients, or recordings where none is named"
    return ExternalSet(
        title=f"{tables[0].name}, {'five classes' if five else 'murmur against normal'}",
        cases=tuple(cases.values()),
        no_file=tuple(no_file),
        no_label=tuple(no_label),
        groups=(BY_PATIENT if all_patients else some) if any_patient else BY_RECORDING,
        usable_labels=USABLE,
    )


def label_rows(rows: list[list[str]]) -> list[Row] | None:
    """File, label and patient of each row below the header, or of all rows where there are two
    columns without one; None where it is another table."""
    if not rows:
        return None
    at = columns(rows[0])
    if "file" in at and "label" in at:
        places = (at["file"], at["label"], at.get("patient"))
        rows = rows[1:]
    elif len(rows[0]) == 2 and _is_label(rows[0][1]):
        places = (0, 1, None)
    else:
        return None
    return [
        (cell(row, places[0]), _plain(cell(row, places[1])), cell(row, places[2])) for row in rows
    ]


def _is_label(word: str) -> bool:
    return _plain(word) in _CALLED | _CLASS | {"1": True, "0": False, "-1": False}


def _plain(label: str) -> str:
    """In small letters; a number without decimals, as spreadsheets add them."""
    try:
        number = float(label)
    except ValueError:
        return label.casefold()
    return str(int(number)) if number in (-1, 0, 1) else label


def _numbers(labels: set[str]) -> dict[str, bool]:
    """What numbers mean: 0 is normal, and where -1 and 1 are used without it, -1 is."""
    if {"-1", "1"} <= labels and "0" not in labels:
        return {"1": True, "-1": False}
    return {"1": True, "0": False}


class _Sounds:
    """The sound files of a folder by what a table may call them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._by_name: dict[str, list[tuple[str, ...]]] = defaultdict(list)
        self._paths: dict[tuple[str, ...], list[Path]] = defaultdict(list)
        for path in sound_files([folder]):
            *within, name = path.relative_to(folder).parts
            for called in {name.casefold(), path.stem.casefold()}:
                parts = (*(part.casefold() for part in within), called)
                if not self._paths[parts]:
                    self._by_name[called].append(parts)
                self._paths[parts].append(path)

    def find(self, name: str) -> Path | None:
        """The file of that name; else the only sound file that has it in capital or small letters,
        with or without its ending, or in some folder below. None where there is no single one."""
        name = name.replace("\\", "/")
        if not name:
            return None
        path = self._folder / name
        if path.is_file():
            return path
        wanted = tuple(part.casefold() for part in PurePosixPath(name).parts)
        if not wanted:
            return None
        fits = self._paths.get(wanted) or [
            path
            for parts in self._by_name.get(wanted[-1], ())
            if parts[-len(wanted) :] == wanted
            for path in self._paths[parts]
        ]
        return fits[0] if len(fits) == 1 else None


def find_label_tables(paths: Sequence[Path]) -> list[Path]:
    """Of the files in a data set's folder, the tables of labels: each labels.csv, and in a folder
    without one its only CSV that has the columns."""
    by_folder: dict[Path, list[Path]] = defaultdict(list)
    for path in paths:
        if path.suffix.casefold() == ".csv":
            by_folder[path.parent].append(path)
    found = []
    for tables in by_folder.values():
        named = [table for table in tables if table.name.casefold() == CSV_NAME]
        if named:
            found += named
            continue
        fits = [table for table in tables if _has_columns(table)]
        if len(fits) == 1:
            found += fits
    return sorted(found)


def _has_columns(table: Path) -> bool:
    """Any table may lie in a folder: one without a header must name a sound file as well."""
    try:
        rows = read_rows(table)
    except (DataSetError, OSError):
        return False
    found = label_rows(rows)
    if found is None:
        return False
    if len(found) < len(rows):
        return True
    sounds = _Sounds(table.parent)
    return any(sounds.find(name) for name, _, _ in found)
