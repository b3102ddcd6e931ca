"""Thinned curves keep every extreme and do not shimmer while they scroll."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from heartgui.features.display import FIRST_FRAME_S, HOP_S
from heartgui.ui.plots.columns import min_max_columns, usual_peak, visible_frames, zigzag


@given(n=st.integers(1, 5000), n_columns=st.integers(1, 800), seed=st.integers(0, 99))
def test_extremes_survive_thinning(n: int, n_columns: int, seed: int) -> None:
    values = np.random.default_rng(seed).normal(size=n).astype(np.float32)
    times, lows, highs = min_max_columns(values, first=0, past=n, n_columns=n_columns)
    assert lows.min() == values.min()
    assert highs.max() == values.max()
    assert len(times) <= n_columns + 1
    assert np.all(np.diff(times) > 0)


def test_few_frames_stand_at_their_own_times() -> None:
    values = np.arange(20, dtype=np.float32)
    times, lows, highs = min_max_columns(values, first=5, past=9, n_columns=100)
    np.testing.assert_allclose(times, FIRST_FRAME_S + np.arange(5, 9) * HOP_S)
    np.testing.assert_array_equal(highs, [5, 6, 7, 8])
    np.testing.assert_array_equal(lows, highs)


def test_scrolling_shows_the_same_columns_further_left() -> None:
    values = np.random.default_rng(1).normal(size=5000)
    one = min_max_columns(values, first=1000, past=3000, n_columns=500)
    two = min_max_columns(values, first=1003, past=3003, n_columns=500)
    both = np.isin(np.round(one[0], 6), np.round(two[0], 6))
    assert both.sum() >= len(one[0]) - 2
    shared = np.isin(np.round(two[0], 6), np.round(one[0], 6))
    np.testing.assert_array_equal(one[2][both][1:-1], two[2][shared][1:-1])


def test_a_knock_does_not_set_the_axis_but_beats_do() -> None:
    beats = np.full(500, 0.02)
    beats[::10] = 0.3
    assert usual_peak(beats) == 0.3
    beats[123] = 5.0
    assert 0.3 < usual_peak(beats) < 0.6
    beats[123] = 0.6
    assert usual_peak(beats) == 0.6


def test_a_click_in_silence_is_all_there_is() -> None:
    silence = np.zeros(500)
    silence[7] = 0.4
    assert usual_peak(silence) == 0.4
    assert usual_peak(np.empty(0)) == 0.0


def test_nothing_gives_nothing() -> None:
    times, lows, highs = min_max_columns(np.empty(0), first=0, past=0, n_columns=10)
    assert len(times) == len(lows) == len(highs) == 0


def test_frames_that_touch_the_view() -> None:
    first, past = visible_frames(1.0, 2.0, 1000)
    assert FIRST_FRAME_S + first * HOP_S <= 1.0
    assert FIRST_FRAME_S + (past - 1) * HOP_S >= 2.0
    assert visible_frames(1.0, 2.0, 3) == (3, 3)


def test_a_line_runs_through_low_and_high_of_each_column() -> None:
    x, y = zigzag(np.array([1.0, 2.0]), np.array([-1.0, -2.0]), np.array([3.0, 4.0]))
    np.testing.assert_array_equal(x, [1, 1, 2, 2])
    np.testing.assert_array_equal(y, [-1, 3, -2, 4])
