"""The space around the plots, the same for every track so that their edges line up."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QFont, QFontMetricsF

from heartgui.ui.plots.ticks import MINUS
from heartgui.ui.theme import tabular


@dataclass(frozen=True)
class Margins:
    """Pixels beside and below each plot, and the font they are made for."""

    left: float
    right: float
    time_axis: float
    line_height: float
    tick_font: QFont

    @classmethod
    def for_font(cls, font: QFont) -> Margins:
        """Room for the longest labels in this font, a little smaller than the text around."""
        tick_font = tabular(font)
        if font.pointSizeF() > 0:
            tick_font.setPointSizeF(max(7.0, font.pointSizeF() * 0.86))
        else:
            tick_font.setPixelSize(max(9, round(font.pixelSize() * 0.86)))
        metrics = QFontMetricsF(tick_font)
        line_height = metrics.height()
        return cls(
            left=round(line_height + 4 + metrics.horizontalAdvance("0.025") + 8),
            right=round(max(metrics.horizontalAdvance(f"{MINUS}100 dB") + 24, 60.0)),
            time_axis=round(line_height + 7),
            line_height=line_height,
            tick_font=tick_font,
        )
