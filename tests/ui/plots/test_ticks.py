"""Axis labels say exactly what they stand at, and axes do not jump about."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heartgui.ui.plots.ticks import (
    SteppedRange,
    nice_ceiling,
    nice_step,
    power_label,
    power_of_ten,
    tick_label,
    ticks_between,
)


def test_ticks_are_round_and_inside() -> None:
    assert ticks_between(2.3, 12.3, 2.0) == [4.0, 6.0, 8.0, 10.0, 12.0]
    assert nice_step(10.0, 9) == 2.0


@pytest.mark.parametrize(
    ("value", "step", "label"),
    [
        (0.5, 0.5, "0.5"),
        (-0.5, 0.5, "\N{MINUS SIGN}0.5"),
        (0.0, 0.5, "0.0"),
        (-0.0, 0.5, "0.0"),
        (0.25, 0.25, "0.25"),
        (0.025, 0.025, "0.025"),
        (14.0, 2.0, "14"),
    ],
)
def test_labels_have_the_decimals_they_need(value: float, step: float, label: str) -> None:
    assert tick_label(value, step) == label


@given(st.floats(1e-4, 1e4))
def test_a_label_reads_as_the_value_it_stands_at(peak: float) -> None:
    top = nice_ceiling(peak)
    scale = 10.0 ** -power_of_ten(top)
    half = top / 2 * scale
    assert float(tick_label(half, half)) == pytest.approx(half, rel=1e-6)


@given(st.floats(1e-6, 1e6))
def test_the_top_of_an_axis_is_just_above_the_signal(peak: float) -> None:
    assert peak * (1 - 1e-6) <= nice_ceiling(peak) <= 1.7 * peak


def test_small_values_share_a_power_of_ten() -> None:
    assert power_of_ten(0.0004) == -6
    assert power_of_ten(0.004) == -3
    assert power_of_ten(0.3) == 0
    assert power_label(-3) == "\N{MULTIPLICATION SIGN}10⁻³"
    assert power_label(0) == ""


def test_an_axis_grows_at_once_and_comes_down_late() -> None:
    axis = SteppedRange(floor=0.01, ceiling=1.0, patience=10)
    assert axis.update(0.5)
    grown = axis.top
    assert grown >= 0.5
    assert not any(axis.update(0.02) for _ in range(10))
    assert axis.top == grown
    assert axis.update(0.02)
    assert 0.02 <= axis.top < 0.05


def test_a_steady_signal_does_not_move_the_axis() -> None:
    axis = SteppedRange(floor=0.01, ceiling=1.0)
    axis.update(0.33)
    assert not any(axis.update(peak) for peak in [0.30, 0.35, 0.31, 0.36] * 50)


def test_silence_is_not_blown_up_to_full_height() -> None:
    axis = SteppedRange(floor=0.01, ceiling=1.0)
    axis.update(0.0, at_once=True)
    assert axis.top == 0.01
