"""The Mel-spectrogram with its axis in Hz and its bar in decibels."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from heartgui.features.display import (
    DB_PER_LEVEL,
    FIRST_FRAME_S,
    FLOOR_DB,
    HOP_S,
    DisplayFeatures,
    frame_at,
)
from heartgui.features.mel import hz_to_mel, mel_to_hz
from heartgui.inference.explanation import Patch
from heartgui.ui.plots.colour_map import rgb32_table
from heartgui.ui.plots.columns import visible_frames
from heartgui.ui.plots.graphics import GraphicsObject
from heartgui.ui.plots.margins import Margins
from heartgui.ui.plots.mel_pyramid import Levels, MelPyramid
from heartgui.ui.plots.ticks import MINUS, tick_label
from heartgui.ui.plots.track import Track
from heartgui.ui.theme import Palette

_TICKS_HZ = (50.0, 100.0, 200.0, 400.0, 800.0)
_RANGE_DB = 60.0
_STEP_DB = 10.0
_PATIENCE = 45
_BAR_PX = 9.0


class MelImage(GraphicsObject):
    """Levels as an image: columns of frames, rows of Mel bands, the lowest at the bottom."""

    def __init__(self) -> None:
        super().__init__()
        self._image = QImage()
        self._pixels = np.empty((0, 0), dtype=np.uint32)
        self._where = QRectF()
        self._bounds = QRectF(-1e7, -1e5, 2e7, 2e5)

    def show_levels(self, levels: Levels, table: np.ndarray, where: QRectF) -> None:
        """levels: shape (n_columns, n_bands). where: seconds and Mel that they cover."""
        self._pixels = np.ascontiguousarray(table[levels.T[::-1]])
        rows, columns = self._pixels.shape
        self._where = where
        self._image = QImage(
            self._pixels.data, columns, rows, 4 * columns, QImage.Format.Format_RGB32
        )

    def clear(self) -> None:
        self._image = QImage()

    def boundingRect(self) -> QRectF:
        return self._bounds

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        if self._image.isNull():
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        # The view's axis points up and an image's down.
        painter.translate(0.0, self._where.top() + self._where.bottom())
        painter.scale(1.0, -1.0)
        painter.drawImage(self._where, self._image)


class Outlines(GraphicsObject):
    """Patches of time and frequency, outlined in light and dark so that they show on any colour."""

    def __init__(self) -> None:
        super().__init__()
        self._boxes: list[QRectF] = []
        self._bounds = QRectF(-1e7, -1e5, 2e7, 2e5)

    def show_patches(self, patches: Sequence[Patch]) -> None:
        self._boxes = []
        for patch in patches:
            low, high = float(hz_to_mel(patch.low_hz)), float(hz_to_mel(patch.high_hz))
            self._boxes.append(QRectF(patch.start_s, low, patch.end_s - patch.start_s, high - low))
        self.update()

    def boundingRect(self) -> QRectF:
        return self._bounds

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, width in (("#000000", 4), ("#ffffff", 2)):
            pen = QPen(QColor(colour), width)
            pen.setCosmetic(True)
            painter.setPen(pen)
            for box in self._boxes:
                painter.drawRect(box)


class MelTrack(Track):
    def __init__(self, palette: Palette, margins: Margins) -> None:
        super().__init__(
            "Mel, Hz",
            "Mel-spectrogram: the power in each band of frequencies, in decibels of a "
            "full-scale tone. The axis is in hertz, spaced as the Mel scale spaces them.",
            palette,
            margins,
            time_axis=True,
        )
        self._image = MelImage()
        self.box.addItem(self._image, ignoreBounds=True)
        self._outlines = Outlines()
        self.box.addItem(self._outlines, ignoreBounds=True)
        self.patches: tuple[Patch, ...] = ()
        """What is outlined."""
        self._features: DisplayFeatures | None = None
        self._pyramid: MelPyramid | None = None
        self._mels = np.array([0.0, 1000.0])
        self._top_db = 0.0
        self._quiet = 0
        self._table = rgb32_table(0, 255)
        self._pointed: float | None = None
        self._set_top(-20.0)

    def restyle(self) -> None:
        pass

    @property
    def top_db(self) -> float:
        """The decibels of the lightest colour; the darkest is 60 dB below."""
        return self._top_db

    def scales(self) -> tuple[float, ...]:
        return *super().scales(), self._top_db

    def point_at(self, share: float | None) -> None:
        """Read at this height of the plot, 0 to 1; None: at the loudest band."""
        self._pointed = share

    def set_patches(self, patches: Sequence[Patch]) -> None:
        """Outline these, or none."""
        self.patches = tuple(patches)
        self._outlines.show_patches(patches)

    def draw(self, features: DisplayFeatures | None, *, live: bool) -> None:
        if features is not self._features:
            self._features = features
            self._pyramid = None if features is None else MelPyramid(features)
            if features is not None:
                self._mels = hz_to_mel(features.mel_centres_hz)
        half = (self._mels[1] - self._mels[0]) / 2 if features is not None else 0.0
        low, high = float(self._mels[0] - half), float(self._mels[-1] + half)
        self.set_y(low, high, [float(hz_to_mel(hz)) for hz in _TICKS_HZ])
        self._image.clear()
        if features is None or self._pyramid is None or not features.n_frames:
            return
        self._pyramid.update()
        first, past = visible_frames(self.start_s, self.end_s, features.n_frames)
        levels, begin, width = self._pyramid.view(first, past, 2 * self.columns())
        if not len(levels):
            return
        self._fit_levels(levels, live=live)
        left = FIRST_FRAME_S + (begin - 0.5) * HOP_S
        where = QRectF(left, low, len(levels) * width * HOP_S, high - low)
        self._image.show_levels(levels, self._table, where)

    def _fit_levels(self, levels: Levels, *, live: bool) -> None:
        """The loudest in view gets the lightest colours, in steps of 10 dB, seldom changed."""
        loudest = FLOOR_DB + float(levels.max()) * DB_PER_LEVEL
        wanted = min(0.0, max(np.ceil(loudest / _STEP_DB) * _STEP_DB, FLOOR_DB + _RANGE_DB))
        if wanted > self._top_db or (not live and wanted != self._top_db):
            self._set_top(wanted)
        elif wanted < self._top_db:
            self._quiet += 1
            if self._quiet > _PATIENCE:
                self._set_top(wanted)
        else:
            self._quiet = 0

    def _set_top(self, top_db: float) -> None:
        self._top_db, self._quiet = top_db, 0
        high = (top_db - FLOOR_DB) / DB_PER_LEVEL
        self._table = rgb32_table(high - _RANGE_DB / DB_PER_LEVEL, high)

    def value_at(self, features: DisplayFeatures, time_s: float) -> tuple[float, float] | None:
        """Decibels and hertz of the band pointed at, else of the loudest, at this time."""
        n = features.n_frames
        if not n or not 0.0 <= time_s <= features.duration_s:
            return None
        column = features.mel_levels[min(max(frame_at(time_s), 0), n - 1)]
        if self._pointed is None:
            band = int(column.argmax())
            hz = float(features.mel_centres_hz[band])
        else:
            mel = self.low + self._pointed * (self.high - self.low)
            band = int(np.abs(self._mels - mel).argmin())
            hz = max(0.0, float(mel_to_hz(mel)))
        return FLOOR_DB + float(column[band]) * DB_PER_LEVEL, hz

    def read(self, features: DisplayFeatures, time_s: float) -> str:
        value = self.value_at(features, time_s)
        if value is None:
            return ""
        decibels = f"{value[0]:.0f}".replace("-", MINUS)
        return f"{decibels} dB at {value[1]:.0f} Hz"

    def y_labels(self) -> tuple[list[str], str]:
        return [f"{hz:.0f}" for hz in _TICKS_HZ], self.title

    def draw_margin(self, painter: QPainter, plot: QRectF) -> None:
        height = self.margins.line_height
        bar = QRectF(plot.right() + 8, plot.top(), _BAR_PX, plot.height())
        low_db = self._top_db - _RANGE_DB
        first = (low_db - FLOOR_DB) / DB_PER_LEVEL
        steps = np.clip(first + np.arange(256) / 255 * _RANGE_DB / DB_PER_LEVEL, 0, 255)
        pixels = np.ascontiguousarray(self._table[steps.astype(np.uint8)][::-1])
        painter.drawImage(bar, QImage(pixels.data, 1, 256, 4, QImage.Format.Format_RGB32))
        painter.setPen(QPen(QColor(self.palette_.text)))
        # The labels at the ends are kept inside, so that there is room for this many lines between.
        room = plot.height() / height - 1
        step = 20.0 if room > 3 else 30.0 if room > 2 else _RANGE_DB
        for decibels in np.arange(self._top_db, low_db - 1.0, -step):
            share = (decibels - low_db) / _RANGE_DB
            y = bar.bottom() - share * bar.height()
            y = min(max(y, bar.top() + height / 2), bar.bottom() - height / 2)
            label = tick_label(decibels, step) + (" dB" if decibels >= self._top_db else "")
            painter.drawText(
                QRectF(bar.right() + 4, y - height / 2, self.margins.right, height),
                Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter,
                label,
            )
