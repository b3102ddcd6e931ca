"""Waveform, short-time energy and zero-crossing rate."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QResizeEvent
from PySide6.QtWidgets import QToolButton

from heartgui.features.display import DisplayFeatures, frame_at
from heartgui.ui.plots.columns import Floats, min_max_columns, usual_peak, visible_frames, zigzag
from heartgui.ui.plots.curves import AreaItem, CurveItem
from heartgui.ui.plots.margins import Margins
from heartgui.ui.plots.ticks import MINUS, TIMES, SteppedRange, number
from heartgui.ui.plots.track import Track
from heartgui.ui.theme import Palette

_NOTHING = np.empty(0)


class WaveformTrack(Track):
    """The recording itself, scaled to the signal unless automatic gain is off."""

    names_gaps = True

    def __init__(self, palette: Palette, margins: Margins) -> None:
        super().__init__(
            "Amplitude",
            "Amplitude of the recording; 1 is full scale of the input.",
            palette,
            margins,
            time_axis=False,
        )
        self.curve = CurveItem()
        self.box.addItem(self.curve, ignoreBounds=True)
        self._dense = True
        self._auto = SteppedRange(floor=0.005, ceiling=1000.0)
        self._auto.top = 1.0
        self.auto_gain = QToolButton(self)
        self.auto_gain.setText("Auto")
        self.auto_gain.setCheckable(True)
        self.auto_gain.setChecked(True)
        self.auto_gain.setCursor(Qt.CursorShape.PointingHandCursor)
        self.auto_gain.setAccessibleName("Automatic gain")
        self.auto_gain.setToolTip(
            "Automatic gain: the waveform is drawn as large as the axis allows. Off: full scale, "
            f"{MINUS}1 to 1. The recording itself is never changed."
        )
        self.restyle()

    def restyle(self) -> None:
        colours = self.palette_
        self._show_pen(dense=self._dense)
        self.auto_gain.setFont(self.tick_font())
        self.auto_gain.setStyleSheet(
            f"QToolButton {{ border: 1px solid {colours.border}; border-radius: 5px;"
            f" padding: 1px 5px; background: {colours.card}; color: {colours.muted}; }}"
            f"QToolButton:checked {{ color: {colours.accent}; border-color: {colours.accent}; }}"
            f"QToolButton:focus {{ border: 2px solid {colours.accent}; padding: 0px 4px; }}"
        )
        self.auto_gain.adjustSize()

    def draw(self, features: DisplayFeatures | None, *, live: bool) -> None:
        if features is None or features.duration_s <= 0.0:
            x, y = _NOTHING, _NOTHING
            self._auto.top = 1.0
        else:
            x, y = self._outline(features, live=live)
            self._auto.update(usual_peak(np.abs(y)), at_once=not live)
        self.curve.set_points(x, y)
        top = self._auto.top if self.auto_gain.isChecked() else 1.0
        self.set_y(-top, top, self.thinned([-top, -top / 2, 0.0, top / 2, top]))
        self.mark_off_scale(x, np.abs(y))

    def _show_pen(self, *, dense: bool) -> None:
        # Where every column is filled from low to high a wide line adds nothing but time.
        self._dense = dense
        self.curve.pen = self.line_pen(self.palette_.waveform, fine=dense)

    def _outline(self, features: DisplayFeatures, *, live: bool) -> tuple[Floats, Floats]:
        """The samples themselves where there is room for each, otherwise low and high a pixel."""
        rate = features.sample_rate_hz
        span_s = self.end_s - self.start_s
        per_column = span_s * rate / self.columns()
        dense = per_column > 2.0
        if dense != self._dense:
            self._show_pen(dense=dense)
        if not dense:
            first = max(0, math.floor(self.start_s * rate) - 1)
            past = min(len(features.pyramid), math.ceil(self.end_s * rate) + 2)
            samples = features.pyramid.samples[first:past].astype(np.float64)
            return np.arange(first, first + len(samples)) / rate, samples
        # Columns begin at multiples of their width, so that they stay the same while scrolling.
        width = max(1, round(per_column))
        first = max(0, math.floor(self.start_s * rate / width)) * width
        n = len(features.pyramid)
        past = min(math.ceil(self.end_s * rate / width), n // width) * width
        count = max(0, (past - first) // width)
        lows, highs = features.pyramid.view(first, past, count)
        if not live and past < n < self.end_s * rate + width:
            # The last column of a recording is seldom full; a growing one fills in time.
            rest = features.pyramid.samples[max(first, past) :]
            lows, highs = np.append(lows, rest.min()), np.append(highs, rest.max())
            count = len(lows)
        times = (first + (np.arange(count) + 0.5) * width) / rate
        return zigzag(times, lows.astype(np.float64), highs.astype(np.float64))

    def value_at(self, features: DisplayFeatures, time_s: float) -> float | None:
        """The sample nearest to this time."""
        index = round(time_s * features.sample_rate_hz)
        n = len(features.pyramid)
        return float(features.pyramid.samples[min(index, n - 1)]) if 0 <= index <= n and n else None

    def read(self, features: DisplayFeatures, time_s: float) -> str:
        value = self.value_at(features, time_s)
        return "" if value is None else f"{number(value)} of full scale"

    def draw_margin(self, painter: QPainter, plot: QRectF) -> None:
        top = self.auto_gain.geometry().bottom() + 3
        if self.power_beside:
            # It says the same as the gain, and the labels cannot be read without it.
            self.draw_power(painter, plot, top)
            return
        if not self.auto_gain.isChecked() or self.high >= 1.0:
            return
        painter.setPen(QColor(self.palette_.muted))
        gain = QRectF(plot.right() + 8, top, 60, self.margins.line_height)
        painter.drawText(gain, Qt.AlignmentFlag.AlignLeft, f"{TIMES}{number(1.0 / self.high)}")

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        if hasattr(self, "auto_gain"):
            plot = self.plot_rect()
            self.auto_gain.move(round(plot.right()) + 8, round(plot.top()))


class FrameTrack(Track):
    """A series of frames as a line in round steps from 0 upwards."""

    def __init__(
        self, title: str, explanation: str, palette: Palette, margins: Margins, top: SteppedRange
    ) -> None:
        super().__init__(title, explanation, palette, margins, time_axis=False)
        self._top = top
        self.curve = CurveItem()
        self.box.addItem(self.curve, ignoreBounds=True)

    def values(self, features: DisplayFeatures) -> np.ndarray:
        raise NotImplementedError

    def draw(self, features: DisplayFeatures | None, *, live: bool) -> None:
        times = lows = highs = _NOTHING
        if features is None:
            self._top.reset()
            self.show_columns(times, lows, highs)
            self.set_y(0.0, 1.0, self.thinned([0.0, 0.5, 1.0]))
            self.off_scale = []
            return
        if features.n_frames:
            values = self.values(features)
            n_frames = min(len(values), features.n_frames)
            first, past = visible_frames(self.start_s, self.end_s, n_frames)
            times, lows, highs = min_max_columns(
                values, first=first, past=past, n_columns=round(self.plot_rect().width())
            )
            self._top.update(usual_peak(highs), at_once=not live)
        self.show_columns(times, lows, highs)
        top = self._top.top
        self.set_y(0.0, top, self.thinned([0.0, top / 2, top]))
        self.mark_off_scale(times, highs)

    def show_columns(self, times: Floats, lows: Floats, highs: Floats) -> None:
        self.curve.set_points(*zigzag(times, lows, highs))

    def value_at(self, features: DisplayFeatures, time_s: float) -> float | None:
        """The value of the frame whose middle is nearest to this time."""
        values = self.values(features)
        if not len(values) or not 0.0 <= time_s <= features.duration_s:
            return None
        return float(values[min(max(frame_at(time_s), 0), len(values) - 1)])


class EnergyTrack(FrameTrack):
    def __init__(self, palette: Palette, margins: Margins) -> None:
        super().__init__(
            "STE",
            "Short-time energy: the sum of the squared amplitude over 25 ms, E = Σ x².",
            palette,
            margins,
            SteppedRange(floor=1e-4, ceiling=100.0),
        )
        self._area = AreaItem()
        self.box.addItem(self._area, ignoreBounds=True)
        self._area.setZValue(-1)
        self.restyle()

    def restyle(self) -> None:
        self.curve.pen = self.line_pen(self.palette_.ste)
        fill = QColor(self.palette_.ste)
        fill.setAlpha(80)
        self._area.colour = fill

    def values(self, features: DisplayFeatures) -> np.ndarray:
        return features.ste

    def show_columns(self, times: Floats, lows: Floats, highs: Floats) -> None:
        self.curve.set_points(times, highs)
        self._area.set_columns(times, highs)

    def read(self, features: DisplayFeatures, time_s: float) -> str:
        value = self.value_at(features, time_s)
        return "" if value is None else f"{number(value)} Σx²"


class CrossingTrack(FrameTrack):
    def __init__(self, palette: Palette, margins: Margins) -> None:
        super().__init__(
            "ZCR",
            "Zero-crossing rate: how many of the steps from sample to sample change sign, 0 to 1.",
            palette,
            margins,
            SteppedRange(floor=0.05, ceiling=1.0),
        )
        self.restyle()

    def restyle(self) -> None:
        self.curve.pen = self.line_pen(self.palette_.zcr)

    def values(self, features: DisplayFeatures) -> np.ndarray:
        return features.zcr

    def read(self, features: DisplayFeatures, time_s: float) -> str:
        value = self.value_at(features, time_s)
        return "" if value is None else f"{value:.2f} per sample"
