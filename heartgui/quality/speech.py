"""Voices over the heart: harmonics of a pitch that moves."""

from __future__ import annotations

from functools import cache

import numpy as np

from heartgui.domain import Samples
from heartgui.features.dft import HannWaves, hann_waves
from heartgui.features.framing import frame
from heartgui.features.quantiles import quantile

SPEECH_RATE_HZ = 2000
FRAME, HOP = 256, 128
"""128 ms every 64 ms."""
BAND_HZ = (100.0, 950.0)
PITCH_HZ = (90.0, 350.0)
N_PITCHES = 64
RANGE_DB = 50.0
PEAK = 0.67
"""1 would be a level that goes up and down as a cosine over frequency, and nothing else."""
AUDIBLE_DB = 30.0
"""A frame so much below the loudest twentieth of the frames is not counted."""
MOVES_OCTAVES = 0.08
"""A voice's pitch spreads by more between its quartiles; mains hum and a tone stand still."""


def voiced_share(samples: Samples) -> float:
    """Share of 128 ms frames that are voiced, 0 to 1; 0 where the pitch does not move.

    samples: shape (n,), at 2 kHz. A frame is voiced where its level over frequency, freed of its
    slow trend, repeats itself at the spacing of a voice's harmonics: the cepstral peak (Noll 1967),
    over what a pure cosine of the level's norm would give.
    """
    if len(samples) < 8 * FRAME:
        return 0.0
    waves, trend, pitches_hz, combs = _tables()
    power = waves.power(frame(samples, frame_length=FRAME, hop_length=HOP))
    n_frames = len(power)
    total = power.sum(axis=1)
    audible = total > quantile(total, 0.95) * 10.0 ** (-AUDIBLE_DB / 10.0)
    power = power[audible]
    level_db = 10.0 * np.log10(power + np.float32(1e-14))
    level_db = np.maximum(level_db, level_db.max(axis=1, keepdims=True) - RANGE_DB)
    level_db -= (level_db @ trend) @ trend.T
    squares = (level_db**2).sum(axis=1) + 1e-9
    cosines, sines = np.split(level_db @ combs, 2, axis=1)
    peaks = cosines**2 + sines**2
    voiced = peaks.max(axis=1) > PEAK**2 * squares * level_db.shape[1] / 8
    if not voiced.any():
        return 0.0
    octaves = np.log2(pitches_hz[peaks[voiced].argmax(axis=1)])
    low, high = quantile(octaves, 0.25), quantile(octaves, 0.75)
    return float(voiced.sum() / n_frames) if high - low > MOVES_OCTAVES else 0.0


@cache
def _tables() -> tuple[HannWaves, np.ndarray, np.ndarray, np.ndarray]:
    """Waves of the band's bins, its slow trends (n, 4), pitches (n_pitches,) and their combs over
    frequency, first cosines, then sines, (n, 2 n_pitches)."""
    frequencies_hz = np.fft.rfftfreq(FRAME, 1.0 / SPEECH_RATE_HZ)
    first, last = np.searchsorted(frequencies_hz, BAND_HZ)
    band_hz = frequencies_hz[first:last, None]
    n = last - first
    trend = np.linalg.qr(np.vander(np.linspace(-1.0, 1.0, n), 4))[0]
    pitches_hz = np.geomspace(*PITCH_HZ, N_PITCHES)
    phases = 2.0 * np.pi * band_hz / pitches_hz
    combs = np.concatenate([np.cos(phases), np.sin(phases)], axis=1) * np.hanning(n)[:, None]
    return (
        hann_waves(FRAME, FRAME, int(first), int(last)),
        trend.astype(np.float32),
        pitches_hz,
        combs.astype(np.float32),
    )
