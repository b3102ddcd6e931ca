"""The one large button, whose ring counts down."""

from __future__ import annotations

from math import ceil

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from heartgui.ui.theme import LIGHT, Palette, tabular
from heartgui.ui.widgets.focus import release_focus

NAMES = {
    "idle": "Record",
    "recording": "Stop recording",
    "saving": "Saving the take",
    "disabled": "Record",
}
"""Of each state, as it is announced."""
RING = 7.0


class RecordButton(QAbstractButton):
    """Starts and stops a take. The ring fills with the elapsed time, the number counts down."""

    def __init__(self, palette: Palette = LIGHT, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._palette = palette
        self.state = "idle"
        self._elapsed_s = 0.0
        self._total_s = 15.0
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setProperty("records", True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.set_state("idle")

    def set_palette(self, palette: Palette) -> None:
        self._palette = palette
        self.update()

    def set_state(self, state: str) -> None:
        """One of NAMES."""
        name = NAMES[state]
        self.state = state
        if state == "disabled":
            release_focus(self)
        self.setEnabled(state != "disabled")
        self.setAccessibleName(name)
        self.setToolTip(name if state == "saving" else f"{name} (Space)")
        self.update()

    def set_progress(self, elapsed_s: float, total_s: float) -> None:
        self._elapsed_s, self._total_s = elapsed_s, total_s
        self.update()

    @property
    def words(self) -> tuple[str, str]:
        """The large and the small line in the ring."""
        if self.state == "recording":
            # It never says 0 s while it runs: Space would stop it, and is meant for the next take.
            return f"{ceil(max(0.0, self._total_s - self._elapsed_s))} s", "Space: stop"
        if self.state == "saving":
            return "Saving…", ""
        if self.state == "disabled":
            return "Record", "no input"
        return "Record", "Space"

    def sizeHint(self) -> QSize:
        return QSize(150, 150)

    def minimumSizeHint(self) -> QSize:
        return QSize(100, 100)

    def paintEvent(self, event: QPaintEvent) -> None:
        p = self._palette
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side = min(self.width(), self.height(), 180) - 10.0
        ring = QRectF(0, 0, side - RING, side - RING)
        ring.moveCenter(QRectF(self.rect()).center())
        recording = self.state == "recording"
        colour = QColor(p.bad if recording else p.accent)
        if not self.isEnabled():
            colour = QColor(p.empty)
        inner = ring.adjusted(RING, RING, -RING, -RING)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(p.card))
        if self.isDown() or self.underMouse():
            painter.setBrush(QColor(p.bad_bg if recording else p.window))
        painter.drawEllipse(inner)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(p.empty), RING))
        painter.drawEllipse(ring)
        share = min(1.0, self._elapsed_s / self._total_s) if recording else 1.0
        pen = QPen(colour, RING)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        painter.drawArc(ring, 90 * 16, -round(share * 360 * 16))
        if self.hasFocus():
            painter.setPen(QPen(QColor(p.text), 2))
            painter.drawEllipse(ring.adjusted(-5, -5, 5, 5))
        large, small = self.words
        # Text follows the ring, so that it fits at any height of the window.
        points = min(self.font().pointSizeF(), inner.height() / 10.5)
        painter.setPen(QColor(p.text if self.isEnabled() else p.muted))
        painter.setFont(tabular(self.font(), points=points * 1.6, weight=QFont.Weight.Bold))
        painter.drawText(
            inner.adjusted(0, 0, 0, -inner.height() * 0.18), Qt.AlignmentFlag.AlignCenter, large
        )
        painter.setPen(QColor(p.muted))
        painter.setFont(tabular(self.font(), points=points))
        painter.drawText(
            inner.adjusted(0, inner.height() * 0.32, 0, 0), Qt.AlignmentFlag.AlignCenter, small
        )
        painter.end()
