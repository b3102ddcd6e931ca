"""Where each window's answer stands on the time axis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from heartgui.domain import CLASSES, HeartSoundClass, WindowPrediction
from heartgui.inference.wording import class_title


@dataclass(frozen=True)
class Cell:
    """The stretch of the axis that is nearer to this window's middle than to any other's."""

    start_s: float
    end_s: float
    window: WindowPrediction

    @property
    def label(self) -> HeartSoundClass:
        return self.window.label


def cells(windows: Sequence[WindowPrediction]) -> list[Cell]:
    """Windows overlap; their cells do not, and together cover what the windows cover."""
    ordered = sorted(windows, key=lambda w: (w.start_s, w.end_s))
    made = []
    for index, window in enumerate(ordered):
        start_s, end_s = window.start_s, window.end_s
        if index > 0:
            start_s = max(start_s, _between(ordered[index - 1], window))
        if index + 1 < len(ordered):
            end_s = min(end_s, _between(window, ordered[index + 1]))
        made.append(Cell(start_s, max(start_s, end_s), window))
    return made


def cell_texts(cell: Cell) -> tuple[str, ...]:
    """What a cell may say, the longest first: for wide, narrow and narrower cells."""
    probability = cell.window.probabilities[CLASSES.index(cell.label)]
    title = class_title(cell.label)
    return (f"{title} {probability:.2f}", title, f"{probability:.2f}")


def describe(cell: Cell, model: str) -> str:
    """All probabilities of a window, for a tooltip."""
    window = cell.window
    lines = [f"{model + ', ' if model else ''}{window.start_s:.1f} to {window.end_s:.1f} s"]
    lines += [
        f"{class_title(label)}: {probability:.2f}"
        for label, probability in zip(CLASSES, window.probabilities, strict=True)
    ]
    return "\n".join(lines)


def _between(first: WindowPrediction, second: WindowPrediction) -> float:
    return (first.start_s + first.end_s + second.start_s + second.end_s) / 4.0
