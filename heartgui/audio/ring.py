"""The buffer between PortAudio's callback and the capture worker."""

from __future__ import annotations

import numpy as np

from heartgui.audio.source import Block, RawSamples


class SampleRing:
    """One producer (the callback), one consumer, preallocated memory, no lock.

    Each side writes only its own counter, and the producer publishes samples before the count
    that makes them visible. What does not fit is counted and left out.
    """

    def __init__(self, capacity: int) -> None:
        self._samples = np.zeros(capacity, dtype=np.int16)
        self._capacity = capacity
        self._written = 0
        self._read = 0
        self._skips: list[tuple[int, int]] = []
        self._lost = 0

    @property
    def lost_frames(self) -> int:
        """Frames that did not fit, since the beginning."""
        return self._lost

    def write(self, samples: RawSamples) -> None:
        """Called by the producer. Copies what fits; counts the rest as lost."""
        n = len(samples)
        fits = min(n, self._capacity - (self._written - self._read))
        start = self._written % self._capacity
        head = min(fits, self._capacity - start)
        self._samples[start : start + head] = samples[:head]
        self._samples[: fits - head] = samples[head:fits]
        self._written += fits
        if fits < n:
            self.skip(n - fits)

    def skip(self, n_frames: int) -> None:
        """Note that frames were lost after the last written one."""
        self._skips.append((self._written, n_frames))
        self._lost += n_frames

    def read(self) -> Block | None:
        """Called by the consumer. Everything up to the next loss, or None."""
        end = self._written
        passed = sum(n for at, n in self._skips if at <= self._read)
        later = [at for at, _ in self._skips if at > self._read]
        stop = min([end, *later])
        n = stop - self._read
        if n <= 0:
            return None
        start = self._read % self._capacity
        head = min(n, self._capacity - start)
        out = np.empty(n, dtype=np.int16)
        out[:head] = self._samples[start : start + head]
        out[head:] = self._samples[: n - head]
        block = Block(out, self._read + passed)
        self._read = stop
        return block
