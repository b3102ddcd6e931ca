"""The thin rows under the tracks: beats with the heart rate, and each window's answer."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QHelpEvent,
    QMouseEvent,
    QPainter,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from heartgui.domain import HeartSoundClass, WindowPrediction
from heartgui.ui.plots.margins import Margins
from heartgui.ui.plots.patterns import class_brush
from heartgui.ui.plots.window_cells import Cell, cell_texts, cells, describe
from heartgui.ui.theme import Palette

_NO_RATE = "\N{EN DASH}"


class Strip(QWidget):
    """A row on the tracks' time axis."""

    clicked = Signal(float)

    def __init__(self, palette: Palette, margins: Margins) -> None:
        super().__init__()
        self.palette_ = palette
        self.margins = margins
        self.start_s, self.end_s = 0.0, 1.0

    def set_palette(self, palette: Palette) -> None:
        self.palette_ = palette
        self.update()

    def show_range(self, start_s: float, end_s: float) -> None:
        self.start_s, self.end_s = start_s, end_s
        self.update()

    def row_height(self) -> int:
        return round(self.margins.line_height + 7)

    def n_rows(self) -> int:
        return 1

    def left(self) -> float:
        return self.margins.left

    def right(self) -> float:
        return self.width() - self.margins.right

    def x_of(self, time_s: float) -> float:
        return self.left() + (time_s - self.start_s) * self._pixels_a_second()

    def _pixels_a_second(self) -> float:
        return (self.right() - self.left()) / (self.end_s - self.start_s)

    def time_at(self, x: float) -> float:
        share = (x - self.left()) / max(1.0, self.right() - self.left())
        return self.start_s + min(max(share, 0.0), 1.0) * (self.end_s - self.start_s)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        x = event.position().x()
        if event.button() is Qt.MouseButton.LeftButton and self.left() <= x <= self.right():
            self.clicked.emit(self.time_at(x))

    def draw_title(self, painter: QPainter, top: float, height: float, text: str) -> None:
        painter.setFont(self.margins.tick_font)
        painter.setPen(QColor(self.palette_.text))
        painter.drawText(
            QRectF(0, top, self.left() - 6, height),
            Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
            text,
        )


class BeatStrip(Strip):
    """Marks of S1 and S2 where they are known, and the heart rate."""

    resized = Signal()
    """There may be room for names now, or none any more."""

    def __init__(self, palette: Palette, margins: Margins) -> None:
        super().__init__(palette, margins)
        self._beats: tuple[tuple[float, str], ...] = ()
        self._apart_s = math.inf
        self._rate = _NO_RATE
        self.setFixedHeight(self.row_height())
        self.set_heart_rate(None, known=False)

    def set_beats(self, beats: Sequence[tuple[float, str]]) -> None:
        """Times in seconds, each with its name, such as "S1"."""
        self._beats = tuple(beats)
        self._apart_s = min((b - a for (a, _), (b, _) in pairwise(beats)), default=math.inf)
        self._name()
        self.update()

    def set_heart_rate(self, bpm: float | None, *, known: bool) -> None:
        if not known:
            self._rate = ""
        elif bpm is None:
            self._rate = "Heart rate not determinable"
        else:
            self._rate = f"Heart rate {bpm:.0f} /min"
        self._name()
        self.update()

    def _name(self) -> None:
        self.setAccessibleName(self._rate or "Beats")
        marks = ". Long marks: S1, short marks: S2; zoom in for names." if self._beats else ""
        self.setToolTip(self._rate + marks)

    @property
    def text(self) -> str:
        return self._rate

    @property
    def named(self) -> bool:
        """Whether there is room for the marks' names; without it they are lines."""
        return self._apart_s * self._pixels_a_second() >= self._widest()

    def _widest(self) -> float:
        metrics = QFontMetricsF(self.margins.tick_font)
        names = {name for _, name in self._beats}
        return max((metrics.horizontalAdvance(name) for name in names), default=0.0) + 4

    @property
    def marks(self) -> tuple[tuple[float, str], ...]:
        return self._beats

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit()

    def paintEvent(self, event: QEvent) -> None:
        painter = QPainter(self)
        height = float(self.height())
        painter.fillRect(self.rect(), QColor(self.palette_.card))
        self.draw_title(painter, 0, height, "Beats")
        painter.setFont(self.margins.tick_font)
        if not self._beats:
            painter.setPen(QColor(self.palette_.muted))
            painter.drawText(
                QRectF(self.left(), 0, self.right() - self.left(), height),
                Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter,
                self._rate or _NO_RATE,
            )
            return
        painter.save()
        painter.setClipRect(QRectF(self.left(), 0, self.right() - self.left(), height))
        painter.setPen(QPen(QColor(self.palette_.text), 1))
        widest, named = self._widest(), self.named
        # Asked for once: this is done for every frame of a take.
        left, right, scale = self.left(), self.right(), self._pixels_a_second()
        for time_s, name in self._beats:
            x = left + (time_s - self.start_s) * scale
            if x < left - widest or x > right + widest:
                continue
            if named:
                box = QRectF(x - widest, 0, 2 * widest, height)
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, name)
            else:
                # S1 long, all others short.
                top = 0.2 if name == "S1" else 0.5
                painter.drawLine(QPointF(x, height * top), QPointF(x, height * 0.8))
        painter.restore()
        painter.setPen(QColor(self.palette_.text))
        painter.drawText(
            QRectF(self.right() + 6, 0, self.margins.right - 6, height),
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter,
            self._rate.removeprefix("Heart rate "),
        )


