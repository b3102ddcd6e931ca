"""What a person does while what was done before is still on its way to the disk."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from threading import Event, Thread

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from heartgui.errors import StorageError
from heartgui.library import store
from heartgui.library.table import TakeTable
from tests.helpers.driving import press, record, sample, settled

NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
N_TAKES = 4


@pytest.fixture
def page(program, qtbot):
    """The Review page with some takes, the newest open."""
    for n in range(N_TAKES):
        program.library.add_file(sample("normal"), NOW + timedelta(minutes=n))
    program.review.refresh()
    program.window.review_page.trigger()
    qtbot.waitUntil(lambda: program.review.shown_recording is not None, timeout=10_000)
    return program.review_page


@pytest.fixture
def slow_table(monkeypatch):
    """A disk that takes a tenth of a second to hide or show a row."""
    set_deleted = TakeTable.set_deleted

    def slowly(table, *words) -> None:
        time.sleep(0.1)
        set_deleted(table, *words)

    monkeypatch.setattr(TakeTable, "set_deleted", slowly)


def delete(page, qtbot) -> None:
    qtbot.keyClick(page.table, Qt.Key.Key_Delete)


def at_the_end(program, monkeypatch) -> list:
    """The takes that are in the library when it is closed."""
    library, takes = program.library, []
    monkeypatch.setattr(library, "close", lambda: takes.extend(library.takes()))
    return takes


# --- deleting ---------------------------------------------------------------------------


@pytest.mark.usefixtures("slow_table")
def test_what_is_next_in_the_list_can_be_deleted_meanwhile(program, page, qtbot):
    for n in range(1, N_TAKES):
        delete(page, qtbot)
        assert page.table.model().rowCount() == N_TAKES - n
    assert settled(program).count() == 1
    for n in range(2, N_TAKES + 1):
        program.window.undo.trigger()
        assert settled(program).count() == n
    assert not program.window.undo.isEnabled()


@pytest.mark.usefixtures("slow_table")
def test_undo_right_after_delete_brings_the_take_back(program, page, qtbot):
    delete(page, qtbot)
    assert program.window.undo.isEnabled()
    program.window.undo.trigger()
    assert settled(program).count() == N_TAKES
    assert page.table.model().rowCount() == N_TAKES
    assert page.banner.texts == []


@pytest.mark.usefixtures("slow_table")
@pytest.mark.parametrize("keys", ["delete", "delete, delete", "delete, undo", "delete all"])
def test_what_was_asked_for_is_done_though_the_program_ends(
    program, page, qtbot, monkeypatch, keys
):
    if "all" in keys:
        page.table.selectAll()
    for key in keys.split(", "):
        if key == "undo":
            program.window.undo.trigger()
        else:
            delete(page, qtbot)
    left = at_the_end(program, monkeypatch)
    program.close()
    expected = {"delete": 3, "delete, delete": 2, "delete, undo": 4, "delete all": 0}
    assert len(left) == expected[keys]
    # What is still to be shown is not shown on a window that is gone.
    assert not program.review.deletion._show_timer.isActive()


@pytest.mark.usefixtures("slow_table")
def test_all_of_an_undo_comes_back_though_the_program_ends(program, page, qtbot, monkeypatch):
    page.table.selectAll()
    delete(page, qtbot)
    settled(program)
    program.window.undo.trigger()
    left = at_the_end(program, monkeypatch)
    program.close()
    assert len(left) == N_TAKES


@pytest.fixture
def stuck(program, monkeypatch):
    """Moving takes with these numbers waits for its moment, and fails."""
    moments: dict[int, Event] = {}
    delete = program.library.delete

    def slowly(ids):
        if ids[0] in moments:
            assert moments[ids[0]].wait(20.0)
            return {ids[0]: StorageError("It could not be deleted (no access).")}
        return delete(ids)

    monkeypatch.setattr(program.library, "delete", slowly)
    return moments


def numbers(program) -> list[int]:
    return [take.id for take in settled(program).takes()]


def test_notes_that_are_typed_while_a_deletion_fails_are_the_takes(program, page, qtbot, stuck):
    first, second, *_ = numbers(program)
    stuck[first] = Event()
    delete(page, qtbot)
    qtbot.waitUntil(lambda: program.review.shown_recording is not None, timeout=10_000)
    page.notes.setFocus()
    qtbot.keyClicks(page.notes, "grade 3 ")
    stuck[first].set()
    settled(program)
    qtbot.keyClicks(page.notes, "of 6")
    assert page.table.model().rowCount() == N_TAKES
    program.review.pause_playback()
    assert settled(program).get(second).notes == "grade 3 of 6"
    assert program.library.get(first).notes == ""


def test_undo_of_a_deletion_that_fails_brings_back_no_other(program, page, qtbot, stuck):
    first, second, *rest = numbers(program)
    delete(page, qtbot)
    settled(program)
    stuck[second] = Event()
    delete(page, qtbot)
    program.window.undo.trigger()
    stuck[second].set()
    assert numbers(program) == [second, *rest]
    assert "no access" in " ".join(page.banner.texts)
    program.window.undo.trigger()
    assert numbers(program) == [first, second, *rest]


def test_what_could_not_be_deleted_stays_said_when_the_next_one_is(program, page, qtbot, stuck):
    first, _, *rest = numbers(program)
    stuck[first] = Event()
    delete(page, qtbot)
    delete(page, qtbot)
    stuck[first].set()
    assert numbers(program) == [first, *rest]
    (said,) = page.banner.texts
    assert "no access" in said
    assert "1 recording was deleted." in said


@pytest.mark.usefixtures("slow_table")
def test_undo_in_a_message_is_about_what_it_says(program, page, qtbot):
    first, second, *rest = numbers(program)
    delete(page, qtbot)
    settled(program)
    delete(page, qtbot)
    qtbot.mouseClick(page.banner.action_buttons("deleted")[0], Qt.MouseButton.LeftButton)
    assert numbers(program) == [first, *rest]
    program.window.undo.trigger()
    assert numbers(program) == [first, second, *rest]


@pytest.mark.usefixtures("slow_table")
def test_a_take_that_is_being_deleted_gets_no_labels_of_the_next(program, qtbot):
    program.page.take.set_length(10)
    record(program, qtbot)
    (take,) = settled(program).takes()
    program.review.deletion.delete([take.id])
    press(program, qtbot, Qt.Key.Key_2)
    assert settled(program).get(take.id).site is None
    program.review.deletion.undo()
    settled(program)
    assert program.record.shown.take_id == take.id


def test_the_last_row_that_comes_back_has_the_keyboard_again(program, page, qtbot, stuck):
    first, *rest = numbers(program)
    program.library.delete(rest)
    program.review.refresh()
    qtbot.waitUntil(lambda: page.table.model().rowCount() == 1, timeout=5000)
    program.window.activateWindow()
    page.table.setFocus()
    page.table.choose_rows([0], 0)
    stuck[first] = Event()
    delete(page, qtbot)
    assert not page.table.isVisible()
    stuck[first].set()
    settled(program)
    assert page.table.hasFocus()


# --- notes ------------------------------------------------------------------------------


def write_when(monkeypatch, library, *moments: Event) -> None:
    """Each change of notes waits for its moment."""
    set_notes, waiting = library.set_notes, list(moments)

    def slowly(*words) -> None:
        assert waiting.pop(0).wait(20.0)
        set_notes(*words)

    monkeypatch.setattr(library, "set_notes", slowly)


def test_the_newest_notes_are_shown_while_older_ones_are_written(program, page, qtbot, monkeypatch):
    moments = [Event() for _ in range(3)]
    write_when(monkeypatch, program.library, *moments)
    for words in ("a", "bc", "a"):
        page.notes.setPlainText(words)
        program.review.pause_playback()
    for moment in moments[:2]:
        moment.set()
        QTest.qWait(300)
        assert page.notes.toPlainText() == "a"
    moments[2].set()
    assert settled(program).takes()[0].notes == "a"


@pytest.fixture
def fails_once(program, monkeypatch):
    """The first change of notes fails. Set it to let it."""
    set_notes, go_on, failed = program.library.set_notes, Event(), []

    def once(*words) -> None:
        if not failed:
            failed.append(True)
            assert go_on.wait(20.0)
            raise StorageError("The library could not be written (disk I/O error).")
        set_notes(*words)

    monkeypatch.setattr(program.library, "set_notes", once)
    return go_on


def test_notes_that_could_not_be_written_are_there_again_and_written_then(
    program, page, qtbot, fails_once
):
    qtbot.keyClicks(page.notes, "grade 3")
    page.table.selectRow(1)
    qtbot.waitUntil(lambda: page.notes.toPlainText() == "", timeout=5000)
    fails_once.set()
    settled(program)
    assert "disk I/O error" in " ".join(page.banner.texts)
    page.table.selectRow(0)
    qtbot.waitUntil(lambda: page.notes.toPlainText() == "grade 3", timeout=5000)
    page.table.selectRow(1)
    qtbot.waitUntil(lambda: page.notes.toPlainText() == "", timeout=5000)
    assert settled(program).takes()[0].notes == "grade 3"


def test_notes_that_failed_twice_are_not_taken_for_written(program, page, qtbot, monkeypatch):
    set_notes, moments, waiting = program.library.set_notes, [Event(), Event()], []

    def twice(*words) -> None:
        if len(waiting) < len(moments):
            waiting.append(True)
            assert moments[len(waiting) - 1].wait(20.0)
            raise StorageError("The library could not be written (disk I/O error).")
        set_notes(*words)

    monkeypatch.setattr(program.library, "set_notes", twice)
    for words in ("soft murmur", "soft murmur x"):
        page.notes.setPlainText(words)
        program.review.pause_playback()
    for moment in moments:
        moment.set()
    settled(program)
    page.notes.setPlainText("soft murmur")
    program.review.pause_playback()
    assert settled(program).takes()[0].notes == "soft murmur"


@pytest.mark.parametrize("still_shown", [True, False])
def test_notes_that_could_not_be_written_are_written_at_the_end(
    program, page, qtbot, monkeypatch, fails_once, still_shown
):
    qtbot.keyClicks(page.notes, "grade 3")
    program.review.pause_playback()
    if not still_shown:
        page.table.selectRow(1)
        qtbot.waitUntil(lambda: page.notes.toPlainText() == "", timeout=5000)
    fails_once.set()
    takes = at_the_end(program, monkeypatch)
    program.close()
    assert takes[0].notes == "grade 3"


# --- labels and answers -----------------------------------------------------------------


def test_a_code_and_a_site_that_are_said_while_the_disk_is_busy_are_both_kept(
    program, qtbot, monkeypatch
):
    other = program.library.add_file(sample("normal"), NOW)
    program.page.take.set_length(10)
    record(program, qtbot)
    library, busy, go_on, write = program.library, Event(), Event(), store.write_labels

    def slowly(take) -> None:
        if take.id == other.id:
            busy.set()
            assert go_on.wait(20.0)
        write(take)

    monkeypatch.setattr(store, "write_labels", slowly)
    writer = Thread(target=library.set_notes, args=(other.id, "soft"))
    writer.start()
    assert busy.wait(10.0)
    take = library.takes()[0]
    # Another thread, as of Review's long work.
    site = Thread(
        target=library.change_labels,
        args=(take.id, lambda labels: type(labels)("mitral", labels.posture, labels.patient_code)),
    )
    site.start()
    field = program.page.take.patient_code
    field.setFocus()
    qtbot.keyClicks(field, "K-7")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    QTest.qWait(100)
    go_on.set()
    for thread in (writer, site):
        thread.join()
    labels = settled(program).get(take.id)
    assert (labels.site, labels.patient_code) == ("mitral", "K-7")


def test_what_was_stored_after_a_failure_counts_as_stored(program, qtbot, monkeypatch):
    program.page.take.set_length(10)
    record(program, qtbot)
    change, go_on, failed = program.library.change_labels, Event(), []

    def once(*words) -> bool:
        if not failed:
            failed.append(True)
            assert go_on.wait(20.0)
            raise StorageError("The library could not be written (disk I/O error).")
        return change(*words)

    monkeypatch.setattr(program.library, "change_labels", once)
    press(program, qtbot, Qt.Key.Key_2)
    press(program, qtbot, Qt.Key.Key_3)
    go_on.set()
    assert settled(program).takes()[0].site == "tricuspid"
    # It is the take's, so the same key clears it for the next.
    press(program, qtbot, Qt.Key.Key_3)
    assert program.page.sites.site is None


def test_an_answer_is_shown_on_review_while_it_is_written(program, qtbot, monkeypatch):
    asked, go_on, write = Event(), Event(), store.write_sidecar

    def slowly(take, finding) -> None:
        if finding is not None:
            asked.set()
            assert go_on.wait(30.0)
        write(take, finding)

    monkeypatch.setattr(store, "write_sidecar", slowly)
    program.page.take.set_length(10)
    press(program, qtbot, Qt.Key.Key_Space)
    qtbot.waitUntil(asked.is_set, timeout=60_000)
    program.window.review_page.trigger()
    qtbot.waitUntil(lambda: program.review.shown_recording is not None, timeout=10_000)
    headline = program.review_page.result.headline.text()
    go_on.set()
    settled(program)
    assert headline == program.page.result.headline.text()


def test_an_answer_that_could_not_be_kept_is_not_shown_on_review(program, qtbot, monkeypatch):
    asked, go_on, set_finding = Event(), Event(), program.library._update

    def fails(take_id, change, finding=None) -> None:
        if finding is not None:
            asked.set()
            assert go_on.wait(30.0)
            raise StorageError("The library could not be written (disk I/O error).")
        set_finding(take_id, change)

    monkeypatch.setattr(program.library, "_update", fails)
    program.page.take.set_length(10)
    press(program, qtbot, Qt.Key.Key_Space)
    qtbot.waitUntil(asked.is_set, timeout=60_000)
    program.window.review_page.trigger()
    qtbot.waitUntil(lambda: program.review.shown_recording is not None, timeout=10_000)
    go_on.set()
    settled(program)
    headline = program.review_page.result.headline
    qtbot.waitUntil(lambda: headline.text() == "Not classified", timeout=5000)
