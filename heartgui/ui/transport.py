"""The bar at the bottom: play, speed, filter, loop and volume of what is heard.

What is heard may be filtered and slowed; what is analysed never is, and the bar says so.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QIcon,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QPolygonF,
)
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from heartgui.ui.theme import LIGHT, Palette

SPEEDS = (0.5, 0.75, 1.0)
FILTERS_HZ = {"bell": (20, 200), "diaphragm": (100, 500), "wide": (20, 1000)}
"""The bands of the three filters, Hz."""
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
        self.play.setShortcut(QKeySequence(Qt.Key.Key_P))
        self.play.setIconSize(QSize(16, 16))
        self.play.setFixedSize(36, 36)
        self.play.setCursor(Qt.CursorShape.PointingHandCursor)
        self.play.clicked.connect(self._toggle_play)

        self.time = QLabel()
        self.time.setObjectName("transportTime")
        self.time.setAccessibleName("Time")

        self.speeds = Segments(
            [("0.5×", "Play at half speed"), ("0.75×", "Play at three quarters of the speed"),
             ("1×", "Play at normal speed")],
            "Speed",
            suffix="; the pitch is kept",
        )  # fmt: skip
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
        self.heard.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)

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
        self.volume.setFixedWidth(96)
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
        self.setStyleSheet(_style(palette))
        self.loop.setIcon(_icon(_draw_loop, palette.text, self.devicePixelRatioF()))
        speaker = _icon(_draw_speaker, palette.muted, self.devicePixelRatioF())
        self.volume_icon.setPixmap(speaker.pixmap(QSize(16, 16), self.devicePixelRatioF()))
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
        draw, verb = (_draw_pause, "Pause") if self._playing else (_draw_play, "Play")
        self.play.setIcon(_icon(draw, self._palette.accent_text, self.devicePixelRatioF()))
        self.play.setAccessibleName(verb)
        self.play.setToolTip(f"{verb} (P)")
        # A new icon must not drop the key: Qt clears it when the text of a button changes.
        self.play.setShortcut(QKeySequence(Qt.Key.Key_P))

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
        self.heard.setText(f"Heard: {band} Hz · analysed: unfiltered")
        self.heard.setToolTip(
            f"The loudspeaker plays {band} Hz. The models and the tracks get the recording as it is."
        )

    def _show_volume(self) -> None:
        self.volume.setToolTip(f"Volume {self.volume.value()} %")

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setContentsMargins(16, 0, 16, 8)
        row.setSpacing(16)
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
        metrics = QFontMetrics(self.time.font())
        self.time.setMinimumWidth(metrics.horizontalAdvance("00:00.0 / 00:00.0"))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._palette.card))


class Segments(QWidget):
    """A choice of one among a few, as buttons in a row. Left and right move it by keyboard."""

    chosen = Signal(int)

    def __init__(self, choices: Sequence[tuple[str, str]], name: str, *, suffix: str = "") -> None:
        super().__init__()
        self.setAccessibleName(name)
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for index, (text, tip) in enumerate(choices):
            button = QPushButton(text)
            button.setCheckable(True)
            button.setCursor(Qt.CursorShape.PointingHandCursor)
            button.setToolTip(tip + suffix)
            button.setAccessibleName(f"{name} {text}")
            ends = ("first",) if index == 0 else ("last",) if index == len(choices) - 1 else ()
            button.setProperty("segment", ends[0] if ends else "middle")
            self._group.addButton(button, index)
            row.addWidget(button)
        self._group.idClicked.connect(self.chosen)
        self.set_current(0)

    @property
    def current(self) -> int:
        return self._group.checkedId()

    @property
    def buttons(self) -> list[QPushButton]:
        return [b for b in self._group.buttons() if isinstance(b, QPushButton)]

    def set_current(self, index: int) -> None:
        self._group.button(index).setChecked(True)


def _style(p: Palette) -> str:
    ring = f"border: 2px solid {p.text}"
    return f"""
    #transportBar QLabel {{ color: {p.text}; background: transparent; }}
    #transportBar QLabel:disabled {{ color: {p.muted}; }}
    QPushButton[segment] {{ background: {p.card}; color: {p.text}; border: 1px solid {p.border};
        border-radius: 0; padding: 6px 14px; min-height: 16px; min-width: 30px; }}
    QPushButton[segment="first"] {{ border-top-left-radius: 7px; border-bottom-left-radius: 7px; }}
    QPushButton[segment="last"] {{ border-top-right-radius: 7px; border-bottom-right-radius: 7px; }}
    QPushButton[segment="middle"] {{ border-left: none; border-right: none; }}
    QPushButton[segment]:hover {{ background: {p.window}; }}
    QPushButton[segment]:checked {{ background: {p.accent}; color: {p.accent_text};
        border-color: {p.accent}; }}
    QPushButton[segment]:focus {{ {ring}; padding: 5px 13px; }}
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


def _icon(draw: object, colour: str, pixel_ratio: float) -> QIcon:
    """A 16-pixel icon in one colour, drawn for this screen."""
    ratio = max(2.0, pixel_ratio)
    pixmap = QPixmap(round(16 * ratio), round(16 * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    draw(painter, QColor(colour))  # type: ignore[operator]
    painter.end()
    return QIcon(pixmap)


def _draw_play(painter: QPainter, colour: QColor) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawPolygon(QPolygonF([QPointF(4, 2), QPointF(14, 8), QPointF(4, 14)]))


def _draw_pause(painter: QPainter, colour: QColor) -> None:
    painter.fillRect(QRectF(3.5, 2.5, 3.5, 11), colour)
    painter.fillRect(QRectF(9, 2.5, 3.5, 11), colour)


def _draw_loop(painter: QPainter, colour: QColor) -> None:
    painter.setPen(QPen(colour, 1.6))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawArc(QRectF(2.5, 2.5, 11, 11), 70 * 16, -310 * 16)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawPolygon(QPolygonF([QPointF(7.2, 0.2), QPointF(7.2, 6.2), QPointF(3.2, 3.2)]))


def _draw_speaker(painter: QPainter, colour: QColor) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    outline = [(1, 6), (4, 6), (8, 2.5), (8, 13.5), (4, 10), (1, 10)]
    painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in outline]))
    painter.setPen(QPen(colour, 1.5))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawArc(QRectF(6.5, 5, 6, 6), -60 * 16, 120 * 16)
    painter.drawArc(QRectF(5.5, 2.5, 9.5, 11), -55 * 16, 110 * 16)
