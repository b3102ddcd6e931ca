"""Round numbers for axes: steps, tick positions, labels, and ranges that grow in steps."""

from __future__ import annotations

import math

MINUS = "\N{MINUS SIGN}"
TIMES = "\N{MULTIPLICATION SIGN}"
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def nice_step(span: float, most: int) -> float:
    """The smallest of 1, 2, 5 times a power of ten that needs at most `most` steps for span."""
    rough = span / max(most, 1)
    power = 10.0 ** math.floor(math.log10(rough))
    for multiple in (1.0, 2.0, 5.0):
        if multiple * power >= rough * (1 - 1e-9):
            return multiple * power
    return 10.0 * power


def nice_ceiling(value: float) -> float:
    """The smallest round number that is at least value (> 0), and that halves to one."""
    power = 10.0 ** math.floor(math.log10(value))
    for multiple in (1.0, 1.2, 1.6, 2.0, 3.0, 4.0, 6.0, 8.0):
        if multiple * power >= value * (1 - 1e-9):
            return float(f"{multiple * power:.3g}")
    return float(f"{10.0 * power:.3g}")


def ticks_between(start: float, end: float, step: float) -> list[float]:
    """Multiples of step within [start, end]."""
    first = math.ceil(start / step - 1e-6)
    last = math.floor(end / step + 1e-6)
    return [k * step for k in range(first, last + 1)]


def tick_label(value: float, step: float) -> str:
    """The number with as many decimals as the step needs, and a true minus sign."""
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    while decimals < 9 and abs(round(step, decimals) - step) > 1e-6 * step:
        decimals += 1
    text = f"{abs(value):.{decimals}f}"
    negative = value < 0 and float(text) != 0.0
    return f"{MINUS}{text}" if negative else text


def power_of_ten(largest: float) -> int:
    """The exponent to divide an axis by so that its labels stay short: 0, -3, -6 …"""
    if largest >= 0.05 or largest <= 0.0:
        return 0
    return 3 * math.floor(math.log10(largest) / 3 + 1e-9)


def power_label(exponent: int) -> str:
    """Times ten to this power, in superscript; nothing for 0."""
    return f"{TIMES}10{str(exponent).translate(_SUPERSCRIPTS)}" if exponent else ""


def number(value: float) -> str:
    """Two significant figures, a true minus sign, a power of ten where it is very small."""
    if value == 0.0:
        return "0"
    size = abs(value)
    sign = MINUS if value < 0 else ""
    if size < 0.001:
        mantissa, exponent = f"{size:.1e}".split("e")
        return f"{sign}{mantissa}{power_label(int(exponent))}"
    decimals = max(0, 1 - math.floor(math.log10(size)))
    return f"{sign}{size:.{decimals}f}"


class SteppedRange:
    """The top of an axis in round steps: up at once, down only after a while.

    An axis that follows each frame flickers and cannot be read; this one moves rarely.

    floor, ceiling: limits of the top. patience: updates for which a much smaller top must
    have been enough before the axis comes down.
    """

    def __init__(self, *, floor: float, ceiling: float, patience: int = 45) -> None:
        self._floor = floor
        self._ceiling = ceiling
        self._patience = patience
        self._quiet = 0
        self.top = floor

    def reset(self) -> None:
        self.top = self._floor
        self._quiet = 0

    def update(self, peak: float, *, at_once: bool = False) -> bool:
        """Take the largest value in view. at_once: come down without waiting.

        Returns whether the top changed.
        """
        wanted = nice_ceiling(max(peak * 1.05, 1e-12))
        wanted = min(max(wanted, self._floor), self._ceiling)
        if wanted > self.top or (at_once and wanted != self.top):
            self.top, self._quiet = wanted, 0
            return True
        if wanted <= 0.6 * self.top:
            self._quiet += 1
            if self._quiet > self._patience:
                self.top, self._quiet = wanted, 0
                return True
        else:
            self._quiet = 0
        return False
