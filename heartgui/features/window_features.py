"""A window in 102 numbers: its spectrum, how each band moves, and how the sound repeats itself."""

from __future__ import annotations

import numpy as np

from heartgui.features.framing import FloatArray
from heartgui.features.heart_input import SPREAD_DB
from heartgui.features.quantiles import ordered_quantile

BANDS_A_GROUP = 3
LOW_BANDS = 16
"""The bands of S1 and S2, up to about 200 Hz, whose repetition is looked at."""
FIRST_LAG, LAST_LAG, LAG_STEP = 15, 115, 5
"""Frames of 20 ms: 0.3 to 2.3 s, the intervals of 26 to 200 beats a minute."""
LEAST_FRAMES = 10
FLOOR_DB = -50.0
"""Below the window's maximum. How quiet it is under that says more of the stethoscope and the room
than of the heart: recordings cleaner than the training sets' seemed to have extra sounds."""


def window_features(window: FloatArray) -> FloatArray:
    """Shape (102,), float32. window: shape (n_frames, 49), see `heart_input.heart_window`.

    By groups of three bands: mean, standard deviation, 10th and 95th percentile, skewness; of the
    low bands' mean level: height and lag of the highest autocorrelation, and the autocorrelation.
    """
    heard = np.maximum(window[window[:, -1] > 0, :-1], np.float32(FLOOR_DB / SPREAD_DB))
    if len(heard) < LEAST_FRAMES:
        heard = np.zeros((LEAST_FRAMES, window.shape[1] - 1), dtype=window.dtype)
    levels = heard.astype(np.float64)
    mean = levels.mean(axis=0)
    centred = levels - mean
    # Products: numpy's third power takes more time than all the rest.
    squares = centred * centred
    spread = np.sqrt(squares.mean(axis=0))
    skewness = (squares * centred).mean(axis=0) / (spread**3 + 1e-3)
    ordered = np.sort(heard, axis=0)
    low, high = (ordered_quantile(ordered, share, axis=0) for share in (0.10, 0.95))
    repetition = _autocorrelation(levels[:, :LOW_BANDS].mean(axis=1))
    lags = np.zeros(LAST_LAG - FIRST_LAG)
    part = repetition[FIRST_LAG:LAST_LAG]
    lags[: len(part)] = part
    best = int(np.argmax(lags))
    return np.concatenate(
        [
            *(
                values.reshape(-1, BANDS_A_GROUP).mean(axis=1)
                for values in (mean, spread, low, high, skewness)
            ),
            [lags[best], best],
            lags[::LAG_STEP],
        ]
    ).astype(np.float32)


def _autocorrelation(values: FloatArray) -> FloatArray:
    """Unbiased, 1 at lag 0."""
    centred = values - values.mean()
    n = len(centred)
    spectrum = np.fft.rfft(centred, 2 * n)
    products = np.fft.irfft(np.abs(spectrum) ** 2, 2 * n)[:n]
    return np.asarray(products / max(products[0], 1e-12) * n / np.arange(n, 0, -1))
