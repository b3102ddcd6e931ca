"""One track: a plot with a light axis, a cursor, a playhead, gaps and a read-out.

The plot is pyqtgraph's scene and view box. Its axes are drawn here in the background: stock
axes lay themselves out and measure every label again for each frame of a scrolling view,
which cost more than the curves.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QPainter,
    QPaintEvent,
    QPen,
    QRegion,
    QResizeEvent,
)
from PySide6.QtWidgets import QGraphicsView, QToolTip

from heartgui.features.display import DisplayFeatures
from heartgui.ui.plots.columns import Floats
from heartgui.ui.plots.graphics import ViewBox
from heartgui.ui.plots.margins import Margins
from heartgui.ui.plots.marks import draw_chip, draw_gap, draw_off_scale, draw_upright
from heartgui.ui.plots.pointer import PointerView
from heartgui.ui.plots.ticks import (
    nice_step,
    number,
    power_label,
    power_of_ten,
    tick_label,
    ticks_between,
)
from heartgui.ui.theme import Palette

_EDGE_PX = 7.0
_FEWEST_LINES = 1.5
"""Height of the lowest plot in lines of text: a label at each end of its axis stays readable."""
_CHIP_PX = 6.0
_LINE_PX = 3
_MARKS_APART_PX = 14.0
_TIME_AXIS_PX = 5.0
"""From the plot down to the labels of its time axis."""
_TIME_LABEL_PX = 80.0


class Track(PointerView):
    """Base of the four tracks. Positions of the pointer are told in seconds.

    title: what the vertical axis shows. explanation: shown when the pointer rests on the axis.
    """

    resized = Signal()

    names_gaps = False
    """Whether this track writes how much was lost beside each gap."""

    def __init__(
        self, title: str, explanation: str, palette: Palette, margins: Margins, *, time_axis: bool
    ) -> None:
        super().__init__()
        self.setCentralItem(None)
        self.setCacheMode(QGraphicsView.CacheModeFlag.CacheNone)
        # Every repaint is asked for below, once a frame; Qt need not track each item's changes.
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.NoViewportUpdate)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(title)
        self.setAccessibleDescription(explanation)
        self.box = ViewBox(enableMouse=False, enableMenu=False, defaultPadding=0.0)
        self.box.disableAutoRange()
        self.addItem(self.box)
        self.title = title
        self.explanation = explanation
        self.palette_ = palette
        self.margins = margins
        self._time_axis = time_axis
        self.low, self.high = 0.0, 1.0
        self.y_ticks: list[float] = []
        self._cursor_s: float | None = None
        self._playhead_s: float | None = None
        self._read_out = ""
        self._message = ""
        self.off_scale: list[tuple[float, str]] = []
        self._gaps: tuple[tuple[float, float], ...] = ()
        self._exposed = QRegion()

    # What a track adds.

    def draw(self, features: DisplayFeatures | None, *, live: bool) -> None:
        """Take the stretch in view from the features; called before each repaint."""
        raise NotImplementedError

    def read(self, features: DisplayFeatures, time_s: float) -> str:
        """The value and unit at this time, or nothing where there is none."""
        raise NotImplementedError

    def restyle(self) -> None:
        """Take the colours of palette_."""
        raise NotImplementedError

    # The view.

    def place(self, margins: Margins) -> None:
        """Take the margins, and put the plot where they leave room."""
        self.margins = margins
        left, right = self.margins.left, self.margins.right
        bottom = self.margins.time_axis if self._time_axis else _EDGE_PX
        title = QFontMetricsF(margins.tick_font).horizontalAdvance(self.title)
        plot = _FEWEST_LINES * margins.line_height
        # A low track still holds its title, written upwards, and no more: with large text the
        # rows above the tracks need what is left.
        self.setMinimumHeight(round(max(title + 2 - _EDGE_PX, plot + _EDGE_PX) + bottom))
        width = max(1.0, self.viewport().width() - left - right)
        height = max(1.0, self.viewport().height() - _EDGE_PX - bottom)
        self._plot = QRectF(left, _EDGE_PX, width, height)
        self.box.setGeometry(self._plot)

    def columns(self) -> int:
        """Device pixels across the plot: what a signal is thinned to."""
        return max(1, round(self.plot_rect().width() * self.devicePixelRatioF()))

    def set_palette(self, palette: Palette) -> None:
        self.palette_ = palette
        self.restyle()
        self.viewport().update()

    def show_range(
        self, start_s: float, end_s: float, features: DisplayFeatures | None, *, live: bool
    ) -> None:
        self.start_s, self.end_s = start_s, end_s
        before = self.scales()
        self.draw(features, live=live)
        self.box.setRange(
            xRange=(start_s, end_s), yRange=(self.low, self.high), padding=0, disableAutoRange=False
        )
        if live and before == self.scales():
            # The axes stand still: only what scrolls is painted again.
            self.viewport().update(self._scrolling())
        else:
            self.viewport().update()

    def scales(self) -> tuple[float, ...]:
        """All that decides what stands beside the plot while it scrolls."""
        return self.low, self.high

    def _scrolling(self) -> QRegion:
        """The plot, and the time axis where this track has one."""
        plot = self._plot.toAlignedRect().adjusted(0, 0, 1, 1)
        scrolling = QRegion(plot)
        if self._time_axis:
            below = QRect(self.viewport().rect())
            below.setTop(round(self._plot.bottom() + _TIME_AXIS_PX))
            below.setLeft(round(self._plot.left() - _TIME_LABEL_PX / 2))
            scrolling += below
        return scrolling

    def set_y(self, low: float, high: float, ticks: Sequence[float]) -> None:
        self.low, self.high, self.y_ticks = low, high, list(ticks)

    def thinned(self, ticks: Sequence[float]) -> Sequence[float]:
        """Evenly spaced ticks of the whole axis; every second is left out while there is less than
        a line of text for each."""
        lines = self.plot_rect().height() / self.margins.line_height
        while len(ticks) > 2 and len(ticks) - 1 > lines:
            ticks = ticks[::2]
        return ticks

    def mark_off_scale(self, times: Floats, sizes: Floats) -> None:
        """Remember where columns reach above the axis; the largest is written beside its mark."""
        self.off_scale = []
        above = np.flatnonzero(sizes > self.high * (1 + 1e-6))
        if not above.size:
            return
        apart_s = _MARKS_APART_PX / self.plot_rect().width() * (self.end_s - self.start_s)
        largest = int(above[sizes[above].argmax()])
        self.off_scale.append((float(times[largest]), f"peak {number(float(sizes[largest]))}"))
        last_s = -math.inf
        for time_s in times[above].tolist():
            if time_s - last_s > apart_s and abs(time_s - times[largest]) > apart_s:
                self.off_scale.append((time_s, ""))
                last_s = time_s

    def set_gaps(self, gaps: Sequence[tuple[float, float]]) -> None:
        self._gaps = tuple(gaps)
        self.viewport().update()

    def set_message(self, text: str) -> None:
        """Words in the middle of the plot, where there is no signal."""
        self._message = text

    @property
    def message(self) -> str:
        return self._message

    def x_of(self, time_s: float) -> float:
        rect = self.plot_rect()
        return rect.left() + (time_s - self.start_s) / (self.end_s - self.start_s) * rect.width()

    def y_of(self, value: float) -> float:
        rect = self.plot_rect()
        return rect.bottom() - (value - self.low) / (self.high - self.low) * rect.height()

    # Cursor, playhead and read-out: only the strips they leave and enter are repainted.

    def set_cursor(self, time_s: float | None, read_out: str) -> None:
        self._update_line(self._cursor_s)
        self._update_line(time_s)
        if read_out != self._read_out:
            self._update_chip()
            self._read_out = read_out
            self._update_chip()
        self._cursor_s = time_s

    def set_playhead(self, time_s: float | None) -> None:
        self._update_line(self._playhead_s)
        self._update_line(time_s)
        self._playhead_s = time_s

    @property
    def read_out(self) -> str:
        """The value shown in the corner: that under the cursor."""
        return self._read_out

    def _update_line(self, time_s: float | None) -> None:
        if time_s is not None and self.start_s <= time_s <= self.end_s:
            x = round(self.x_of(time_s))
            self.viewport().update(QRect(x - _LINE_PX, 0, 2 * _LINE_PX, self.viewport().height()))

    def _update_chip(self) -> None:
        if self._read_out:
            self.viewport().update(self._chip_rect().toAlignedRect().adjusted(-1, -1, 1, 1))

    def _chip_rect(self) -> QRectF:
        rect = self.plot_rect()
        metrics = QFontMetricsF(self.chip_font())
        width = metrics.horizontalAdvance(self._read_out) + 2 * _CHIP_PX
        height = metrics.height() + 2.0
        return QRectF(rect.right() - width - 4, rect.top() + 3, width, height)

    def line_pen(self, colour: str, *, fine: bool = False) -> QPen:
        """A thin line: one pixel, and as wide as that on a finer screen unless `fine`."""
        pen = QPen(QColor(colour), 1.0 if fine else max(1.0, self.devicePixelRatioF()))
        pen.setCosmetic(True)
        return pen

    def tick_font(self) -> QFont:
        return self.margins.tick_font

    def chip_font(self) -> QFont:
        font = QFont(self.margins.tick_font)
        font.setWeight(QFont.Weight.DemiBold)
        return font

    # Painting.

    def paintEvent(self, event: QPaintEvent) -> None:
        # What the scene is told of it is the rectangle around all.
        self._exposed = event.region()
        super().paintEvent(event)

    def drawBackground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        colours = self.palette_
        painter.fillRect(rect, QColor(colours.card))
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        painter.setFont(self.tick_font())
        plot = self.plot_rect()
        step = nice_step(self.end_s - self.start_s, max(2, int(plot.width() / 64)))
        times = ticks_between(self.start_s, self.end_s, step)
        painter.setPen(QPen(QColor(colours.grid), 1))
        for time_s in times:
            x = round(self.x_of(time_s)) + 0.5
            painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))
        for value in self.y_ticks:
            y = round(self.y_of(value)) + 0.5
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
        if self._painted(0.0, plot.left()):
            self._draw_y_axis(painter, plot)
        if self._time_axis and rect.bottom() > plot.bottom():
            self._draw_time_axis(painter, plot, times, step)
        if self._painted(plot.right() + 2, self.viewport().width()):
            self.draw_margin(painter, plot)

    def _painted(self, left: float, right: float) -> bool:
        """Whether anything between is painted again, the time axis aside."""
        beside = QRectF(left, 0.0, right - left, self.plot_rect().bottom() + _TIME_AXIS_PX - 1)
        return self._exposed.intersects(beside.toRect())

    def draw_margin(self, painter: QPainter, plot: QRectF) -> None:
        """What stands to the right of the plot: the labels' power of ten, where their title has no
        room for it."""
        self.draw_power(painter, plot, plot.top())

    def draw_power(self, painter: QPainter, plot: QRectF, top: float) -> None:
        if self.power_beside:
            painter.setPen(QColor(self.palette_.text))
            where = QRectF(plot.right() + 8, top, self.margins.right - 8, self.margins.line_height)
            painter.drawText(where, Qt.AlignmentFlag.AlignLeft, self.power_beside)

    @property
    def power_beside(self) -> str:
        """The power of ten that stands beside the plot; empty where there is none, or where it
        stands in the title."""
        power = power_label(self._exponent())
        return "" if self._titled(power) else power

    def y_labels(self) -> tuple[list[str], str]:
        """A label for each tick, and the title with the power of ten they share, if it has room."""
        if len(self.y_ticks) < 2:
            return [], self.title
        exponent = self._exponent()
        scale = 10.0**-exponent
        step = (self.y_ticks[1] - self.y_ticks[0]) * scale
        labels = [tick_label(value * scale, step) for value in self.y_ticks]
        return labels, self._titled(power_label(exponent)) or self.title

    def _exponent(self) -> int:
        return power_of_ten(max((abs(value) for value in self.y_ticks), default=0.0))

    def _titled(self, power: str) -> str:
        """The title with the power of ten; empty where that is longer than the track is high."""
        title = f"{self.title} {power}".rstrip()
        width = QFontMetricsF(self.tick_font()).horizontalAdvance(title)
        return title if not power or width <= self.viewport().height() else ""

    def _draw_y_axis(self, painter: QPainter, plot: QRectF) -> None:
        labels, title = self.y_labels()
        height = self.margins.line_height
        painter.setPen(QColor(self.palette_.text))
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        last = math.inf
        apart = QFontMetricsF(self.tick_font()).capHeight() + 1.0
        for value, label in zip(self.y_ticks, labels, strict=False):
            top = self.y_of(value) - height / 2
            if abs(last - top) < apart:
                continue
            last = top
            painter.drawText(QRectF(0, top, plot.left() - 6, height), flags, label)
        painter.save()
        painter.translate(height / 2 + 1, plot.center().y())
        painter.rotate(-90)
        length = float(self.viewport().height())
        painter.drawText(
            QRectF(-length / 2, -height / 2, length, height), Qt.AlignmentFlag.AlignCenter, title
        )
        painter.restore()

    def _draw_time_axis(
        self, painter: QPainter, plot: QRectF, times: Sequence[float], step: float
    ) -> None:
        height = self.margins.line_height
        top = plot.bottom() + _TIME_AXIS_PX
        painter.setPen(QColor(self.palette_.text))
        for time_s in times:
            x = self.x_of(time_s)
            painter.drawText(
                QRectF(x - _TIME_LABEL_PX / 2, top, _TIME_LABEL_PX, height),
                Qt.AlignmentFlag.AlignCenter,
                tick_label(time_s, step),
            )
        painter.drawText(
            QRectF(plot.right(), top, self.margins.right - 2, height),
            Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
            "Time, s",
        )

    def drawForeground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        plot = self.plot_rect()
        for gap in self._gaps:
            self._draw_gap(painter, gap)
        for time_s, text in self.off_scale:
            if self.start_s <= time_s <= self.end_s:
                x, font = self.x_of(time_s), self.tick_font()
                draw_off_scale(painter, x, plot.top(), text, font, self.palette_)
        if self._cursor_s is not None:
            self._draw_line(painter, self._cursor_s, self.palette_.text, 1)
        if self._playhead_s is not None:
            self._draw_line(painter, self._playhead_s, self.palette_.playhead, 2)
        if self._read_out:
            draw_chip(painter, self._chip_rect(), self._read_out, self.chip_font(), self.palette_)
        if self._message:
            painter.setFont(self.font())
            painter.setPen(QColor(self.palette_.muted))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(plot, flags, self._message)

    def _draw_line(self, painter: QPainter, time_s: float, colour: str, width: int) -> None:
        if self.start_s <= time_s <= self.end_s:
            draw_upright(painter, self.plot_rect(), self.x_of(time_s), colour, width, self.palette_)

    def _draw_gap(self, painter: QPainter, gap: tuple[float, float]) -> None:
        start_s, end_s = max(gap[0], self.start_s), min(gap[1], self.end_s)
        if start_s >= end_s:
            return
        plot = self.plot_rect()
        left, right = self.x_of(start_s), self.x_of(end_s)
        span = QRectF(left, plot.top(), max(2.0, right - left), plot.height())
        text = f"{gap[1] - gap[0]:.2f} s lost" if self.names_gaps else ""
        draw_gap(painter, plot, span, text, self.chip_font(), self.palette_)

    # Events.

    def viewportEvent(self, event: QEvent) -> bool:
        # On the plot itself a tooltip would hide what the cursor points at.
        if event.type() is QEvent.Type.ToolTip:
            if event.pos().x() < self.margins.left:  # type: ignore[attr-defined]
                QToolTip.showText(event.globalPos(), self.explanation, self)  # type: ignore[attr-defined]
            return True
        return bool(super().viewportEvent(event))

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        if hasattr(self, "_plot"):
            self.place(self.margins)
            self.resized.emit()
