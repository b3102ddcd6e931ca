"""A panel on the page, and small helpers for what stands on it."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

SMALLEST_NOTE_POINTS = 8.0


class Card(QFrame):
    """A rounded panel with a vertical layout, `body`. tone: empty, `warn` or `bad`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", "true")
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(13, 8, 13, 8)
        self.body.setSpacing(6)

    def set_tone(self, tone: str) -> None:
        self.setProperty("tone", tone)
        restyle(self)


def label(text: str = "", role: str = "", *, wrap: bool = False) -> QLabel:
    """A plain-text label; role names its style."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wrap)
    if role:
        made.setProperty("role", role)
    return made


def note(text: str = "") -> QLabel:
    """A wrapping label in smaller, muted type, for what is read once."""
    made = label(text, "muted", wrap=True)
    font = QFont(made.font())
    font.setPointSizeF(max(SMALLEST_NOTE_POINTS, font.pointSizeF() - 1))
    made.setFont(font)
    return made


def plain(text: str) -> str:
    """A person's text for a tool tip or a message box, which would draw what looks like HTML."""
    if "<" not in text:
        return text
    return f'<p style="white-space: pre-wrap">{escape(text)}</p>'


def set_role(widget: QWidget, role: str) -> None:
    """Change a widget's style."""
    if widget.property("role") != role:
        widget.setProperty("role", role)
        restyle(widget)


def restyle(widget: QWidget) -> None:
    """Make the style sheet look at a widget's properties again."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.update()
