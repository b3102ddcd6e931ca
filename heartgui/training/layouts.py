"""Which data sets lie in a folder, by how they are laid out."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from heartgui.audio.sound_files import is_audio_path
from heartgui.errors import DataSetError
from heartgui.training.circor import CIRCOR_TABLE
from heartgui.training.dataset import is_of_kaggle
from heartgui.training.external import (
    ExternalSet,
    read_cinc,
    read_external_circor,
    read_yaseen,
    yaseen_label,
)
from heartgui.training.label_table import find_label_tables, read_label_tables

CINC_TABLE = "REFERENCE.csv"


@dataclass(frozen=True)
class Layout:
    """A data set that was found. name: of its figures' files; empty for Kaggle's. read: its
    recordings, None for Kaggle's, which `read_kaggle` reads."""

    name: str
    read: Callable[[], ExternalSet] | None


def find_layouts(place: Path) -> list[Layout]:
    """The data sets anywhere below a folder, or in one CSV; nothing is decoded.

    Kaggle Heartbeat Sounds (set_a, set_b), CirCor / PhysioNet 2022 (training_data.csv),
    PhysioNet/CinC 2016 (training-*/REFERENCE.csv), Yaseen 2018 (folders N_New, AS_New, MR_New,
    MS_New, MVP_New), or a CSV with the columns file, label and, if known, patient. Raises
    DataSetError where there is none.
    """
    if not place.exists():
        raise DataSetError(f"{place} does not exist.")
    if place.is_file():
        return [Layout(place.stem, partial(_used, place, partial(read_label_tables, [place])))]
    paths = _files_below(place)
    found = [Layout("", None)] if any(map(is_of_kaggle, paths)) else []
    circor, cinc = _named(paths, CIRCOR_TABLE), _named(paths, CINC_TABLE)
    labels = find_label_tables([path for path in paths if path not in {*circor, *cinc}])
    yaseen = [
        path for path in paths if is_audio_path(path) and yaseen_label(path, place) is not None
    ]
    for name, is_there, read in (
        ("circor", circor, partial(read_external_circor, circor)),
        ("cinc-2016", cinc, partial(read_cinc, cinc)),
        ("yaseen-2018", yaseen, partial(read_yaseen, yaseen, place)),
        ("labels", labels, partial(read_label_tables, labels)),
    ):
        if is_there:
            found.append(Layout(name, partial(_used, place, read)))
    if not found:
        raise DataSetError(
            f"{place} holds no data set of a layout that is known.",
            remedy="Give the folder of an unpacked Kaggle Heartbeat Sounds, CirCor DigiScope,"
            " PhysioNet/CinC 2016 or Yaseen 2018 archive, or one with a CSV of the columns file and"
            " label, named labels.csv where there are others.",
        )
    return found


def _used(place: Path, read: Callable[[], ExternalSet]) -> ExternalSet:
    """What was read; raises DataSetError where nothing in it can be used."""
    found = read()
    if not found.cases:
        raise DataSetError(
            f"{place} holds no recording with a usable label ({found.title}). {found.left_out}",
            remedy=found.usable_labels,
        )
    return found


def _files_below(folder: Path) -> list[Path]:
    """Raises OSError for a folder that may not be read: its recordings would be left out in
    silence. Archives made on macOS hold a ._ file beside each file, which is none."""

    def refuse(error: OSError) -> None:
        raise error

    return sorted(
        Path(inside, name)
        for inside, _, names in os.walk(folder, onerror=refuse)
        for name in names
        if not name.startswith("._")
    )


def _named(paths: Sequence[Path], name: str) -> list[Path]:
    return [path for path in paths if path.name.casefold() == name.casefold()]
