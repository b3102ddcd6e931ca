"""The CirCor DigiScope set (PhysioNet 2022): recordings, murmurs, S1/S2 annotations, persons."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from heartgui.audio.files import read_recording
from heartgui.domain import Recording
from heartgui.errors import AudioFileError, DataSetError
from heartgui.training.fitting import Tell


@dataclass(frozen=True)
class Person:
    """One row of training_data.csv: a visit. number: the visit's ("Patient ID"). identity: the
    child's, who may have come twice. murmur: Present, Absent or Unknown. murmur_sites: where it was
    heard. timing: of a systolic and a diastolic murmur, empty where there is none."""

    number: str
    identity: str
    murmur: str
    murmur_sites: frozenset[str]
    sex: str
    age: str
    systolic_timing: str
    diastolic_timing: str

    def murmur_at(self, site: str) -> bool | None:
        """Whether a murmur is heard at a site; None where nobody said."""
        if self.murmur == "Absent":
            return False
        if self.murmur == "Present" and site in self.murmur_sites:
            return True
        return None


@dataclass(frozen=True, eq=False)
class CircorFile:
    """One recording. spans: start s, end s and state of each annotated stretch; states are
    numbered as in `heart.cycle.STATES`."""

    path: Path
    person: Person
    site: str
    recording: Recording
    spans: tuple[tuple[float, float, int], ...]

    @property
    def murmur(self) -> bool | None:
        """Whether a murmur is heard here; None where nobody said."""
        return self.person.murmur_at(self.site)

    def states(self, n_frames: int, frames_a_second: float) -> np.ndarray:
        """State of each frame, shape (n_frames,), int8; -1 where not annotated."""
        states = np.full(n_frames, -1, dtype=np.int8)
        for start_s, end_s, state in self.spans:
            first, last = (int(np.ceil(t * frames_a_second - 1e-6)) for t in (start_s, end_s))
            states[first:last] = state
        return states


def list_circor(folder: Path) -> list[tuple[Path, Person, str]]:
    """File, person and site of each recording below `training_data`, in the order of their names;
    nothing is decoded.

    Ids of one person ("Additional ID") are joined to the smaller of the two. Raises DataSetError
    where nothing is found.
    """
    tables = sorted(folder.rglob("training_data.csv"))
    if not tables:
        raise DataSetError(
            f"{folder} holds no training_data.csv.",
            remedy="Give the folder of the unpacked CirCor DigiScope archive.",
        )
    try:
        persons = _persons(tables[0])
    except (UnicodeDecodeError, KeyError, ValueError) as error:
        raise DataSetError(
            f"{tables[0]} is not the table of the CirCor DigiScope archive ({error}).",
            remedy="Unpack the archive again.",
        ) from error
    found = []
    for path in sorted((tables[0].parent / "training_data").glob("*.wav")):
        number, _, site = path.stem.partition("_")
        if number in persons:
            found.append((path, persons[number], site.partition("_")[0]))
    if not found:
        raise DataSetError(f"{folder} holds no recording that training_data.csv lists.")
    return found


def read_circor(folder: Path, tell: Tell) -> tuple[CircorFile, ...]:
    """The recordings that `list_circor` lists; tell: hears of each that cannot be read."""
    files = []
    for path, person, site in list_circor(folder):
        try:
            recording = read_recording(path)
        except AudioFileError as error:
            tell(f"skipped {path.name}: {error.message}")
            continue
        files.append(CircorFile(path, person, site, recording, _spans(path)))
    return tuple(files)


def _persons(table: Path) -> dict[str, Person]:
    persons = {}
    with table.open(newline="", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            number, other = row["Patient ID"], row["Additional ID"].split(".")[0]
            both = [number] if other in ("nan", "") else [number, other]
            persons[number] = Person(
                number=number,
                identity=min(both, key=int),
                murmur=row["Murmur"],
                murmur_sites=frozenset(row["Murmur locations"].split("+")),
                sex=_known(row["Sex"]),
                age=_known(row["Age"]),
                systolic_timing=_known(row["Systolic murmur timing"]),
                diastolic_timing=_known(row["Diastolic murmur timing"]),
            )
    return persons


def _known(value: str) -> str:
    return "" if value == "nan" else value


def _spans(path: Path) -> tuple[tuple[float, float, int], ...]:
    table = path.with_suffix(".tsv")
    if not table.exists():
        return ()
    rows = (line.split() for line in table.read_text(encoding="utf-8").splitlines())
    spans = [(float(row[0]), float(row[1]), int(float(row[2])) - 1) for row in rows if len(row) > 2]
    return tuple(span for span in spans if span[2] >= 0)
