"""The heart's cycle: from the states' probabilities to S1, systole, S2 and diastole in turn."""

from __future__ import annotations

import itertools

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
    state, end = _end(scores, reached)
    path[max(0, end) :] = (state + 1) % len(STATES)
    while end > 0:
        last = end - 1
        best, on = reached[state], staying[state]
        before = len(best) - n_frames - 1
        # As long as it was reached from itself.
        while best[before + last] + on[last] == best[before + last + 1]:
            last -= 1
        start = last + 1 - SHORTEST_FRAMES[state]
        path[max(0, start) : end] = state
        state, end = (state - 1) % len(STATES), start
    return path


def _last_steps(scores: FloatArray) -> tuple[list[list[float]], list[list[float]]]:
    """For each state the best score of being in its last step, by frame, and what staying there
    adds to it. Before the first frame's score stand zeros, as many as the next state is long.

    The steps before the last one leave no choice, so that their sum is known beforehand. Plain
    numbers, and the four states spelled out, take an eighth of the time of arrays of four.
    """
    arriving = np.cumsum(scores, axis=0)
    for state, n in enumerate(SHORTEST_FRAMES):
        # Until frame n the recording began within the state, so that none was left for it.
        arriving[n:, state] += np.log(LEAVE) - arriving[:-n, state].copy()
    staying = scores + np.log(1.0 - LEAVE)
    staying[0] = -np.inf
    reached = [[0.0] * n for n in (*SHORTEST_FRAMES[1:], SHORTEST_FRAMES[0])]
    s1, systole, s2, diastole = reached
    best_s1 = best_systole = best_s2 = best_diastole = 0.0
    stays = staying.T.tolist()
    for k, (
        to_s1,
        to_systole,
        to_s2,
        to_diastole,
        on_s1,
        on_systole,
        on_s2,
        on_diastole,
    ) in enumerate(zip(*arriving.T.tolist(), *stays, strict=True)):
        arrived, best_s1 = diastole[k] + to_s1, best_s1 + on_s1
        if best_s1 < arrived:
            best_s1 = arrived
        arrived, best_systole = s1[k] + to_systole, best_systole + on_systole
        if best_systole < arrived:
            best_systole = arrived
        arrived, best_s2 = systole[k] + to_s2, best_s2 + on_s2
        if best_s2 < arrived:
            best_s2 = arrived
        arrived, best_diastole = s2[k] + to_diastole, best_diastole + on_diastole
        if best_diastole < arrived:
            best_diastole = arrived
        s1.append(best_s1)
        systole.append(best_systole)
        s2.append(best_s2)
        diastole.append(best_diastole)
    return reached, stays


def _end(scores: FloatArray, reached: list[list[float]]) -> tuple[int, int]:
    """The last state that reaches its last step on the best path, and the end of its frames: the
    next state may begin there, cut off by the end of the recording."""
    n_frames = len(scores)
    best, state, end = -np.inf, 0, 0
    for following, shortest in enumerate(SHORTEST_FRAMES):
        for n in range(1, shortest):
            entering = np.log(LEAVE) if n < n_frames else 0.0
            cut = reached[following - 1][-1 - n] + entering + scores[-n:, following].sum()
            if cut > best:
                best, state, end = cut, (following - 1) % len(STATES), n_frames - n
        if reached[following][-1] > best:
            best, state, end = reached[following][-1], following, n_frames
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
