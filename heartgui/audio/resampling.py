"""Changing the sample rate, at once or as the sound arrives (soxr, high quality)."""

from __future__ import annotations

import numpy as np
import soxr

from heartgui.domain import Samples


def resample(samples: Samples, from_hz: int, to_hz: int) -> Samples:
    """samples: shape (n,), at from_hz. Returns shape (about n * to_hz / from_hz,), at to_hz."""
    if from_hz == to_hz or not len(samples):
        return samples
    return np.asarray(soxr.resample(samples, from_hz, to_hz), dtype=np.float32)


class StreamResampler:
    """Resamples blocks of any size; the joined output does not depend on how they were cut."""

    def __init__(self, from_hz: int, to_hz: int) -> None:
        self._stream = (
            soxr.ResampleStream(from_hz, to_hz, 1, dtype="float32") if from_hz != to_hz else None
        )

    def push(self, block: Samples) -> Samples:
        """Add samples, shape (n,). Returns the output that is ready, which may be empty."""
        if self._stream is None:
            return block
        if not len(block):
            return np.empty(0, dtype=np.float32)
        return np.asarray(self._stream.resample_chunk(block), dtype=np.float32)

    def finish(self) -> Samples:
        """The rest of the output. Nothing may be pushed afterwards."""
        nothing = np.empty(0, dtype=np.float32)
        if self._stream is None:
            return nothing
        return np.asarray(self._stream.resample_chunk(nothing, last=True), dtype=np.float32)
