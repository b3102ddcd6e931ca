"""Dialogs in the program's own look."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QMessageBox, QProxyStyle, QStyle

from heartgui.ui.dialogs.about import AboutDialog
from heartgui.ui.theme import DARK, style_sheet


@pytest.fixture
def dark(qapp: QApplication):
    before = qapp.styleSheet()
    qapp.setStyleSheet(style_sheet(DARK))
    yield
    qapp.setStyleSheet(before)


class WithIcons(QProxyStyle):
    """As desktops are whose buttons have icons."""

    def styleHint(self, hint, option=None, widget=None, data=None) -> int:
        if hint == QStyle.StyleHint.SH_DialogButtonBox_ButtonsHaveIcons:
            return 1
        return super().styleHint(hint, option, widget, data)


@pytest.mark.parametrize("kind", [AboutDialog, QMessageBox])
def test_buttons_have_no_stock_icons_that_the_dark_theme_would_hide(dark, qtbot, kind):
    made = AboutDialog([]) if kind is AboutDialog else QMessageBox()
    qtbot.addWidget(made)
    box = made.findChild(QDialogButtonBox)
    style = WithIcons()
    box.setStyle(style)
    hint = QStyle.StyleHint.SH_DialogButtonBox_ButtonsHaveIcons
    assert box.style().styleHint(hint, None, box) == 0
