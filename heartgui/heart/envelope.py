"""The outline of heart sounds: slow, positive, with a hump for each sound."""

from __future__ import annotations

import numpy as np

from heartgui.audio.resampling import resample
from heartgui.domain import Samples

ENVELOPE_RATE_HZ = 100
BAND_HZ = (25.0, 400.0)
SOUND_RATE_HZ = 1000
SMOOTH_HZ = 8.0


def heart_envelope(samples: Samples, sample_rate_hz: int) -> Samples:
    """Homomorphic envelope after Schmidt et al. (2010): exp of the low-passed log amplitude.

    samples: shape (n,). Returns shape (about duration * 100,), at ENVELOPE_RATE_HZ; empty for
    recordings under half a second.
    """
    from scipy.signal import butter, hilbert, sosfiltfilt

    sound = resample(np.asarray(samples, np.float32), sample_rate_hz, SOUND_RATE_HZ)
    if len(sound) < SOUND_RATE_HZ // 2:
        return np.empty(0, dtype=np.float32)
    band = butter(2, BAND_HZ, "bandpass", fs=SOUND_RATE_HZ, output="sos")
    smooth = butter(1, SMOOTH_HZ, "lowpass", fs=SOUND_RATE_HZ, output="sos")
    filtered = sosfiltfilt(band, sound)
    n_fast = 1 << (len(filtered) - 1).bit_length()
    amplitude = np.abs(hilbert(filtered, n_fast)[: len(filtered)])
    floor = max(float(amplitude.max(initial=0.0)) * 1e-4, 1e-9)
    envelope = np.exp(sosfiltfilt(smooth, np.log(amplitude + floor)))
    step = SOUND_RATE_HZ // ENVELOPE_RATE_HZ
    return np.asarray(envelope[::step], dtype=np.float32)
