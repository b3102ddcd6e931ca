"""The paper's random split and the patient-grouped one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

TEST_FRACTION = 0.2
N_FOLDS = 5


@dataclass(frozen=True, eq=False)
class Split:
    """Indices of the files to fit on, to stop early on, and to test on."""

    fit: np.ndarray
    validation: np.ndarray
    test: np.ndarray


def paper_split(labels: np.ndarray, seed: int) -> Split:
    """80 % and 20 % at random by class, as in the paper.

    It leaks: pieces of one patient's recording lie on both sides, and training stops early on
    the very files that are then reported.
    """
    from sklearn.model_selection import train_test_split

    everything = np.arange(len(labels))
    fit, test = train_test_split(
        everything, test_size=TEST_FRACTION, stratify=labels, random_state=seed
    )
    return Split(np.sort(fit), np.sort(test), np.sort(test))


def grouped_splits(labels: np.ndarray, groups: np.ndarray, seed: int) -> list[Split]:
    """Five folds with every group on one side; a fifth of the other groups stops training."""
    from sklearn.model_selection import StratifiedGroupKFold

    folds = StratifiedGroupKFold(N_FOLDS, shuffle=True, random_state=seed)
    splits = []
    for fold, (rest, test) in enumerate(folds.split(labels, labels, groups)):
        inner = holdout(labels[rest], groups[rest], seed * N_FOLDS + fold)
        splits.append(Split(rest[inner.fit], rest[inner.validation], test))
    return splits


def holdout(labels: np.ndarray, groups: np.ndarray, seed: int) -> Split:
    """A fifth of the groups for early stopping, nothing to test on."""
    from sklearn.model_selection import StratifiedGroupKFold

    folds = StratifiedGroupKFold(N_FOLDS, shuffle=True, random_state=seed)
    fit, validation = next(iter(folds.split(labels, labels, groups)))
    return Split(fit, validation, np.empty(0, dtype=int))
