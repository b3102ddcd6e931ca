"""A dialog that is open while a take is recorded: the take is seen and stopped there."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog

from heartgui.ui.dialogs.take_bar import TakeBar
from tests.helpers.driving import begin_take, wait_for_finding

OPENERS = ("about", "preferences", "shortcuts")


@pytest.fixture
def dialog(program, qtbot):
    """Opens a dialog as its menu entry does, and waits until it has the keys."""

    def opened(name: str):
        getattr(program.window, name).trigger()
        made = program.menus.open_dialog
        made.activateWindow()
        qtbot.waitUntil(lambda: QApplication.activeWindow() is made, timeout=5000)
        return made

    return opened


@pytest.fixture
def running(program, qtbot, bench) -> None:
    """A take of thirty seconds, of which five are recorded."""
    program.page.take.set_length(30)
    begin_take(program, qtbot, bench)


def bar_of(dialog) -> TakeBar:
    return dialog.findChild(TakeBar)


@pytest.mark.parametrize("name", OPENERS)
@pytest.mark.usefixtures("running")
def test_space_stops_the_take_behind_a_dialog(program, qtbot, dialog, name):
    front = dialog(name)
    assert bar_of(front).isVisible()
    qtbot.keyClick(front.focusWidget() or front, Qt.Key.Key_Space)
    answer = wait_for_finding(program, qtbot)
    assert 4.0 < answer.duration_s < 25.0
    assert not bar_of(front).isVisible()
    assert program.menus.open_dialog is front
    # The same key begins no take where it is not seen.
    qtbot.keyClick(front, Qt.Key.Key_Space)
    QApplication.processEvents()
    assert not program.record.recording
    assert program.library.count() == 1


@pytest.mark.usefixtures("running")
def test_the_button_in_the_dialog_stops_the_take(program, qtbot, dialog):
    front = dialog("about")
    qtbot.mouseClick(bar_of(front).stop, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not program.record.recording, timeout=10_000)
    assert not bar_of(front).isVisible()


@pytest.mark.usefixtures("running")
def test_a_space_in_a_text_field_of_a_dialog_is_typed(program, qtbot, dialog):
    front = dialog("preferences")
    front.folder.setFocus()
    qtbot.keyClicks(front.folder, "/a b")
    assert front.folder.text() == "/a b"
    assert program.record.recording
    # Enter accepts the settings, and stops no take.
    front.folder.clear()
    qtbot.keyClick(front.folder, Qt.Key.Key_Return)
    assert program.menus.open_dialog is None
    assert program.record.recording


def test_a_dialog_tells_of_no_take_where_none_runs(program, qtbot, dialog):
    front = dialog("shortcuts")
    assert not bar_of(front).isVisible()
    qtbot.keyClick(front, Qt.Key.Key_Space)
    QApplication.processEvents()
    assert not program.record.recording


@pytest.mark.usefixtures("running")
def test_no_file_is_looked_for_while_a_take_is_recorded(program, qtbot, monkeypatch):
    asked = []
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: asked.append(True) or ([], ""))
    program.window.open.trigger()
    assert not asked
    assert "Stop it first, then open the file." in " ".join(program.page.banner.texts)
    program.record.stop()
    qtbot.waitUntil(lambda: not program.record.recording, timeout=10_000)
    program.window.open.trigger()
    assert asked
