"""The stretch of time in view stays inside the recording whatever is asked of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heartgui.ui.plots.time_range import EMPTY_VIEW_S, TimeRange


def range_of(duration_s: float) -> TimeRange:
    view = TimeRange()
    view.set_duration(duration_s)
    return view


def test_fit_shows_everything() -> None:
    view = range_of(15.0)
    view.show(3.0, 4.0)
    view.fit()
    assert (view.start_s, view.end_s) == (0.0, 15.0)


def test_zoom_keeps_the_time_under_the_pointer_in_place() -> None:
    view = range_of(15.0)
    view.zoom(0.5, 12.0)
    share = (12.0 - view.start_s) / view.span_s
    assert view.span_s == pytest.approx(7.5)
    assert share == pytest.approx(12.0 / 15.0)


def test_zoom_ends_at_fifty_milliseconds() -> None:
    view = range_of(15.0)
    for _ in range(100):
        view.zoom(0.5, 7.0)
    assert view.span_s == pytest.approx(0.05)
    assert view.start_s <= 7.0 <= view.end_s


def test_a_recording_shorter_than_the_shortest_view_is_shown_whole() -> None:
    view = range_of(0.02)
    view.zoom(0.5, 0.01)
    assert (view.start_s, view.end_s) == (0.0, 0.02)


def test_home_and_end_keep_the_length() -> None:
    view = range_of(15.0)
    view.show(3.0, 5.0)
    view.to_end()
    assert (view.start_s, view.end_s) == (13.0, 15.0)
    view.to_start()
    assert (view.start_s, view.end_s) == (0.0, 2.0)


def test_following_fills_from_the_left_and_then_scrolls() -> None:
    view = TimeRange()
    view.follow(4.0, 10.0)
    assert (view.start_s, view.end_s) == (0.0, 10.0)
    view.follow(12.5, 10.0)
    assert (view.start_s, view.end_s) == (2.5, 12.5)


def test_nothing_to_show_still_has_an_axis() -> None:
    view = range_of(0.0)
    view.zoom(0.1, 3.0)
    view.fit()
    assert (view.start_s, view.end_s) == (0.0, EMPTY_VIEW_S)


@given(
    duration_s=st.floats(0.001, 7200.0),
    moves=st.lists(
        st.tuples(st.sampled_from(["zoom", "pan", "show"]), st.floats(-50, 50), st.floats(0.01, 9)),
        max_size=20,
    ),
)
def test_the_view_never_leaves_the_recording(
    duration_s: float, moves: list[tuple[str, float, float]]
) -> None:
    view = range_of(duration_s)
    for kind, by_s, factor in moves:
        if kind == "zoom":
            view.zoom(factor, by_s)
        elif kind == "pan":
            view.pan(by_s)
        else:
            view.show(by_s, by_s + factor)
        assert view.start_s >= 0.0
        assert view.end_s <= duration_s * (1 + 1e-12)
        assert view.span_s >= min(0.05, duration_s) * (1 - 1e-6)
