"""HeartNet's input: the levels of 48 Mel bands from 20 to 900 Hz, every 20 ms."""

from __future__ import annotations

import numpy as np

from heartgui.audio.resampling import resample
from heartgui.domain import Samples
from heartgui.features.framing import FloatArray
from heartgui.features.mel import MelConfig, mel_spectrogram, power_to_db

HEART_RATE_HZ = 2000
HEART_MEL = MelConfig(
    sample_rate_hz=HEART_RATE_HZ,
    n_fft=256,
    win_length=100,
    hop_length=40,
    n_mels=48,
    fmin_hz=20.0,
    fmax_hz=900.0,
)
FRAMES_A_SECOND = HEART_RATE_HZ // HEART_MEL.hop_length
RANGE_DB = 70.0
"""Quieter than so much below a window's loudest band and frame is held to be nothing."""
LOWEST_DB = -100.0
OFFSET = 0.02
"""Share of the peak; recordings have seldom more than 0.006."""
WINDOW_FRAMES = 500
"""Ten seconds; the network takes any number."""
SPREAD_DB = 10.0
"""Decibels are divided by it, so that the input's spread is about one."""
N_COLUMNS = HEART_MEL.n_mels + 1
"""The bands, and a last column that is 1 where there is sound and 0 in the filling."""


def heart_decibels(samples: Samples, sample_rate_hz: int) -> FloatArray:
    """Mel-spectrogram in dB below its maximum, LOWEST_DB to 0; shape (n_frames, 48), float32.

    samples: shape (n,), at any rate. Frame k is centred on k * 20 ms.
    """
    sound = resample(np.asarray(samples, np.float32), sample_rate_hz, HEART_RATE_HZ)
    power = mel_spectrogram(_without_offset(sound), HEART_MEL)
    loudest = float(power.max(initial=0.0))
    if loudest <= 0.0:
        return np.full(power.T.shape, LOWEST_DB, dtype=np.float32)
    decibels = power_to_db(power / loudest, top_db=-LOWEST_DB)
    return np.ascontiguousarray(decibels.T, dtype=np.float32)


def _without_offset(sound: Samples) -> Samples:
    """Short windows let a large constant leak into the lowest bands. A small one stays, so that
    lost frames stay zeros."""
    if not len(sound):
        return sound
    offset = float(sound.mean(dtype=np.float64))
    if abs(offset) <= OFFSET * float(np.abs(sound).max()):
        return sound
    return sound - np.float32(offset)


def heart_window(decibels: FloatArray, n_frames: int = WINDOW_FRAMES) -> FloatArray:
    """Model input of one window, shape (n_frames, 49): tens of decibels below the maximum, -7 to
    0, and the column that marks sound; zeros in the filling.

    decibels: shape (at most n_frames, 48).
    """
    window = np.zeros((n_frames, N_COLUMNS), dtype=np.float32)
    n = min(len(decibels), n_frames)
    if n:
        part = decibels[:n] - decibels[:n].max()
        window[:n, :-1] = np.maximum(part, -RANGE_DB) / SPREAD_DB
        window[:n, -1] = 1.0
    return window


def without_silence(window: FloatArray, decibels: FloatArray) -> FloatArray:
    """A window in which digital silence is filling, not sound: lost frames, a muted start. A heart
    is never that quiet, and the step into silence would be heard as a sound.

    window: `heart_window` of the decibels. Returns the same shape.
    """
    silent = np.asarray((decibels[: len(window)] <= LOWEST_DB + 0.1).all(axis=1))
    if not silent.any():
        return window
    # The frames beside it reach into it.
    silent[1:] |= silent[:-1].copy()
    silent[:-1] |= silent[1:].copy()
    changed = window.copy()
    changed[: len(silent)][silent] = 0.0
    return changed
