"""Probabilities that mean what they say, how far apart they are, and two networks' together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

HEART = slice(0, 2)
"""Normal and murmur, the first two of CLASSES."""


def calibrated(
    probabilities: np.ndarray, sharpness: float, bias: Sequence[float] | np.ndarray
) -> np.ndarray:
    """softmax(sharpness * log p + bias): temperature scaling (Guo et al. 2017; the temperature is
    1 / sharpness) with a bias for each class.

    probabilities: shape (..., 5), each 0 to 1, summing to 1. Returns the same shape.
    """
    logits = sharpness * np.log(np.maximum(probabilities, 1e-7)) + np.asarray(bias)
    logits -= logits.max(axis=-1, keepdims=True)
    odds = np.exp(logits)
    return np.asarray(odds / odds.sum(axis=-1, keepdims=True))


def with_timbre(classes: np.ndarray, timbre: np.ndarray, share: float) -> np.ndarray:
    """One network's probabilities with a share of those of the network for timbre; murmur against
    normal is the first one's alone.

    The second one hears the stethoscope as well, and may take an unknown one for a murmur; extra
    sounds and artifacts, of which there are few recordings, it tells better. classes, timbre:
    shape (..., 5), in the order of CLASSES, each summing to 1. Returns the same shape.
    """
    mixed = (1.0 - share) * classes + share * timbre
    # Half and half where the first one rules out both.
    heart = classes[..., HEART] + 1e-9
    total = mixed[..., HEART].sum(axis=-1, keepdims=True)
    mixed[..., HEART] = total * heart / heart.sum(axis=-1, keepdims=True)
    return np.asarray(mixed)


def margin(scores: np.ndarray) -> np.ndarray:
    """The lead of the largest over the second, 0 to 1; shape (..., 5), each 0 to 1 and summing to
    1, to (...,)."""
    ordered = np.sort(scores, axis=-1)
    return np.asarray(ordered[..., -1] - ordered[..., -2])


def murmur_share(scores: np.ndarray) -> np.ndarray:
    """Murmur of normal and murmur together, 0 to 1; shape (..., 5), in the order of CLASSES, to
    (...,)."""
    normal, murmur = np.moveaxis(np.asarray(scores)[..., HEART], -1, 0)
    return np.asarray(murmur / np.maximum(normal + murmur, 1e-12))
