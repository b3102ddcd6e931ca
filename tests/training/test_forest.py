"""HeartNet's forest: that its file says what it says; and the imaginary devices."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from heartgui.features.heart_input import heart_window
from heartgui.inference.runtime import onnx_runtime
from heartgui.training.devices import through_another_device, with_fewer_lows
from heartgui.training.forest import fit_forest, forest_probabilities
from heartgui.training.forest_export import write_forest
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
    forest = fit_forest(RECIPE, features, labels, 0)
    write_forest(forest, 102, tmp_path / "forest.onnx")
    session = onnx_runtime().InferenceSession(
        tmp_path / "forest.onnx", providers=["CPUExecutionProvider"]
    )
    asked = rng.normal(size=(40, 102)).astype(np.float32) * 2
    # On the thresholds themselves a rounding the wrong way would be seen.
    for tree in forest.estimators_[:30]:
        asked[0, tree.tree_.feature[0]] = np.float32(tree.tree_.threshold[0])
        (said,) = session.run(None, {session.get_inputs()[0].name: asked})
        assert said == pytest.approx(forest_probabilities(forest, asked)[:, :2], abs=1e-6)
    assert said.std() > 0.05


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


def test_fewer_lows_weaken_the_low_bands_of_what_is_sound_and_nothing_else():
    rng = np.random.default_rng(1)
    window = heart_window(rng.uniform(-30.0, 0.0, (200, 48)).astype(np.float32), 500)
    for _ in range(6):
        changed = with_fewer_lows(window, rng)
        assert not changed[200:].any()
        np.testing.assert_array_equal(changed[:, -1], window[:, -1])
        weaker = (window - changed)[:200, :-1].mean(axis=0)
        assert weaker[0] > 2 * abs(weaker[-1])
        assert changed[:, :-1].max() == 0.0
