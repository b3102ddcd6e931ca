"""Two parts above each other, and a line between them that stays where it was put."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter


class KeptSplit(QSplitter):
    """The upper part keeps the share of the height that the person gave it, in a window of any
    size."""

    share_chosen = Signal(float)
    """Of the upper part, 0 to 1."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Vertical)
        self._share = 0.0
        self.splitterMoved.connect(self._moved)

    @property
    def share(self) -> float:
        """Of the upper part, 0 to 1; 0 where nobody chose one."""
        return self._share

    def set_share(self, share: float) -> None:
        """Give the upper part this share of the height; 0: as it was laid out."""
        self._share = share
        self._place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        height = sum(self.sizes())
        if self._share and height:
            upper = round(height * self._share)
            self.setSizes([upper, height - upper])

    @Slot()
    def _moved(self) -> None:
        upper, lower = self.sizes()
        self._share = upper / (upper + lower)
        self.share_chosen.emit(self._share)
