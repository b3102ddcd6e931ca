"""Power spectra of a recording's segments, one after the other."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from heartgui.domain import Samples
from heartgui.features.dft import real_dft
from heartgui.features.framing import FloatArray


def segment_power(samples: Samples, length: int) -> FloatArray:
    """|DFT|^2 of each whole segment of `length` samples under a Hann window, shape (n_segments,
    length // 2 + 1), float32. samples: shape (n,), float32; the rest beyond the last one is left
    out."""
    frames = samples[: len(samples) // length * length].reshape(-1, length)
    spectrum = real_dft(frames * _hann_times_length(length))
    return np.asarray(spectrum.real**2 + spectrum.imag**2)


@lru_cache(maxsize=8)
def band(length: int, sample_rate_hz: int, first_hz: float, end_hz: float) -> slice:
    """The bins of a segment's spectrum from first_hz up to end_hz."""
    first, end = np.searchsorted(np.fft.rfftfreq(length, 1 / sample_rate_hz), (first_hz, end_hz))
    return slice(int(first), int(end))


@lru_cache(maxsize=8)
def _hann_times_length(length: int) -> FloatArray:
    return (length * np.hanning(length)).astype(np.float32)
