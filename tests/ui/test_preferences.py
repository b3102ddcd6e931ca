"""The Settings dialog: what may be a recordings folder."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox

from heartgui.settings import Settings
from heartgui.ui.dialogs.preferences import PreferencesDialog


@pytest.fixture
def home(tmp_path_factory, monkeypatch) -> Path:
    """The person's own folder. That of whoever runs the tests may be missing or read-only."""
    folder = tmp_path_factory.mktemp("person")
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(folder))
    return folder


@pytest.fixture
def dialog(qtbot, tmp_path, home):
    made = PreferencesDialog(Settings(), ["onnx"], tmp_path / "standard")
    qtbot.addWidget(made)
    made.open()
    return made


def press_ok(dialog, qtbot) -> None:
    buttons = dialog.findChild(QDialogButtonBox)
    qtbot.mouseClick(buttons.button(QDialogButtonBox.StandardButton.Ok), Qt.MouseButton.LeftButton)


def test_every_setting_has_a_name_and_a_tooltip(dialog):
    for field in (dialog.theme, dialog.length, dialog.engine, dialog.folder):
        assert field.accessibleName()
        assert field.toolTip()


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("", ""),
        ("  ", ""),
        ("~/Heart", "Heart"),
        (" {home}/My takes ", "My takes"),
    ],
)
def test_a_folder_is_a_full_path_and_the_home_may_be_short(dialog, qtbot, home, typed, expected):
    dialog.folder.setText(typed.format(home=home))
    press_ok(dialog, qtbot)
    assert dialog.result() == QDialog.DialogCode.Accepted
    assert dialog.chosen.recordings_folder == (str(home / expected) if expected else "")


@pytest.mark.parametrize("typed", ["Heart", "../Heart", "~nobody-of-that-name/Heart"])
def test_a_relative_folder_is_refused_in_words_until_it_is_put_right(dialog, qtbot, home, typed):
    dialog.folder.setText(typed)
    press_ok(dialog, qtbot)
    assert dialog.isVisible()
    assert dialog.problem.isVisible()
    assert f"“{typed}” is not a full path" in dialog.problem.text()
    assert dialog.folder.hasFocus()
    dialog.folder.selectAll()
    qtbot.keyClicks(dialog.folder, str(home))
    assert not dialog.problem.isVisible()
    press_ok(dialog, qtbot)
    assert dialog.chosen.recordings_folder == str(home)


def test_a_folder_that_cannot_be_written_to_is_refused_and_nothing_is_left(dialog, qtbot, tmp_path):
    a_file = tmp_path / "notes.txt"
    a_file.write_text("kept")
    for typed, why in (
        (a_file, f"{a_file} is a file"),
        (a_file / "takes", f"{a_file} is a file"),
        (tmp_path / "new" / ("x" * 300), "File name too long"),
    ):
        dialog.folder.setText(str(typed))
        press_ok(dialog, qtbot)
        assert dialog.isVisible()
        assert why in dialog.problem.text()
    assert list(tmp_path.iterdir()) == [a_file]
    assert a_file.read_text() == "kept"
    dialog.folder.setText(str(tmp_path / "new" / "takes"))
    press_ok(dialog, qtbot)
    assert dialog.chosen.recordings_folder == str(tmp_path / "new" / "takes")
    assert dialog.result() == QDialog.DialogCode.Accepted
    assert list(tmp_path.iterdir()) == [a_file]


def test_a_folder_in_use_on_a_drive_that_is_away_keeps_nobody_from_other_settings(qtbot, tmp_path):
    (tmp_path / "drive").write_text("not there now")
    folder = str(tmp_path / "drive" / "takes")
    made = PreferencesDialog(Settings(recordings_folder=folder), ["onnx"], tmp_path)
    qtbot.addWidget(made)
    made.open()
    press_ok(made, qtbot)
    assert made.result() == QDialog.DialogCode.Accepted
