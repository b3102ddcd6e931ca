"""Rows of figures beside the bars they must meet."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """bar: the limit, in the figure's unit; None for a figure that stands beside another.
    at_least: the figure must reach the bar instead of staying under it."""

    what: str
    figure: float
    unit: str
    bar: float | None = None
    at_least: bool = False
    note: str = ""

    @property
    def met(self) -> bool:
        if self.bar is None:
            return True
        return self.figure >= self.bar if self.at_least else self.figure <= self.bar

    def __str__(self) -> str:
        figure = f"{_number(self.figure)} {self.unit}"
        sign = "≥" if self.at_least else "≤"
        bar = "" if self.bar is None else f"{sign} {_number(self.bar)} {self.unit}"
        verdict = "" if self.bar is None else "met" if self.met else "MISSED"
        return f"{self.what:58} {figure:>14}   {bar:>12}  {verdict:6}  {self.note}".rstrip()


def p95(values: Sequence[float]) -> float:
    return statistics.quantiles(values, n=20, method="inclusive")[-1]


def _number(value: float) -> str:
    places = 0 if value >= 100 else 1 if value >= 10 else 2
    return f"{value:.{places}f}"
