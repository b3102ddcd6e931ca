"""Dialogs in the program's own look."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialogButtonBox, QMessageBox

from heartgui.ui.dialogs.about import AboutDialog
from heartgui.ui.theme import DARK, style_sheet


@pytest.fixture
def dark(qapp: QApplication):
    before = qapp.styleSheet()
    qapp.setStyleSheet(style_sheet(DARK))
    yield
    qapp.setStyleSheet(before)


@pytest.mark.parametrize("kind", [AboutDialog, QMessageBox])
def test_buttons_have_no_stock_icons_that_the_dark_theme_would_hide(dark, qtbot, kind):
    made = AboutDialog([]) if kind is AboutDialog else QMessageBox()
    if isinstance(made, QMessageBox):
        made.setStandardButtons(QMessageBox.StandardButton.Yes | QMessageBox.StandardButton.No)
    qtbot.addWidget(made)
    made.show()
    (box,) = made.findChildren(QDialogButtonBox)
    buttons = box.findChildren(QAbstractButton)
    assert buttons
    assert all(button.icon().isNull() for button in buttons)
