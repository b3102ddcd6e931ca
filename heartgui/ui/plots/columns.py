"""Thin a series of frames to about two points a pixel, keeping its extremes."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from heartgui.features.display import FIRST_FRAME_S, HOP_S
from heartgui.features.quantiles import quantile

Floats = npt.NDArray[np.float64]


def visible_frames(start_s: float, end_s: float, n_frames: int) -> tuple[int, int]:
    """Frames [first, past) that touch the stretch, with one more on either side."""
    first = max(0, math.floor((start_s - FIRST_FRAME_S) / HOP_S) - 1)
    past = min(n_frames, math.ceil((end_s - FIRST_FRAME_S) / HOP_S) + 2)
    return min(first, past), past


def min_max_columns(
    values: npt.NDArray[np.floating], *, first: int, past: int, n_columns: int
) -> tuple[Floats, Floats, Floats]:
    """Times, minima and maxima of frames [first, past), at most about n_columns of them.

    values: shape (n_frames,), as in DisplayFeatures. Where there are few frames each is its
    own column. Blocks begin at multiples of their length, so that a
    scrolling view shows the same columns from frame to frame and does not shimmer.
    """
    count = past - first
    if count <= 0:
        empty: Floats = np.empty(0)
        return empty, empty, empty
    block = max(1, math.ceil(count / max(n_columns, 1)))
    if block == 1:
        part: Floats = values[first:past].astype(np.float64)
        return _times(np.arange(first, past)), part, part
    begin = first // block * block
    starts = np.arange(begin, past, block)
    inside = values[begin:past]
    lows = np.minimum.reduceat(inside, starts - begin).astype(np.float64)
    highs = np.maximum.reduceat(inside, starts - begin).astype(np.float64)
    return _times(starts + 0.5 * (block - 1)), lows, highs


def _times(frames: npt.NDArray[np.floating] | npt.NDArray[np.integer]) -> Floats:
    return np.asarray(FIRST_FRAME_S + frames * HOP_S, dtype=np.float64)


def usual_peak(sizes: Floats) -> float:
    """What an axis must reach for the signal, without a few knocks far above all the rest.

    sizes: magnitude of each column. Knocks are at most one column in fifty, and over three
    times as large as what lies below them; otherwise this is simply the largest.
    """
    if not sizes.size:
        return 0.0
    largest = float(sizes.max())
    rest = float(quantile(sizes, 0.98))
    return 1.3 * rest if largest > 3.0 * rest > 0.0 else largest


def zigzag(times_s: Floats, lows: Floats, highs: Floats) -> tuple[Floats, Floats]:
    """One line through the low and the high of each column, for a curve."""
    if lows is highs:
        return times_s, lows
    y = np.empty(2 * len(times_s))
    y[0::2] = lows
    y[1::2] = highs
    return np.repeat(times_s, 2), y
