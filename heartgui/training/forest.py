"""The forest beside HeartNet's networks: extremely randomised trees (Geurts et al. 2006) on the
numbers of a window. With so few recordings of some classes it errs elsewhere than the networks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from heartgui.domain import CLASSES
from heartgui.features.window_features import window_features
from heartgui.training.dataset import class_counts
from heartgui.training.recipe import HeartRecipe

FEATURES_A_SPLIT = 0.2
CLASS_EXPONENT = 0.5
"""A class of n recordings counts as much as n to this power."""


def features_of(windows: np.ndarray) -> np.ndarray:
    """Shape (n_windows, n_frames, 49) to (n_windows, 102)."""
    return np.stack([window_features(window) for window in windows])


def fit_forest(
    recipe: HeartRecipe, features: Sequence[np.ndarray], labels: np.ndarray, seed: int
) -> Any:
    """features: for each recording, shape (n_windows, 102). labels: shape (n_recordings,)."""
    from sklearn.ensemble import ExtraTreesClassifier

    counts = class_counts(labels)
    owner = np.repeat(np.arange(len(features)), [len(part) for part in features])
    windows_of = np.array([len(part) for part in features])
    weights = 1.0 / windows_of[owner] / counts[labels[owner]] ** CLASS_EXPONENT
    forest = ExtraTreesClassifier(
        recipe.forest_trees,
        min_samples_leaf=recipe.forest_leaf,
        max_features=FEATURES_A_SPLIT,
        random_state=seed,
    )
    return forest.fit(np.concatenate(features), labels[owner], weights / weights.mean())


def forest_probabilities(forest: Any, features: np.ndarray) -> np.ndarray:
    """Shape (n, 102) to (n, 5); a class that the forest never saw has 0."""
    answers = np.zeros((len(features), len(CLASSES)))
    answers[:, forest.classes_] = forest.predict_proba(features)
    return answers
