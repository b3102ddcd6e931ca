"""The Settings dialog: what may be a recordings folder."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox

from heartgui.settings import Settings
from heartgui.ui.dialogs.preferences import PreferencesDialog


@pytest.fixture
def dialog(qtbot, tmp_path):
    made = PreferencesDialog(Settings(), ["onnx"], tmp_path / "standard")
    qtbot.addWidget(made)
    made.open()
    return made


def press_ok(dialog, qtbot) -> None:
    buttons = dialog.findChild(QDialogButtonBox)
    qtbot.mouseClick(buttons.button(QDialogButtonBox.StandardButton.Ok), Qt.MouseButton.LeftButton)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("", ""),
        ("  ", ""),
        ("~/Heart", str(Path.home() / "Heart")),
        (f" {Path.home() / 'My takes'} ", str(Path.home() / "My takes")),
    ],
)
def test_a_folder_is_a_full_path_and_the_home_may_be_short(dialog, qtbot, typed, expected):
    dialog.folder.setText(typed)
    press_ok(dialog, qtbot)
    assert dialog.result() == QDialog.DialogCode.Accepted
    assert dialog.chosen.recordings_folder == expected


@pytest.mark.parametrize("typed", ["Heart", "../Heart", "~nobody-of-that-name/Heart"])
def test_a_relative_folder_is_refused_in_words_until_it_is_put_right(dialog, qtbot, typed):
    dialog.folder.setText(typed)
    press_ok(dialog, qtbot)
    assert dialog.isVisible()
    assert dialog.problem.isVisible()
    assert f"“{typed}” is not a full path" in dialog.problem.text()
    assert dialog.folder.hasFocus()
    dialog.folder.selectAll()
    qtbot.keyClicks(dialog.folder, str(Path.home()))
    assert not dialog.problem.isVisible()
    press_ok(dialog, qtbot)
    assert dialog.chosen.recordings_folder == str(Path.home())
