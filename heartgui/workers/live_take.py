"""A take while it is being recorded: appended to by the capture worker, read by the screen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from heartgui.domain import Recording, Samples
from heartgui.errors import HeartGUIError
from heartgui.features.display import DisplayFeatures, FeatureStream


class LiveTake:
    """Samples and features of the running take.

    One thread appends, others only read: the samples lie in memory reserved for the whole
    length, and the count is published after they are in place, so no lock is needed.

    path: the WAV file being written. length_s: the planned length.
    """

    def __init__(self, path: Path, sample_rate_hz: int, length_s: float) -> None:
        self.path = path
        self.sample_rate_hz = sample_rate_hz
        self.n_planned = round(length_s * sample_rate_hz)
        self.length_s = length_s
        self.gaps: list[tuple[float, float]] = []
        self._samples = np.zeros(self.n_planned, dtype=np.float32)
        self._n_frames = 0
        self._stream = FeatureStream(sample_rate_hz)

    @property
    def n_frames(self) -> int:
        return self._n_frames

    @property
    def duration_s(self) -> float:
        return self._n_frames / self.sample_rate_hz

    @property
    def complete(self) -> bool:
        return self._n_frames >= self.n_planned

    @property
    def features(self) -> DisplayFeatures:
        return self._stream.features

    def append(self, block: Samples) -> None:
        """Add samples, shape (n,), float32. The caller never passes more than is still planned."""
        end = self._n_frames + len(block)
        self._samples[self._n_frames : end] = block
        self._n_frames = end
        self._stream.push(block)

    def finish(self) -> None:
        """Flush the last, incomplete analysis frames."""
        self._stream.finish()

    def recent(self, seconds: float) -> tuple[Samples, float]:
        """A copy of the last `seconds` of samples, and when they start, seconds into the take."""
        end = self._n_frames
        start = max(0, end - round(seconds * self.sample_rate_hz))
        return self._samples[start:end].copy(), start / self.sample_rate_hz

    def recording(self) -> Recording:
        """What was recorded so far, as a recording of its own."""
        return Recording(
            samples=self._samples[: self._n_frames].copy(),
            sample_rate_hz=self.sample_rate_hz,
            path=self.path,
            source_sample_rate_hz=self.sample_rate_hz,
        )


class Stored(NamedTuple):
    """take_id: the take's number in the library, None where it is not listed. error: what failed of
    putting it there, None where nothing did."""

    take_id: int | None
    error: HeartGUIError | None = None


Store = Callable[[LiveTake], Stored]
"""Puts a take whose file is closed into the library, on the thread that recorded it."""


@dataclass(frozen=True, eq=False)
class FinishedTake:
    """A take whose file is closed. error: why it ended early, None when it did not. stored: what
    became of it in the library, None for a take without sound."""

    take: LiveTake
    error: HeartGUIError | None = None
    stored: Stored | None = None
