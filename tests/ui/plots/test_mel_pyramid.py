"""The zoomed-out spectrogram keeps every loud moment, also while it grows."""

import numpy as np
import pytest

from heartgui.features.display import FeatureStream, display_features
from heartgui.ui.plots.mel_pyramid import MelPyramid

RATE_HZ = 4000


def clicks(duration_s: float) -> np.ndarray:
    rng = np.random.default_rng(3)
    samples = rng.normal(0.0, 1e-3, round(duration_s * RATE_HZ)).astype(np.float32)
    samples[rng.integers(0, len(samples), 20)] = 0.8
    return samples


@pytest.mark.parametrize("most_columns", [50, 300, 2000, 100_000])
def test_each_column_is_the_loudest_of_its_frames(most_columns: int) -> None:
    features = display_features(clicks(90.0), RATE_HZ)
    pyramid = MelPyramid(features)
    pyramid.update()
    first, past = 900, 8000
    levels, begin, width = pyramid.view(first, past, most_columns)
    assert begin <= first
    assert begin + len(levels) * width >= past
    assert len(levels) <= most_columns + 2
    for k in range(len(levels)):
        frames = features.mel_levels[begin + k * width : begin + (k + 1) * width]
        np.testing.assert_array_equal(levels[k], frames.max(axis=0))


def test_growing_equals_whole() -> None:
    samples = clicks(40.0)
    stream = FeatureStream(RATE_HZ)
    pyramid = MelPyramid(stream.features)
    for block in np.array_split(samples, 137):
        stream.push(block)
        pyramid.update()
    stream.finish()
    pyramid.update()
    whole = MelPyramid(stream.features)
    whole.update()
    n = stream.features.n_frames
    grown_levels, *grown_at = pyramid.view(0, n, 100)
    levels, *at = whole.view(0, n, 100)
    np.testing.assert_array_equal(grown_levels, levels)
    assert grown_at == at
