"""HeartNet's input: levels by band, the mark of sound, and what does not change it."""

from __future__ import annotations

import numpy as np
import pytest

from heartgui.features.heart_input import (
    FRAMES_A_SECOND,
    RANGE_DB,
    SPREAD_DB,
    heart_decibels,
    heart_window,
    without_silence,
)
from tests.helpers.synthetic_heart import SyntheticHeart


def test_ten_seconds_are_five_hundred_frames_and_short_ones_are_marked():
    whole = heart_window(heart_decibels(SyntheticHeart().samples(10.0), 4000))
    assert whole.shape == (500, 49)
    assert whole[:, -1].min() == 1.0
    assert whole[:, :-1].max() == 0.0
    assert whole[:, :-1].min() >= -RANGE_DB / SPREAD_DB
    short = heart_window(heart_decibels(SyntheticHeart().samples(4.0), 4000))
    n = round(4.0 * FRAMES_A_SECOND)
    assert short[:n, -1].min() == 1.0
    assert not short[n + 1 :].any()


def test_loudness_does_not_matter_and_silence_is_no_error():
    samples = SyntheticHeart().samples(5.0)
    loud, quiet = (heart_window(heart_decibels(g * samples, 4000)) for g in (1.0, 0.01))
    assert np.abs(loud - quiet).max() < 1e-3
    silent = heart_window(heart_decibels(np.zeros(20_000, np.float32), 4000))
    assert np.isfinite(silent).all()


def test_a_constant_offset_changes_nothing():
    samples = SyntheticHeart(level=0.3, noise_level=0.01).samples(5.0)
    plain, shifted = (heart_decibels(samples + offset, 4000) for offset in (0.0, 0.5))
    # The resampler starts from nothing, so that the ends hear the step.
    assert np.quantile(np.abs(plain - shifted)[5:-5], 0.95) < 0.2


def test_digital_silence_within_a_window_is_no_sound():
    samples = SyntheticHeart(noise_level=0.01).samples(8.0)
    decibels = heart_decibels(samples, 4000)
    assert np.array_equal(without_silence(heart_window(decibels), decibels), heart_window(decibels))
    samples[round(3.0 * 4000) : round(4.0 * 4000)] = 0.0
    decibels = heart_decibels(samples, 4000)
    mark = without_silence(heart_window(decibels), decibels)[:400, -1]
    frames = np.flatnonzero(mark == 0)
    assert frames.min() / FRAMES_A_SECOND == pytest.approx(3.0, abs=0.08)
    assert frames.max() / FRAMES_A_SECOND == pytest.approx(4.0, abs=0.08)
    assert len(frames) > 0.9 * FRAMES_A_SECOND


def test_a_frame_is_centred_on_its_time():
    click = np.zeros(20_000, dtype=np.float32)
    click[round(2.0 * 4000)] = 1.0
    level = heart_decibels(click, 4000).max(axis=1)
    assert level.argmax() / FRAMES_A_SECOND == pytest.approx(2.0, abs=0.021)
