"""A line over the tracks: a name that may be long, and what follows it."""

from __future__ import annotations

from html import escape
from textwrap import wrap

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy

TIP_LETTERS = 80
NAME_EMS = 12
"""As much of a name is shown in any case."""


class Caption(QLabel):
    """A name that has no room loses its middle, not the figures behind it; the whole line is its
    tool tip and accessible name. A long one takes no width from what is beside it."""

    def __init__(self) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", "muted")
        self.setContentsMargins(8, 0, 8, 0)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._name = self._rest = ""

    def show_text(self, name: str, rest: str = "") -> None:
        # A name may hold a line break, and this is one line.
        self._name, self._rest = " ".join(name.splitlines()), f" · {rest}" if rest else ""
        self.setAccessibleName(self.full_text)
        # Broken by hand, because a name without spaces would be wider than the screen.
        lines = wrap(self.full_text, TIP_LETTERS)
        self.setToolTip(f"<qt>{'<br>'.join(map(escape, lines))}</qt>" if lines else "")
        self._elide()

    @property
    def full_text(self) -> str:
        return self._name + self._rest

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._elide()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._elide()

    def _elide(self) -> None:
        metrics, width = self.fontMetrics(), self.contentsRect().width()
        name_width = min(
            metrics.horizontalAdvance(self._name), NAME_EMS * metrics.averageCharWidth()
        )
        # Where there is little room the figures at the end are the last to go.
        rest = metrics.elidedText(self._rest, Qt.TextElideMode.ElideLeft, width - name_width)
        room = width - metrics.horizontalAdvance(rest)
        shown = metrics.elidedText(self._name, Qt.TextElideMode.ElideMiddle, room) + rest
        if shown != self.text():
            self.setText(shown)
