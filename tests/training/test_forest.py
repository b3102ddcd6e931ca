"""HeartNet's forest: what it is taught, and that its file says what it says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from heartgui.features.heart_input import WINDOW_FRAMES
from heartgui.training.devices import through_another_device
from heartgui.training.forest import (
    Taught,
    fit_forest,
    forest_probabilities,
    taught_features,
    write_forest,
)
from heartgui.training.recipe import read_recipe

RECIPE = read_recipe(Path("models/heartnet/recipe.toml"))


def two_classes(n: int, rng: np.random.Generator) -> tuple[list[np.ndarray], np.ndarray]:
    """Recordings of one to three windows; in the first column the class shows."""
    labels = rng.integers(2, size=n)
    features = []
    for label in labels:
        part = rng.normal(size=(rng.integers(1, 4), 102)).astype(np.float32)
        part[:, 0] += 4 * label
        features.append(part)
    return features, labels


def test_the_file_answers_as_the_forest_does(tmp_path):
    rng = np.random.default_rng(0)
    features, labels = two_classes(80, rng)
    forest = fit_forest(RECIPE, [Taught(features, labels, 1.0)], 0)
    write_forest(forest, 102, tmp_path / "forest.onnx")
    session = onnxruntime.InferenceSession(
        tmp_path / "forest.onnx", providers=["CPUExecutionProvider"]
    )
    asked = rng.normal(size=(40, 102)).astype(np.float32) * 2
    _, said = session.run(None, {session.get_inputs()[0].name: asked})
    assert said == pytest.approx(forest_probabilities(forest, asked)[:, :2], abs=1e-5)
    assert said.std() > 0.05


def test_a_set_counts_by_its_weight_and_recordings_not_by_their_windows():
    rng = np.random.default_rng(1)
    features, labels = two_classes(60, rng)
    # The other set says the opposite.
    other, opposite = two_classes(60, rng)
    for weight, first_wins in ((0.1, True), (10.0, False)):
        forest = fit_forest(
            RECIPE, [Taught(features, labels, 1.0), Taught(other, 1 - opposite, weight)], 0
        )
        high = np.zeros((1, 102), np.float32)
        high[0, 0] = 4.0
        assert bool(forest_probabilities(forest, high)[0].argmax() == 1) is first_wins


def test_windows_are_taught_through_so_many_devices():
    rng = np.random.default_rng(2)
    decibels = rng.uniform(-60, 0, size=(WINDOW_FRAMES + 300, 48)).astype(np.float32)
    assert taught_features(decibels, 3, rng).shape == (9, 102)
    assert taught_features(decibels[:200], 1, rng).shape == (1, 102)


def test_another_device_colours_the_spectrum_and_keeps_the_rhythm():
    rng = np.random.default_rng(3)
    beats = np.zeros((300, 48), np.float32) - 40.0
    beats[::25, :20] = 0.0
    spectra = []
    for _ in range(6):
        changed = through_another_device(beats, rng)
        assert changed.shape == beats.shape
        assert changed[::25, :20].mean() > changed[12::25, :20].mean() + 10
        spectra.append(changed[::25, :20].mean(axis=0))
    assert np.std(spectra, axis=0).mean() > 1.0
