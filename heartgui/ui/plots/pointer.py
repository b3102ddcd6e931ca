"""The pointer over a plot: hover, drag, click, double click and wheel, told in seconds."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication

from heartgui.ui.plots.graphics import GraphicsView

_ZOOM_A_NOTCH = 0.8
_PAN_A_NOTCH = 0.1
_NOTCH = 120.0


class PointerView(GraphicsView):
    """A graphics view whose plot shows start_s to end_s; it only tells what the pointer does."""

    hovered = Signal(float, float)
    """Time in seconds; height in the plot, 0 at the bottom to 1 at the top."""
    left = Signal()
    zoomed = Signal(float, float)
    """Factor on the visible length; the time to keep in place."""
    dragged = Signal(float)
    """Seconds to move the view by."""
    clicked = Signal(float)
    double_clicked = Signal()

    def __init__(self) -> None:
        super().__init__(background=None)
        self.start_s, self.end_s = 0.0, 1.0
        self._plot = QRectF(0.0, 0.0, 1.0, 1.0)
        self._pressed: QPointF | None = None
        self._dragging = False

    def plot_rect(self) -> QRectF:
        """Where the signal is drawn, in the widget's pixels."""
        return self._plot

    def time_at(self, x: float) -> float:
        """Seconds at this pixel, kept within the view."""
        rect = self.plot_rect()
        share = min(max((x - rect.left()) / rect.width(), 0.0), 1.0)
        return self.start_s + share * (self.end_s - self.start_s)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._pressed, self._dragging = event.position(), False
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        position = event.position()
        plot = self.plot_rect()
        if self._pressed is not None:
            moved = position.x() - self._pressed.x()
            if self._dragging or abs(moved) >= QApplication.startDragDistance():
                self._dragging = True
                self._pressed = position
                self.dragged.emit(-moved / plot.width() * (self.end_s - self.start_s))
        if plot.left() <= position.x() <= plot.right():
            share = (plot.bottom() - position.y()) / plot.height()
            self.hovered.emit(self.time_at(position.x()), share)
        else:
            self.left.emit()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and self._pressed is not None:
            inside = self.plot_rect().contains(event.position())
            if not self._dragging and inside:
                self.clicked.emit(self.time_at(event.position().x()))
            self._pressed, self._dragging = None, False

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._pressed = None
        self.double_clicked.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        across, along = event.angleDelta().x(), event.angleDelta().y()
        if abs(across) > abs(along):
            self.dragged.emit(-across / _NOTCH * _PAN_A_NOTCH * (self.end_s - self.start_s))
        elif along:
            self.zoomed.emit(_ZOOM_A_NOTCH ** (along / _NOTCH), self.time_at(event.position().x()))
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        self.left.emit()

    def keyPressEvent(self, event: QEvent) -> None:
        event.ignore()
