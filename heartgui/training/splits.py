"""The paper's random split and the patient-grouped one."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from heartgui.domain import CLASSES
from heartgui.errors import DataSetError

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
    try:
        fit, test = train_test_split(
            everything, test_size=TEST_FRACTION, stratify=labels, random_state=seed
        )
    except ValueError as error:
        raise _too_few(labels) from error
    return Split(np.sort(fit), np.sort(test), np.sort(test))


def grouped_splits(labels: np.ndarray, groups: np.ndarray, seed: int) -> list[Split]:
    """Five folds with every group on one side; a fifth of the other groups stops training."""
    splits = []
    for fold, (rest, test) in enumerate(_folds(labels, groups, seed)):
        inner = holdout(labels[rest], groups[rest], seed * N_FOLDS + fold)
        splits.append(Split(rest[inner.fit], rest[inner.validation], test))
    return splits


def holdout(labels: np.ndarray, groups: np.ndarray, seed: int) -> Split:
    """A fifth of the groups for early stopping, nothing to test on."""
    fit, validation = next(_folds(labels, groups, seed))
    return Split(fit, validation, np.empty(0, dtype=int))


def _folds(
    labels: np.ndarray, groups: np.ndarray, seed: int
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    from sklearn.model_selection import StratifiedGroupKFold

    folds = StratifiedGroupKFold(N_FOLDS, shuffle=True, random_state=seed)
    with warnings.catch_warnings():
        # Of a class with fewer recordings than folds: it is missing from some of them, and every
        # figure is of the classes that occur.
        warnings.filterwarnings("ignore", "The least populated class", UserWarning)
        try:
            yield from folds.split(labels, labels, groups)
        except ValueError as error:
            raise _too_few(labels) from error


def _too_few(labels: np.ndarray) -> DataSetError:
    counts = zip(CLASSES, np.bincount(labels, minlength=len(CLASSES)), strict=True)
    return DataSetError(
        "These are too few recordings to divide for training and testing:"
        f" {', '.join(f'{name} {n}' for name, n in counts)}.",
        remedy="Give the folder of the whole data set.",
    )
