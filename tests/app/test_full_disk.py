"""A disk that has room for a take and its row, and none for the file beside it."""

from __future__ import annotations

import errno

import pytest
from PySide6.QtCore import Qt

from heartgui.audio.take_writer import TakeWriter
from heartgui.library import sidecar
from heartgui.ui.review.take_table import COLUMNS, NAME
from tests.helpers.driving import begin_take, press, record, settled, wait_for_jobs


def fail(*_arguments, **_keywords):
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.fixture
def no_sidecars(monkeypatch):
    monkeypatch.setattr(sidecar.json, "dump", fail)


def test_a_take_without_a_sidecar_keeps_its_number_and_what_is_said_of_it(
    program, qtbot, no_sidecars
):
    page = program.page
    page.take.set_length(10)
    answer = record(program, qtbot)
    (take,) = program.library.takes()
    assert program.record.shown.take_id == take.id
    assert "could not be written beside the take (No space left" in " ".join(page.banner.texts)
    press(program, qtbot, Qt.Key.Key_2)
    page.take.patient_code.setFocus()
    qtbot.keyClicks(page.take.patient_code, "K-7")
    qtbot.keyClick(page.take.patient_code, Qt.Key.Key_Return)
    (take,) = settled(program).takes()
    assert (take.site, take.patient_code) == ("pulmonic", "K-7")
    assert take.decision is answer.decision
    # The table was told of each.
    model = program.review_page.table.model()
    row = {title: model.index(0, n).data() for n, (title, _, _) in enumerate(COLUMNS)}
    assert (row["Site"], row["Patient"]) == ("Pulmonic", "K-7")
    assert row["Finding"] != "not classified"


def test_a_running_take_is_not_disturbed_though_what_is_said_of_it_has_no_room(
    program, qtbot, bench, no_sidecars, caplog
):
    program.page.take.patient_code.setText("K-7")
    begin_take(program, qtbot, bench)
    press(program, qtbot, Qt.Key.Key_2)
    qtbot.waitUntil(lambda: not program.jobs.busy, timeout=10_000)
    assert "was not written: No space left" in caplog.text
    assert program.record.recording
    assert program.page.banner.texts == []
    press(program, qtbot, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: program.library.count() == 1, timeout=10_000)
    (take,) = program.library.takes()
    assert (take.site, take.patient_code) == ("pulmonic", "K-7")
    assert take.duration_s > 4.0


def test_a_new_name_and_notes_are_in_the_list_though_the_sidecar_has_no_room(
    program, qtbot, no_sidecars
):
    program.page.take.set_length(10)
    record(program, qtbot)
    program.window.review_page.trigger()
    page = program.review_page
    qtbot.waitUntil(lambda: program.review.shown_recording is not None, timeout=10_000)
    model = page.table.model()
    model.setData(model.index(0, NAME), "Morning round")
    settled(program)
    assert model.index(0, NAME).data() == "Morning round"
    assert page.caption.text().startswith("Morning round")
    page.notes.setPlainText("soft")
    program.window.record_page.trigger()
    assert settled(program).takes()[0].notes == "soft"
    assert "could not be written beside the take" in " ".join(page.banner.texts)
    # What is written is written, and is not tried and said again whenever the page is left.
    page.banner.dismiss_all()
    program.window.review_page.trigger()
    program.window.record_page.trigger()
    settled(program)
    assert page.banner.texts == []


def test_the_answer_is_not_called_a_new_one_when_it_is_shown_again(
    program, qtbot, bench, monkeypatch, no_sidecars
):
    program.page.take.set_length(10)
    record(program, qtbot)
    banner = program.page.banner
    banner.dismiss_all()
    with monkeypatch.context() as refusing:
        refusing.setattr(TakeWriter, "_write_all", fail)
        press(program, qtbot, Qt.Key.Key_Space)
        qtbot.waitUntil(lambda: "The take could not be" in " ".join(banner.texts), timeout=10_000)
    wait_for_jobs(program, qtbot)
    assert "could not be written beside the take" in " ".join(banner.texts)
    assert "answer is shown" not in " ".join(banner.texts)
    # With room again it is written, and what was refused is said no more once one runs.
    monkeypatch.undo()
    begin_take(program, qtbot, bench)
    assert "The take could not be" not in " ".join(banner.texts)