class CaptionStrip(Strip):
    """The line of text under the rows."""

    def __init__(self, palette: Palette, margins: Margins) -> None:
        super().__init__(palette, margins)
        self._text = ""
        self.setFixedHeight(self.row_height())
        self.setAccessibleName("Values at the cursor")

    @property
    def text(self) -> str:
        return self._text

    def set_text(self, text: str) -> None:
        if text != self._text:
            self._text = text
            self.setAccessibleDescription(text)
            self.update()

    def paintEvent(self, event: QEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self.palette_.card))
        painter.setFont(self.margins.tick_font)
        painter.setPen(QColor(self.palette_.muted))
        metrics = QFontMetricsF(self.margins.tick_font)
        # A long line takes the room before the plot's edge as well.
        spare = self.width() - 4 - metrics.horizontalAdvance(self._text)
        left = min(self.left(), max(4.0, spare))
        where = QRectF(left, 0, self.width() - left - 4, self.height())
        text = metrics.elidedText(self._text, Qt.TextElideMode.ElideRight, where.width())
        painter.drawText(where, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)


class WindowStrip(Strip):
    """One row for each model: the class of each window, as pattern and text."""

    def __init__(self, palette: Palette, margins: Margins) -> None:
        super().__init__(palette, margins)
        self._rows: list[tuple[str, list[Cell]]] = []
        self._brushes: dict[HeartSoundClass, object] = {}
        self.set_windows([])

    def set_windows(
        self, windows: Sequence[WindowPrediction] | Mapping[str, Sequence[WindowPrediction]]
    ) -> None:
        by_model = windows if isinstance(windows, Mapping) else {"": windows}
        self._rows = [(model, cells(part)) for model, part in by_model.items() if part]
        self.setFixedHeight(self.row_height() * self.n_rows())
        self.setAccessibleName("Each window's answer")
        self.setAccessibleDescription(
            "; ".join(
                describe(cell, model).replace("\n", ", ")
                for model, row in self._rows
                for cell in row
            )
        )
        self.update()

    def n_rows(self) -> int:
        return max(1, len(self._rows))

    @property
    def rows(self) -> list[tuple[str, list[Cell]]]:
        """The model's name and the cells of each row."""
        return self._rows

    def set_palette(self, palette: Palette) -> None:
        self._brushes.clear()
        super().set_palette(palette)

    def cell_at(self, x: float, y: float) -> tuple[str, Cell] | None:
        row = int(y // self.row_height())
        if not 0 <= row < len(self._rows) or not self.left() <= x <= self.right():
            return None
        model, row_cells = self._rows[row]
        time_s = self.time_at(x)
        found = (cell for cell in row_cells if cell.start_s <= time_s < cell.end_s)
        cell = next(found, None)
        return None if cell is None else (model, cell)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            hit = self.cell_at(event.pos().x(), event.pos().y())
            if hit is None:
                QToolTip.hideText()
            else:
                QToolTip.showText(event.globalPos(), describe(hit[1], hit[0]), self)
            return True
        return bool(super().event(event))

    def paintEvent(self, event: QEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self.palette_.card))
        height = self.row_height()
        if not self._rows:
            self.draw_title(painter, 0, height, "Answer")
            frame = QRectF(self.left(), 2, self.right() - self.left(), height - 4)
            painter.fillRect(frame, QColor(self.palette_.window))
        for index, (model, row) in enumerate(self._rows):
            top = index * height
            self.draw_title(painter, top, height, model.upper() if model else "Answer")
            painter.save()
            painter.setClipRect(QRectF(self.left(), top, self.right() - self.left(), height))
            for cell in row:
                self._draw_cell(painter, cell, top, height)
            painter.restore()

    def _draw_cell(self, painter: QPainter, cell: Cell, top: int, height: int) -> None:
        left, right = self.x_of(cell.start_s), self.x_of(cell.end_s)
        if right < self.left() or left > self.right():
            return
        box = QRectF(left, top + 2, max(1.0, right - left - 2), height - 4)
        painter.setBrushOrigin(box.topLeft())
        painter.fillRect(box, self._brush(cell.label))
        shown = box.intersected(QRectF(self.left(), top, self.right() - self.left(), height))
        font = QFont(self.margins.tick_font)
        font.setWeight(QFont.Weight.DemiBold)
        metrics = QFontMetricsF(font)
        for text in cell_texts(cell):
            width = metrics.horizontalAdvance(text) + 12
            if width <= shown.width() - 4:
                pill = QRectF(0, 0, width, height - 4)
                pill.moveCenter(shown.center())
                painter.fillRect(pill, QColor(self.palette_.card))
                painter.setPen(QColor(self.palette_.text))
                painter.setFont(font)
                painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, text)
                break

    def _brush(self, label: HeartSoundClass) -> object:
        if label not in self._brushes:
            ratio = self.devicePixelRatioF()
            self._brushes[label] = class_brush(label, self.palette_, ratio)
        return self._brushes[label]
