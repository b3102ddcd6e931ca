"""Where the keyboard focus goes when a control that held it disappears."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QWidget


def release_focus(widget: QWidget) -> None:
    """Give the focus to the nearest ancestor that takes it.

    Left to itself, Qt moves it to whichever control comes next, and the next press of Space would
    press that one.
    """
    if not widget.hasFocus():
        return
    ancestor = widget.parentWidget()
    while ancestor is not None and ancestor.focusPolicy() == Qt.FocusPolicy.NoFocus:
        ancestor = ancestor.parentWidget()
    if ancestor is not None:
        ancestor.setFocus()


def somebody_types() -> bool:
    """Whether a text field has the focus, or the arrows move over sites: what is typed would go on
    to press a button."""
    focused = QApplication.focusWidget()
    types = isinstance(focused, (QLineEdit, QPlainTextEdit))
    return types or (focused is not None and bool(focused.property("moving")))
