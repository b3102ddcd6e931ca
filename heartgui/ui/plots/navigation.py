"""Moving about in time: zoom, pan, fit, the keys for them, and the cursor by keyboard."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QWidget

from heartgui.ui.plots.time_range import TimeRange
from heartgui.ui.widgets.announce import announce

_ZOOM_STEP = 0.7
_PAN_SHARE = 0.1
_CURSOR_SHARE = 0.01
_LIVE_VIEW_S = (2.0, 30.0)


class TimeNavigation(QWidget):
    """A view of a stretch of time. What is drawn for it is the subclass's business.

    Keys: + and - zoom, left and right pan, Home and End go to the ends, 0 fits; with Shift,
    left and right move the cursor, and Enter seeks to it.
    """

    cursor_moved = Signal(float)
    """The person moved the cursor: seconds."""
    cursor_left = Signal()
    seek_requested = Signal(float)
    view_changed = Signal(float, float)
    """The person chose another stretch: its start and end, seconds."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._range = TimeRange()
        self._live_view_s: float | None = None
        self._cursor_s: float | None = None
        self.keys_here = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    # What a subclass adds.

    @property
    def loaded(self) -> bool:
        """Whether there is anything to move about in."""
        raise NotImplementedError

    def redraw(self) -> None:
        raise NotImplementedError

    def refresh_live(self) -> None:
        raise NotImplementedError

    def set_cursor(self, time_s: float | None) -> None:
        raise NotImplementedError

    @property
    def visible_range_s(self) -> tuple[float, float]:
        return self._range.start_s, self._range.end_s

    @property
    def live(self) -> bool:
        return self._live_view_s is not None

    @property
    def cursor_text(self) -> str:
        """The values under the cursor."""
        raise NotImplementedError

    def cursor_in_view(self) -> bool:
        start_s, end_s = self.visible_range_s
        return self._cursor_s is not None and start_s <= self._cursor_s <= end_s

    def seek(self, time_s: float) -> None:
        """Ask for playback to go on from here. Nothing is asked for while live."""
        if self.loaded and not self.live:
            self.seek_requested.emit(min(time_s, self._range.duration_s))

    # What is in view. All of these are also for menus.

    @Slot()
    def fit(self) -> None:
        if not self.live:
            self._range.fit()
            self._view_moved()

    @Slot()
    def zoom_in(self) -> None:
        self.zoom(_ZOOM_STEP, self._zoom_centre())

    @Slot()
    def zoom_out(self) -> None:
        self.zoom(1.0 / _ZOOM_STEP, self._zoom_centre())

    @Slot()
    def pan_left(self) -> None:
        self.pan(-_PAN_SHARE * self._range.span_s)

    @Slot()
    def pan_right(self) -> None:
        self.pan(_PAN_SHARE * self._range.span_s)

    @Slot()
    def go_to_start(self) -> None:
        if not self.live:
            self._range.to_start()
            self._view_moved()

    @Slot()
    def go_to_end(self) -> None:
        if not self.live:
            self._range.to_end()
            self._view_moved()

    def show_range(self, start_s: float, end_s: float) -> None:
        """Show this stretch, as far as the recording allows."""
        if not self.live:
            self._range.show(start_s, end_s)
            self._view_moved()

    def _zoom_centre(self) -> float:
        if self._cursor_s is not None and self.cursor_in_view():
            return self._cursor_s
        return sum(self.visible_range_s) / 2

    def zoom(self, factor: float, about_s: float) -> None:
        """Make the stretch in view `factor` times as long; about_s keeps its place.

        While live the newest stays in view, and only its length changes.
        """
        if self._live_view_s is not None:
            shortest, longest = _LIVE_VIEW_S
            self._live_view_s = min(max(self._live_view_s * factor, shortest), longest)
            self.refresh_live()
        elif self.loaded:
            self._range.zoom(factor, about_s)
            self._view_moved()

    def pan(self, by_s: float) -> None:
        """Move the view by so many seconds."""
        if not self.live and self.loaded:
            self._range.pan(by_s)
            self._view_moved()

    def _view_moved(self) -> None:
        self.redraw()
        self.view_changed.emit(*self.visible_range_s)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        key = event.key()
        if shifted and key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._step_cursor(-1 if key == Qt.Key.Key_Left else 1)
            return
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._cursor_s is not None:
            self.seek(self._cursor_s)
            return
        action = {
            Qt.Key.Key_Plus: self.zoom_in,
            Qt.Key.Key_Equal: self.zoom_in,
            Qt.Key.Key_Minus: self.zoom_out,
            Qt.Key.Key_Left: self.pan_left,
            Qt.Key.Key_Right: self.pan_right,
            Qt.Key.Key_Home: self.go_to_start,
            Qt.Key.Key_End: self.go_to_end,
            Qt.Key.Key_0: self.fit,
        }.get(Qt.Key(key))
        if action is None:
            super().keyPressEvent(event)
        else:
            action()

    def _step_cursor(self, direction: int) -> None:
        start_s, end_s = self.visible_range_s
        now = self._cursor_s if self._cursor_s is not None else (start_s + end_s) / 2
        time_s = now + direction * _CURSOR_SHARE * (end_s - start_s)
        time_s = min(max(time_s, start_s), end_s)
        self.set_cursor(time_s)
        # The focus stays, so a screen reader would not tell of it.
        announce(self, self.cursor_text, at_once=True)
        self.cursor_moved.emit(time_s)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        # Whoever came by the keyboard sees where the keys go; whoever clicked knows.
        reasons = Qt.FocusReason
        self.keys_here = event.reason() in (
            reasons.TabFocusReason,
            reasons.BacktabFocusReason,
            reasons.ShortcutFocusReason,
        )
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.keys_here = False
        self.update()
