"""The four tracks of a recording on one time axis, with the rows that belong to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QVBoxLayout, QWidget

from heartgui.domain import WindowPrediction
from heartgui.features.display import DisplayFeatures
from heartgui.ui.plots.margins import Margins
from heartgui.ui.plots.mel_track import MelTrack
from heartgui.ui.plots.signal_tracks import CrossingTrack, EnergyTrack, WaveformTrack, number
from heartgui.ui.plots.strips import BeatStrip, CaptionStrip, Strip, WindowStrip
from heartgui.ui.plots.time_range import TimeRange
from heartgui.ui.plots.track import Track
from heartgui.ui.theme import LIGHT, Palette

_EMPTY_TEXT = "Record or open a heart sound to see it here."
_CAPTION = "Each window's answer"
_ZOOM_STEP = 0.7
_PAN_SHARE = 0.1
_CURSOR_SHARE = 0.01
_LIVE_VIEW_S = (2.0, 30.0)


class TrackView(QWidget):
    """Waveform, short-time energy, zero-crossing rate and Mel-spectrogram.

    Wheel zooms about the pointer, drag pans, double click fits, click seeks. Keys: + and −
    zoom, left and right pan, Home and End go to the ends, 0 fits; with Shift, left and right
    move the cursor, and Enter seeks to it.
    """

    cursor_moved = Signal(float)
    cursor_left = Signal()
    seek_requested = Signal(float)
    view_changed = Signal(float, float)

    def __init__(self, palette: Palette = LIGHT, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._palette = palette
        self._features: DisplayFeatures | None = None
        self._range = TimeRange()
        self._live_view_s: float | None = None
        self._cursor_s: float | None = None
        self._playhead_s: float | None = None
        self._keys_here = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Tracks")
        self.setAccessibleDescription(
            "Waveform, short-time energy, zero-crossing rate and Mel-spectrogram over time"
        )
        margins = Margins.for_font(self.font())
        self.waveform = WaveformTrack(palette, margins)
        self.energy = EnergyTrack(palette, margins)
        self.crossings = CrossingTrack(palette, margins)
        self.mel = MelTrack(palette, margins)
        self.beats = BeatStrip(palette, margins)
        self.windows = WindowStrip(palette, margins)
        self.caption = CaptionStrip(palette, margins)
        self._empty_text = _EMPTY_TEXT
        self._lay_out(margins)
        for track in self.tracks:
            self._connect(track)
        for strip in (self.beats, self.windows):
            strip.clicked.connect(self._click)
        self.waveform.auto_gain.toggled.connect(self._redraw)
        self.set_palette(palette)
        self._redraw()

    @property
    def tracks(self) -> tuple[Track, ...]:
        return (self.waveform, self.energy, self.crossings, self.mel)

    @property
    def strips(self) -> tuple[Strip, ...]:
        return (self.beats, self.windows, self.caption)

    @property
    def visible_range_s(self) -> tuple[float, float]:
        return self._range.start_s, self._range.end_s

    @property
    def live(self) -> bool:
        return self._live_view_s is not None

    @property
    def cursor_text(self) -> str:
        """The line under the tracks: "4.62 s: amplitude 0.31, STE 2.8 …", or nothing."""
        time_s, features = self._cursor_s, self._features
        if time_s is None or features is None or not self._cursor_in_view():
            return ""
        amplitude = self.waveform.value_at(features, time_s)
        energy = self.energy.value_at(features, time_s)
        crossings = self.crossings.value_at(features, time_s)
        parts = []
        if amplitude is not None:
            parts.append(f"amplitude {number(amplitude)}")
        if energy is not None:
            parts.append(f"STE {number(energy)}")
        if crossings is not None:
            parts.append(f"ZCR {crossings:.2f}")
        if mel := self.mel.read(features, time_s):
            parts.append(mel)
        return f"{time_s:.2f} s: {', '.join(parts)}" if parts else ""

    # What is shown.

    def set_features(self, features: DisplayFeatures | None) -> None:
        """Show a recording, all of it; None: the empty state. Ends a live view."""
        self._live_view_s = None
        self._features = features
        self._range.set_duration(0.0 if features is None else features.duration_s)
        self.set_windows([])
        self.set_beats([])
        self.beats.set_heart_rate(None, known=False)
        self.set_gaps([])
        self.set_playhead(None)
        self._cursor_s = None
        self._redraw()

    def begin_live(self, view_s: float = 10.0) -> None:
        """From now on show the newest view_s seconds at each refresh_live."""
        self._live_view_s = view_s
        self.refresh_live()

    def refresh_live(self) -> None:
        """Draw the newest state of the growing features; at most 30 times a second."""
        if self._live_view_s is None or self._features is None:
            return
        self._range.follow(self._features.duration_s, self._live_view_s)
        self._redraw()

    def end_live(self) -> None:
        """Show the whole take."""
        self._live_view_s = None
        self._range.set_duration(0.0 if self._features is None else self._features.duration_s)
        self._redraw()

    def set_windows(
        self, windows: Sequence[WindowPrediction] | Mapping[str, Sequence[WindowPrediction]]
    ) -> None:
        """Each window's answer: of one model, or a row for each model by name."""
        self.windows.set_windows(windows)

    def set_gaps(self, gaps: Sequence[tuple[float, float]]) -> None:
        """Stretches (start_s, end_s) in which samples were lost."""
        for track in self.tracks:
            track.set_gaps(gaps)

    def set_heart_rate(self, bpm: float | None) -> None:
        """Beats a minute; None: it could not be determined."""
        self.beats.set_heart_rate(bpm, known=True)

    def set_beats(self, beats: Sequence[tuple[float, str]]) -> None:
        """Times of heart sounds, each with its name, such as "S1"."""
        self.beats.set_beats(beats)

    def set_empty_text(self, text: str) -> None:
        """What stands in the tracks while there is nothing to show."""
        self._empty_text = text
        self._redraw()

    def set_palette(self, palette: Palette) -> None:
        self._palette = palette
        for track in self.tracks:
            track.set_palette(palette)
        for strip in self.strips:
            strip.set_palette(palette)
        self.update()

    # Cursor and playhead.

    def set_cursor(self, time_s: float | None) -> None:
        self._cursor_s = time_s
        self._show_cursor()

    def set_playhead(self, time_s: float | None) -> None:
        self._playhead_s = time_s
        for track in self.tracks:
            track.set_playhead(time_s)

    def _cursor_in_view(self) -> bool:
        start_s, end_s = self.visible_range_s
        return self._cursor_s is not None and start_s <= self._cursor_s <= end_s

    def _show_cursor(self) -> None:
        for track in self.tracks:
            read_out = ""
            if self._cursor_in_view() and self._features is not None:
                read_out = track.read(self._features, self._cursor_s)
            track.set_cursor(self._cursor_s, read_out)
        text = self.cursor_text
        self.caption.set_text(f"{_CAPTION} · {text}" if text else _CAPTION)

    # What is in view. All of these are also for menus.

    @Slot()
    def fit(self) -> None:
        if not self.live:
            self._range.fit()
            self._view_moved()

    @Slot()
    def zoom_in(self) -> None:
        self._zoom(_ZOOM_STEP, self._zoom_centre())

    @Slot()
    def zoom_out(self) -> None:
        self._zoom(1.0 / _ZOOM_STEP, self._zoom_centre())

    @Slot()
    def pan_left(self) -> None:
        self._pan(-_PAN_SHARE * self._range.span_s)

    @Slot()
    def pan_right(self) -> None:
        self._pan(_PAN_SHARE * self._range.span_s)

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
        if self._cursor_s is not None and self._cursor_in_view():
            return self._cursor_s
        return sum(self.visible_range_s) / 2

    def _zoom(self, factor: float, about_s: float) -> None:
        if self._live_view_s is not None:
            shortest, longest = _LIVE_VIEW_S
            self._live_view_s = min(max(self._live_view_s * factor, shortest), longest)
            self.refresh_live()
        elif self._features is not None:
            self._range.zoom(factor, about_s)
            self._view_moved()

    def _pan(self, by_s: float) -> None:
        if not self.live and self._features is not None:
            self._range.pan(by_s)
            self._view_moved()

    def _view_moved(self) -> None:
        self._redraw()
        self.view_changed.emit(*self.visible_range_s)

    def _redraw(self, _: Any = None) -> None:
        start_s, end_s = self.visible_range_s
        for track in self.tracks:
            track.show_range(start_s, end_s, self._features, live=self.live)
        self.waveform.set_message(self._empty_text if self._features is None else "")
        for strip in self.strips:
            strip.show_range(start_s, end_s)
        self._show_cursor()

    # The pointer and the keys.

    def _connect(self, track: Track) -> None:
        track.hovered.connect(self._hover)
        track.left.connect(self._leave)
        track.zoomed.connect(self._zoom)
        track.dragged.connect(self._pan)
        track.clicked.connect(self._click)
        track.double_clicked.connect(self.fit)
        track.resized.connect(self._refill)

    def _refill(self) -> None:
        """A new width has room for other columns."""
        track = self.sender()
        if isinstance(track, Track):
            track.show_range(*self.visible_range_s, self._features, live=self.live)

    def _hover(self, time_s: float, share: float) -> None:
        self.mel.point_at(share if self.sender() is self.mel and 0.0 <= share <= 1.0 else None)
        self.set_cursor(time_s)
        self.cursor_moved.emit(time_s)

    def _leave(self) -> None:
        if self._cursor_s is not None:
            self.mel.point_at(None)
            self.set_cursor(None)
            self.cursor_left.emit()

    def _click(self, time_s: float) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        if self._features is not None and not self.live:
            self.seek_requested.emit(min(time_s, self._features.duration_s))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        key = event.key()
        if shifted and key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._step_cursor(-1 if key == Qt.Key.Key_Left else 1)
            return
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._cursor_s is not None:
            self._click(self._cursor_s)
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
        self.cursor_moved.emit(time_s)

    # Layout.

    def _lay_out(self, margins: Margins) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.waveform, 5)
        layout.addWidget(self.energy, 3)
        layout.addWidget(self.crossings, 3)
        layout.addWidget(self.mel, 7)
        layout.addSpacing(4)
        layout.addWidget(self.beats)
        layout.addWidget(self.windows)
        layout.addWidget(self.caption)
        self._take_margins(margins)

    def _take_margins(self, margins: Margins) -> None:
        for track in self.tracks:
            track.place(margins)
            track.restyle()
        for strip in self.strips:
            strip.margins = margins
            strip.setFixedHeight(strip.row_height() * strip.n_rows())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange and hasattr(self, "caption"):
            self._take_margins(Margins.for_font(self.font()))
            self._redraw()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._palette.card))
        if self._keys_here:
            painter.setPen(QPen(QColor(self._palette.accent), 2))
            painter.drawLine(1, 2, 1, self.height() - 2)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        # Whoever came by the keyboard sees where the keys go; whoever clicked knows.
        reasons = Qt.FocusReason
        self._keys_here = event.reason() in (
            reasons.TabFocusReason,
            reasons.BacktabFocusReason,
            reasons.ShortcutFocusReason,
        )
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._keys_here = False
        self.update()
