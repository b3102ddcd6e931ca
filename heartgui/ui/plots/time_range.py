"""Which stretch of time is in view: zoom, pan and fit, kept inside the recording."""

from __future__ import annotations

EMPTY_VIEW_S = 10.0
"""Length of the time axis while there is nothing to show."""


class TimeRange:
    """The visible stretch [start_s, end_s] of a recording of duration_s.

    The stretch never leaves the recording and is never shorter than min_span_s, or than
    the recording itself where that is shorter still.
    """

    def __init__(self, *, min_span_s: float = 0.05) -> None:
        self.min_span_s = min_span_s
        self.duration_s = 0.0
        self.start_s = 0.0
        self.end_s = EMPTY_VIEW_S

    @property
    def span_s(self) -> float:
        return self.end_s - self.start_s

    @property
    def full_s(self) -> float:
        """Length of the axis when everything is shown."""
        return self.duration_s if self.duration_s > 0.0 else EMPTY_VIEW_S

    def set_duration(self, duration_s: float) -> None:
        """Take a new length and show all of it."""
        self.duration_s = max(0.0, duration_s)
        self.fit()

    def fit(self) -> None:
        self.start_s, self.end_s = 0.0, self.full_s

    def show(self, start_s: float, end_s: float) -> None:
        """Show this stretch, or the nearest one that is allowed, of the same length."""
        full_s = self.full_s
        span_s = min(max(end_s - start_s, min(self.min_span_s, full_s)), full_s)
        self.start_s = min(max(start_s, 0.0), full_s - span_s)
        self.end_s = self.start_s + span_s

    def zoom(self, factor: float, about_s: float) -> None:
        """Make the stretch `factor` times as long; about_s stays where it is on the screen."""
        about_s = min(max(about_s, self.start_s), self.end_s)
        full_s = self.full_s
        span_s = min(max(self.span_s * factor, min(self.min_span_s, full_s)), full_s)
        share = (about_s - self.start_s) / self.span_s
        start_s = about_s - share * span_s
        self.show(start_s, start_s + span_s)

    def pan(self, by_s: float) -> None:
        self.show(self.start_s + by_s, self.end_s + by_s)

    def to_start(self) -> None:
        self.show(0.0, self.span_s)

    def to_end(self) -> None:
        self.show(self.full_s - self.span_s, self.full_s)

    def follow(self, now_s: float, view_s: float) -> None:
        """Show the newest view_s seconds of a recording that has reached now_s.

        Until view_s is reached the axis stands still and fills from the left.
        """
        self.duration_s = now_s
        self.end_s = max(now_s, view_s)
        self.start_s = self.end_s - view_s
