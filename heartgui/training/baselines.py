"""What can be scored without listening: the majority class, the device, the patient's name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from heartgui.training.dataset import KaggleSet, class_counts
from heartgui.training.metrics import balanced_accuracies, confusion_matrix
from heartgui.training.splits import Split


@dataclass(frozen=True)
class Baseline:
    """Mean accuracy and balanced accuracy over splits, 0 to 1; on set B alone as well, nan where
    it is not there."""

    name: str
    accuracy: float
    balanced_accuracy: float
    accuracy_set_b: float


def baselines(data: KaggleSet, groups: np.ndarray, splits: list[Split]) -> list[Baseline]:
    """The three baselines, each fitted on a split's training files and scored on its test files."""
    labels = data.labels
    devices = np.array([file.data_set for file in data.files])
    nothing = np.zeros(len(labels), dtype=int)
    answers: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
        "majority class": lambda train, test: _look_up(nothing, labels, train, test),
        "device only": lambda train, test: _look_up(devices, labels, train, test),
        "patient look-up": lambda train, test: _look_up(
            groups, labels, train, test, otherwise=devices
        ),
    }
    results = []
    for name, answer in answers.items():
        scores = []
        for split in splits:
            train = np.union1d(split.fit, np.setdiff1d(split.validation, split.test))
            said = answer(train, split.test)
            truth = labels[split.test]
            in_b = devices[split.test] == "set_b"
            scores.append(
                (
                    np.mean(said == truth),
                    float(balanced_accuracies(confusion_matrix(truth, said))),
                    np.mean((said == truth)[in_b]) if in_b.any() else np.nan,
                )
            )
        of_each = np.array(scores, dtype=float).T
        results.append(Baseline(name, *(_mean(values) for values in of_each)))
    return results


def _mean(values: np.ndarray) -> float:
    """Over the splits that have one; nan where none has."""
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else float("nan")


def _look_up(
    keys: np.ndarray,
    labels: np.ndarray,
    train: np.ndarray,
    test: np.ndarray,
    otherwise: np.ndarray | None = None,
) -> np.ndarray:
    """The commonest training label of each test file's key, or of its other key if unseen."""
    overall = class_counts(labels[train])
    said = []
    for index in test:
        counts = class_counts(labels[train][keys[train] == keys[index]])
        if not counts.any() and otherwise is not None:
            counts = class_counts(labels[train][otherwise[train] == otherwise[index]])
        said.append(int(np.argmax(counts if counts.any() else overall)))
    return np.array(said)
