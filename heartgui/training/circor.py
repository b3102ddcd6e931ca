"""The CirCor DigiScope set (PhysioNet 2022): recordings, murmurs, S1/S2 annotations, persons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from heartgui.audio.files import read_recording
from heartgui.audio.sound_files import is_audio_path
from heartgui.domain import Recording
from heartgui.errors import AudioFileError, DataSetError
from heartgui.training.fitting import Tell
from heartgui.training.tables import cell, columns, read_rows

CIRCOR_TABLE = "training_data.csv"


@dataclass(frozen=True)
class Person:
    """One row of training_data.csv: a visit. number: the visit's ("Patient ID"). identity: the
    person's, who may have come twice. murmur: Present, Absent or Unknown. murmur_sites: where it
    was heard. sites: where the person was recorded, empty where the table does not say. age:
    Neonate to Young Adult, empty where the table does not say, as of pregnant women. timing: of a
    systolic and a diastolic murmur, empty where there is none. systolic_grade: as `grade 1/6`, 3
    stands for all louder ones."""

    number: str
    identity: str
    murmur: str
    murmur_sites: frozenset[str]
    sites: frozenset[str]
    sex: str
    age: str
    pregnant: bool
    systolic_timing: str
    systolic_grade: str
    diastolic_timing: str

    def murmur_at(self, site: str) -> bool | None:
        """Whether a murmur is heard at a site; None where nobody said."""
        if self.murmur == "Absent":
            return False
        heard = {place.casefold() for place in self.murmur_sites}
        if self.murmur == "Present" and site.casefold() in heard:
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


@dataclass(frozen=True)
class CircorListing:
    """found: file, person and site of each recording, in the order of their names. missing: what
    the tables list and is not there. unlisted: recordings beside these, of nobody in the tables."""

    found: tuple[tuple[Path, Person, str], ...]
    missing: tuple[str, ...]
    unlisted: tuple[str, ...]


def find_circor_tables(folder: Path) -> list[Path]:
    """Raises DataSetError where there is none."""
    tables = sorted(folder.rglob(CIRCOR_TABLE))
    if not tables:
        raise DataSetError(
            f"{folder} holds no {CIRCOR_TABLE}.",
            remedy="Give the folder of the unpacked CirCor DigiScope archive.",
        )
    return tables


def list_circor(tables: Sequence[Path]) -> CircorListing:
    """The recordings in `training_data` beside each table, or right beside it; each name counts
    once. Nothing is decoded.

    Ids of one person ("Additional ID") are joined to the smaller of the two. Raises DataSetError
    where nothing is found.
    """
    persons: dict[str, Person] = {}
    sounds: dict[str, Path] = {}
    for table in tables:
        try:
            persons = _persons(table) | persons
        except (KeyError, ValueError) as error:
            raise DataSetError(
                f"{table} is not the table of the CirCor DigiScope archive ({error}).",
                remedy="Unpack the archive again.",
            ) from error
        sounds = _sounds(table.parent) | sounds
    found, unlisted = [], []
    for path in sorted(sounds.values(), key=lambda path: (path.parent, path.name)):
        number, _, site = path.stem.partition("_")
        if number in persons:
            found.append((path, persons[number], site.partition("_")[0]))
        else:
            unlisted.append(path.name)
    if not found:
        raise DataSetError(
            f"{tables[0].parent} holds no recording that {CIRCOR_TABLE} lists.",
        )
    there = {(person.number, site.casefold()) for _, person, site in found}
    numbers = {number for number, _ in there}
    missing = []
    for number, person in persons.items():
        missing += [
            f"{number}_{site}"
            for site in sorted(person.sites)
            if (number, site.casefold()) not in there
        ]
        if not person.sites and number not in numbers:
            missing.append(number)
    return CircorListing(tuple(found), tuple(missing), tuple(unlisted))


def read_circor(folder: Path, tell: Tell) -> tuple[CircorFile, ...]:
    """The recordings that `list_circor` finds; tell: hears of each that cannot be read."""
    files = []
    for path, person, site in list_circor(find_circor_tables(folder)).found:
        try:
            recording = read_recording(path)
        except AudioFileError as error:
            tell(f"skipped {path.name}: {error.message}")
            continue
        files.append(CircorFile(path, person, site, recording, _spans(path)))
    return tuple(files)


def _sounds(folder: Path) -> dict[str, Path]:
    """The sound files of a table's folder, by name in small letters and without ending."""
    places = [folder, folder / "training_data"]
    return {
        path.stem.casefold(): path
        for place in places
        if place.is_dir()
        for path in place.iterdir()
        if is_audio_path(path) and not path.name.startswith("._")
    }


def _persons(table: Path) -> dict[str, Person]:
    persons = {}
    header, *rows = read_rows(table) or [[]]
    at = columns(header)
    for row in rows:
        known = {name: cell(row, place) for name, place in at.items()}
        known = {name: "" if value == "nan" else value for name, value in known.items()}
        number, other = known["patient id"], known["additional id"].split(".")[0]
        both = [number, other] if other else [number]
        persons[number] = Person(
            number=number,
            identity=min(both, key=int),
            murmur=known["murmur"].capitalize(),
            murmur_sites=_sites(known["murmur locations"]),
            sites=_sites(known.get("recording locations:", "")),
            sex=known["sex"],
            age=known["age"],
            pregnant=known.get("pregnancy status", "").casefold() == "true",
            systolic_timing=known["systolic murmur timing"],
            systolic_grade=_grade(known.get("systolic murmur grading", "")),
            diastolic_timing=known["diastolic murmur timing"],
        )
    return persons


def _grade(value: str) -> str:
    """I/VI, II/VI or III/VI in figures: a reader takes the numerals for one another."""
    roman = value.partition("/")[0]
    return f"grade {len(roman)}/6" if roman else ""


def _sites(value: str) -> frozenset[str]:
    return frozenset(site.strip() for site in value.split("+") if site.strip())


def _spans(path: Path) -> tuple[tuple[float, float, int], ...]:
    table = path.with_suffix(".tsv")
    if not table.exists():
        return ()
    rows = (line.split() for line in table.read_text(encoding="utf-8").splitlines())
    spans = [(float(row[0]), float(row[1]), int(float(row[2])) - 1) for row in rows if len(row) > 2]
    return tuple(span for span in spans if span[2] >= 0)
