"""A library file that was damaged never keeps the program from starting."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from heartgui.audio.files import write_wav
from heartgui.library.store import Library
from heartgui.library.take import TakeLabels
from heartgui.ui.review.take_table import NAME
from tests.helpers.synthetic_heart import SyntheticHeart

NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
PAGE_BYTES = 4096


@pytest.fixture
def database(own_home: Path) -> Path:
    """A library of 60 takes, closed."""
    library = Library(own_home / "library.sqlite", own_home / "recordings")
    library.recordings.mkdir()
    for _ in range(60):
        path = library.new_take_path(NOW)
        path.touch()
        library.add(
            path, duration_s=4.0, sample_rate_hz=4000, created_at=NOW, labels=TakeLabels()
        )  # fmt: skip
    library.close()
    return own_home / "library.sqlite"


def test_a_table_with_a_lost_page_is_made_anew(start, qtbot, database):
    content = bytearray(database.read_bytes())
    content[-PAGE_BYTES:] = bytes(PAGE_BYTES)
    database.write_bytes(content)
    program = start()
    assert "damaged and is made anew" in " ".join(program.page.banner.texts)
    qtbot.waitUntil(lambda: not program.jobs.busy, timeout=10_000)
    program.window.show_page(1)


def damage(database: Path) -> None:
    database.write_bytes(b"not a database at all" * 500)


def choose_folder(program, qtbot, folder: Path) -> None:
    program.window.preferences.trigger()
    dialog = program.menus.open_dialog
    dialog.folder.setText(str(folder))
    dialog.accept()
    qtbot.waitUntil(lambda: not program.jobs.busy, timeout=10_000)


def listed(program) -> set[Path]:
    model = program.review_page.table.model()
    return {program.library.get(model.id_at(row)).path for row in range(model.rowCount())}


@pytest.fixture
def folders(own_home, tmp_path) -> list[Path]:
    """The standard one and two others, with a take in each."""
    folders = [own_home / "recordings", tmp_path / "a", tmp_path / "b"]
    for n, folder in enumerate(folders):
        folder.mkdir(exist_ok=True)
        write_wav(folder / f"take-20260301-1000{n:02}.wav", SyntheticHeart().samples(4.0), 4000)
    return folders


def test_a_list_made_anew_has_the_takes_of_the_folders_used_before(start, qtbot, own_home, folders):
    program = start()
    for folder in folders[1:]:
        choose_folder(program, qtbot, folder)
    takes = listed(program)
    assert {path.parent for path in takes} == set(folders)
    program.library.set_notes(program.library.ids()[0], "soft")
    # A take of which two folders have a copy is one.
    twice = next(path for path in takes if path.parent == folders[2])
    for beside in (twice, twice.with_suffix(".json")):
        (folders[1] / beside.name).write_bytes(beside.read_bytes())
    program.close()
    damage(own_home / "library.sqlite")
    program = start()
    qtbot.waitUntil(lambda: not program.jobs.busy, timeout=10_000)
    assert listed(program) == takes
    assert program.library.count("soft") == 1


def test_takes_of_a_folder_that_was_not_there_come_back_when_it_is_chosen_as_is_said(
    start, qtbot, own_home, folders
):
    program = start()
    for folder in folders[1:]:
        choose_folder(program, qtbot, folder)
    takes = listed(program)
    program.close()
    damage(own_home / "library.sqlite")
    # Its drive was taken out.
    folders[1].rename(folders[1].with_name("taken out"))
    program = start()
    qtbot.waitUntil(lambda: not program.jobs.busy, timeout=10_000)
    assert listed(program) == {path for path in takes if path.parent != folders[1]}
    said = " ".join(program.page.banner.texts)
    assert "one that is not listed is in a recordings folder used before" in said
    folders[1].with_name("taken out").rename(folders[1])
    for folder in folders[1:]:
        choose_folder(program, qtbot, folder)
    assert listed(program) == takes


def test_a_row_that_cannot_be_read_is_said(start, qtbot, database):
    connection = sqlite3.connect(database)
    connection.execute("UPDATE take SET created_at = '2026*03' WHERE id = 3")
    connection.commit()
    connection.close()
    program = start()
    qtbot.waitUntil(lambda: not program.jobs.busy, timeout=10_000)
    program.window.show_page(1)
    banner, model = program.review_page.banner, program.review_page.table.model()
    qtbot.waitUntil(lambda: "could not be read" in " ".join(banner.texts), timeout=10_000)
    names = [model.index(row, NAME).data() for row in range(model.rowCount())]
    assert names.count("(could not be read)") == 1
    assert sum(name.startswith("take-2026") for name in names) == 59
    qtbot.waitUntil(program.page.record_button.isEnabled, timeout=10_000)
