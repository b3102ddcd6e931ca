"""Messages: no two alike, and Esc dismisses the newest from wherever the keyboard is."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDialog,
    QLineEdit,
    QPlainTextEdit,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from heartgui.ui.widgets.banner import BannerArea


class Window(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.banner = BannerArea()
        self.line, self.text, self.combo = QLineEdit(), QPlainTextEdit(), QComboBox()
        self.combo.addItems(["a", "b"])
        self.table = QTableWidget(1, 1)
        self.table.setItem(0, 0, QTableWidgetItem("cell"))
        rows = QVBoxLayout(self)
        for part in (self.banner, self.line, self.text, self.combo, self.table):
            rows.addWidget(part)
        self.banner.show_message("error", "First.")
        self.banner.show_message("info", "Second.")


@pytest.fixture
def window(qtbot):
    made = Window()
    qtbot.addWidget(made)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    return made


def test_what_went_wrong_stays_where_a_third_message_has_no_room(window):
    window.banner.show_message("info", "Third.")
    assert window.banner.texts == ["Third.", "First."]
    window.banner.show_message("warning", "Fourth.")
    window.banner.show_message("info", "Fifth.")
    assert window.banner.texts == ["Fifth.", "First."]


@pytest.mark.parametrize("where", ["line", "text", "combo", "table"])
def test_esc_dismisses_the_newest_wherever_the_focus_is(window, qtbot, where):
    part = getattr(window, where)
    part.setFocus()
    qtbot.keyClick(part, Qt.Key.Key_Escape)
    assert window.banner.texts == ["First."]
    qtbot.keyClick(part, Qt.Key.Key_Escape)
    assert window.banner.texts == []
    assert not window.banner.isVisible()


def test_esc_belongs_first_to_the_editor_that_is_open(window, qtbot):
    window.table.setFocus()
    window.table.editItem(window.table.item(0, 0))
    editor = window.table.findChild(QLineEdit)
    qtbot.keyClicks(editor, "changed")
    qtbot.keyClick(editor, Qt.Key.Key_Escape)
    assert window.banner.texts == ["Second.", "First."]
    assert window.table.item(0, 0).text() == "cell"
    assert window.table.state() != QTableWidget.State.EditingState


def test_esc_belongs_first_to_an_open_dialog_and_list(window, qtbot):
    dialog = QDialog(window)
    with qtbot.waitActive(dialog):
        dialog.open()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    window.activateWindow()
    window.combo.showPopup()
    qtbot.keyClick(QApplication.activePopupWidget(), Qt.Key.Key_Escape)
    assert QApplication.activePopupWidget() is None
    assert window.banner.texts == ["Second.", "First."]


def test_the_same_words_are_said_once(window):
    window.banner.dismiss_all()
    window.banner.show_message("error", "It was unplugged.", "Plug it in.", key="take")
    window.banner.show_message("warning", "It was unplugged.", "Plug it in.", key="device")
    assert window.banner.texts == ["It was unplugged. Plug it in."]
    # It belongs to the newer side now.
    window.banner.dismiss("take")
    assert len(window.banner.texts) == 1
    window.banner.dismiss("device")
    assert window.banner.texts == []


def test_a_repeated_message_does_not_push_out_another(window):
    window.banner.show_message("info", "Second.", key="other side")
    assert window.banner.texts == ["Second.", "First."]


def test_a_button_takes_away_its_own_message_and_not_the_one_it_brings(window, qtbot):
    def undo():
        window.banner.show_message("error", "It could not be undone.", key="deleted")

    window.banner.dismiss_all()
    window.banner.show_message("info", "Deleted.", key="deleted", actions=[("Undo", undo)])
    qtbot.mouseClick(window.banner.action_buttons("deleted")[0], Qt.MouseButton.LeftButton)
    assert window.banner.texts == ["It could not be undone."]
    window.banner.show_message("info", "Found.", actions=[("Show", lambda: None)])
    qtbot.mouseClick(window.banner.action_buttons("Found.")[0], Qt.MouseButton.LeftButton)
    assert window.banner.texts == ["It could not be undone."]
