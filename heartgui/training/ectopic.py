"""Synthetic extrasystoles: one beat comes early, and a pause follows.

Made from a normal recording with annotated states by leaving out frames of the diastole before a
beat and repeating frames of the one after it.
"""

from __future__ import annotations

import itertools

import numpy as np

DIASTOLE = 3
S1 = 0


def with_ectopic_beat(states: np.ndarray, rng: np.random.Generator) -> np.ndarray | None:
    """Frame order that brings one beat early, shape (as many as before or fewer,); None where
    the window holds no beat between two whole diastoles.

    states: shape (n_frames,), index into STATES. The beat comes early by 35 to 75 % of the
    diastole; the pause is the compensation, 60 to 110 % of what was left out.
    """
    diastoles = _diastoles(states)
    usable = [
        (before, after)
        for before, after in itertools.pairwise(diastoles)
        if before[1] - before[0] >= 6 and after[1] - after[0] >= 4
    ]
    if not usable:
        return None
    (first, last), (_, pause) = usable[rng.integers(len(usable))]
    n_out = int((last - first) * rng.uniform(0.35, 0.75))
    kept = last - first - n_out
    # What is left out lies in the middle of the diastole: both ends join like to like.
    middle = first + kept // 2
    n_pause = int(n_out * rng.uniform(0.6, 1.1))
    tail = np.arange(max(0, pause - 4), pause)
    filling = np.resize(np.concatenate([tail, tail[::-1]]), n_pause)
    order = np.concatenate(
        [
            np.arange(middle),
            np.arange(middle + n_out, pause),
            filling,
            np.arange(pause, len(states)),
        ]
    )
    return order[: len(states)]


def _diastoles(states: np.ndarray) -> list[tuple[int, int]]:
    """First frame and end of each diastole between an S2 and an S1 in the window."""
    is_diastole = np.concatenate([[False], states == DIASTOLE, [False]])
    edges = np.flatnonzero(np.diff(is_diastole.astype(int)))
    return [
        (int(first), int(end))
        for first, end in edges.reshape(-1, 2)
        if first > 0 and end < len(states) and states[end] == S1
    ]
