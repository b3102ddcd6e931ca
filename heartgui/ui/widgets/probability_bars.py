"""The five class probabilities as bars with threshold ticks; they stay in place in all states."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from heartgui.domain import CLASSES, HeartSoundClass
from heartgui.inference.wording import class_title
from heartgui.ui.theme import LIGHT, Palette, tabular

BAR_HEIGHT = 9.0
GAP = 8


class ProbabilityBars(QWidget):
    """One row a class: name, bar, number. The class called is bold and in the accent."""

    def __init__(self, palette: Palette = LIGHT, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._palette = palette
        self.probabilities: tuple[float, ...] = ()
        self.thresholds: tuple[float, ...] = ()
        self.label: HeartSoundClass | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Class probabilities")

    def set_palette(self, palette: Palette) -> None:
        self._palette = palette
        self.update()

    def set_values(
        self,
        probabilities: Sequence[float],
        thresholds: Sequence[float] = (),
        *,
        label: HeartSoundClass | None = None,
    ) -> None:
        """Probabilities in the order of CLASSES, or none for empty bars. label: the class called,
        which need not be the one with the largest probability."""
        self.label = label
        self.probabilities = tuple(probabilities)
        self.thresholds = tuple(thresholds)
        self.setAccessibleDescription(
            ", ".join(
                f"{class_title(c)} {p:.2f}" for c, p in zip(CLASSES, probabilities, strict=False)
            )
        )
        self.update()

    def _row_height(self) -> int:
        return QFontMetrics(self.font()).height() + GAP

    def sizeHint(self) -> QSize:
        return QSize(240, self._row_height() * len(CLASSES))

    def minimumSizeHint(self) -> QSize:
        return QSize(200, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        p = self._palette
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        bold = tabular(self.font(), weight=QFont.Weight.DemiBold)
        names = max(QFontMetrics(bold).horizontalAdvance(class_title(c)) for c in CLASSES) + 10
        figures = QFontMetrics(bold).horizontalAdvance("0.00") + 6
        for index, name in enumerate(CLASSES):
            top = index * self._row_height()
            row = QRectF(0, top, self.width(), self._row_height())
            known = bool(self.probabilities)
            value = self.probabilities[index] if known else 0.0
            first = known and name is self.label
            painter.setFont(bold if first else tabular(self.font()))
            painter.setPen(QColor(p.text if known else p.muted))
            painter.drawText(row, Qt.AlignmentFlag.AlignVCenter, class_title(name))
            painter.drawText(
                row,
                Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight,
                f"{value:.2f}" if known else "–",
            )
            bar = QRectF(names, 0, self.width() - names - figures, BAR_HEIGHT)
            bar.moveCenter(row.center())
            bar.moveLeft(names)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(p.empty))
            painter.drawRoundedRect(bar, BAR_HEIGHT / 2, BAR_HEIGHT / 2)
            if known:
                filled = QRectF(bar)
                filled.setWidth(max(BAR_HEIGHT, bar.width() * value))
                painter.setBrush(QColor(p.accent if first else p.muted))
                painter.drawRoundedRect(filled, BAR_HEIGHT / 2, BAR_HEIGHT / 2)
            if self.thresholds:
                x = bar.left() + bar.width() * self.thresholds[index]
                painter.setBrush(QColor(p.text))
                painter.drawRect(QRectF(x - 1, bar.top() - 3, 2, BAR_HEIGHT + 6))
        painter.end()
