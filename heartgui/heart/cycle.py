"""The heart's cycle: from the states' probabilities to S1, systole, S2 and diastole in turn."""

from __future__ import annotations

import itertools
from bisect import bisect_left

import numpy as np

from heartgui.features.framing import FloatArray

STATES = ("S1", "systole", "S2", "diastole")
"""Order of the states in labels and in the network's output."""
S1, SYSTOLE, S2, DIASTOLE = range(4)
SHORTEST_FRAMES = (3, 3, 2, 3)
"""No state is shorter; frames of 20 ms."""
LEAVE = 0.15
"""Chance a frame that a state ends once it may."""


def decode_cycle(probabilities: FloatArray) -> np.ndarray:
    """The likeliest sequence in which the states follow one another (Viterbi 1967).

    probabilities: shape (n_frames, 4), of STATES. Returns shape (n_frames,), int8. A state is a
    chain of as many steps as it is long at least, and may stay in the last one. The recording may
    begin and end anywhere in a chain.
    """
    n_frames = len(probabilities)
    path = np.empty(n_frames, dtype=np.int8)
    if not n_frames:
        return path
    scores = np.log(np.maximum(probabilities, 1e-6)).astype(np.float64)
    reached, staying = _last_steps(scores)
    state, end = _end(scores, reached, staying)
    path[max(0, end) :] = (state + 1) % len(STATES)
    while end > 0:
        best = reached[state]
        before = len(best) - n_frames
        # Whoever stayed has what they had: the state was reached in the first frame with that.
        last = bisect_left(best, best[before + end - 1], before) - before
        start = last + 1 - SHORTEST_FRAMES[state]
        path[max(0, start) : end] = state
        state, end = (state - 1) % len(STATES), start
    return path


def _last_steps(scores: FloatArray) -> tuple[list[list[float]], list[FloatArray]]:
    """For each state the best score of being in its last step, by frame, less what one would have
    who had always stayed there; and that. Before the first frame of both stand zeros, as many as
    the next state is long.

    The steps before the last one leave no choice, so that their sum is known beforehand; and less
    what staying adds, a score grows only where the state is entered anew. Plain numbers, and the
    four states spelled out, take a fraction of the time of arrays of four.
    """
    arriving = np.cumsum(scores, axis=0)
    for state, n in enumerate(SHORTEST_FRAMES):
        # Until frame n the recording began within the state, so that none was left for it.
        arriving[n:, state] += np.log(LEAVE) - arriving[:-n, state].copy()
    always = np.cumsum(scores + np.log(1.0 - LEAVE), axis=0)
    always -= always[0]
    next_shortest = (*SHORTEST_FRAMES[1:], SHORTEST_FRAMES[0])
    staying = [
        np.concatenate([np.zeros(n), column])
        for n, column in zip(next_shortest, always.T, strict=True)
    ]
    gains = [
        (arriving[:, state] - always[:, state] + staying[state - 1][: len(scores)]).tolist()
        for state in range(len(STATES))
    ]
    reached = [[0.0] * n for n in next_shortest]
    s1, systole, s2, diastole = reached
    best_s1 = best_systole = best_s2 = best_diastole = -np.inf
    # The lists are read as they grow: each is ahead by as many steps as the next state is long.
    for from_s1, from_systole, from_s2, from_diastole, to_s1, to_systole, to_s2, to_diastole in zip(
        *reached, *gains, strict=False
    ):
        arrived = from_diastole + to_s1
        if best_s1 < arrived:
            best_s1 = arrived
        arrived = from_s1 + to_systole
        if best_systole < arrived:
            best_systole = arrived
        arrived = from_systole + to_s2
        if best_s2 < arrived:
            best_s2 = arrived
        arrived = from_s2 + to_diastole
        if best_diastole < arrived:
            best_diastole = arrived
        s1.append(best_s1)
        systole.append(best_systole)
        s2.append(best_s2)
        diastole.append(best_diastole)
    return reached, staying


def _end(
    scores: FloatArray, reached: list[list[float]], staying: list[FloatArray]
) -> tuple[int, int]:
    """The last state that reaches its last step on the best path, and the end of its frames: the
    next state may begin there, cut off by the end of the recording."""
    n_frames = len(scores)
    best, state, end = -np.inf, 0, 0
    for following, shortest in enumerate(SHORTEST_FRAMES):
        before = reached[following - 1], staying[following - 1]
        for n in range(1, shortest):
            entering = np.log(LEAVE) if n < n_frames else 0.0
            there = sum(values[-1 - n] for values in before)
            cut = there + entering + scores[-n:, following].sum()
            if cut > best:
                best, state, end = cut, (following - 1) % len(STATES), n_frames - n
        whole = reached[following][-1] + staying[following][-1]
        if whole > best:
            best, state, end = whole, following, n_frames
    return state, end


def stretches(states: np.ndarray) -> list[tuple[int, int, int]]:
    """First frame, end and state of each stretch of one state. states: shape (n_frames,)."""
    if not len(states):
        return []
    edges = [0, *(np.flatnonzero(np.diff(states)) + 1).tolist(), len(states)]
    return [(first, end, int(states[first])) for first, end in itertools.pairwise(edges)]


def spans(states: np.ndarray, frames_a_second: float) -> list[tuple[float, float, int]]:
    """Start s, end s and state of each stretch; boundaries lie between frames."""
    return [
        ((first - 0.5) / frames_a_second, (end - 0.5) / frames_a_second, state)
        for first, end, state in stretches(states)
    ]
