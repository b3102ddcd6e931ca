"""The four signal-quality sub-scores, each as five segments."""

from __future__ import annotations

import math

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from heartgui.domain import Quality
from heartgui.ui.theme import LIGHT, Palette
from heartgui.ui.widgets.card import Card, label, set_role

LABELS = ("Level", "Background noise", "Mains hum", "Rhythm clarity")
N_SEGMENTS = 5
GOOD, FAIR = 0.6, 0.3


def verdict(quality: Quality) -> str:
    """good, fair or poor."""
    if quality.reasons:
        return "poor"
    return "good" if quality.overall >= GOOD else "fair" if quality.overall >= FAIR else "poor"


def segments(score: float) -> int:
    """How many of five segments a score of 0 to 1 lights."""
    return min(N_SEGMENTS, math.ceil(score * N_SEGMENTS - 1e-9)) if score > 0 else 0


class QualityCard(Card):
    """Signal quality of the take on screen."""

    def __init__(self, palette: Palette = LIGHT, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.body.setSpacing(4)
        head = QHBoxLayout()
        head.addWidget(label("Signal quality", "heading"))
        head.addStretch(1)
        self.verdict = label("", "muted")
        head.addWidget(self.verdict)
        self.body.addLayout(head)
        self._rows = _Rows(palette)
        self.body.addWidget(self._rows)

    def set_palette(self, palette: Palette) -> None:
        self._rows.palette_ = palette
        self._rows.update()

    def show_quality(self, quality: Quality | None) -> None:
        words = verdict(quality) if quality else "–"
        self.verdict.setText(words)
        set_role(self.verdict, {"good": "good", "fair": "warn", "poor": "bad"}.get(words, "muted"))
        self._rows.quality = quality
        self._rows.setAccessibleDescription(
            ", ".join(f"{s.label} {segments(s.score)} of 5" for s in quality.scores)
            if quality
            else ""
        )
        self._rows.update()


class _Rows(QWidget):
    def __init__(self, palette: Palette) -> None:
        super().__init__()
        self.palette_ = palette
        self.quality: Quality | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Signal quality scores")

    def _row_height(self) -> int:
        return QFontMetrics(self.font()).height() + 3

    def sizeHint(self) -> QSize:
        return QSize(220, self._row_height() * len(LABELS))

    def paintEvent(self, event: QPaintEvent) -> None:
        p = self.palette_
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        scores = self.quality.scores if self.quality else ()
        for index, name in enumerate(LABELS):
            row = QRectF(0, index * self._row_height(), self.width(), self._row_height())
            painter.setPen(QColor(p.text if scores else p.muted))
            painter.drawText(row, Qt.AlignmentFlag.AlignVCenter, name)
            score = scores[index].score if scores else 0.0
            lit = segments(score)
            colour = p.good if score >= GOOD else p.warn if score >= FAIR else p.bad
            painter.setPen(Qt.PenStyle.NoPen)
            for place in range(N_SEGMENTS):
                painter.setBrush(QColor(colour if place < lit else p.empty))
                x = self.width() - (N_SEGMENTS - place) * 21 + 3
                painter.drawRoundedRect(QRectF(x, row.center().y() - 3.5, 17, 7), 3.5, 3.5)
        painter.end()
