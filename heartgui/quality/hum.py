"""Mains hum: how much of the sound is a steady tone at 50 or 60 Hz and its multiples."""

from __future__ import annotations

import numpy as np

from heartgui.domain import Samples

MAINS_HZ = (50.0, 60.0)
N_HARMONICS = 6
SEGMENT_S = 2.0
HALF_WIDTH_HZ = 1.0
NEIGHBOUR_HZ = 6.0


def hum_share(samples: Samples, sample_rate_hz: int) -> float:
    """Share of the power between 25 and 500 Hz that stands out at mains frequencies, 0 to 1.

    samples: shape (n,). In each 2 s the power within 1 Hz of each harmonic counts as far as it
    exceeds what its neighbours within 6 Hz would put there; the lower quartile over segments
    is returned, because hum is steady and heart sounds are not.
    """
    length = round(SEGMENT_S * sample_rate_hz)
    if len(samples) < length:
        return 0.0
    frames = samples[: len(samples) // length * length].reshape(-1, length)
    power = np.abs(np.fft.rfft(frames * np.hanning(length), axis=1)) ** 2
    frequencies = np.fft.rfftfreq(length, 1 / sample_rate_hz)
    total = power[:, (frequencies >= 25) & (frequencies <= 500)].sum(axis=1) + 1e-20
    shares = [_standing_out(power, frequencies, mains) / total for mains in MAINS_HZ]
    # The quarter quantile instead of the smallest: one loud knock must not hide the hum.
    return float(max(np.quantile(share, 0.25) for share in shares))


def _standing_out(power: np.ndarray, frequencies: np.ndarray, mains_hz: float) -> np.ndarray:
    excess = np.zeros(len(power))
    for harmonic in range(1, N_HARMONICS + 1):
        distance = np.abs(frequencies - harmonic * mains_hz)
        line = distance <= HALF_WIDTH_HZ
        around = (distance > 2 * HALF_WIDTH_HZ) & (distance <= NEIGHBOUR_HZ)
        if line.any() and around.any():
            expected = np.median(power[:, around], axis=1) * line.sum()
            excess += np.maximum(power[:, line].sum(axis=1) - expected, 0.0)
    return excess
