"""A disk that takes its time does not hold up the window."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from threading import Event, Semaphore, Timer

import pytest
from PySide6.QtCore import Qt

from heartgui.library import store
from heartgui.ui.review.take_table import NAME
from tests.helpers.driving import finding, press, sample, settled, wait_for_jobs

PATIENCE_S = 20.0
NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)


class SlowDisk:
    """Writes each file beside a take when it is told to. writes: what writes it."""

    def __init__(self, monkeypatch, writes: str = "write_sidecar") -> None:
        self.n_asked = 0
        self.was_waited_for = False
        """Whether nobody could tell it to, as where the window waits for it."""
        self._told = Semaphore(0)
        self._write = getattr(store, writes)
        monkeypatch.setattr(store, writes, self._slowly)

    def _slowly(self, *words) -> None:
        self.n_asked += 1
        if not self._told.acquire(timeout=PATIENCE_S):
            self.was_waited_for = True
        self._write(*words)

    def write(self) -> None:
        self._told.release()


def take_to_its_answer(program, qtbot, disk: SlowDisk) -> None:
    """A take that is stored, and whose answer is still to be written."""
    program.page.take.set_length(10)
    press(program, qtbot, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: disk.n_asked == 1, timeout=60_000)
    qtbot.waitUntil(lambda: program.page.record_button.words[0] == "Saving…", timeout=5000)
    disk.write()
    qtbot.waitUntil(lambda: disk.n_asked == 2, timeout=60_000)


def test_the_window_goes_on_while_a_take_and_its_answer_are_written(program, qtbot, monkeypatch):
    disk = SlowDisk(monkeypatch)
    take_to_its_answer(program, qtbot, disk)
    # The answer is on the screen before it is on the disk.
    qtbot.waitUntil(lambda: finding(program) is not None, timeout=30_000)
    disk.write()
    wait_for_jobs(program, qtbot)
    assert not disk.was_waited_for
    (take,) = program.library.takes()
    assert program.library.finding(take).label == finding(program).label


def test_an_answer_that_is_still_written_at_the_end_is_kept(program, qtbot, monkeypatch):
    disk = SlowDisk(monkeypatch)
    take_to_its_answer(program, qtbot, disk)
    library, kept = program.library, []
    monkeypatch.setattr(
        library, "close", lambda: kept.extend(map(library.finding, library.takes()))
    )
    # The window waits for it here, and only here.
    Timer(0.5, disk.write).start()
    program.close()
    assert [answer.label for answer in kept] == [finding(program).label]


@pytest.fixture
def reviewing(program, qtbot):
    """Two takes in the list, the newest open."""
    for n in range(2):
        program.library.add_file(sample("normal"), NOW + timedelta(minutes=n))
    program.review.refresh()
    program.window.review_page.trigger()
    qtbot.waitUntil(lambda: program.review.shown_recording is not None, timeout=10_000)
    return program


def change_everything(program, qtbot) -> None:
    """Name, notes and site of the newest take."""
    page, review = program.review_page, program.review
    model = page.table.model()
    model.setData(model.index(0, NAME), "Ward 3")
    qtbot.keyClicks(page.notes, "soft")
    page.table.selectRow(1)
    qtbot.waitUntil(lambda: page.notes.toPlainText() == "", timeout=5000)
    page.table.selectRow(0)
    # What was typed is there again, though the library has it not yet.
    qtbot.waitUntil(lambda: page.notes.toPlainText() == "soft", timeout=5000)
    (sites,) = (action.menu() for action in review.menu().actions() if action.text() == "Site")
    next(action for action in sites.actions() if action.text() == "Mitral").trigger()


def is_changed(library) -> bool:
    take = library.takes()[0]
    told = json.loads(take.path.with_suffix(".json").read_text())["take"]
    return (
        (take.name, take.notes, take.site)
        == (told["name"], told["notes"], told["site"])
        == ("Ward 3", "soft", "mitral")
    )


def test_the_window_goes_on_while_names_notes_and_sites_are_written(reviewing, qtbot, monkeypatch):
    page, disk = reviewing.review_page, SlowDisk(monkeypatch, "write_labels")
    change_everything(reviewing, qtbot)
    # The name as well, though the list is read anew.
    reviewing.review.refresh()
    assert page.table.model().index(0, NAME).data() == "Ward 3"
    for _ in range(3):
        disk.write()
    assert is_changed(settled(reviewing))
    assert not disk.was_waited_for


def test_what_is_still_to_be_written_at_the_end_is_written(reviewing, qtbot, monkeypatch):
    disk = SlowDisk(monkeypatch, "write_labels")
    change_everything(reviewing, qtbot)
    library, changed = reviewing.library, []
    monkeypatch.setattr(library, "close", lambda: changed.append(is_changed(library)))
    for _ in range(3):
        disk.write()
    reviewing.close()
    assert changed == [True]


def test_deleting_is_shown_only_where_it_takes_its_time(reviewing, qtbot, monkeypatch):
    page, library, delete = reviewing.review_page, reviewing.library, reviewing.library.delete
    go_on, said = Event(), []

    def slowly(ids):
        go_on.wait(PATIENCE_S)
        return delete(ids)

    show = page.banner.show_message
    monkeypatch.setattr(
        page.banner,
        "show_message",
        lambda *words, **more: (said.append(words[1]), show(*words, **more)),
    )
    monkeypatch.setattr(library, "delete", slowly)
    qtbot.keyClick(page.table, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: page.banner.texts == ["Deleting 1 recording…"], timeout=5000)
    # It is gone from the list already.
    assert page.table.model().rowCount() == 1
    go_on.set()
    assert settled(reviewing).count() == 1
    qtbot.keyClick(page.table, Qt.Key.Key_Delete)
    assert settled(reviewing).count() == 0
    assert said == ["Deleting 1 recording…", *["1 recording was deleted."] * 2]
