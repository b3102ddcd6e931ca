"""Cutting a signal into overlapping frames, at once or as it arrives."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.floating[Any]]


def frame(samples: FloatArray, *, frame_length: int, hop_length: int) -> FloatArray:
    """Overlapping frames of a signal, without padding; incomplete ones at the end are left out.

    samples: shape (n_samples,). Returns a read-only view of shape (n_frames, frame_length) with
    n_frames = 1 + (n_samples - frame_length) // hop_length, or 0 for a shorter signal.
    Raises ValueError for lengths below 1.
    """
    if frame_length < 1 or hop_length < 1:
        raise ValueError("frame_length and hop_length must be at least 1")
    if len(samples) < frame_length:
        return np.empty((0, frame_length), dtype=samples.dtype)
    return np.lib.stride_tricks.sliding_window_view(samples, frame_length)[::hop_length]


class FrameStream:
    """Yields the same frames as `frame`, for blocks of any size, empty ones included."""

    def __init__(self, frame_length: int, hop_length: int) -> None:
        self.frame_length = frame_length
        self.hop_length = hop_length
        self._kept: FloatArray = np.empty(0, dtype=np.float32)
        self._skip = 0

    def push(self, block: FloatArray) -> FloatArray:
        """Add samples, shape (n,). Returns the frames now complete, shape (n_new, frame_length)."""
        # With a hop longer than the frame, samples between two frames are passed over.
        skipped = min(self._skip, len(block))
        self._skip -= skipped
        joined = np.concatenate([self._kept, block[skipped:]])
        frames = frame(joined, frame_length=self.frame_length, hop_length=self.hop_length)
        used = len(frames) * self.hop_length
        self._skip += max(0, used - len(joined))
        self._kept = joined[used:]
        return frames
