"""A random equaliser: the same heart through another, imaginary stethoscope."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from heartgui.domain import Recording

KNOTS_HZ = (20.0, 50.0, 100.0, 200.0, 400.0, 1000.0)
SPREAD_DB = 6.0


def equalised(recording: Recording, rng: np.random.Generator) -> Recording:
    """The recording with a smooth random gain over frequency, drawn at six knots with a standard
    deviation of 6 dB and interpolated over the logarithm of frequency; zero phase, same peak."""
    gains_db = rng.normal(0.0, SPREAD_DB, size=len(KNOTS_HZ))
    samples = recording.samples
    n = len(samples)
    frequencies = np.fft.rfftfreq(n, 1.0 / recording.sample_rate_hz)
    gain_db = np.interp(np.log(np.maximum(frequencies, 1.0)), np.log(KNOTS_HZ), gains_db)
    changed = np.fft.irfft(np.fft.rfft(samples) * 10.0 ** (gain_db / 20.0), n)
    peak = float(np.abs(samples).max(initial=0.0))
    changed *= peak / max(float(np.abs(changed).max(initial=0.0)), 1e-12)
    return replace(recording, samples=changed.astype(np.float32))
