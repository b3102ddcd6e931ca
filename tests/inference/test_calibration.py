"""Calibration, and the class that is called by multiples of thresholds."""

from __future__ import annotations

import numpy as np
import pytest

from heartgui.domain import CLASSES, HeartSoundClass, Prediction
from heartgui.inference.calibration import calibrated, with_timbre
from heartgui.inference.card import ABOVE, LARGEST, weights_of
from heartgui.inference.classifier import joined_states

SAID = (0.55, 0.05, 0.30, 0.06, 0.04)
THRESHOLDS = dict(zip(map(str, CLASSES), (0.6, 0.4, 0.2, 0.1, 0.3), strict=True))


def test_calibration_keeps_probabilities_and_order():
    raw = np.random.default_rng(0).dirichlet(np.ones(5), size=30)
    assert calibrated(raw, 1.0, np.zeros(5)) == pytest.approx(raw, abs=1e-6)
    softer = calibrated(raw, 0.5, np.zeros(5))
    assert softer.sum(axis=1) == pytest.approx(np.ones(30))
    assert (softer.argmax(axis=1) == raw.argmax(axis=1)).all()
    assert (softer.max(axis=1) <= raw.max(axis=1) + 1e-9).all()


def test_the_timbre_has_a_say_in_extra_sounds_and_none_in_murmur_against_normal():
    rng = np.random.default_rng(1)
    classes, timbre = rng.dirichlet(np.ones(5), size=(2, 30))
    mixed = with_timbre(classes, timbre, 0.4)
    assert mixed.sum(axis=1) == pytest.approx(np.ones(30))
    assert mixed[:, 2:] == pytest.approx(0.6 * classes[:, 2:] + 0.4 * timbre[:, 2:])
    assert mixed[:, 1] / mixed[:, 0] == pytest.approx(classes[:, 1] / classes[:, 0], rel=1e-5)
    sure = with_timbre(np.eye(5)[4], timbre[0], 0.4)
    assert sure[0] == sure[1]
    assert sure.sum() == pytest.approx(1.0)


def test_the_largest_multiple_of_its_threshold_is_called():
    plain = Prediction("a", "1", SAID, weights=weights_of(THRESHOLDS, LARGEST))
    above = Prediction("a", "1", SAID, weights=weights_of(THRESHOLDS, ABOVE))
    assert plain.label is HeartSoundClass.NORMAL
    assert above.label is HeartSoundClass.EXTRASTOLE
    assert sum(above.scores) == pytest.approx(1.0)
    with pytest.raises(ValueError, match="unknown rule"):
        weights_of(THRESHOLDS, "loudest")


def test_states_of_overlapping_windows_are_joined_on_the_recordings_time():
    rng = np.random.default_rng(0)
    whole = rng.dirichlet(np.ones(4), size=625).astype(np.float32)
    windows = [(0.0, 10.0), (2.5, 12.5)]
    parts = np.stack([whole[:500], whole[125:]])
    assert joined_states(windows, parts) == pytest.approx(whole, abs=1e-6)
    short = np.zeros((1, 500, 4), dtype=np.float32)
    short[0, :200] = whole[:200]
    assert joined_states([(0.0, 4.0)], short) == pytest.approx(whole[:200], abs=1e-6)
