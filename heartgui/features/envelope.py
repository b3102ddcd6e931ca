"""The waveform's outline at any zoom: smallest and largest value of each screen column."""

from __future__ import annotations

import numpy as np

from heartgui.domain import Samples
from heartgui.features.growing import GrowingArray

FINE = 64
COARSE = 64 * FINE


class MinMaxPyramid:
    """Minima and maxima of a signal over blocks of 64 and 4,096 samples.

    A view of any length costs time in proportion to its columns, not to its samples: an hour
    is drawn as fast as a second. One thread may append or grow while others view.
    """

    def __init__(self) -> None:
        self._whole: Samples | None = None
        self._n_seen = 0
        self._samples = GrowingArray((), np.float32, 1024)
        self._fine = GrowingArray((2,), np.float32)
        self._coarse = GrowingArray((2,), np.float32)

    def __len__(self) -> int:
        return self._n_seen

    @property
    def samples(self) -> Samples:
        """All samples so far, shape (n,): a view, not to be written to."""
        return self._samples.values if self._whole is None else self._whole[: self._n_seen]

    def append(self, block: Samples) -> None:
        """Add samples, shape (n,)."""
        self._samples.append(block)
        self._reduce_new(self._samples.values)

    def grow(self, so_far: Samples) -> None:
        """Go on to the end of a signal that is kept as a whole elsewhere and not copied.

        so_far: shape (n,), with what was seen before as its beginning.
        """
        self._whole = so_far
        self._reduce_new(so_far)

    def _reduce_new(self, samples: Samples) -> None:
        before = self._n_seen
        if len(samples) <= before:
            return
        fine_from = before // FINE
        self._fine.replace_from(fine_from, _reduce(samples[fine_from * FINE :]))
        coarse_from = before // COARSE
        fine = self._fine.values[coarse_from * FINE :]
        coarse = np.stack([_reduce(fine[:, 0])[:, 0], _reduce(fine[:, 1])[:, 1]], axis=1)
        self._coarse.replace_from(coarse_from, coarse)
        self._n_seen = len(samples)

    def view(self, start: int, stop: int, n_columns: int) -> tuple[Samples, Samples]:
        """Minima and maxima of `n_columns` equal parts of samples[start:stop].

        Each column covers at least its own samples (with far zoom a few of its neighbours'),
        so the true extremes of the range are always among the answers. Returns two arrays of
        shape (m,), m = min(n_columns, stop - start), clipped to what is there.
        """
        start, stop = max(0, start), min(stop, self._n_seen)
        n = min(n_columns, stop - start)
        if n <= 0:
            nothing = np.empty(0, dtype=np.float32)
            return nothing, nothing
        edges = start + (np.arange(n + 1) * (stop - start)) // n
        step = (stop - start) / n
        if step < FINE:
            values = self.samples
            return _columns(values, values, edges[:-1], edges[1:])
        bins, width = (self._fine.values, FINE) if step < COARSE else (self._coarse.values, COARSE)
        lows = edges[:-1] // width
        highs = np.minimum(-(-edges[1:] // width), len(bins))
        return _columns(bins[:, 0], bins[:, 1], lows, highs)


def _reduce(values: Samples) -> Samples:
    """Minimum and maximum of each 64 values, the last part shorter. Shape (n_parts, 2)."""
    n_parts = -(-len(values) // FINE)
    padded = np.pad(values, (0, n_parts * FINE - len(values)), mode="edge")
    # Turned, many parts are compared at once: half the time.
    turned = np.ascontiguousarray(padded.reshape(n_parts, FINE).T)
    return np.stack([turned.min(axis=0), turned.max(axis=0)], axis=1)


def _columns(
    lows: Samples, highs: Samples, starts: np.ndarray, stops: np.ndarray
) -> tuple[Samples, Samples]:
    """Minima of lows and maxima of highs over [start, stop) of each column; none is empty."""
    # reduceat takes pairs of edges; the odd results are the stretches between columns. An edge
    # must lie inside the array, so one value is put behind the last column's end.
    first, end = int(starts[0]), int(stops[-1])
    pairs = np.stack([starts, stops], axis=1).ravel() - first
    minima = np.minimum.reduceat(np.append(lows[first:end], lows[end - 1]), pairs)[::2]
    maxima = np.maximum.reduceat(np.append(highs[first:end], highs[end - 1]), pairs)[::2]
    return minima, maxima
