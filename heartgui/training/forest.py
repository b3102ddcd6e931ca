"""The forest beside HeartNet's networks: extremely randomised trees (Geurts et al. 2006) on the
numbers of a window. With so few recordings of some classes it errs elsewhere than the networks.

Taught on the Kaggle set as it is, it learns the devices: murmur against normal, from set A to set
B, then has an AUC under one half. So it hears CirCor too, and all windows through other devices.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from heartgui.domain import CLASSES
from heartgui.features.heart_input import WINDOW_FRAMES, heart_window
from heartgui.features.window_features import window_features
from heartgui.training.dataset import class_counts
from heartgui.training.devices import through_another_device
from heartgui.training.recipe import HeartRecipe

FEATURES_A_SPLIT = 0.2
CLASS_EXPONENT = 0.5
"""A class of n recordings counts as much as n to this power."""


@dataclass(frozen=True, eq=False)
class Taught:
    """One data set as the forest is taught it. features: of each recording, (n_windows, 102).
    labels: shape (n_recordings,). weight: how much a recording of it counts."""

    features: list[np.ndarray]
    labels: np.ndarray
    weight: float


def features_of(windows: np.ndarray) -> np.ndarray:
    """Shape (n_windows, n_frames, 49) to (n_windows, 102)."""
    return np.stack([window_features(window) for window in windows])


def taught_features(decibels: np.ndarray, copies: int, rng: np.random.Generator) -> np.ndarray:
    """A recording's windows of ten seconds every five, each through `copies` imaginary devices:
    shape (n_windows * copies, 102). decibels: shape (n_frames, 48)."""
    last = max(0, len(decibels) - WINDOW_FRAMES)
    starts = [*range(0, last, WINDOW_FRAMES // 2), last]
    return np.stack(
        [
            window_features(
                heart_window(through_another_device(decibels[start : start + WINDOW_FRAMES], rng))
            )
            for start in starts
            for _ in range(copies)
        ]
    )


def fit_forest(recipe: HeartRecipe, sets: Sequence[Taught], seed: int) -> Any:
    """A forest of all sets' recordings; within a set each recording counts alike, whatever the
    number of its windows, but for its class."""
    from sklearn.ensemble import ExtraTreesClassifier

    features, labels, weights = [], [], []
    for taught in sets:
        n = np.array([len(part) for part in taught.features])
        by_recording = (
            taught.weight / n / class_counts(taught.labels)[taught.labels] ** CLASS_EXPONENT
        )
        features += taught.features
        labels.append(np.repeat(taught.labels, n))
        weights.append(np.repeat(by_recording, n))
    weight = np.concatenate(weights)
    forest = ExtraTreesClassifier(
        recipe.forest_trees,
        min_samples_leaf=recipe.forest_leaf,
        max_features=FEATURES_A_SPLIT,
        random_state=seed,
    )
    return forest.fit(np.concatenate(features), np.concatenate(labels), weight / weight.mean())


def forest_probabilities(forest: Any, features: np.ndarray) -> np.ndarray:
    """Shape (n, 102) to (n, 5); a class that the forest never saw has 0."""
    answers = np.zeros((len(features), len(CLASSES)))
    answers[:, forest.classes_] = forest.predict_proba(features)
    return answers


def write_forest(forest: Any, n_features: int, path: Path) -> None:
    """As ONNX, with the outputs `label` and `probabilities`."""
    from skl2onnx import to_onnx

    example = np.zeros((1, n_features), dtype=np.float32)
    model = to_onnx(forest, example, options={"zipmap": False})
    for node in model.graph.node:
        if node.op_type == "TreeEnsembleClassifier":
            _without_zeros(node)
    path.write_bytes(model.SerializeToString())


def _without_zeros(node: Any) -> None:
    """Leave out the classes that a leaf does not vote for: 40 % of the file."""
    attributes = {attribute.name: attribute for attribute in node.attribute}
    weights = list(attributes["class_weights"].floats)
    kept = [index for index, weight in enumerate(weights) if weight > 0.0]
    for name in ("class_nodeids", "class_treeids", "class_ids"):
        values = list(attributes[name].ints)
        del attributes[name].ints[:]
        attributes[name].ints.extend(values[index] for index in kept)
    del attributes["class_weights"].floats[:]
    attributes["class_weights"].floats.extend(weights[index] for index in kept)
