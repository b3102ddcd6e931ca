"""The bar at the bottom: play, speed, filter, loop and volume of what is heard.

What is heard may be filtered and slowed; what is analysed never is, and the bar says so.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from heartgui.ui.segments import Segments
from heartgui.ui.theme import LIGHT, Palette, tabular
from heartgui.ui.transport_style import (
    draw_loop,
    draw_pause,
    draw_play,
    draw_speaker,
    icon,
    style_sheet,
)

SPEEDS = (0.5, 0.75, 1.0)
FILTERS_HZ = {"bell": (20, 200), "diaphragm": (100, 500), "wide": (20, 1000)}
"""The bands of the three filters, Hz."""
_SPEED_WORDS = ("half speed", "three quarters of the speed", "normal speed")
_SEEK_STEPS = 10_000


def clock(time_s: float) -> str:
    """ "0:04.6"; hours where there are any."""
    tenths = max(0, int(time_s * 10 + 1e-6))
    minutes, rest = divmod(tenths, 600)
    seconds = f"{rest // 10:02d}.{rest % 10}"
    if minutes < 60:
        return f"{minutes}:{seconds}"
    return f"{minutes // 60}:{minutes % 60:02d}:{seconds}"


class TransportBar(QWidget):
    """Controls of playback. It plays nothing itself."""

    play_toggled = Signal(bool)
    speed_changed = Signal(float)
    filter_changed = Signal(str)
    loop_toggled = Signal(bool)
    volume_changed = Signal(float)
    """0 to 1."""
    seek_requested = Signal(float)
    """Seconds from the start."""

    def __init__(self, palette: Palette = LIGHT, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._palette = palette
        self._duration_s = 0.0
        self._position_s = 0.0
        self._playing = False
        self.setObjectName("transportBar")
        self.setAccessibleName("Playback")

        self.position = QSlider(Qt.Orientation.Horizontal)
        self.position.setObjectName("transportPosition")
        self.position.setRange(0, _SEEK_STEPS)
        self.position.setSingleStep(_SEEK_STEPS // 100)
        self.position.setPageStep(_SEEK_STEPS // 10)
        self.position.setAccessibleName("Position")
        self.position.setToolTip("Position in the recording")
        self.position.valueChanged.connect(self._seek)

        self.play = QToolButton()
        self.play.setObjectName("transportPlay")
        self.play.setIconSize(QSize(16, 16))
        self.play.setFixedSize(36, 36)
        self.play.setCursor(Qt.CursorShape.PointingHandCursor)
        self.play.clicked.connect(self._toggle_play)

        self.time = QLabel()
        self.time.setObjectName("transportTime")
        self.time.setAccessibleName("Time")

        self.speeds = Segments(
            [
                (f"{speed:g}\N{MULTIPLICATION SIGN}", f"Play at {words}")
                for speed, words in zip(SPEEDS, _SPEED_WORDS, strict=True)
            ],
            "Speed",
            suffix="; the pitch is kept",
        )
        self.speeds.chosen.connect(lambda i: self.speed_changed.emit(SPEEDS[i]))
        self.filters = Segments(
            [
                (name.capitalize(), f"Hear {low} to {high} Hz")
                for name, (low, high) in FILTERS_HZ.items()
            ],
            "Filter",
            suffix="; the analysis is not affected",
        )
        self.filters.chosen.connect(self._filter_chosen)

        self.heard = QLabel()
        self.heard.setObjectName("transportHeard")
        self.heard.setAccessibleName("What is heard and what is analysed")

        self.loop = QPushButton("Loop")
        self.loop.setObjectName("transportLoop")
        self.loop.setCheckable(True)
        self.loop.setCursor(Qt.CursorShape.PointingHandCursor)
        self.loop.setAccessibleName("Loop")
        self.loop.setToolTip("Play what is in view again and again")
        self.loop.toggled.connect(self.loop_toggled)

        self.volume_icon = QLabel()
        self.volume = QSlider(Qt.Orientation.Horizontal)
        self.volume.setObjectName("transportVolume")
        self.volume.setRange(0, 100)
        self.volume.setValue(80)
        self.volume.setFixedWidth(84)
        self.volume.setAccessibleName("Volume")
        self.volume.valueChanged.connect(self._volume_moved)

        self._lay_out()
        self.set_speed(1.0)
        self.set_filter("diaphragm")
        self._show_volume()
        self._show_time()
        self.set_palette(palette)

    # State, settable without telling anybody.

    @property
    def speed(self) -> float:
        return SPEEDS[self.speeds.current]

    def set_speed(self, speed: float) -> None:
        self.speeds.set_current(SPEEDS.index(speed))

    @property
    def filter_name(self) -> str:
        """ "bell", "diaphragm" or "wide"."""
        return list(FILTERS_HZ)[self.filters.current]

    def set_filter(self, name: str) -> None:
        self.filters.set_current(list(FILTERS_HZ).index(name))
        self._show_heard()

    @property
    def volume_level(self) -> float:
        return self.volume.value() / 100.0

    def set_volume(self, volume: float) -> None:
        self.volume.blockSignals(True)
        self.volume.setValue(round(volume * 100))
        self.volume.blockSignals(False)
        self._show_volume()

    @property
    def looping(self) -> bool:
        return self.loop.isChecked()

    def set_loop(self, on: bool) -> None:
        self.loop.blockSignals(True)
        self.loop.setChecked(on)
        self.loop.blockSignals(False)

    @property
    def playing(self) -> bool:
        return self._playing

    def set_playing(self, playing: bool) -> None:
        self._playing = playing
        self._show_play()

    def set_duration(self, duration_s: float) -> None:
        self._duration_s = max(0.0, duration_s)
        self._show_time()

    def set_position(self, position_s: float) -> None:
        self._position_s = min(max(0.0, position_s), self._duration_s)
        self._show_time()

    def set_palette(self, palette: Palette) -> None:
        self._palette = palette
        self.setStyleSheet(style_sheet(palette))
        self.loop.setIcon(icon(draw_loop, palette.text, self.devicePixelRatioF()))
        ratio = self.devicePixelRatioF()
        speaker = icon(draw_speaker, palette.muted, ratio)
        self.volume_icon.setPixmap(speaker.pixmap(QSize(16, 16), ratio))
        self._show_play()
        self.update()

    # What the controls do.

    def _toggle_play(self) -> None:
        self.set_playing(not self._playing)
        self.play_toggled.emit(self._playing)

    def _seek(self, value: int) -> None:
        self._position_s = value / _SEEK_STEPS * self._duration_s
        self._show_time()
        self.seek_requested.emit(self._position_s)

    def _filter_chosen(self, _: int) -> None:
        self._show_heard()
        self.filter_changed.emit(self.filter_name)

    def _volume_moved(self, value: int) -> None:
        self._show_volume()
        self.volume_changed.emit(value / 100.0)

    # What they show.

    def _show_play(self) -> None:
        draw, verb = (draw_pause, "Pause") if self._playing else (draw_play, "Play")
        self.play.setIcon(icon(draw, self._palette.accent_text, self.devicePixelRatioF()))
        self.play.setAccessibleName(verb)
        self.play.setToolTip(f"{verb} (P)")

    def _show_time(self) -> None:
        self.time.setText(f"{clock(self._position_s)} / {clock(self._duration_s)}")
        share = self._position_s / self._duration_s if self._duration_s else 0.0
        if not self.position.isSliderDown():
            self.position.blockSignals(True)
            self.position.setValue(round(share * _SEEK_STEPS))
            self.position.blockSignals(False)

    def _show_heard(self) -> None:
        low, high = FILTERS_HZ[self.filter_name]
        band = f"{low}\N{EN DASH}{high}"
        self.heard.setText(f"Heard: {band} Hz\nAnalysed: unfiltered")
        self.heard.setToolTip(
            f"The loudspeaker plays {band} Hz. "
            "The models and the tracks get the recording as it is."
        )

    def _show_volume(self) -> None:
        self.volume.setToolTip(f"Volume {self.volume.value()} %")

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setContentsMargins(16, 0, 16, 8)
        row.setSpacing(14)
        for widget in (self.play, self.time, self.speeds, self.filters, self.heard):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(self.loop)
        volume = QHBoxLayout()
        volume.setSpacing(6)
        volume.addWidget(self.volume_icon)
        volume.addWidget(self.volume)
        row.addLayout(volume)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        line = QHBoxLayout()
        line.setContentsMargins(16, 0, 16, 0)
        line.addWidget(self.position)
        column.addLayout(line)
        column.addLayout(row)
        # The time must not push its neighbours about while it runs.
        self.time.setFont(tabular(self.font()))
        metrics = QFontMetrics(self.time.font())
        self.time.setMinimumWidth(metrics.horizontalAdvance("00:00.0 / 00:00.0"))
        # Nor may another band of the filter.
        small = tabular(self.font(), points=max(8.0, self.font().pointSizeF() - 1))
        self.heard.setFont(small)
        widest = QFontMetrics(small).horizontalAdvance("Analysed: unfiltered")
        self.heard.setMinimumWidth(widest + 4)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._palette.card))
