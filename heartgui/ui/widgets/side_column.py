"""The column of cards at the right of a page; scrolls where the window is low."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

WIDTH_EMS = 44
NARROWEST, WIDEST = 270, 380


class SideColumn(QScrollArea):
    """Cards above each other, as wide as about 44 letters."""

    def __init__(self, *cards: QWidget) -> None:
        super().__init__()
        content = QWidget()
        content.setObjectName("scrollContent")
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        for card in cards:
            column.addWidget(card)
        column.addStretch(1)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(content)
        width = WIDTH_EMS * self.fontMetrics().averageCharWidth()
        self.setFixedWidth(max(NARROWEST, min(WIDEST, width)))
