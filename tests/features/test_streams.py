"""The live view's features equal the batch ones, however the sound was cut into blocks."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heartgui.features.display import FeatureStream, display_features
from heartgui.features.envelope import MinMaxPyramid
from heartgui.features.framing import FrameStream, frame
from heartgui.features.scaling import RunningMinMax, min_max
from heartgui.features.short_time_energy import short_time_energy
from heartgui.features.zero_crossing_rate import zero_crossing_rate
from tests.helpers.synthetic_heart import SyntheticHeart

BLOCKS = st.lists(st.integers(0, 3000), min_size=1, max_size=12)


def cut(samples: np.ndarray, sizes: list[int]) -> list[np.ndarray]:
    """Blocks of these sizes, over and over until the samples are used up."""
    blocks, start, n = [], 0, 0
    while start < len(samples):
        size = sizes[n % len(sizes)] or (1 if n >= len(sizes) else 0)
        blocks.append(samples[start : start + size])
        start, n = start + size, n + 1
    return blocks


@settings(max_examples=40, deadline=None)
@given(
    sizes=BLOCKS,
    frame_length=st.integers(2, 400),
    hop_length=st.integers(1, 500),
    n=st.integers(0, 5000),
)
def test_framing_does_not_depend_on_blocks(sizes, frame_length, hop_length, n):
    samples = np.random.default_rng(n).normal(size=n).astype(np.float32)
    stream = FrameStream(frame_length, hop_length)
    parts = [stream.push(block).copy() for block in cut(samples, sizes)]
    joined = np.concatenate(parts) if parts else np.empty((0, frame_length))
    whole = frame(samples, frame_length=frame_length, hop_length=hop_length)
    np.testing.assert_array_equal(joined, whole)


@settings(max_examples=25, deadline=None)
@given(sizes=BLOCKS, rate_hz=st.sampled_from([4000, 8000, 22_050, 44_100]))
def test_all_four_tracks_do_not_depend_on_blocks(sizes, rate_hz):
    samples = SyntheticHeart(murmur="systolic", sample_rate_hz=rate_hz).samples(2.0)
    stream = FeatureStream(rate_hz)
    for block in cut(samples, sizes):
        stream.push(block)
    stream.finish()
    live, batch = stream.features, display_features(samples, rate_hz)
    assert live.n_frames == batch.n_frames > 100
    assert live.duration_s == batch.duration_s == pytest.approx(2.0)
    np.testing.assert_allclose(live.ste, batch.ste, rtol=1e-5, atol=1e-9)
    np.testing.assert_allclose(live.zcr, batch.zcr, atol=1e-6)
    # One level is 0.39 dB: rounding may tip a value that lies between two.
    levels = live.mel_levels.astype(int) - batch.mel_levels.astype(int)
    assert np.abs(levels).max() <= 1
    for ours, theirs in zip(
        live.pyramid.view(0, len(samples), 97), batch.pyramid.view(0, len(samples), 97), strict=True
    ):
        np.testing.assert_array_equal(ours, theirs)


def test_the_tracks_are_the_features_of_the_formulas():
    samples = SyntheticHeart().samples(3.0)
    features = display_features(samples, 4000)
    # Each energy frame is the middle half of the 50 ms frame that the spectrum looks at.
    n = features.n_frames
    ste = short_time_energy(samples[50:], frame_length=100, hop_length=40)[:n]
    zcr = zero_crossing_rate(samples[50:], frame_length=100, hop_length=40)[:n]
    np.testing.assert_allclose(features.ste, ste, rtol=1e-5)
    np.testing.assert_allclose(features.zcr, zcr, atol=1e-6)


@settings(max_examples=40, deadline=None)
@given(sizes=BLOCKS, n=st.integers(1, 20_000), data=st.data())
def test_the_waveforms_extremes_are_never_lost(sizes, n, data):
    samples = np.random.default_rng(n).normal(size=n).astype(np.float32)
    pyramid = MinMaxPyramid()
    for block in cut(samples, sizes):
        pyramid.append(block)
    start = data.draw(st.integers(0, n - 1))
    stop = data.draw(st.integers(start + 1, n))
    lows, highs = pyramid.view(start, stop, data.draw(st.integers(1, 300)))
    assert lows.min() <= samples[start:stop].min()
    assert highs.max() >= samples[start:stop].max()
    assert lows.min() >= samples.min()
    assert highs.max() <= samples.max()


def test_a_recording_that_grows_is_taken_without_a_copy():
    samples = SyntheticHeart(sample_rate_hz=22_050).samples(3.0)
    stream = FeatureStream(22_050)
    for end in (10_000, 10_000, 40_001, len(samples)):
        stream.grow(samples[:end])
    stream.finish()
    assert np.shares_memory(stream.features.pyramid.samples, samples)
    pushed = FeatureStream(22_050)
    pushed.push(samples)
    pushed.finish()
    assert stream.features.n_frames == pushed.features.n_frames
    np.testing.assert_allclose(stream.features.ste, pushed.features.ste, rtol=1e-5, atol=1e-9)
    for ours, theirs in zip(
        stream.features.pyramid.view(5, 60_000, 41),
        pushed.features.pyramid.view(5, 60_000, 41),
        strict=True,
    ):
        np.testing.assert_array_equal(ours, theirs)


@settings(max_examples=30, deadline=None)
@given(sizes=BLOCKS)
def test_running_min_max_ends_at_the_batch_result(sizes):
    values = np.random.default_rng(1).normal(size=4000).astype(np.float32)
    running = RunningMinMax()
    for block in cut(values, sizes):
        running.push(block)
    np.testing.assert_array_equal(running.scale(values), min_max(values))
