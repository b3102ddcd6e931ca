"""Figures of two classes with 95 % intervals by bootstrap over patients."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from heartgui.training.metrics import Interval

N_RESAMPLES = 1000


def auc_interval(truth: np.ndarray, scores: np.ndarray, groups: np.ndarray) -> Interval:
    """Area under the ROC curve; nan where one class is missing. All of shape (n,)."""
    return _interval(_auc, truth, scores, groups)


def rate_interval(truth: np.ndarray, called: np.ndarray, groups: np.ndarray) -> Interval:
    """Share of the true ones that are called: a sensitivity; with both turned round, a
    specificity. All of shape (n,)."""
    return _interval(_hit_rate, truth, called, groups)


def _auc(truth: np.ndarray, scores: np.ndarray) -> float:
    from sklearn.metrics import roc_auc_score

    if truth.all() or not truth.any():
        return float("nan")
    return float(roc_auc_score(truth, scores))


def _hit_rate(truth: np.ndarray, called: np.ndarray) -> float:
    return float(called[truth].mean()) if truth.any() else float("nan")


def _interval(
    figure: Callable[[np.ndarray, np.ndarray], float],
    truth: np.ndarray,
    scores: np.ndarray,
    groups: np.ndarray,
) -> Interval:
    if not len(truth):
        return Interval(np.nan, np.nan, np.nan)
    names, member = np.unique(groups, return_inverse=True)
    members = [np.flatnonzero(member == number) for number in range(len(names))]
    rng = np.random.default_rng(0)
    values = []
    for _ in range(N_RESAMPLES):
        drawn = np.concatenate([members[g] for g in rng.integers(len(names), size=len(names))])
        values.append(figure(truth[drawn], scores[drawn]))
    finite = np.array(values)[np.isfinite(values)]
    low, high = np.percentile(finite, [2.5, 97.5]) if len(finite) else (np.nan, np.nan)
    return Interval(figure(truth, scores), float(low), float(high))
