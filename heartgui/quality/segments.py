"""Power spectra of a recording's segments, one after the other."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from heartgui.domain import Samples
from heartgui.features.framing import FloatArray


def segment_power(samples: Samples, length: int) -> FloatArray:
    """|DFT|^2 of each whole segment of `length` samples under a Hann window, shape (n_segments,
    length // 2 + 1), float32. samples: shape (n,), float32; the rest beyond the last one is left
    out."""
    frames = samples[: len(samples) // length * length].reshape(-1, length)
    spectrum = np.fft.rfft(frames * _hann(length), axis=1)
    return np.asarray(spectrum.real**2 + spectrum.imag**2)


@lru_cache(maxsize=8)
def _hann(length: int) -> FloatArray:
    return np.hanning(length).astype(np.float32)
