"""The level meter: peak, loudness, clipping and silence as the sound arrives."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from heartgui.audio.clipping import clipped_samples
from heartgui.domain import Samples

SILENT_PEAK = 10 ** (-60 / 20)
"""A recording that is no louder anywhere holds no sound."""
FLOOR_DBFS = -100.0
HOLD_S = 0.1


class LevelReading(NamedTuple):
    """peak_dbfs, rms_dbfs: of the last tenth of a second, -100 to 0. clipped: latched until
    reset. silent_s: how long every sample has been exactly zero."""

    peak_dbfs: float
    rms_dbfs: float
    clipped: bool
    silent_s: float


class LevelMeter:
    """Fed with blocks of any size."""

    def __init__(self, sample_rate_hz: int) -> None:
        self._rate_hz = sample_rate_hz
        self._recent = np.empty(0, dtype=np.float32)
        self._clipped = False
        self._silent_s = 0.0

    def push(self, block: Samples) -> LevelReading:
        """Add samples, shape (n,), full scale -1 to 1. Returns the reading after them."""
        if len(block):
            keep = round(HOLD_S * self._rate_hz)
            joined = np.concatenate([self._recent, block])
            self._clipped = self._clipped or clipped_samples(joined) > 0
            self._recent = joined[-keep:]
            silent = not np.any(block)
            self._silent_s = self._silent_s + len(block) / self._rate_hz if silent else 0.0
        return LevelReading(
            peak_dbfs=to_dbfs(float(np.abs(self._recent).max(initial=0.0))),
            rms_dbfs=to_dbfs(float(np.sqrt(np.mean(self._recent**2))) if len(self._recent) else 0),
            clipped=self._clipped,
            silent_s=self._silent_s,
        )

    def reset(self) -> None:
        """Put out the clip lamp."""
        self._clipped = False
        self._recent = self._recent[:0]


def centred(samples: Samples) -> Samples:
    """Without their mean. A few samples may leave none at a lower rate, and none have no mean."""
    if not len(samples):
        return samples
    return samples - np.mean(samples, dtype=np.float64).astype(np.float32)


def to_dbfs(amplitude: float) -> float:
    """20 log10 of an amplitude relative to full scale, -100 at the least."""
    return max(FLOOR_DBFS, 20.0 * math.log10(amplitude)) if amplitude > 0 else FLOOR_DBFS
