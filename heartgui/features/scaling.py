"""Min-Max scaling, at once or with the range seen so far."""

from __future__ import annotations

import numpy as np

from heartgui.features.framing import FloatArray


def min_max(values: FloatArray) -> FloatArray:
    """X_new = (X - min X) / (max X - min X), the paper's scaling.

    Returns the same shape, 0 to 1; all zeros where every value is the same or there is none.
    """
    if values.size == 0:
        return np.zeros_like(values)
    return _scale(values, values.min(), values.max())


class RunningMinMax:
    """Min-Max scaling with the range of everything pushed so far.

    After the last block, `scale` of the whole equals `min_max` of the whole.
    """

    def __init__(self) -> None:
        self.low: float = np.inf
        self.high: float = -np.inf

    def push(self, values: FloatArray) -> None:
        if values.size:
            self.low = min(self.low, values.min())
            self.high = max(self.high, values.max())

    def scale(self, values: FloatArray) -> FloatArray:
        if values.size == 0 or self.low > self.high:
            return np.zeros_like(values)
        return _scale(values, values.dtype.type(self.low), values.dtype.type(self.high))


def _scale(values: FloatArray, low: np.floating, high: np.floating) -> FloatArray:
    if low == high:
        return np.zeros_like(values)
    return (values - low) / (high - low)
