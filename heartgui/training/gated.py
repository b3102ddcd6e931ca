"""Denoised recordings to test with: left-out ones through a spectral gate, as many stethoscopes and
programs have it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from heartgui.domain import Recording

THRESHOLD_DB = -30.0
"""Below the loudest band and moment."""
RATIO = 3.0
WINDOW_S = 0.064
AMIN = 1e-10


def gated(recording: Recording) -> Recording:
    """Everything that is quieter than the threshold, RATIO times as far below it."""
    from scipy.signal import ShortTimeFFT
    from scipy.signal.windows import hann

    rate_hz, n = recording.sample_rate_hz, len(recording.samples)
    length = round(WINDOW_S * rate_hz)
    transform = ShortTimeFFT(hann(length, sym=False), hop=length // 4, fs=rate_hz)
    spectrum = transform.stft(recording.samples.astype(np.float64))
    amplitude = np.abs(spectrum)
    level_db = 20.0 * np.log10(np.maximum(amplitude / max(amplitude.max(), AMIN), AMIN))
    gain_db = (RATIO - 1.0) * np.minimum(level_db - THRESHOLD_DB, 0.0)
    samples = transform.istft(spectrum * 10.0 ** (gain_db / 20.0), k1=n)
    return replace(recording, samples=np.real(samples).astype(np.float32))
