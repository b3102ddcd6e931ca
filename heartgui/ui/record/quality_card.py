"""The six signal-quality sub-scores, each as five segments."""

from __future__ import annotations

import math

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from heartgui.domain import Quality
from heartgui.ui.theme import LIGHT, Palette
from heartgui.ui.widgets.card import Card, label, set_role

LABELS = {
    "level": "Level", "clipping": "Clipping", "noise": "Noise",
    "hum": "Mains hum", "voices": "Voices", "rhythm": "Rhythm",
}  # fmt: skip
"""By the score's name; a take saved by an older version may lack some."""
N_COLUMNS = 2
_GAP_PX = 18
_SEGMENT_PX = 10
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
        return QSize(220, self._row_height() * -(-len(LABELS) // N_COLUMNS))

    def paintEvent(self, event: QPaintEvent) -> None:
        p = self.palette_
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        scores = {score.name: score.score for score in self.quality.scores} if self.quality else {}
        n_rows = -(-len(LABELS) // N_COLUMNS)
        width = (self.width() - _GAP_PX * (N_COLUMNS - 1)) / N_COLUMNS
        for index, (name, words) in enumerate(LABELS.items()):
            column, row = divmod(index, n_rows)
            left = column * (width + _GAP_PX)
            box = QRectF(left, row * self._row_height(), width, self._row_height())
            painter.setPen(QColor(p.text if name in scores else p.muted))
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, words)
            score = scores.get(name, 0.0)
            lit = segments(score)
            colour = p.good if score >= GOOD else p.warn if score >= FAIR else p.bad
            painter.setPen(Qt.PenStyle.NoPen)
            for place in range(N_SEGMENTS):
                painter.setBrush(QColor(colour if place < lit else p.empty))
                x = box.right() - (N_SEGMENTS - place) * (_SEGMENT_PX + 3) + 3
                segment = QRectF(x, box.center().y() - 3.5, _SEGMENT_PX, 7)
                painter.drawRoundedRect(segment, 3.5, 3.5)
        painter.end()
