"""Imaginary stethoscopes: HeartNet is taught through them, so that it learns none by heart."""

from __future__ import annotations

import numpy as np

NOISE_SHAPE = 3.0
"""Of the gamma distribution of a band's noise power: some three bins of a spectrum."""
DECIBEL = np.float32(np.log(10.0) / 10.0)
KEPT_NOISE = 2**19
"""Values, 36 windows."""


class NoisePower:
    """A stock of noise, drawn once: to draw each window's anew took a third of the time of all that
    makes a batch."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._kept = rng.standard_gamma(NOISE_SHAPE, size=KEPT_NOISE, dtype=np.float32)

    def cut(self, shape: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
        """A piece from anywhere in the stock, of mean NOISE_SHAPE; a view, not to be written to.
        Raises ValueError for a shape that holds more than KEPT_NOISE values."""
        n = shape[0] * shape[1]
        start = rng.integers(KEPT_NOISE - n + 1)
        return self._kept[start : start + n].reshape(shape)


def through_another_device(
    decibels: np.ndarray, noise_power: NoisePower, rng: np.random.Generator
) -> np.ndarray:
    """Through a random equaliser and, half the time each, a low-pass and a noise floor.

    decibels: shape (n_frames, n_bands), see `features.heart_input`. Returns the same shape, 0 at
    the loudest before the noise.
    """
    n_bands = decibels.shape[1]
    bands = np.arange(n_bands)
    knots = np.linspace(0, n_bands - 1, 6)
    gain = np.interp(bands, knots, rng.normal(0.0, 4.0, size=len(knots)))
    if rng.random() < 0.5:
        cutoff = rng.uniform(0.25, 1.0) * n_bands
        gain -= np.clip(bands - cutoff, 0.0, None) * rng.uniform(0.5, 4.0)
    changed = decibels + gain.astype(np.float32)
    changed -= changed.max()
    if rng.random() < 0.5:
        floor_db = rng.uniform(-65.0, -45.0)
        tilt = np.interp(bands, knots, rng.normal(0.0, 4.0, size=len(knots)))
        floor = 10.0 ** ((floor_db + tilt) / 10.0) / NOISE_SHAPE
        # In single precision, like the rest.
        noise = noise_power.cut(changed.shape, rng) * floor.astype(np.float32)
        noise += np.exp(changed * DECIBEL)
        changed = 10.0 * np.log10(noise)
    return changed
