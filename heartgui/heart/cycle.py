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
    chain of as many steps as it is long at least, and may stay in the last one.
    """
    n_frames = len(probabilities)
    if not n_frames:
        return np.empty(0, dtype=np.int8)
    state_of_step = np.repeat(np.arange(4), SHORTEST_FRAMES)
    last_step = np.cumsum(SHORTEST_FRAMES) - 1
    n_steps = len(state_of_step)
    may_stay = np.isin(np.arange(n_steps), last_step)
    leaves_from = np.roll(may_stay, 1)
    scores = np.log(np.maximum(probabilities, 1e-6))[:, state_of_step]
    stay = np.where(may_stay, np.log(1.0 - LEAVE), -np.inf)
    enter = np.where(leaves_from, np.log(LEAVE), 0.0)
    stayed = np.empty((n_frames, n_steps), dtype=bool)
    best = scores[0].copy()
    for k in range(1, n_frames):
        moved = np.concatenate([best[-1:], best[:-1]]) + enter
        kept = best + stay
        stayed[k] = kept >= moved
        best = np.maximum(kept, moved) + scores[k]
    step = int(np.argmax(best))
    path = np.empty(n_frames, dtype=np.int8)
    for k in range(n_frames - 1, -1, -1):
        path[k] = state_of_step[step]
        if k and not stayed[k, step]:
            step = (step - 1) % n_steps
    return path


def spans(states: np.ndarray, frames_a_second: float) -> list[tuple[float, float, int]]:
    """Start s, end s and state of each stretch; boundaries lie between frames."""
    if not len(states):
        return []
    edges = np.concatenate([[0], np.flatnonzero(np.diff(states)) + 1, [len(states)]])
    return [
        ((first - 0.5) / frames_a_second, (end - 0.5) / frames_a_second, int(states[first]))
        for first, end in itertools.pairwise(edges)
    ]
