"""From the heart's states to beats: intervals, early beats, the mean beat, a murmur's timing."""

from __future__ import annotations

import itertools
from functools import cache

import numpy as np

from heartgui.domain import AveragedBeat, HeartCycle, Samples
from heartgui.features.framing import FloatArray
from heartgui.features.heart_input import FRAMES_A_SECOND, HEART_MEL, heart_decibels
from heartgui.features.mel import mel_centres_hz
from heartgui.features.quantiles import median
from heartgui.heart.cycle import DIASTOLE, S1, S2, STATES, SYSTOLE, decode_cycle, spans
from heartgui.heart.envelope import ENVELOPE_RATE_HZ, heart_envelope

MAX_DURATION_S = 120.0
"""Beats are looked for in the first two minutes."""
SURE = 0.70
"""Mean probability that the states found must have, the four alike; otherwise beats are not
determinable. Over all frames it would be diastole's above all, which noise is taken for."""
SURE_FRAMES = 5
SURE_AFTER_FRAMES = 10
"""An early beat must be that sure over any tenth of a second from the beat before it to 0.2 s after
it."""
MIN_BEATS = 3
EARLY = 0.80
LOUDER_DB = 3.0
MURMUR_HZ = (100.0, 600.0)


def heart_cycle(
    probabilities: FloatArray,
    samples: Samples,
    sample_rate_hz: int,
    *,
    envelope: Samples | None = None,
    decibels: FloatArray | None = None,
) -> HeartCycle | None:
    """Beats of a recording, or None where they cannot be told.

    probabilities: of STATES, shape (n_frames, 4), 50 frames a second; zeros where nothing is known,
    and no beat is told there. samples: shape (n,).
    envelope, decibels: `heart_envelope` and `heart_decibels` of the samples, where they are known
    already.
    """
    n_frames = min(
        len(probabilities),
        int(MAX_DURATION_S * FRAMES_A_SECOND),
        int(len(samples) / sample_rate_hz * FRAMES_A_SECOND),
    )
    probabilities = probabilities[:n_frames]
    known = np.asarray(probabilities.any(axis=1))
    if not known.any():
        return None
    states = decode_cycle(probabilities)
    chosen = probabilities[np.arange(n_frames), states]
    if _certainty(chosen[known], states[known]) < SURE:
        return None
    found = spans(states, FRAMES_A_SECOND)
    if not known.all():
        found = [span for span in found if known[round(span[0] * FRAMES_A_SECOND + 0.5)]]
    # A sound that the recording's edge cuts has no start.
    sounds = _believed([(start, state) for start, _, state in found[1:] if state in (S1, S2)])
    starts_s = np.array([start for start, state in sounds if state == S1])
    if len(starts_s) < MIN_BEATS:
        return None
    intervals_s = np.diff(starts_s)
    median_s = float(median(intervals_s))
    # The mean of the usual intervals is finer than their median, a whole number of frames.
    usual = intervals_s[np.abs(intervals_s - median_s) <= (1.0 - EARLY) * median_s]
    if not len(usual):
        # Two intervals, one much longer than the other: no rate can be told.
        return None
    sure = _sure_intervals(chosen, starts_s)
    n_judged = round(MAX_DURATION_S * sample_rate_hz)
    if envelope is None or len(samples) > n_judged:
        envelope = heart_envelope(samples[:n_judged], sample_rate_hz)
    if decibels is None or len(samples) > n_judged:
        decibels = heart_decibels(samples[:n_judged], sample_rate_hz)
    over_db = _systole_over_diastole_db(states, decibels)
    return HeartCycle(
        sounds=tuple((float(start), STATES[state]) for start, state in sounds),
        interval_s=float(usual.mean()),
        interval_spread=_spread(intervals_s, sure),
        early_beats_s=tuple(
            float(start)
            for index, start in enumerate(starts_s[1:])
            if intervals_s[index] < EARLY * median_s and sure[index]
        ),
        murmur_timing=(
            "systolic" if over_db >= LOUDER_DB else "diastolic" if over_db <= -LOUDER_DB else ""
        ),
        systole_over_diastole_db=over_db,
        beat=_averaged_beat(found, median_s, envelope),
    )


def _certainty(chosen: FloatArray, states: np.ndarray) -> float:
    """Mean of what each state that occurs has on average where it was chosen."""
    n_frames = np.bincount(states)
    sums = np.bincount(states, weights=chosen)
    occurs = n_frames > 0
    return float((sums[occurs] / n_frames[occurs]).mean())


