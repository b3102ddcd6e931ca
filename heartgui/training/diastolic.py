"""Murmurs in diastole, of which the recordings hold next to none: made of those in systole, and of
noise.

A network that hears murmurs in systole alone learns that a loud diastole speaks against one.
"""

from __future__ import annotations

import numpy as np

from heartgui.features.heart_input import HEART_MEL
from heartgui.features.mel import mel_centres_hz
from heartgui.heart.cycle import DIASTOLE, SYSTOLE, stretches

EDGE = 2
"""Frames beside a sound that stay as they are: its own windows reach into them."""
FEWEST_FRAMES = 3
FEWEST_BEATS = 2
CONTINUOUS = 0.3
"""Chance that systole keeps what its diastole gets."""
CENTRE_HZ = (60.0, 400.0)
WIDTH_BANDS = (3.0, 10.0)
ABOVE_DB = (5.0, 22.0)
"""Of a made murmur's loudest band, over what is there already. Nine in ten of CirCor's murmurs have
a band that is 3 to 22 dB louder in systole than in diastole."""
IN_DIASTOLE = 0.7
"""Share of the made murmurs."""

Span = tuple[int, int]


def exchanged(states: np.ndarray, rng: np.random.Generator) -> np.ndarray | None:
    """Frame order in which systole and diastole change places in each whole beat, shape
    (n_frames,); None where the window holds few.

    Done to recordings with and without a murmur, so that the exchange itself tells nothing. The
    systole fills all of the diastole, or its first or last part. states: shape (n_frames,), index
    into STATES, -1 where not annotated.
    """
    beats = _beats(states)
    if len(beats) < FEWEST_BEATS:
        return None
    order = np.arange(len(states))
    part, longer = rng.integers(3), rng.uniform(1.0, 1.6)
    continuous = rng.random() < CONTINUOUS
    for systole, diastole in beats:
        inner, filled = np.arange(*systole), np.arange(*diastole)
        n = min(len(filled), round(longer * len(inner)))
        place = (filled, filled[:n], filled[-n:])[part]
        order[place] = as_long(inner, len(place))
        if not continuous:
            order[inner] = as_long(filled, len(inner))
    return order


def with_made_murmur(
    decibels: np.ndarray, states: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Decibels with noise of a band in each whole systole or each whole diastole; swelling, fading,
    both or neither.

    decibels: shape (n_frames, 48), see `features.heart_input`. states: shape (n_frames,), of a
    window in which `exchanged` finds something to exchange.
    """
    bands = np.arange(decibels.shape[1])
    centre_hz = np.exp(rng.uniform(*np.log(CENTRE_HZ)))
    centre = np.interp(centre_hz, mel_centres_hz(HEART_MEL), bands)
    shape_db = -0.5 * ((bands - centre) / rng.uniform(*WIDTH_BANDS)) ** 2 * 10.0
    power = 10.0 ** (decibels / 10.0)
    which = int(rng.random() < IN_DIASTOLE)
    # A murmur may begin with the sound before it.
    places = [(beat[which][0] - 1, beat[which][1]) for beat in _beats(states)]
    there = np.concatenate([power[first:end, round(centre)] for first, end in places]).mean()
    level_db = 10.0 * np.log10(there) + rng.uniform(*ABOVE_DB) + shape_db
    course = rng.integers(4)
    for first, end in places:
        times = np.linspace(0.0, 1.0, end - first)
        fall_db = (0.0 * times, -20.0 * times, -20.0 * (1.0 - times), -40.0 * (times - 0.5) ** 2)
        noise = rng.gamma(3.0, 1 / 3.0, size=(end - first, len(bands)))
        power[first:end] += noise * 10.0 ** ((level_db + fall_db[course][:, None]) / 10.0)
    return (10.0 * np.log10(power)).astype(np.float32)


def _beats(states: np.ndarray) -> list[tuple[Span, Span]]:
    """First frame and end of what lies within each systole and the diastole after it, where both
    are whole and long enough."""
    spans = stretches(states)
    beats = []
    for systole, diastole in zip(spans[1:], spans[3:-1], strict=False):
        if (systole[2], diastole[2]) != (SYSTOLE, DIASTOLE):
            continue
        inner, filled = ((span[0] + EDGE, span[1] - EDGE + 1) for span in (systole, diastole))
        if min(inner[1] - inner[0], filled[1] - filled[0]) >= FEWEST_FRAMES:
            beats.append((inner, filled))
    return beats


def as_long(frames: np.ndarray, n: int) -> np.ndarray:
    """n of the frames or samples: from the middle of more, or of fewer to and fro, so that like
    joins like. frames: shape (any,)."""
    if len(frames) >= n:
        first = (len(frames) - n) // 2
        return frames[first : first + n]
    return np.resize(np.concatenate([frames, frames[::-1]]), n)
