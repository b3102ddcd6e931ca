"""A colour and a pattern for each class, so that colour alone never tells them apart."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen, QPixmap

from heartgui.domain import HeartSoundClass
from heartgui.ui.theme import Palette

_TILE_PX = 12


def class_colour(label: HeartSoundClass, palette: Palette) -> QColor:
    return QColor(
        {
            HeartSoundClass.NORMAL: palette.good,
            HeartSoundClass.MURMUR: palette.warn,
            HeartSoundClass.EXTRASTOLE: palette.accent,
            HeartSoundClass.EXTRAHLS: palette.bad,
            HeartSoundClass.ARTIFACT: palette.muted,
        }[label]
    )


def class_brush(label: HeartSoundClass, palette: Palette, pixel_ratio: float) -> QBrush:
    """A tile to fill with: plain for normal, slanted for murmur, upright, dotted, crossed."""
    side = round(_TILE_PX * pixel_ratio)
    tile = QPixmap(side, side)
    tile.setDevicePixelRatio(side / _TILE_PX)
    colour = class_colour(label, palette)
    ground = _mixed(colour, QColor(palette.card), 0.30 if palette.dark else 0.22)
    tile.fill(ground)
    painter = QPainter(tile)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour, 3.2))
    draw = {
        HeartSoundClass.MURMUR: _slanted,
        HeartSoundClass.EXTRASTOLE: _upright,
        HeartSoundClass.EXTRAHLS: _dotted,
        HeartSoundClass.ARTIFACT: _crossed,
    }.get(label)
    if draw is not None:
        draw(painter, colour)
    painter.end()
    return QBrush(tile)


def _slanted(painter: QPainter, _: QColor) -> None:
    for shift in (-_TILE_PX, 0, _TILE_PX):
        painter.drawLine(QPointF(shift - 2, _TILE_PX + 2), QPointF(shift + _TILE_PX + 2, -2))


def _upright(painter: QPainter, colour: QColor) -> None:
    for x in (1, 7):
        painter.fillRect(QRectF(x, 0, 2, _TILE_PX), colour)


def _dotted(painter: QPainter, colour: QColor) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    for x, y in ((3, 3), (9, 9)):
        painter.drawEllipse(QPointF(x, y), 1.8, 1.8)


def _crossed(painter: QPainter, colour: QColor) -> None:
    painter.setPen(QPen(colour, 1.2))
    for shift in (-_TILE_PX, 0, _TILE_PX):
        painter.drawLine(QPointF(shift, 0), QPointF(shift + _TILE_PX, _TILE_PX))
        painter.drawLine(QPointF(shift, _TILE_PX), QPointF(shift + _TILE_PX, 0))


def _mixed(colour: QColor, ground: QColor, share: float) -> QColor:
    parts = zip(_rgb(colour), _rgb(ground), strict=True)
    return QColor.fromRgbF(*(share * a + (1.0 - share) * b for a, b in parts))


def _rgb(colour: QColor) -> tuple[float, float, float]:
    return colour.redF(), colour.greenF(), colour.blueF()
