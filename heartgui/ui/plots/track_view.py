"""The four tracks of a recording on one time axis, with the rows that belong to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QVBoxLayout, QWidget

from heartgui.domain import WindowPrediction
from heartgui.features.display import DisplayFeatures
from heartgui.inference.explanation import Patch
from heartgui.ui.plots.margins import Margins
from heartgui.ui.plots.mel_track import MelTrack
from heartgui.ui.plots.navigation import TimeNavigation
from heartgui.ui.plots.signal_tracks import CrossingTrack, EnergyTrack, WaveformTrack
from heartgui.ui.plots.strips import BeatStrip, CaptionStrip, Strip, WindowStrip
from heartgui.ui.plots.ticks import number
from heartgui.ui.plots.track import Track
from heartgui.ui.theme import LIGHT, Palette

_EMPTY_TEXT = "Record or open a heart sound to see it here."
_CAPTION = "Each window's answer"
_BEATS_CAPTION = "Beats: S1 long, S2 short"


class TrackView(TimeNavigation):
    """Waveform, short-time energy, zero-crossing rate and Mel-spectrogram.

    Wheel zooms about the pointer, drag pans, double click fits, click seeks; for the keys see
    TimeNavigation.
    """

    def __init__(self, palette: Palette = LIGHT, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._palette = palette
        self._features: DisplayFeatures | None = None
        self._hovered: float | None = None
        self._beats_shown = False
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
            strip.clicked.connect(self.seek)
        self.beats.resized.connect(self._show_cursor)
        self.waveform.auto_gain.toggled.connect(self.redraw)
        self.set_palette(palette)
        self.redraw()

    @property
    def tracks(self) -> tuple[Track, ...]:
        return (self.waveform, self.energy, self.crossings, self.mel)

    @property
    def strips(self) -> tuple[Strip, ...]:
        return (self.beats, self.windows, self.caption)

    @property
    def features(self) -> DisplayFeatures | None:
        """What is drawn."""
        return self._features

    @property
    def loaded(self) -> bool:
        return self._features is not None

    @property
    def cursor_text(self) -> str:
        """The line under the tracks: "4.62 s: amplitude 0.31, STE 2.8 …", or nothing."""
        time_s, features = self._cursor_s, self._features
        if time_s is None or features is None or not self.cursor_in_view():
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
        self.set_patches(())
        self.beats.set_heart_rate(None, known=False)
        self.set_gaps([])
        self.set_playhead(None)
        self._cursor_s = None
        self.redraw()

    def begin_live(self, view_s: float = 10.0) -> None:
        """From now on show the newest view_s seconds at each refresh_live."""
        self._live_view_s = view_s
        self.refresh_live()

    def refresh_live(self) -> None:
        """Draw the newest state of the growing features; at most 30 times a second."""
        if self._live_view_s is None or self._features is None:
            return
        self._range.follow(self._features.duration_s, self._live_view_s)
        if self._hovered is not None:
            # The tracks move on under a pointer that rests.
            start_s, end_s = self.visible_range_s
            self._cursor_s = start_s + self._hovered * (end_s - start_s)
        self.redraw()

    def end_live(self) -> None:
        """Show the whole take."""
        self._live_view_s = None
        self._range.set_duration(0.0 if self._features is None else self._features.duration_s)
        self.redraw()

    def set_windows(
        self, windows: Sequence[WindowPrediction] | Mapping[str, Sequence[WindowPrediction]]
    ) -> None:
        """Each window's answer: of one model, or a row for each model by name."""
        self.windows.set_windows(windows)

    def set_gaps(self, gaps: Sequence[tuple[float, float]]) -> None:
        """Stretches (start_s, end_s) in which samples were lost."""
        for track in self.tracks:
            track.set_gaps(gaps)

    def set_patches(self, patches: Sequence[Patch]) -> None:
        """Outline parts of the Mel-spectrogram, such as those an answer rests on."""
        self.mel.set_patches(patches)

    def set_heart_rate(self, bpm: float | None) -> None:
        """Beats a minute; None: it could not be determined."""
        self.beats.set_heart_rate(bpm, known=True)

    def set_beats(self, beats: Sequence[tuple[float, str]]) -> None:
        """Times of heart sounds, each with its name, such as "S1"."""
        self.beats.set_beats(beats)
        self._beats_shown = bool(beats)
        self._show_cursor()

    def set_empty_text(self, text: str) -> None:
        """What stands in the tracks while there is nothing to show."""
        self._empty_text = text
        self.redraw()

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
        for track in self.tracks:
            track.set_playhead(time_s)

    def _show_cursor(self) -> None:
        time_s = self._cursor_s
        for track in self.tracks:
            read_out = ""
            if self._features is not None and time_s is not None and self.cursor_in_view():
                read_out = track.read(self._features, time_s)
            track.set_cursor(time_s, read_out)
        self.caption.set_text(self.cursor_text or self._meaning())

    def _meaning(self) -> str:
        """What the rows show, as far as they do not say it themselves."""
        lines = self._beats_shown and not self.beats.named
        return f"{_BEATS_CAPTION} · {_CAPTION}" if lines else _CAPTION

    def redraw(self, _: bool = False) -> None:
        start_s, end_s = self.visible_range_s
        for track in self.tracks:
            track.show_range(start_s, end_s, self._features, live=self.live)
        self.waveform.set_message(self._empty_text if self._features is None else "")
        for strip in self.strips:
            strip.show_range(start_s, end_s)
        self._show_cursor()

    # The pointer.

    def _connect(self, track: Track) -> None:
        track.hovered.connect(self._hover)
        track.left.connect(self._leave)
        track.zoomed.connect(self.zoom)
        track.dragged.connect(self.pan)
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
        start_s, end_s = self.visible_range_s
        self._hovered = (time_s - start_s) / (end_s - start_s)
        self.set_cursor(time_s)
        self.cursor_moved.emit(time_s)

    def _leave(self) -> None:
        self._hovered = None
        if self._cursor_s is not None:
            self.mel.point_at(None)
            self.set_cursor(None)
            self.cursor_left.emit()

    def _click(self, time_s: float) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self.seek(time_s)

    # Layout.

    def _lay_out(self, margins: Margins) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.waveform, 5)
        layout.addWidget(self.energy, 4)
        layout.addWidget(self.crossings, 4)
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
            self.redraw()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._palette.card))
        if self.keys_here:
            painter.setPen(QPen(QColor(self._palette.accent), 2))
            painter.drawLine(1, 2, 1, self.height() - 2)
