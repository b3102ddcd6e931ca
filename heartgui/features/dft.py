"""Fourier transforms in single precision: of many short frames at few frequencies by products of
matrices, else by FFT.

Of many short frames an FFT would take longer: its cost is in the calls, and half its bins are not
looked at.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from heartgui.features.framing import FloatArray


def periodic_hann(length: int) -> FloatArray:
    """w[n] = 0.5 - 0.5 cos(2 pi n / length), shape (length,), float64."""
    return 0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(length) / length)


def real_dft(values: FloatArray, n: int | None = None) -> FloatArray:
    """DFT of real float32 values over their last axis, divided by its length, in float32: shape
    (..., length // 2 + 1). n: the length, values being cut or zero-padded to it.

    Without the division, which the caller's gains take back at no cost, numpy.fft.rfft (2.4) goes
    through float64 in twice the time: its factor of 1 is no float32.
    """
    return np.asarray(np.fft.rfft(values, n, norm="forward"))


class HannWaves(NamedTuple):
    """cosines, sines: waves of some bins under a periodic Hann window from its middle on, shapes
    (length / 2, n_bins) and one row less. See `hann_waves`."""

    cosines: FloatArray
    sines: FloatArray

    def power(self, frames: FloatArray) -> FloatArray:
        """|DFT|^2 of frames under the window, shape (n_frames, n_bins). frames: shape (n_frames,
        length)."""
        # Sums and differences of the samples on both sides of the middle, where the window is
        # even: half the products. The first sample is under the window's zero.
        middle = frames.shape[1] // 2
        after, before = frames[:, middle + 1 :], frames[:, middle - 1 : 0 : -1]
        even = np.concatenate([frames[:, middle : middle + 1], after + before], axis=1)
        power = even @ self.cosines
        power *= power
        odd = (after - before) @ self.sines
        odd *= odd
        power += odd
        return power


def hann_waves(length: int, n_fft: int, first: int, last: int) -> HannWaves:
    """Waves of the bins from `first` up to `last`, float32. length: of the frames, even; they are
    zero-padded to n_fft."""
    after = np.arange(length // 2)
    angles = 2.0 * np.pi / n_fft * np.outer(after, np.arange(first, last))
    half = periodic_hann(length)[length // 2 :, np.newaxis]
    return HannWaves(
        (half * np.cos(angles)).astype(np.float32), (half * np.sin(angles))[1:].astype(np.float32)
    )
