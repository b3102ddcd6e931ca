"""How the transport bar looks: its style sheet and its icons, in the colours of a palette."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap, QPolygonF

from heartgui.ui.theme import Palette


def style_sheet(p: Palette) -> str:
    ring = f"border: 2px solid {p.text}"
    return f"""
    #transportBar QLabel {{ color: {p.text}; background: transparent; }}
    #transportBar QLabel:disabled {{ color: {p.muted}; }}
    QPushButton[segment] {{ background: {p.card}; color: {p.text}; border: 1px solid {p.border};
        border-radius: 0; padding: 6px 12px; min-height: 16px; }}
    QPushButton[segment="first"] {{ border-top-left-radius: 7px; border-bottom-left-radius: 7px; }}
    QPushButton[segment="last"] {{ border-top-right-radius: 7px; border-bottom-right-radius: 7px; }}
    QPushButton[segment="middle"] {{ border-left: none; border-right: none; }}
    QPushButton[segment]:hover {{ background: {p.window}; }}
    QPushButton[segment]:checked {{ background: {p.accent}; color: {p.accent_text};
        border-color: {p.accent}; }}
    QPushButton[segment]:focus {{ {ring}; padding: 5px 11px; }}
    QPushButton[segment]:disabled {{ color: {p.muted}; }}
    QPushButton[segment]:checked:disabled {{ background: {p.border}; color: {p.muted};
        border-color: {p.border}; }}
    #transportPlay {{ background: {p.accent}; border: 2px solid {p.accent};
        border-radius: 18px; padding: 0; }}
    #transportPlay:focus {{ {ring}; }}
    #transportPlay:disabled {{ background: {p.border}; border-color: {p.border}; }}
    #transportLoop {{ background: transparent; color: {p.text}; border: 1px solid transparent;
        border-radius: 7px; padding: 6px 10px; min-height: 16px; }}
    #transportLoop:hover {{ background: {p.window}; }}
    #transportLoop:checked {{ border-color: {p.accent}; background: {p.window}; }}
    #transportLoop:focus {{ {ring}; padding: 5px 9px; }}
    #transportLoop:disabled {{ color: {p.muted}; }}
    QSlider {{ background: transparent; min-height: 16px; }}
    QSlider::groove:horizontal {{ height: 4px; border-radius: 2px; background: {p.border}; }}
    QSlider::sub-page:horizontal {{ height: 4px; border-radius: 2px; background: {p.accent}; }}
    QSlider::handle:horizontal {{ width: 12px; height: 12px; margin: -5px 0; border-radius: 7px;
        background: {p.card}; border: 2px solid {p.accent}; }}
    QSlider::handle:horizontal:focus {{ border-color: {p.text}; }}
    QSlider::sub-page:horizontal:disabled {{ background: {p.border}; }}
    QSlider::handle:horizontal:disabled {{ border-color: {p.border}; }}
    """


def icon(draw: Callable[[QPainter, QColor], None], colour: str, pixel_ratio: float) -> QIcon:
    """A 16-pixel icon in one colour, drawn for this screen."""
    ratio = max(2.0, pixel_ratio)
    pixmap = QPixmap(round(16 * ratio), round(16 * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    draw(painter, QColor(colour))
    painter.end()
    return QIcon(pixmap)


def draw_play(painter: QPainter, colour: QColor) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawPolygon(QPolygonF([QPointF(4, 2), QPointF(14, 8), QPointF(4, 14)]))


def draw_pause(painter: QPainter, colour: QColor) -> None:
    painter.fillRect(QRectF(3.5, 2.5, 3.5, 11), colour)
    painter.fillRect(QRectF(9, 2.5, 3.5, 11), colour)


def draw_loop(painter: QPainter, colour: QColor) -> None:
    painter.setPen(QPen(colour, 1.6))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawArc(QRectF(2.5, 2.5, 11, 11), 70 * 16, -310 * 16)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawPolygon(QPolygonF([QPointF(7.2, 0.2), QPointF(7.2, 6.2), QPointF(3.2, 3.2)]))


def draw_speaker(painter: QPainter, colour: QColor) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    outline = [(1, 6), (4, 6), (8, 2.5), (8, 13.5), (4, 10), (1, 10)]
    painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in outline]))
    painter.setPen(QPen(colour, 1.5))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawArc(QRectF(6.5, 5, 6, 6), -60 * 16, 120 * 16)
    painter.drawArc(QRectF(5.5, 2.5, 9.5, 11), -55 * 16, 110 * 16)
