"""Calibration and thresholds from answers for recordings left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from heartgui.domain import CLASSES
from heartgui.inference.calibration import calibrated, margin, murmur_share
from heartgui.inference.decision import OFTEN_RIGHT
from heartgui.training.dataset import class_counts
from heartgui.training.heartnet_inputs import NORMAL
from heartgui.training.metrics import balanced_accuracies, confusion_matrix

BIAS_PENALTY = 0.02
LARGEST_MURMUR_SHARE = 0.20
"""Of normal and murmur together, where normal is called. Missing a murmur is worse than asking once
more."""


@dataclass(frozen=True, eq=False)
class Calibration:
    """See `inference.calibration.calibrated`."""

    sharpness: float
    bias: np.ndarray

    def __call__(self, probabilities: np.ndarray) -> np.ndarray:
        return calibrated(probabilities, self.sharpness, self.bias)


def fit_calibration(raw: np.ndarray, labels: np.ndarray) -> Calibration:
    """Sharpness and bias with the smallest cross-entropy. raw: shape (n, 5); labels: (n,)."""
    from scipy.optimize import minimize

    chosen = np.arange(len(labels)), labels

    def loss(parameters: np.ndarray) -> float:
        probabilities = calibrated(raw, float(parameters[0]), parameters[1:])
        entropy = -np.log(np.maximum(probabilities[chosen], 1e-9)).mean()
        return float(entropy + BIAS_PENALTY * np.mean(parameters[1:] ** 2))

    found = minimize(loss, np.concatenate([[1.0], np.zeros(len(CLASSES))])).x
    return Calibration(float(found[0]), np.asarray(found[1:]))


@dataclass(frozen=True, eq=False)
class OperatingPoint:
    """thresholds: shape (5,). The class that is the largest multiple of its threshold is called."""

    thresholds: np.ndarray

    def scores(self, probabilities: np.ndarray) -> np.ndarray:
        """Multiples of the thresholds, scaled to sum to 1; the largest is called."""
        multiples = probabilities / self.thresholds
        return np.asarray(multiples / multiples.sum(axis=-1, keepdims=True))


def balanced_point(labels: np.ndarray) -> OperatingPoint:
    """Thresholds for balanced accuracy: the classes' shares. With calibrated probabilities that
    is the best there is (Bayes), and nothing is searched for: some classes have a dozen
    recordings. labels: shape (n,)."""
    return OperatingPoint(np.maximum(class_counts(labels), 1) / len(labels))


def answers_apart(
    raw: np.ndarray, labels: np.ndarray, folds: Sequence[np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """Calibrated probabilities, and scores at the balanced point (the largest is called), each
    recording's by what was fitted on the folds it is not in.

    raw: answers out of fold, shape (n, 5); labels: (n,); folds: the indices of each. Returns both
    of shape (n, 5).
    """
    probabilities, scores = np.zeros_like(raw), np.zeros_like(raw)
    for fold in folds:
        others = np.setdiff1d(np.arange(len(labels)), fold)
        probabilities[fold] = fit_calibration(raw[others], labels[others])(raw[fold])
        scores[fold] = balanced_point(labels[others]).scores(probabilities[fold])
    return probabilities, scores


def expected_calibration_error(
    probabilities: np.ndarray, labels: np.ndarray, n_bins: int = 10
) -> float:
    """Mean distance between the largest probability and how often it is right, over bins of
    equal width (Guo et al. 2017); 0 to 1. probabilities: shape (n, 5)."""
    largest, right = probabilities.max(axis=1), probabilities.argmax(axis=1) == labels
    bins = np.minimum((largest * n_bins).astype(int), n_bins - 1)
    error = 0.0
    for number in range(n_bins):
        inside = bins == number
        if inside.any():
            error += inside.mean() * abs(right[inside].mean() - largest[inside].mean())
    return float(error)


def balanced_accuracy_at(scores: np.ndarray, labels: np.ndarray, coverage: float) -> float:
    """Balanced accuracy of the share of recordings that are the most certain."""
    order = np.argsort(-certainty(scores), kind="stable")[: max(1, round(coverage * len(labels)))]
    answers = scores[order].argmax(axis=1)
    return float(balanced_accuracies(confusion_matrix(labels[order], answers)))


def murmur_not_excluded(scores: np.ndarray) -> np.ndarray:
    """Where normal is called and murmur has too large a share. Shape (n, 5) to (n,)."""
    return (scores.argmax(axis=-1) == NORMAL) & (murmur_share(scores) > LARGEST_MURMUR_SHARE)


def certainty(scores: np.ndarray) -> np.ndarray:
    """The lead of the class called; 0 where a murmur is not excluded. Shape (n, 5) to (n,)."""
    return np.where(murmur_not_excluded(scores), 0.0, margin(scores))


def seldom_right(called: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Of which classes fewer than half of those called so are right; shape (5,). Both: class
    indices, shape (n,)."""
    confusion = confusion_matrix(labels, called)
    n, right = confusion.sum(axis=0), confusion.diagonal()
    return np.asarray((n > 0) & (right < OFTEN_RIGHT * n))


def inconclusive(
    scores: np.ndarray, smallest: float | np.ndarray, seldom: np.ndarray
) -> np.ndarray:
    """Which answers the program calls inconclusive, see `inference.decision`. smallest: margin, one
    for all or one for each; seldom: classes that are no finding, shape (5,) or (n, 5). Shape (n, 5)
    to (n,)."""
    called = scores.argmax(axis=-1)
    no_finding = np.broadcast_to(seldom, scores.shape)[np.arange(len(scores)), called]
    return (margin(scores) < smallest) | murmur_not_excluded(scores) | no_finding


def seldom_right_apart(
    scores: np.ndarray, labels: np.ndarray, folds: Sequence[np.ndarray]
) -> np.ndarray:
    """`seldom_right` for each recording by the answers of the folds it is not in. scores: shape
    (n, 5); folds: the indices of each. Returns shape (n, 5)."""
    called = scores.argmax(axis=-1)
    seldom = np.zeros(scores.shape, dtype=bool)
    for fold in folds:
        others = np.setdiff1d(np.arange(len(scores)), fold)
        seldom[fold] = seldom_right(called[others], labels[others])
    return seldom


def smallest_margin(scores: np.ndarray, coverage: float) -> float:
    """The margin from which a share of the recordings is answered. scores: shape (n, 5)."""
    return float(np.quantile(certainty(scores), 1.0 - coverage))


def margins_apart(scores: np.ndarray, coverage: float, folds: Sequence[np.ndarray]) -> np.ndarray:
    """`smallest_margin` for each recording from the answers of the folds it is not in. scores:
    shape (n, 5); folds: the indices of each. Returns shape (n,)."""
    margins = np.zeros(len(scores))
    for fold in folds:
        others = np.setdiff1d(np.arange(len(scores)), fold)
        margins[fold] = smallest_margin(scores[others], coverage)
    return margins
