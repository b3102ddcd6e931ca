"""A choice of one among a few, as joined buttons."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QPushButton, QWidget


class Segments(QWidget):
    """A choice of one among a few, as buttons in a row. Left and right move it by keyboard."""

    chosen = Signal(int)

    def __init__(self, choices: Sequence[tuple[str, str]], name: str, *, suffix: str = "") -> None:
        super().__init__()
        self.setAccessibleName(name)
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for index, (text, tip) in enumerate(choices):
            button = QPushButton(text)
            button.setCheckable(True)
            button.setCursor(Qt.CursorShape.PointingHandCursor)
            button.setToolTip(tip + suffix)
            button.setAccessibleName(f"{name} {text}")
            ends = ("first",) if index == 0 else ("last",) if index == len(choices) - 1 else ()
            button.setProperty("segment", ends[0] if ends else "middle")
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self._group.addButton(button, index)
            row.addWidget(button)
        # Tab comes to the chosen one; from there the arrow keys go.
        self._group.buttonToggled.connect(_tab_to)
        self._group.idClicked.connect(self.chosen)
        self.set_current(0)

    @property
    def current(self) -> int:
        return self._group.checkedId()

    @property
    def buttons(self) -> list[QPushButton]:
        return [b for b in self._group.buttons() if isinstance(b, QPushButton)]

    def set_current(self, index: int) -> None:
        self._group.button(index).setChecked(True)


def _tab_to(button: QAbstractButton, chosen: bool) -> None:
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus if chosen else Qt.FocusPolicy.NoFocus)
