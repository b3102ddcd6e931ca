"""Heart rate from the envelope's autocorrelation."""

from __future__ import annotations

import numpy as np

from heartgui.domain import Samples
from heartgui.heart.envelope import ENVELOPE_RATE_HZ, heart_envelope

SLOWEST_BPM = 35.0
FASTEST_BPM = 220.0
MIN_DURATION_S = 3.0
MAX_DURATION_S = 60.0
"""Longer recordings are judged by their first minute."""
CLEAR = 0.30
"""Autocorrelation a beat-to-beat repetition must reach, 0 to 1."""
NEARLY_AS_GOOD = 0.90
"""A half or third of the best lag is believed when its peak is at least this share of it."""


def heart_rate_bpm(samples: Samples, sample_rate_hz: int) -> float | None:
    """Beats a minute, or None where they cannot be determined.

    samples: shape (n,). Method: the lag of the highest autocorrelation peak of the homomorphic
    envelope between 35 and 220 beats a minute (after Schmidt et al. 2010), guarded against
    answers of half the rate.
    """
    return rhythm(samples, sample_rate_hz)[0]


def rhythm(
    samples: Samples, sample_rate_hz: int, *, envelope: Samples | None = None
) -> tuple[float | None, float]:
    """Heart rate (None where not determinable) and clarity of the rhythm, 0 to 1.

    envelope: `heart_envelope` of the samples, where it is known already.
    """
    n_judged = round(MAX_DURATION_S * sample_rate_hz)
    if len(samples) < MIN_DURATION_S * sample_rate_hz:
        return None, 0.0
    if envelope is None or len(samples) > n_judged:
        envelope = heart_envelope(samples[:n_judged], sample_rate_hz)
    correlation = _autocorrelation(envelope.astype(np.float64))
    shortest = round(60.0 / FASTEST_BPM * ENVELOPE_RATE_HZ)
    longest = min(round(60.0 / SLOWEST_BPM * ENVELOPE_RATE_HZ), len(correlation) // 2)
    peaks = _peaks(correlation, shortest, longest)
    if not peaks:
        return None, 0.0
    best = max(peaks, key=lambda lag: correlation[lag])
    best = _single_beat(correlation, peaks, best)
    clarity = float(np.clip(correlation[best], 0.0, 1.0))
    if clarity < CLEAR:
        return None, clarity
    return 60.0 * ENVELOPE_RATE_HZ / _refined(correlation, best), clarity


def _single_beat(correlation: np.ndarray, peaks: list[int], best: int) -> int:
    """The shortest lag that fits into `best` a whole number of times and is nearly as good."""
    for divisor in (4, 3, 2):
        nearer = [lag for lag in peaks if abs(lag * divisor - best) <= 0.06 * best]
        strong = [lag for lag in nearer if correlation[lag] > NEARLY_AS_GOOD * correlation[best]]
        if strong:
            return max(strong, key=lambda lag: correlation[lag])
    return best


def _autocorrelation(envelope: np.ndarray) -> np.ndarray:
    """Unbiased autocorrelation, 1 at lag 0; each lag by the number of its products."""
    centred = envelope - envelope.mean()
    # A loud knock must not decide alone.
    spread = centred.std()
    if spread == 0:
        return np.zeros(len(envelope))
    centred = np.minimum(centred / spread, 4.0)
    centred -= centred.mean()
    n = len(centred)
    spectrum = np.fft.rfft(centred, 2 * n)
    products = np.fft.irfft(spectrum * np.conj(spectrum), 2 * n)[:n]
    unbiased = products / np.arange(n, 0, -1)
    return np.asarray(unbiased / max(unbiased[0], 1e-12))


def _peaks(values: np.ndarray, first: int, last: int) -> list[int]:
    """Indices of local maxima in [first, last]."""
    first, last = max(1, first), min(last, len(values) - 2)
    left, middle, right = (values[first + shift : last + 1 + shift] for shift in (-1, 0, 1))
    found: list[int] = (first + np.flatnonzero((middle >= left) & (middle > right))).tolist()
    return found


def _refined(values: np.ndarray, index: int) -> float:
    """Place of the maximum by a parabola through three points."""
    left, middle, right = values[index - 1 : index + 2]
    bend = left - 2 * middle + right
    return index if bend == 0 else index + 0.5 * (left - right) / bend
