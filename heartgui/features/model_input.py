"""The paper's model input: 128 Mel bands by 431 frames of ten seconds.

The paper gives parameter counts, not the input; 479,973 and 279,205 parameters are reached
with 128 x 431, which is 10 s at 22,050 Hz with a hop of 512 samples.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from heartgui.domain import Samples
from heartgui.features.framing import FloatArray
from heartgui.features.mel import MelConfig, mel_spectrogram, power_to_db
from heartgui.features.scaling import min_max

PAPER_SAMPLE_RATE_HZ = 22_050
PAPER_WINDOW_S = 10.0
PAPER_SHAPE = (128, 431)
PAPER_MEL = MelConfig(
    sample_rate_hz=PAPER_SAMPLE_RATE_HZ,
    n_fft=2048,
    win_length=2048,
    hop_length=512,
    n_mels=128,
    fmin_hz=0.0,
    fmax_hz=PAPER_SAMPLE_RATE_HZ / 2,
)
TOP_DB = 80.0

ShortWindow = Literal["zero-pad", "repeat"]


def paper_input(samples: Samples, *, short: ShortWindow = "zero-pad") -> FloatArray:
    """Min-Max-scaled Mel-spectrogram in decibels of up to ten seconds.

    samples: shape (n,), at 22,050 Hz; only the first ten seconds are used. short: how fewer
    are filled up, with silence or by repeating the recording. Returns shape (128, 431),
    float32, 0 to 1; all zeros for digital silence.
    """
    n_window = round(PAPER_WINDOW_S * PAPER_SAMPLE_RATE_HZ)
    window = fill_window(samples, n_window, short)
    power = mel_spectrogram(window, PAPER_MEL)
    decibels = power_to_db(power, ref=float(power.max(initial=0.0)), top_db=TOP_DB)
    return min_max(decibels).astype(np.float32)


def fill_window(samples: Samples, n_window: int, short: ShortWindow) -> Samples:
    """Exactly n_window samples: cut, filled with zeros, or repeated. Raises ValueError else."""
    if short not in ("zero-pad", "repeat"):
        raise ValueError(f"unknown way to fill a short window: {short}")
    if len(samples) >= n_window:
        return samples[:n_window]
    if short == "repeat" and len(samples):
        return np.resize(samples, n_window)
    return np.pad(samples, (0, n_window - len(samples)))
