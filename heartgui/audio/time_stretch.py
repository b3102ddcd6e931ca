"""Slower playback at the same pitch, by waveform similarity overlap-add.

WSOLA after Verhelst and Roelands (1993): frames are taken from the recording at a slower pace
than they are laid down, each at the place nearby where it continues the last one best.
"""

from __future__ import annotations

import numpy as np

from heartgui.domain import Samples

FRAME_S = 0.060
SEARCH_S = 0.012


class TimeStretcher:
    """Reads one recording at a pace. Frames overlap by half."""

    def __init__(self, samples: Samples, sample_rate_hz: int, speed: float) -> None:
        self._samples = samples
        self._speed = speed
        self._half = max(8, round(FRAME_S * sample_rate_hz) // 2)
        self._search = max(1, round(SEARCH_S * sample_rate_hz))
        self._fade = np.sin(np.pi * (np.arange(self._half) + 0.5) / (2 * self._half)) ** 2
        self._tail: Samples | None = None
        self._next: Samples | None = None

    def reset(self) -> None:
        """Forget the last frame, after a jump to another place."""
        self._tail = self._next = None

    def block(self, position: float) -> tuple[Samples, float]:
        """Half a frame of output for the place `position` (samples), and the place after it.

        Returns an empty block at the recording's end.
        """
        start = round(position)
        if start >= len(self._samples):
            return np.empty(0, dtype=np.float32), position
        if self._tail is None or self._next is None:
            best = start
            self._tail = self._piece(start)
        else:
            best = self._most_alike(start, self._next)
        out = self._tail * (1 - self._fade) + self._piece(best) * self._fade
        self._tail = self._piece(best + self._half)
        self._next = self._tail
        return out.astype(np.float32), position + self._half * self._speed

    def _piece(self, start: int) -> Samples:
        piece = self._samples[max(0, start) : max(0, start + self._half)]
        return np.pad(piece, (0, self._half - len(piece)))

    def _most_alike(self, start: int, wanted: Samples) -> int:
        """Start near `start` whose piece looks most like what would have followed naturally."""
        first = max(0, start - self._search)
        area = self._samples[first : start + self._search + self._half]
        if len(area) <= self._half:
            return start
        likeness = np.correlate(area, wanted, mode="valid")
        energy = np.concatenate([[0.0], np.cumsum(area.astype(np.float64) ** 2)])
        norms = np.sqrt(energy[self._half :] - energy[: -self._half] + 1e-9)
        return first + int(np.argmax(likeness / norms))
