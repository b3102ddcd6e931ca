"""The level meter with its latched clip lamp."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from heartgui.quality.level import LevelReading
from heartgui.ui.theme import LIGHT, Palette, tabular

FLOOR_DBFS = -60.0
FALL_DB = 1.2
SILENT_S = 2.0
GOOD_FROM_DBFS, GOOD_TO_DBFS = -30.0, -3.0


class LevelMeter(QWidget):
    """A bar from -60 to 0 dB of full scale, the number under it, and a lamp that stays lit after
    clipping until it is clicked or a take begins."""

    clip_reset = Signal()

    def __init__(self, palette: Palette = LIGHT, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._palette = palette
        self._shown_db = FLOOR_DBFS
        self._reading: LevelReading | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Input level")
        self.setToolTip("Input level, dB of full scale. Aim for -30 to -3. Click: reset clipping.")

    def set_palette(self, palette: Palette) -> None:
        self._palette = palette
        self.update()

    def set_reading(self, reading: LevelReading | None) -> None:
        """Show a reading; None while nothing is heard."""
        self._reading = reading
        target = max(FLOOR_DBFS, reading.peak_dbfs) if reading else FLOOR_DBFS
        # Up at once, down slowly: short sounds stay readable.
        self._shown_db = max(target, self._shown_db - FALL_DB)
        if self.toolTip() and self.text != self.accessibleDescription():
            self.setAccessibleDescription(self.text)
        self.update()

    @property
    def text(self) -> str:
        """The words under the bar."""
        if self._reading is None:
            return "no input"
        if self._reading.silent_s >= SILENT_S:
            return "no signal: only zeros"
        if self._reading.clipped:
            return f"{self._shown_db:.0f} dB · clipping"
        return f"{self._shown_db:.0f} dB · no clipping".replace("-", "−")

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self._font())
        return QSize(180, 10 + 4 + metrics.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.clip_reset.emit()
        super().mousePressEvent(event)

    def _font(self) -> QFont:
        return tabular(self.font(), points=max(8.0, self.font().pointSizeF() - 1))

    def paintEvent(self, event: QPaintEvent) -> None:
        p = self._palette
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        lamp = 26.0
        bar = QRectF(0, 1, self.width() - lamp - 6, 8)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(p.empty))
        painter.drawRoundedRect(bar, 4, 4)
        share = (self._shown_db - FLOOR_DBFS) / -FLOOR_DBFS
        hot = self._shown_db > GOOD_TO_DBFS
        painter.setBrush(QColor(p.bad if hot else p.good))
        if share > 0.01:
            filled = QRectF(bar)
            filled.setWidth(max(8.0, bar.width() * share))
            painter.drawRoundedRect(filled, 4, 4)
        painter.setBrush(QColor(p.text))
        for level_db in (GOOD_FROM_DBFS, GOOD_TO_DBFS):
            x = bar.left() + bar.width() * (level_db - FLOOR_DBFS) / -FLOOR_DBFS
            painter.drawRect(QRectF(x - 0.5, 0, 1, 10))
        clipped = self._reading is not None and self._reading.clipped
        painter.setBrush(QColor(p.bad if clipped else p.empty))
        lamp_area = QRectF(self.width() - lamp, 0, lamp, 10)
        painter.drawRoundedRect(lamp_area, 5, 5)
        silent = self._reading is not None and self._reading.silent_s >= SILENT_S
        painter.setFont(self._font())
        painter.setPen(QColor(p.bad if clipped or silent else p.muted))
        words = QRectF(0, 13, self.width(), self.height() - 13)
        painter.drawText(
            words, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self.text
        )
        painter.setPen(QColor(p.bad if clipped else p.muted))
        painter.drawText(words, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, "clip")
        painter.end()
