"""Mains hum: how much of the sound is a steady tone at 50 or 60 Hz and its multiples."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from heartgui.domain import Samples
from heartgui.features.quantiles import median, quantile
from heartgui.quality.segments import band, segment_power

MAINS_HZ = (50.0, 60.0)
N_HARMONICS = 6
SEGMENT_S = 2.0
HALF_WIDTH_HZ = 1.0
NEIGHBOUR_HZ = 6.0
BAND_HZ = (25.0, 500.5)
"""Up to 500 Hz and with it."""


def hum_share(samples: Samples, sample_rate_hz: int) -> float:
    """Share of the power between 25 and 500 Hz that stands out at mains frequencies, 0 to 1.

    samples: shape (n,). In each 2 s the power within 1 Hz of each harmonic counts as far as it
    exceeds what its neighbours within 6 Hz would put there; the lower quartile over segments
    is returned, because hum is steady and heart sounds are not.
    """
    length = round(SEGMENT_S * sample_rate_hz)
    if len(samples) < length:
        return 0.0
    power = segment_power(samples, length)
    total = power[:, band(length, sample_rate_hz, *BAND_HZ)].sum(axis=1) + 1e-20
    shares = _standing_out(power, sample_rate_hz / length) / total
    # The quarter quantile instead of the smallest: one loud knock must not hide the hum.
    return float(quantile(shares, 0.25).max())


def _standing_out(power: np.ndarray, resolution_hz: float) -> np.ndarray:
    """Power above what the neighbours suggest, shape (2, n_segments): one row for each of MAINS_HZ.

    power: shape (n_segments, n_bins).
    """
    excess = []
    for line, around in _places(resolution_hz, power.shape[1]):
        expected = median(power[:, around]) * line.shape[1]
        found = power[:, line].sum(axis=-1)
        excess.append(np.maximum(found - expected, 0.0).sum(axis=-1))
    return np.array(excess)


@lru_cache(maxsize=4)
def _places(resolution_hz: float, n_bins: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """For each of MAINS_HZ the bins of its harmonics, and those around them; shapes (n_harmonics,
    n)."""
    near, far = round(HALF_WIDTH_HZ / resolution_hz), round(NEIGHBOUR_HZ / resolution_hz)
    shifts = np.arange(-far, far + 1)
    line = shifts[np.abs(shifts) <= near]
    around = shifts[np.abs(shifts) > 2 * near]
    places = []
    for mains_hz in MAINS_HZ:
        harmonics = np.rint(np.arange(1, N_HARMONICS + 1) * mains_hz / resolution_hz).astype(int)
        bins = harmonics[harmonics + far < n_bins, np.newaxis]
        places.append((bins + line, bins + around))
    return places
