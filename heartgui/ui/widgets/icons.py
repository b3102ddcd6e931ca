"""Small line icons, painted in any colour at any scale. Shape tells them apart, not colour."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPainterPath, QPen, QPixmap, QPolygonF


def icon(name: str, colour: str, size: int = 24) -> QIcon:
    """An icon by name, drawn for twice the resolution so that it is sharp on any screen."""
    return QIcon(pixmap(name, colour, size, 3.0))


def two_state_icon(name: str, colour: str, on_colour: str, size: int = 24) -> QIcon:
    """An icon for a button that changes its ground when checked."""
    both = QIcon(pixmap(name, colour, size, 3.0))
    both.addPixmap(pixmap(name, on_colour, size, 3.0), QIcon.Mode.Normal, QIcon.State.On)
    return both


def pixmap(name: str, colour: str, size: int, ratio: float) -> QPixmap:
    picture = QPixmap(round(size * ratio), round(size * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    paint(painter, name, colour, QRectF(0, 0, size, size))
    painter.end()
    return picture


def paint(painter: QPainter, name: str, colour: str, area: QRectF) -> None:
    """Draw an icon into a square. Raises KeyError for an unknown name."""
    draw = _DRAWINGS[name]
    painter.save()
    painter.translate(area.topLeft())
    painter.scale(area.width() / 24.0, area.height() / 24.0)
    pen = QPen(QColor(colour), 2.0)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    draw(painter, QColor(colour))
    painter.restore()


def _line(painter: QPainter, *points: tuple[float, float]) -> None:
    painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in points]))


def _record(painter: QPainter, colour: QColor) -> None:
    painter.drawEllipse(QPointF(12, 12), 8.5, 8.5)
    painter.setBrush(colour)
    painter.drawEllipse(QPointF(12, 12), 3.5, 3.5)


def _recording(painter: QPainter, colour: QColor) -> None:
    painter.setBrush(colour)
    painter.drawEllipse(QPointF(12, 12), 8.5, 8.5)


def _review(painter: QPainter, _: QColor) -> None:
    for y in (6.5, 12.0, 17.5):
        _line(painter, (9, y), (20, y))
        painter.drawPoint(QPointF(4.5, y))


def _settings(painter: QPainter, colour: QColor) -> None:
    for y, x in ((7.0, 15.0), (17.0, 9.0)):
        _line(painter, (4, y), (20, y))
        painter.save()
        painter.setBrush(colour)
        painter.drawEllipse(QPointF(x, y), 2.6, 2.6)
        painter.restore()


def _pulse(painter: QPainter, _: QColor) -> None:
    _line(painter, (2.5, 13), (7, 13), (9.5, 6), (13.5, 19), (16, 11), (17.5, 13), (21.5, 13))


def _check(painter: QPainter, _: QColor) -> None:
    painter.drawEllipse(QPointF(12, 12), 9, 9)
    _line(painter, (8, 12.3), (11, 15.2), (16.2, 9.2))


def _question(painter: QPainter, colour: QColor) -> None:
    painter.drawEllipse(QPointF(12, 12), 9, 9)
    path = QPainterPath(QPointF(9.3, 9.8))
    path.cubicTo(9.3, 5.8, 15.0, 6.3, 14.8, 9.8)
    path.cubicTo(14.7, 11.9, 12, 11.8, 12, 14.2)
    painter.drawPath(path)
    painter.setBrush(colour)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.drawEllipse(QPointF(12, 17.2), 1.2, 1.2)


def _again(painter: QPainter, colour: QColor) -> None:
    painter.drawArc(QRectF(4, 4, 16, 16), 60 * 16, 290 * 16)
    angle = math.radians(60)
    tip = QPointF(12 + 8 * math.cos(angle), 12 - 8 * math.sin(angle))
    painter.setBrush(colour)
    painter.drawPolygon(
        QPolygonF([tip + QPointF(3.4, 0.6), tip + QPointF(-1.8, -3.4), tip + QPointF(-1.4, 2.8)])
    )


def _alert(painter: QPainter, colour: QColor) -> None:
    painter.drawEllipse(QPointF(12, 12), 9, 9)
    _line(painter, (12, 7.2), (12, 12.8))
    painter.setBrush(colour)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.drawEllipse(QPointF(12, 16.4), 1.3, 1.3)


def _listen(painter: QPainter, _: QColor) -> None:
    for x, half in ((5, 2.5), (9.7, 6), (14.3, 8.5), (19, 4)):
        _line(painter, (x, 12 - half), (x, 12 + half))


def _wave(painter: QPainter, _: QColor) -> None:
    _line(painter, (2.5, 12), (6, 12), (8, 5), (11, 19), (14, 8), (16, 14.5), (18, 12), (21.5, 12))


def _close(painter: QPainter, _: QColor) -> None:
    _line(painter, (7, 7), (17, 17))
    _line(painter, (17, 7), (7, 17))


def _refresh(painter: QPainter, colour: QColor) -> None:
    _again(painter, colour)


def _beats(painter: QPainter, colour: QColor) -> None:
    _line(painter, (2.5, 13), (6, 13), (7.5, 7), (9.5, 17), (11, 13), (12.5, 9.5), (14, 13))
    painter.setBrush(colour)
    painter.drawEllipse(QPointF(18.5, 13), 1.4, 1.4)


def _extra(painter: QPainter, _: QColor) -> None:
    for x, top in ((5, 6), (10, 8), (14, 13), (19, 6)):
        _line(painter, (x, 18), (x, top))


_DRAWINGS = {
    "record": _record,
    "recording": _recording,
    "review": _review,
    "settings": _settings,
    "pulse": _pulse,
    "check": _check,
    "question": _question,
    "again": _again,
    "alert": _alert,
    "listen": _listen,
    "wave": _wave,
    "close": _close,
    "refresh": _refresh,
    "beats": _beats,
    "extra": _extra,
}
