"""The column of cards at the right of a page; narrower in a narrow window, scrolls in a low one."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

NARROWEST_EMS, WIDEST_EMS = 35, 46
NARROWEST, WIDEST = 280, 380


class SideColumn(QScrollArea):
    """Cards above each other, 35 to 46 letters wide: give it a share of the row it stands in."""

    def __init__(self, *cards: QWidget) -> None:
        super().__init__()
        content = QWidget()
        content.setObjectName("scrollContent")
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        for card in cards:
            column.addWidget(card)
        column.addStretch(1)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(content)
        self.setObjectName("sideColumn")
        self.setAccessibleName("Answer and signal quality")
        self.verticalScrollBar().rangeChanged.connect(self._take_focus)
        self._take_focus()
        em = self.fontMetrics().averageCharWidth()
        self.setMinimumWidth(min(NARROWEST, NARROWEST_EMS * em))
        self.setMaximumWidth(max(NARROWEST, min(WIDEST, WIDEST_EMS * em)))

    @Slot()
    def _take_focus(self) -> None:
        """Tab stops here only where the arrow keys have something to scroll."""
        scrolls = self.verticalScrollBar().maximum() > 0
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if scrolls else Qt.FocusPolicy.NoFocus)
