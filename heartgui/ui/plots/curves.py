"""A curve and the filled area under it, at a small and steady cost."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from heartgui.ui.plots.columns import Floats
from heartgui.ui.plots.graphics import GraphicsObject, arrayToQPath

_FEW = 120
EVERYWHERE = QRectF(-1e7, -1e7, 2e7, 2e7)
"""Bounds of items that are always repainted with their whole plot."""


class CurveItem(GraphicsObject):
    """A line through points. pyqtgraph's own looks for its extremes again in every frame."""

    def __init__(self) -> None:
        super().__init__()
        self.pen = QPen()
        self._x: Floats = np.empty(0)
        self._y: Floats = np.empty(0)
        self._path = QPainterPath()

    def set_points(self, x: Floats, y: Floats) -> None:
        """x: seconds; y: in the unit of the axis."""
        self._x, self._y = x, y
        self._path = arrayToQPath(x, y, connect="all", finiteCheck=False)

    def points(self) -> tuple[Floats, Floats]:
        """What is drawn."""
        return self._x, self._y

    def boundingRect(self) -> QRectF:
        return EVERYWHERE

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        painter.setPen(self.pen)
        if self.pen.widthF() > 1.0:
            # Qt strokes a wide path as one outline, several times as slowly as its pieces.
            points = [
                QPointF(x, y) for x, y in zip(self._x.tolist(), self._y.tolist(), strict=True)
            ]
            painter.drawLines([QLineF(a, b) for a, b in pairwise(points)])
        else:
            painter.drawPath(self._path)


class AreaItem(GraphicsObject):
    """Bars down to 0, one a column; where there are few columns, the polygon under them.

    One polygon through all columns took 15 ms to fill where the curve was noisy.
    """

    def __init__(self) -> None:
        super().__init__()
        self.colour = QColor()
        self._times: Floats = np.empty(0)
        self._heights: Floats = np.empty(0)
        self._width = 0.0
        self._bars: list[QRectF] = []
        self._polygon = QPolygonF()

    def set_columns(self, times: Floats, heights: Floats) -> None:
        """times: middles of the columns, seconds, equally spaced; heights: their tops."""
        self._polygon = QPolygonF()
        if len(times) < 2:
            self._bars = []
        elif len(times) < _FEW:
            self._bars = []
            points = zip(times.tolist(), heights.tolist(), strict=True)
            self._polygon = QPolygonF(
                [
                    QPointF(times[0], 0.0),
                    *(QPointF(time, height) for time, height in points),
                    QPointF(times[-1], 0.0),
                ]
            )
        else:
            width = float(times[1] - times[0])
            kept = self._still_there(times, heights, width)
            lefts = (times[len(kept) :] - width / 2).tolist()
            tops = heights[len(kept) :].tolist()
            new = [QRectF(left, 0.0, width, top) for left, top in zip(lefts, tops, strict=True)]
            self._bars = kept + new
            self._width = width
        self._times, self._heights = times, heights

    def _still_there(self, times: Floats, heights: Floats, width: float) -> list[QRectF]:
        """The bars that stand for the first of these columns already: while the view scrolls, all
        but the newest, and to make a thousand anew takes longer than to draw them."""
        if not self._bars or not math.isclose(width, self._width, rel_tol=1e-6):
            return []
        first = int(np.searchsorted(self._times, times[0]))
        n = min(len(self._times) - first, len(times))
        past = first + n
        same = (self._times[first:past] == times[:n]) & (self._heights[first:past] == heights[:n])
        return self._bars[first : past if same.all() else first + int(same.argmin())]

    def boundingRect(self) -> QRectF:
        return EVERYWHERE

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.colour)
        if self._bars:
            painter.drawRects(self._bars)
        else:
            painter.drawPolygon(self._polygon)
