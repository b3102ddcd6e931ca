"""Figures with 95 % intervals by bootstrap over patients."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from heartgui.training.metrics import (
    Interval,
    balanced_accuracies,
    confusion_matrix,
    exact_where_all_alike,
)

N_RESAMPLES = 1000


def auc_interval(truth: np.ndarray, scores: np.ndarray, groups: np.ndarray) -> Interval:
    """Area under the ROC curve; nan where one class is missing. All of shape (n,)."""
    return _interval(_auc, truth, scores, groups)


def rate_interval(truth: np.ndarray, called: np.ndarray, groups: np.ndarray) -> Interval:
    """Share of the true ones that are called: a sensitivity; with both turned round, a
    specificity. All of shape (n,)."""
    found = _interval(_hit_rate, truth, called, groups)
    return exact_where_all_alike(found, len(set(groups[truth].tolist())))


def paired_difference(
    truth: np.ndarray, ours: np.ndarray, theirs: np.ndarray, groups: np.ndarray
) -> Interval:
    """Balanced accuracy of our answers less that of theirs for the same recordings.

    truth: class indices, shape (n,). ours, theirs: answered classes, shape (n_repeats, n). groups:
    shape (n,); each resample draws groups once and scores both (Efron & Tibshirani 1993)."""

    def difference(drawn: np.ndarray) -> float:
        return _mean_balanced(truth[drawn], ours[:, drawn]) - _mean_balanced(
            truth[drawn], theirs[:, drawn]
        )

    return _over_groups(difference, groups)


def _mean_balanced(truth: np.ndarray, answers: np.ndarray) -> float:
    """Mean over repeats, answers of shape (n_repeats, n)."""
    return float(
        np.mean([balanced_accuracies(confusion_matrix(truth, repeat)) for repeat in answers])
    )


def _auc(truth: np.ndarray, scores: np.ndarray) -> float:
    """Share of pairs in which the true one scores higher, ties being half, by the sum of its ranks
    (Mann & Whitney 1947). scikit-learn's takes twenty times as long for the few that are drawn."""
    from scipy.stats import rankdata

    true = truth.astype(bool)
    n_true = int(true.sum())
    n_pairs = n_true * (len(true) - n_true)
    if not n_pairs:
        return float("nan")
    return float((rankdata(scores)[true].sum() - n_true * (n_true + 1) / 2) / n_pairs)


def _hit_rate(truth: np.ndarray, called: np.ndarray) -> float:
    return float(called[truth].mean()) if truth.any() else float("nan")


def _interval(
    figure: Callable[[np.ndarray, np.ndarray], float],
    truth: np.ndarray,
    scores: np.ndarray,
    groups: np.ndarray,
) -> Interval:
    return _over_groups(lambda drawn: figure(truth[drawn], scores[drawn]), groups)


def _over_groups(figure: Callable[[np.ndarray], float], groups: np.ndarray) -> Interval:
    """A figure of the drawn recordings' indices, its interval over resampled groups."""
    if not len(groups):
        return Interval(np.nan, np.nan, np.nan)
    names, member = np.unique(groups, return_inverse=True)
    members = [np.flatnonzero(member == number) for number in range(len(names))]
    rng = np.random.default_rng(0)
    values = []
    for _ in range(N_RESAMPLES):
        drawn = np.concatenate([members[g] for g in rng.integers(len(names), size=len(names))])
        values.append(figure(drawn))
    finite = np.array(values)[np.isfinite(values)]
    low, high = np.percentile(finite, [2.5, 97.5]) if len(finite) else (np.nan, np.nan)
    return Interval(figure(np.arange(len(groups))), float(low), float(high))