def _believed(sounds: list[tuple[float, int]]) -> list[tuple[float, int]]:
    """Without the first beat where the second one seems early: a recording that begins in systole
    does not tell its first S2 from an S1, for there is no beat before it to compare with."""
    starts_s = [start for start, state in sounds if state == S1]
    intervals_s = np.diff(starts_s)
    if len(intervals_s) >= MIN_BEATS and intervals_s[0] < EARLY * median(intervals_s):
        return [sound for sound in sounds if sound[0] >= starts_s[1]]
    return sounds


def _sure_intervals(chosen: FloatArray, starts_s: FloatArray) -> np.ndarray:
    """Whether each interval is sure, from one tenth of a second to the other and into the beat
    that ends it: where the states slip, a beat seems to come early. The pause after an early beat
    may be unsure, for few are that long. chosen: probability of each frame's state. Returns shape
    (n_beats - 1,)."""
    smooth = np.convolve(chosen, np.full(SURE_FRAMES, 1 / SURE_FRAMES), mode="same")
    # The convolution has less than its window at both ends.
    smooth[: SURE_FRAMES // 2] = smooth[-(SURE_FRAMES // 2) :] = 1.0
    frames = np.ceil(starts_s * FRAMES_A_SECOND).astype(int)
    return np.array(
        [
            smooth[first : last + SURE_AFTER_FRAMES].min() >= SURE
            for first, last in itertools.pairwise(frames)
        ]
    )


def _spread(intervals_s: FloatArray, sure: np.ndarray) -> float:
    """Standard deviation of the sure intervals over their mean; of all, where few are sure."""
    chosen = intervals_s[sure]
    if len(chosen) < MIN_BEATS:
        chosen = intervals_s
    return float(chosen.std() / chosen.mean())


def _averaged_beat(
    found: list[tuple[float, float, int]], median_s: float, envelope: Samples
) -> AveragedBeat | None:
    n = round(median_s * ENVELOPE_RATE_HZ)
    starts, places_s = [], []
    for first, second, third, fourth in zip(found, found[1:], found[2:], found[3:], strict=False):
        if first[2] != S1 or first[0] <= 0:
            continue
        length_s = fourth[1] - first[0]
        start = round(first[0] * ENVELOPE_RATE_HZ)
        if start + n > len(envelope) or abs(length_s - median_s) > (1 - EARLY) * median_s:
            continue
        starts.append(start)
        places_s.append((second[0] - first[0], third[0] - first[0], fourth[0] - first[0]))
    if len(starts) < MIN_BEATS:
        return None
    beats = envelope[np.array(starts)[:, np.newaxis] + np.arange(n)]
    beats /= np.maximum(beats.max(axis=1, keepdims=True), 1e-12)
    mean = beats.mean(axis=0)
    systole_s, s2_s, diastole_s = median(places_s, axis=0).tolist()
    return AveragedBeat(
        mean=tuple(mean.tolist()),
        spread=tuple(np.sqrt(np.square(beats - mean).mean(axis=0)).tolist()),
        step_s=1 / ENVELOPE_RATE_HZ,
        n_beats=len(beats),
        systole_s=systole_s,
        s2_s=s2_s,
        diastole_s=diastole_s,
    )


def _systole_over_diastole_db(states: np.ndarray, decibels: FloatArray) -> float:
    """Mean power between 100 and 600 Hz in systole over that in diastole, dB; frames beside a
    sound are left out, since their windows reach into it."""
    decibels = decibels[: len(states), _murmur_bands()]
    power = np.exp(decibels * np.float32(np.log(10.0) / 10.0)).mean(axis=1)
    states = states[: len(power)]
    changes = np.flatnonzero(np.diff(states))
    inner = np.ones(len(power), dtype=bool)
    inner[np.clip(changes[:, np.newaxis] + np.arange(-1, 3), 0, len(power) - 1)] = False
    levels = []
    for state in (SYSTOLE, DIASTOLE):
        chosen = power[inner & (states == state)]
        levels.append(10.0 * np.log10(median(chosen) + 1e-12) if len(chosen) else np.nan)
    difference = levels[0] - levels[1]
    return float(difference) if np.isfinite(difference) else 0.0


@cache
def _murmur_bands() -> slice:
    centres_hz = mel_centres_hz(HEART_MEL)
    first, end = np.searchsorted(centres_hz, MURMUR_HZ)
    return slice(int(first), int(end))
