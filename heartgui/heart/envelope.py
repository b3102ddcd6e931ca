"""The outline of heart sounds: slow, positive, with a hump for each sound."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from heartgui.audio.resampling import resample
from heartgui.domain import Samples
from heartgui.features.dft import real_dft
from heartgui.features.framing import FloatArray

ENVELOPE_RATE_HZ = 100
BAND_HZ = (25.0, 400.0)
SOUND_RATE_HZ = 1000
AMPLITUDE_RATE_HZ = SOUND_RATE_HZ // 2
SMOOTH_HZ = 8.0
EDGE_S = 0.5
"""Both ends are mirrored by so much, since filtering by Fourier transform wraps around."""


def heart_envelope(samples: Samples, sample_rate_hz: int) -> Samples:
    """Homomorphic envelope after Schmidt et al. (2010): exp of the low-passed log amplitude.

    samples: shape (n,). Returns shape (about duration * 100,), at ENVELOPE_RATE_HZ; empty for
    recordings under half a second. Both filters are zero-phase with the magnitude of a
    Butterworth filter run forward and backward (band-pass of order 2, low-pass of order 1).
    """
    sound = resample(np.asarray(samples, np.float32), sample_rate_hz, SOUND_RATE_HZ)
    edge = round(EDGE_S * SOUND_RATE_HZ)
    if len(sound) <= edge:
        return np.empty(0, dtype=np.float32)
    amplitude = _band_amplitude(_mirrored(sound, edge))
    floor = max(float(amplitude.max(initial=0.0)) * 1e-4, 1e-9)
    smooth = _smoothed(np.log(amplitude + np.float32(floor)))
    first, step = round(EDGE_S * ENVELOPE_RATE_HZ), SOUND_RATE_HZ // ENVELOPE_RATE_HZ
    return np.asarray(np.exp(smooth[first : first - (-len(sound) // step)]))


def _mirrored(sound: Samples, n: int) -> Samples:
    """With n samples more on each side: what is beside the edge, turned about its value."""
    before = 2 * sound[0] - sound[n:0:-1]
    after = 2 * sound[-1] - sound[-2 : -n - 2 : -1]
    return np.concatenate([before, sound, after])


def _band_amplitude(sound: FloatArray) -> FloatArray:
    """Amplitude of the analytic signal within the band, at AMPLITUDE_RATE_HZ: with no frequency
    below zero it needs half the samples, and so half the transform."""
    n_fft = _fast_length(len(sound))
    one_sided = (real_dft(sound, n_fft) * _band_pass(n_fft))[:-1]
    return np.abs(np.fft.ifft(one_sided)[: -(-len(sound) // 2)])


def _smoothed(values: FloatArray) -> FloatArray:
    """At ENVELOPE_RATE_HZ, of which half is far above what the low-pass leaves."""
    step = AMPLITUDE_RATE_HZ // ENVELOPE_RATE_HZ
    n_out = _fast_length(-(-len(values) // step))
    # The stretch up to the transform's length holds the last value, so that the wrap is smooth.
    padded = np.full(step * n_out, values[-1])
    padded[: len(values)] = values
    kept = real_dft(padded)[: n_out // 2 + 1] * _low_pass(n_out)
    return np.fft.irfft(kept, n_out)


@lru_cache(maxsize=4)
def _band_pass(n_fft: int) -> FloatArray:
    """What each frequency of `real_dft` is multiplied with, its division taken back. It would be
    twice as much, for those below zero fall away, but for the inverse transform of half the length.
    """
    frequencies = np.fft.rfftfreq(n_fft, 1 / SOUND_RATE_HZ)[1:]
    low_hz, high_hz = BAND_HZ
    detuning = (frequencies - low_hz * high_hz / frequencies) / (high_hz - low_hz)
    gain = 1 / (1 + np.square(np.square(detuning)))
    return (n_fft * np.concatenate([[0.0], gain])).astype(np.float32)


@lru_cache(maxsize=4)
def _low_pass(n_out: int) -> FloatArray:
    """What each frequency of `real_dft` is multiplied with, so that the shorter inverse transform,
    which divides by n_out, keeps the level."""
    frequencies = np.fft.rfftfreq(n_out, 1 / ENVELOPE_RATE_HZ)
    gain = 1 / (1 + (frequencies / SMOOTH_HZ) ** 2)
    return (n_out * gain).astype(np.float32)


def _fast_length(n: int) -> int:
    """Of a Fourier transform of at least n values: a power of two, or three quarters of one."""
    power = 1 << (n - 1).bit_length()
    return 3 * power // 4 if n <= 3 * power // 4 else power
