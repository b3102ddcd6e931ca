"""The six signal-quality sub-scores, each as five segments."""

from __future__ import annotations

import math

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from heartgui.domain import Quality
from heartgui.ui.theme import LIGHT, Palette
from heartgui.ui.widgets.card import Card, label, set_role

LABELS = {
    "level": "Level", "clipping": "Clipping", "noise": "Noise",
    "hum": "Mains hum", "voices": "Voices", "rhythm": "Rhythm",
}  # fmt: skip
"""By the score's name; a take saved by an older version may lack some."""
_GAP_PX = 18
_SEGMENT_PX = 10
_SEGMENT_STEP_PX = 13
_WORDS_GAP_PX = 4
N_SEGMENTS = 5
GOOD, FAIR = 0.6, 0.3
WITHOUT_A_SCORE = {"too-short": "too short", "low-rate": "low sample rate"}
"""By the reason's code: what is wrong though every segment may be lit."""


def verdict(quality: Quality) -> str:
    """good, fair or poor; or what is wrong, where no score shows it: `poor` beside full segments
    would contradict them."""
    codes = [reason.code for reason in quality.reasons]
    if codes and all(code in WITHOUT_A_SCORE for code in codes):
        return WITHOUT_A_SCORE[codes[0]]
    if codes:
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
        self.rows = _Rows(palette)
        self.body.addWidget(self.rows)

    def set_palette(self, palette: Palette) -> None:
        self.rows.palette_ = palette
        self.rows.update()

    def show_quality(self, quality: Quality | None) -> None:
        words = verdict(quality) if quality else "–"
        self.verdict.setText(words)
        roles = {"good": "good", "fair": "warn", "–": "muted"}
        set_role(self.verdict, roles.get(words, "bad"))
        self.rows.quality = quality
        self.rows.setAccessibleDescription(
            ", ".join(f"{s.label} {segments(s.score)} of 5" for s in quality.scores)
            if quality
            else ""
        )
        self.rows.update()


class _Rows(QWidget):
    """In two columns, or in one where words in large text would run into the segments."""

    def __init__(self, palette: Palette) -> None:
        super().__init__()
        self.palette_ = palette
        self.quality: Quality | None = None
        self._n_columns = 2
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Signal quality scores")

    @property
    def n_columns(self) -> int:
        return self._n_columns

    def _row_height(self) -> int:
        return QFontMetrics(self.font()).height() + 3

    def _n_rows(self) -> int:
        return -(-len(LABELS) // self._n_columns)

    def sizeHint(self) -> QSize:
        return QSize(220, self._row_height() * self._n_rows())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        metrics = QFontMetrics(self.font())
        words = max(metrics.horizontalAdvance(text) for text in LABELS.values())
        needed = words + _WORDS_GAP_PX + N_SEGMENTS * _SEGMENT_STEP_PX
        n_columns = 2 if 2 * needed + _GAP_PX <= self.width() else 1
        if n_columns != self._n_columns:
            self._n_columns = n_columns
            self.updateGeometry()

    def paintEvent(self, event: QPaintEvent) -> None:
        p = self.palette_
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        scores = {score.name: score.score for score in self.quality.scores} if self.quality else {}
        n_rows = self._n_rows()
        width = (self.width() - _GAP_PX * (self._n_columns - 1)) / self._n_columns
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
                x = box.right() - (N_SEGMENTS - place) * _SEGMENT_STEP_PX + 3
                segment = QRectF(x, box.center().y() - 3.5, _SEGMENT_PX, 7)
                painter.drawRoundedRect(segment, 3.5, 3.5)
        painter.end()
