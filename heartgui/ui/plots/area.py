"""The filled area under a curve, at a cost that does not depend on the curve's shape."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPolygonF
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from heartgui.ui.plots.columns import Floats

_FEW = 120


class AreaItem(pg.GraphicsObject):
    """Bars down to 0, one a column; where there are few columns, the polygon under them.

    One polygon through all columns took 15 ms to fill where the curve was noisy.
    """

    def __init__(self) -> None:
        super().__init__()
        self.colour = QColor()
        self._bars: list[QRectF] = []
        self._polygon = QPolygonF()
        self._bounds = QRectF(-1e7, 0.0, 2e7, 1e7)

    def set_columns(self, times: Floats, heights: Floats) -> None:
        """times: middles of the columns, seconds, equally spaced; heights: their tops."""
        self._bars = []
        self._polygon = QPolygonF()
        if len(times) < 2:
            return
        if len(times) < _FEW:
            points = zip(times.tolist(), heights.tolist(), strict=True)
            self._polygon = QPolygonF(
                [
                    QPointF(times[0], 0.0),
                    *(QPointF(time, height) for time, height in points),
                    QPointF(times[-1], 0.0),
                ]
            )
            return
        width = float(times[1] - times[0])
        lefts = (times - width / 2).tolist()
        self._bars = [
            QRectF(left, 0.0, width, height)
            for left, height in zip(lefts, heights.tolist(), strict=True)
        ]

    def boundingRect(self) -> QRectF:
        return self._bounds

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.colour)
        if self._bars:
            painter.drawRects(self._bars)
        else:
            painter.drawPolygon(self._polygon)
