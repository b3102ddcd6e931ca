"""What is drawn over the signal: lines, gaps and read-outs."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPolygonF

from heartgui.ui.theme import Palette


def draw_upright(
    painter: QPainter, plot: QRectF, x: float, colour: str, width: int, palette: Palette
) -> None:
    """A line from top to bottom, with a halo so that it is seen on any ground."""
    x = round(x) + (0.5 if width % 2 else 0.0)
    halo = QColor(palette.card)
    halo.setAlpha(150)
    top, bottom = QPointF(x, plot.top()), QPointF(x, plot.bottom())
    for pen in (QPen(halo, width + 2), QPen(QColor(colour), width)):
        painter.setPen(pen)
        painter.drawLine(top, bottom)


def draw_chip(painter: QPainter, chip: QRectF, text: str, font: QFont, palette: Palette) -> None:
    """A value in a rounded box."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(palette.border), 1))
    painter.setBrush(QColor(palette.card))
    painter.drawRoundedRect(chip.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
    painter.setPen(QColor(palette.text))
    painter.setFont(font)
    painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, text)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def draw_off_scale(
    painter: QPainter, x: float, tip_y: float, text: str, font: QFont, palette: Palette
) -> None:
    """An arrow at the top of the plot, where the signal goes on above it, and how far."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(palette.card), 1))
    painter.setBrush(QColor(palette.warn))
    corners = [QPointF(x, tip_y), QPointF(x - 5, tip_y + 7), QPointF(x + 5, tip_y + 7)]
    painter.drawPolygon(QPolygonF(corners))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    if text:
        painter.setFont(font)
        metrics = QFontMetricsF(font)
        where = QRectF(x + 8, tip_y, metrics.horizontalAdvance(text) + 2, metrics.height())
        painter.fillRect(where, QColor(palette.card))
        painter.setPen(QColor(palette.warn))
        painter.drawText(where, Qt.AlignmentFlag.AlignLeft, text)


def draw_gap(
    painter: QPainter, plot: QRectF, span: QRectF, text: str, font: QFont, palette: Palette
) -> None:
    """A shaded span where samples were lost, with how much beside it."""
    colour = QColor(palette.bad)
    shade = QColor(colour)
    shade.setAlpha(60)
    painter.fillRect(span, shade)
    painter.setPen(QPen(colour, 1))
    painter.drawLine(span.topLeft(), span.bottomLeft())
    painter.drawLine(span.topRight(), span.bottomRight())
    if not text:
        return
    painter.setFont(font)
    metrics = QFontMetricsF(font)
    width, height = metrics.horizontalAdvance(text), metrics.height()
    beside = span.right() + 4
    if beside + width > plot.right():
        beside = span.left() - 4 - width
    where = QRectF(beside, plot.bottom() - height - 1, width + 2, height)
    painter.fillRect(where, QColor(palette.card))
    painter.drawText(where, Qt.AlignmentFlag.AlignLeft, text)
