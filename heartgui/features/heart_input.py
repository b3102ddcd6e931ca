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
WINDOW_FRAMES = 500
"""Ten seconds; the network takes any number."""
SPREAD_DB = 10.0
"""Decibels are divided by it, so that the input's spread is about one."""
N_COLUMNS = HEART_MEL.n_mels + 1
"""The bands, and a last column that is 1 where there is sound and 0 in the filling."""


def heart_decibels(samples: Samples, sample_rate_hz: int) -> FloatArray:
    """Mel-spectrogram in dB below its maximum, -100 to 0; shape (n_frames, 48), float32.

    samples: shape (n,), at any rate. Frame k is centred on k * 20 ms.
    """
    sound = resample(np.asarray(samples, np.float32), sample_rate_hz, HEART_RATE_HZ)
    power = mel_spectrogram(sound, HEART_MEL)
    loudest = float(power.max(initial=0.0))
    if loudest <= 0.0:
        return np.full(power.T.shape, -100.0, dtype=np.float32)
    decibels = power_to_db(power / loudest, top_db=100.0)
    return np.ascontiguousarray(decibels.T, dtype=np.float32)


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
