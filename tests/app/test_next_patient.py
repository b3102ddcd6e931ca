"""Next patient: what was said of the last one is not said of the coming take."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QToolButton

from heartgui.domain import AuscultationSite
from heartgui.ui.dialogs.text import shortcuts_page
from tests.helpers.driving import begin_take, press, record, settled


@pytest.fixture
def page(program):
    program.page.take.set_length(10)
    with_code(program, "P1")
    program.record.choose_site(AuscultationSite.MITRAL)
    return program.page


def with_code(program, code: str) -> None:
    program.page.take.patient_code.setText(code)


def next_patient(program, qtbot) -> None:
    program.window.activateWindow()
    QApplication.processEvents()
    qtbot.keyClick(program.window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)


def said(program) -> list[tuple[str, str | None, str]]:
    """Of each take in the library, the newest first."""
    return [(take.patient_code, take.site, take.posture) for take in settled(program).takes()]


def test_code_and_site_go_posture_and_stored_takes_stay(program, page, qtbot):
    page.sites.posture.setCurrentText("supine")
    record(program, qtbot)
    shown = program.record.shown
    program.window.review_page.trigger()
    next_patient(program, qtbot)
    assert program.window.pages.currentWidget() is page
    assert QApplication.focusWidget() is page.take.patient_code
    assert page.take.patient_code.text() == ""
    assert page.sites.site is None
    assert page.sites.words.text().startswith("No site chosen")
    assert program.record.shown is shown
    # The whole way by keyboard: code, Return, site, Space.
    qtbot.keyClicks(QApplication.focusWidget(), "P2")
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    press(program, qtbot, Qt.Key.Key_1)
    record(program, qtbot)
    assert said(program) == [("P2", "aortic", "supine"), ("P1", "mitral", "supine")]


def test_what_lacks_a_code_does_not_get_the_next_patients(program, page, qtbot):
    with_code(program, "")
    page.sites.set_site(None)
    record(program, qtbot)
    # Typed and not ended: nobody knows of whom.
    page.take.patient_code.setFocus()
    qtbot.keyClicks(page.take.patient_code, "P1")
    next_patient(program, qtbot)
    qtbot.keyClicks(page.take.patient_code, "P2")
    qtbot.keyClick(page.take.patient_code, Qt.Key.Key_Return)
    press(program, qtbot, Qt.Key.Key_2)
    assert said(program) == [("", None, "sitting")]
    # Nor when it was deleted and comes back.
    (take,) = program.library.takes()
    program.review.deletion.delete([take.id])
    settled(program)
    program.review.deletion.undo()
    settled(program)
    press(program, qtbot, Qt.Key.Key_3)
    assert said(program) == [("", None, "sitting")]


def test_while_a_take_runs_it_is_refused(program, page, qtbot, bench):
    begin_take(program, qtbot, bench)
    assert not program.window.next_patient.isEnabled()
    next_patient(program, qtbot)
    assert not program.record.next_patient()
    assert (page.take.patient_code.text(), page.sites.site) == ("P1", "mitral")
    press(program, qtbot, Qt.Key.Key_Space)
    qtbot.waitUntil(program.window.next_patient.isEnabled, timeout=10_000)


def test_the_next_patient_begins_with_the_first_attempt(program, page, qtbot):
    record(program, qtbot)
    next_patient(program, qtbot)
    record(program, qtbot)
    assert program.record.shown.attempt == 1


def test_the_code_field_is_cleared_by_its_button(program, page, qtbot):
    (clear,) = page.take.patient_code.findChildren(QToolButton)
    assert clear.accessibleName() == clear.toolTip() == "Clear the patient code"
    qtbot.mouseClick(clear, Qt.MouseButton.LeftButton)
    assert page.take.patient_code.text() == ""


def test_its_key_is_listed():
    assert "| next patient: " in shortcuts_page()
