"""Data sets of murmur against none, or abnormal against normal, to try a bundled model on."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from heartgui.audio.files import is_audio_path
from heartgui.errors import DataSetError
from heartgui.training.circor import Person, list_circor

YASEEN = {"N_New": False, "AS_New": True, "MR_New": True, "MS_New": True, "MVP_New": True}
CINC_REFERENCE = "REFERENCE.csv"
CSV_NAME = "labels.csv"
_CALLED = {
    "1": True, "murmur": True, "abnormal": True, "present": True,
    "0": False, "-1": False, "normal": False, "absent": False,
}  # fmt: skip


@dataclass(frozen=True)
class Case:
    """One recording. positive: murmur, or abnormal. patient: recordings of one are resampled
    together."""

    path: Path
    positive: bool
    patient: str


@dataclass(frozen=True)
class ExternalSet:
    """title: what it is, in words. n_left_out: recordings without a usable label. visits: where
    persons came with several recordings, each of them with its visit, of which it is known whether
    a murmur is present."""

    title: str
    cases: tuple[Case, ...]
    n_left_out: int
    visits: tuple[tuple[Path, Person], ...] = ()


def read_external(folder: Path) -> ExternalSet | None:
    """The data set in a folder, by its layout; None where it has none of these.

    CirCor / PhysioNet 2022 (training_data.csv), PhysioNet/CinC 2016 (training-*/REFERENCE.csv, -1
    normal, 1 abnormal), Yaseen 2018 (folders N_New, AS_New, MR_New, MS_New, MVP_New), or a
    labels.csv with columns file, label (normal or murmur) and, if known, patient. Raises
    DataSetError where nothing in it can be used.
    """
    readers: tuple[tuple[str, Callable[[Path], ExternalSet]], ...] = (
        ("training_data.csv", _circor),
        (CINC_REFERENCE, _cinc),
        (CSV_NAME, _csv),
    )
    found = None
    if folder.is_file():
        found = _csv(folder)
    else:
        for name, reader in readers:
            if next(folder.rglob(name), None) is not None:
                found = reader(folder)
                break
        else:
            if any(path.is_dir() for name in YASEEN for path in folder.rglob(name)):
                found = _yaseen(folder)
    if found is not None and not found.cases:
        raise DataSetError(f"{folder} holds no recording with a usable label.")
    return found


def _circor(folder: Path) -> ExternalSet:
    cases, visits, left_out = [], [], 0
    for path, person, site in list_circor(folder):
        if person.murmur != "Unknown":
            visits.append((path, person))
        murmur = person.murmur_at(site)
        if murmur is None:
            left_out += 1
        else:
            cases.append(Case(path, murmur, person.identity))
    return ExternalSet(
        "CirCor DigiScope, murmur heard at the site", tuple(cases), left_out, tuple(visits)
    )


def _cinc(folder: Path) -> ExternalSet:
    cases, left_out = [], 0
    for reference in sorted(folder.rglob(CINC_REFERENCE)):
        for row in _rows(reference):
            path = reference.parent / f"{row[0]}.wav"
            if path.is_file() and row[1] in ("1", "-1"):
                cases.append(Case(path, row[1] == "1", f"{reference.parent.name}/{row[0]}"))
            else:
                left_out += 1
    return ExternalSet("PhysioNet/CinC 2016, abnormal against normal", tuple(cases), left_out)


def _yaseen(folder: Path) -> ExternalSet:
    cases = []
    for name, positive in YASEEN.items():
        for place in sorted(path for path in folder.rglob(name) if path.is_dir()):
            for path in sorted(place.rglob("*")):
                if is_audio_path(path):
                    cases.append(Case(path, positive, path.stem))
    return ExternalSet("Yaseen 2018, valve disease against normal", tuple(cases), 0)


def _csv(place: Path) -> ExternalSet:
    tables = [place] if place.is_file() else sorted(place.rglob(CSV_NAME))
    cases, left_out = [], 0
    for table in tables:
        for row in csv.DictReader(io.StringIO(_text(table), newline="")):
            if "file" not in row or "label" not in row:
                raise DataSetError(f"{table} needs the columns file and label.")
            called = _CALLED.get(str(row["label"]).strip().lower())
            path = table.parent / str(row["file"])
            if called is None or not path.is_file():
                left_out += 1
            else:
                cases.append(Case(path, called, row.get("patient") or path.stem))
    return ExternalSet(f"{tables[0].name}, murmur against normal", tuple(cases), left_out)


def _rows(table: Path) -> list[list[str]]:
    split = (re.split(r"[,;\t ]+", line.strip()) for line in _text(table).splitlines())
    return [row for row in split if len(row) >= 2]


def _text(table: Path) -> str:
    try:
        return table.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataSetError(
            f"{table} cannot be read as a table ({error}).",
            remedy="Save it again as CSV in UTF-8.",
        ) from error
