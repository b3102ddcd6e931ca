"""Slower and faster hearts, made from annotated ones.

With the heart's rate it is diastole that changes: from 100 to 60 beats a minute a cycle grows by
400 ms and its systole by 84 (Weissler, Harris and Schoenfeld 1968). CirCor's children have quick
hearts, so that nobody else could teach how long the diastole of a calm adult is.
"""

from __future__ import annotations

import numpy as np

from heartgui.heart.cycle import DIASTOLE, stretches
from heartgui.training.diastolic import EDGE, as_long

FACTORS = (0.7, 3.0)
"""Of a diastole's length."""
SHORTEST = 2 * EDGE + 2
"""Diastoles of fewer frames stay as they are: nothing lies between the sounds there."""


def at_another_rate(states: np.ndarray, rng: np.random.Generator) -> np.ndarray | None:
    """Frame order in which all diastoles are shorter or longer, by the same factor; None where
    there is none. At most as many frames as before.

    states: shape (n_frames,), index into STATES, -1 where not annotated.
    """
    diastoles = [
        (first, end)
        for first, end, state in stretches(states)
        if state == DIASTOLE and end - first >= SHORTEST
    ]
    if not diastoles:
        return None
    factor = np.exp(rng.uniform(*np.log(FACTORS)))
    parts, done = [], 0
    for first, end in diastoles:
        # In the middle, so that what follows S2 and what comes before S1 stays in its place.
        middle = (first + end) // 2
        n_more = max(round((factor - 1.0) * (end - first)), SHORTEST - (end - first))
        gone = max(0, -n_more)
        kept = middle - gone // 2
        filling = as_long(np.arange(middle, end - EDGE), max(0, n_more))
        parts += [np.arange(done, kept), filling]
        done = kept + gone
    order = np.concatenate([*parts, np.arange(done, len(states))])
    return order[: len(states)]
