"""The window's own state and keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QToolButton, QWidget

from heartgui.ui.dialogs.text import shortcuts_page
from heartgui.ui.main_window import MainWindow


@pytest.fixture
def make(qtbot):
    def make() -> MainWindow:
        window = MainWindow()
        qtbot.addWidget(window)
        return window

    return make


def test_full_screen_that_is_remembered_ends_at_the_first_press(make, qtbot, tmp_path):
    store = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    window = make()
    window.show()
    window.full_screen.trigger()
    assert window.isFullScreen()
    assert window.full_screen.isChecked()
    window.remember(store)
    again = make()
    again.restore(store)
    again.show()
    assert again.isFullScreen()
    assert again.full_screen.isChecked()
    with qtbot.waitActive(again):
        again.activateWindow()
    qtbot.keyClick(again, Qt.Key.Key_F11)
    assert not again.isFullScreen()
    assert not again.full_screen.isChecked()


def test_full_screen_ends_in_what_was_before(make):
    window = make()
    window.showMaximized()
    window.full_screen.trigger()
    window.full_screen.trigger()
    assert window.isMaximized()
    # The system, too, may end it.
    window.full_screen.trigger()
    window.showNormal()
    assert not window.full_screen.isChecked()


def test_a_key_that_is_held_acts_once(make):
    window = make()
    for action in (window.record, window.play, window.full_screen, window.open, window.undo):
        assert not action.autoRepeat()
    assert window.zoom_in.autoRepeat()


def test_keys_are_named_as_the_system_names_them(make, monkeypatch):
    class OnAMac(QKeySequence):
        def toString(self, form=QKeySequence.SequenceFormat.PortableText) -> str:
            text = super().toString(form)
            native = form is QKeySequence.SequenceFormat.NativeText
            return text.replace("Ctrl+", "⌘").replace("Shift+", "⇧") if native else text

    monkeypatch.setattr("heartgui.ui.keys.QKeySequence", OnAMac)
    window = make()
    window.add_page(QWidget(), "Record", "record", window.record_page)
    window.finish_rail()
    tips = [button.toolTip() for button in window.findChildren(QToolButton) if button.toolTip()]
    assert tips == ["Record (⌘1)", "Settings (⌘,)"]
    assert "| ⌘⇧S | save a copy" in shortcuts_page()
    assert "Ctrl" not in shortcuts_page()


def test_an_ampersand_in_a_recent_files_name_is_no_key(make):
    window = make()
    window.show_recent(["/clinic/Smith & Sons.wav"])
    action = window.recent_menu.actions()[0]
    assert action.text() == "Smith && Sons.wav"
