"""What the menus do in the whole program: dialogs over dialogs, copies of recordings."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog

from heartgui.ui.dialogs.preferences import PreferencesDialog
from heartgui.ui.dialogs.text import TextDialog


def test_the_self_tests_result_leaves_the_open_settings_as_they_are(program, qtbot):
    menus = program.menus
    program.window.self_test.trigger()
    program.window.preferences.trigger()
    settings = menus.open_dialog
    assert isinstance(settings, PreferencesDialog)
    settings.length.setCurrentIndex(settings.length.findData(30))
    qtbot.waitUntil(lambda: isinstance(menus.open_dialog, TextDialog), timeout=60_000)
    result = menus.open_dialog
    assert "All steps passed" in result.browser.toPlainText()
    assert result.isVisible()
    assert settings.isVisible()
    result.close()
    assert menus.open_dialog is settings
    settings.accept()
    assert settings.result() == QDialog.DialogCode.Accepted
    assert menus.open_dialog is None
    assert program.page.take.length_s == 30
