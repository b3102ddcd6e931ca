"""Heart rate, rhythm, and the averaged beat with systole and diastole shaded."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from heartgui.domain import AveragedBeat, Decision, Finding, HeartSoundClass
from heartgui.ui.theme import LIGHT, Palette, tabular
from heartgui.ui.widgets.card import Card, label, note


class HeartCard(Card):
    """Beats a minute, or that there is no number; below it the averaged beat where it is known."""

    def __init__(self, palette: Palette = LIGHT) -> None:
        super().__init__()
        row = QHBoxLayout()
        row.addWidget(label("Heart rate", "heading"))
        row.addStretch(1)
        self.value = label("–")
        self.value.setFont(
            tabular(self.font(), points=self.font().pointSizeF() + 2, weight=QFont.Weight.Bold)
        )
        row.addWidget(self.value)
        self.body.addLayout(row)
        self.beat = BeatCurve(palette)
        self.body.addWidget(self.beat)
        self.words = note()
        self.body.addWidget(self.words)
        self.show_nothing()

    def set_palette(self, palette: Palette) -> None:
        self.beat.palette_ = palette
        self.beat.update()

    def show_nothing(self) -> None:
        """No recording, or its answer is still to come."""
        self._show("–", None, "")

    def show_live(self, bpm: float | None) -> None:
        """The heart rate of the last seconds of a running take; None: not known yet."""
        self._show("–" if bpm is None else f"{bpm:.0f} /min", None, "")

    def show_finding(self, finding: Finding) -> None:
        bpm, cycle = finding.heart_rate_bpm, finding.cycle
        rate = "not determinable" if bpm is None else f"{bpm:.0f} /min"
        if cycle is None:
            self._show(rate, None, "")
            return
        parts = [f"Average of {cycle.beat.n_beats} beats" if cycle.beat else ""]
        early = len(cycle.early_beats_s)
        if early:
            # Of those told fewer than half are annotated so: see HeartNet's card.
            parts.append(f"possibly irregular: {early} early beat{'s' if early > 1 else ''}")
        elif cycle.beat:
            # Of two or three intervals it would be chance.
            parts.append(f"intervals vary by {100 * cycle.interval_spread:.0f} %")
        # Where it is to be recorded again no murmur is said, and none is hinted at.
        said = finding.decision is not Decision.RECORD_AGAIN
        if said and finding.label is HeartSoundClass.MURMUR and cycle.murmur_timing:
            louder = abs(cycle.systole_over_diastole_db)
            other = "diastole" if cycle.murmur_timing == "systolic" else "systole"
            parts.append(
                f"louder in {_phase(cycle.murmur_timing)} than in {other} by {louder:.0f} dB"
            )
        words = " · ".join(part for part in parts if part)
        self._show(rate, cycle.beat, words[:1].upper() + words[1:])

    def _show(self, rate: str, beat: AveragedBeat | None, words: str) -> None:
        self.value.setText(rate)
        self.beat.show_beat(beat)
        self.beat.setVisible(beat is not None)
        self.words.setText(words)
        self.words.setVisible(bool(words))


def _phase(timing: str) -> str:
    return {"systolic": "systole", "diastolic": "diastole"}[timing]


class BeatCurve(QWidget):
    """The mean beat's envelope with its spread (one standard deviation); S1 and S2 named, systole
    and diastole shaded differently and named."""

    def __init__(self, palette: Palette = LIGHT) -> None:
        super().__init__()
        self.palette_ = palette
        self._beat: AveragedBeat | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Averaged beat")

    def show_beat(self, beat: AveragedBeat | None) -> None:
        self._beat = beat
        if beat is not None:
            text = (
                f"Averaged beat of {beat.n_beats}: from S1 to S2 {1000 * beat.s2_s:.0f} ms."
                " Band: one standard deviation."
            )
            self.setToolTip(text)
            self.setAccessibleDescription(text)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(220, round(5 * QFontMetricsF(self.font()).height()))

    def paintEvent(self, event: QPaintEvent) -> None:
        beat, p = self._beat, self.palette_
        if beat is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics = QFontMetricsF(painter.font())
        row = metrics.height() + 2
        plot = QRectF(0.5, row, self.width() - 1, self.height() - 2 * row)
        length_s = len(beat.mean) * beat.step_s
        # The highest peak stays clear of the names above it.
        top = 1.08 * max(m + s for m, s in zip(beat.mean, beat.spread, strict=True))

        def x_of(time_s: float) -> float:
            return plot.left() + time_s / length_s * plot.width()

        def y_of(value: float) -> float:
            return plot.bottom() - max(value, 0.0) / top * plot.height()

        shades = ((0.0, beat.s2_s, p.accent, 34), (beat.s2_s, length_s, p.muted, 20))
        for start_s, end_s, colour, alpha in shades:
            shade = QColor(colour)
            shade.setAlpha(alpha)
            painter.fillRect(QRectF(x_of(start_s), plot.top(), x_of(end_s) - x_of(start_s),
                                    plot.height()), shade)  # fmt: skip
        times = [index * beat.step_s for index in range(len(beat.mean))]
        upper = [QPointF(x_of(t), y_of(m + s)) for t, m, s in zip(times, beat.mean, beat.spread,
                                                                 strict=True)]  # fmt: skip
        lower = [QPointF(x_of(t), y_of(m - s)) for t, m, s in zip(times, beat.mean, beat.spread,
                                                                 strict=True)]  # fmt: skip
        band = QColor(p.waveform)
        band.setAlpha(60)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(band)
        painter.drawPolygon(QPolygonF(upper + lower[::-1]))
        painter.setPen(QPen(QColor(p.waveform), 1.5))
        painter.drawPolyline(
            QPolygonF([QPointF(x_of(t), y_of(m)) for t, m in zip(times, beat.mean, strict=True)])
        )
        painter.setPen(QColor(p.text))
        for name, start_s, end_s in (
            ("S1", 0.0, beat.systole_s), ("S2", beat.s2_s, beat.diastole_s),
        ):  # fmt: skip
            middle = x_of((start_s + end_s) / 2)
            left = min(max(middle - 20, 0.0), self.width() - 40.0)
            painter.drawText(QRectF(left, 0, 40, row), Qt.AlignmentFlag.AlignCenter, name)
        painter.setPen(QColor(p.muted))
        for name, start_s, end_s in (
            ("systole", 0.0, beat.s2_s), ("diastole", beat.s2_s, length_s),
        ):  # fmt: skip
            box = QRectF(x_of(start_s), plot.bottom(), x_of(end_s) - x_of(start_s), row)
            if metrics.horizontalAdvance(name) <= box.width():
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, name)
        painter.end()
