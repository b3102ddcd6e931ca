"""From the states' probabilities to beats."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heartgui.domain import Recording
from heartgui.features.heart_input import FRAMES_A_SECOND
from heartgui.heart.beats import heart_cycle
from heartgui.heart.cycle import (
    DIASTOLE,
    LEAVE,
    S1,
    S2,
    SHORTEST_FRAMES,
    SYSTOLE,
    decode_cycle,
    spans,
)
from heartgui.inference.analysis import open_analyser
from heartgui.paths import models_folder
from tests.helpers.synthetic_heart import SyntheticHeart

RATE_HZ = 4000


def states_of(heart: SyntheticHeart, seconds: float) -> np.ndarray:
    """The synthetic heart's true states, shape (n_frames,)."""
    times = np.arange(round(seconds * FRAMES_A_SECOND)) / FRAMES_A_SECOND
    states = np.full(len(times), DIASTOLE)
    systole_s = min(0.3, 0.38 * 60.0 / heart.heart_rate_bpm)
    for beat_s in heart.beat_times_s(seconds):
        states[(times >= beat_s) & (times < beat_s + systole_s)] = SYSTOLE
        states[(times >= beat_s) & (times < beat_s + 0.09)] = S1
        second_s = beat_s + systole_s
        states[(times >= second_s) & (times < second_s + 0.07)] = S2
    return states


def probabilities_of(states: np.ndarray, sure: float = 0.9, seed: int | None = None) -> np.ndarray:
    """Probabilities that favour the states, some frames at random another one."""
    shown = states.copy()
    if seed is not None:
        rng = np.random.default_rng(seed)
        wrong = rng.random(len(states)) < 0.1
        shown[wrong] = rng.integers(4, size=wrong.sum())
    found = np.full((len(states), 4), (1.0 - sure) / 3)
    found[np.arange(len(states)), shown] = sure
    return found


@given(st.integers(0, 10_000), st.integers(1, 300))
@settings(deadline=None, max_examples=40)
def test_the_states_follow_one_another_whatever_the_probabilities(seed, n):
    probabilities = np.random.default_rng(seed).dirichlet(np.ones(4), size=n)
    states = decode_cycle(probabilities)
    order = [state for _, _, state in spans(states, FRAMES_A_SECOND)]
    assert all((earlier + 1) % 4 == later for earlier, later in itertools.pairwise(order))


def plain_viterbi(probabilities: np.ndarray) -> np.ndarray:
    """By the textbook: every step of every state's chain is a state of the hidden Markov model."""
    state_of_step = np.repeat(np.arange(4), SHORTEST_FRAMES)
    n_steps = len(state_of_step)
    last = np.cumsum(SHORTEST_FRAMES) - 1
    leads_to = np.full((n_steps, n_steps), -np.inf)
    for step in range(n_steps):
        leads_to[step, (step + 1) % n_steps] = np.log(LEAVE) if step in last else 0.0
        if step in last:
            leads_to[step, step] = np.log(1.0 - LEAVE)
    scores = np.log(probabilities)[:, state_of_step]
    best, came_from = scores[0], []
    for score in scores[1:]:
        ways = best[:, np.newaxis] + leads_to
        came_from.append(ways.argmax(axis=0))
        best = ways.max(axis=0) + score
    path = [int(best.argmax())]
    for origins in reversed(came_from):
        path.append(int(origins[path[-1]]))
    return state_of_step[path[::-1]]


@given(st.integers(0, 10_000), st.integers(1, 60), st.sampled_from([0.3, 1.0, 5.0]))
@settings(deadline=None, max_examples=100)
def test_the_sequence_is_the_likeliest(seed, n, evenness):
    probabilities = np.random.default_rng(seed).dirichlet(np.full(4, evenness), size=n)
    # Above the least that counts, below which probabilities are alike and sequences may tie.
    probabilities = 0.99 * probabilities + 0.0025
    np.testing.assert_array_equal(decode_cycle(probabilities), plain_viterbi(probabilities))


def test_frames_that_are_wrong_now_and_then_do_not_break_the_cycle():
    truth = states_of(SyntheticHeart(heart_rate_bpm=75), 12.0)
    found = decode_cycle(probabilities_of(truth, sure=0.8, seed=1))
    assert np.mean(found == truth) > 0.97


@pytest.mark.parametrize("bpm", [50, 75, 110])
def test_rate_sounds_and_averaged_beat(bpm):
    heart = SyntheticHeart(heart_rate_bpm=bpm)
    cycle = heart_cycle(probabilities_of(states_of(heart, 12.0)), heart.samples(12.0), RATE_HZ)
    assert cycle is not None
    assert cycle.heart_rate_bpm == pytest.approx(bpm, abs=2)
    starts = [start for start, name in cycle.sounds if name == "S1"]
    for beat_s in heart.beat_times_s(12.0)[1:]:
        assert min(abs(start - beat_s) for start in starts) < 0.03
    assert cycle.early_beats_s == ()
    beat = cycle.beat
    assert beat is not None
    assert len(beat.mean) == len(beat.spread) == pytest.approx(60 / bpm / beat.step_s, abs=1)
    loudest_s = int(np.argmax(beat.mean)) * beat.step_s
    assert loudest_s < beat.systole_s < beat.s2_s < beat.diastole_s


def test_an_early_beat_is_told():
    heart = SyntheticHeart(heart_rate_bpm=70, ectopic_every=5)
    cycle = heart_cycle(probabilities_of(states_of(heart, 14.0)), heart.samples(14.0), RATE_HZ)
    assert cycle is not None
    times = heart.beat_times_s(14.0)
    early = [b for a, b in itertools.pairwise(times) if b - a < 0.7 * 60 / 70]
    assert len(cycle.early_beats_s) == len(early) > 0
    for found, true in zip(cycle.early_beats_s, early, strict=True):
        assert found == pytest.approx(true, abs=0.03)


def test_where_the_states_are_unsure_no_beat_is_early():
    heart = SyntheticHeart(heart_rate_bpm=70, ectopic_every=5)
    times = heart.beat_times_s(14.0)
    early = [(a, b) for a, b in itertools.pairwise(times) if b - a < 0.7 * 60 / 70]
    probabilities = probabilities_of(states_of(heart, 14.0))
    (first_s, second_s), *others = early
    # A tenth of a second in which another state is nearly as likely.
    middle = round((first_s + second_s) / 2 * FRAMES_A_SECOND)
    probabilities[middle - 4 : middle + 4] = 0.5 * probabilities[middle - 4 : middle + 4] + 0.125
    cycle = heart_cycle(probabilities, heart.samples(14.0), RATE_HZ)
    assert cycle is not None
    assert cycle.early_beats_s == pytest.approx([end for _, end in others], abs=0.03)


@pytest.mark.parametrize("begins_s", [0.0, 0.2, 0.3, 0.4, 0.6])
def test_a_take_that_begins_within_a_beat_has_no_early_one(begins_s):
    """By the bundled network, which takes such a take's first S2 for an S1."""
    begun = round(begins_s * RATE_HZ)
    recording = Recording(SyntheticHeart().samples(10.0)[begun:], RATE_HZ)
    cycle = open_analyser(models_folder(), ("heartnet",)).analyse(recording).cycle
    assert cycle is not None
    starts_s = [start for start, name in cycle.sounds if name == "S1"]
    assert np.diff(starts_s) == pytest.approx(60 / 72, abs=0.05)
    assert starts_s[0] < 2 * 60 / 72
    assert cycle.early_beats_s == ()


@pytest.mark.parametrize("murmur", ["systolic", "diastolic"])
def test_a_murmurs_timing(murmur):
    heart = SyntheticHeart(heart_rate_bpm=70, murmur=murmur, murmur_level=0.5)
    cycle = heart_cycle(probabilities_of(states_of(heart, 12.0)), heart.samples(12.0), RATE_HZ)
    assert cycle is not None
    assert cycle.murmur_timing == murmur
    assert (cycle.systole_over_diastole_db > 0) == (murmur == "systolic")


def test_beats_are_not_determinable_where_the_states_are_not():
    samples = SyntheticHeart().samples(10.0)
    unsure = np.full((500, 4), 0.25)
    assert heart_cycle(unsure, samples, RATE_HZ) is None
    two_beats = probabilities_of(states_of(SyntheticHeart(heart_rate_bpm=60), 2.0))
    assert heart_cycle(two_beats, samples[:8000], RATE_HZ) is None
    assert heart_cycle(np.empty((0, 4)), samples[:0], RATE_HZ) is None


def test_two_intervals_that_contradict_each_other_give_no_rate():
    states = np.array([3] * 5 + ([0] * 5 + [1] * 8 + [2] * 4 + [3] * 8) + ([0] * 5 + [1] * 8
                      + [2] * 4 + [3] * 60) + [0] * 5 + [1] * 8 + [2] * 4 + [3] * 10)  # fmt: skip
    samples = SyntheticHeart().samples(len(states) / FRAMES_A_SECOND)
    assert heart_cycle(probabilities_of(states), samples, RATE_HZ) is None


@given(st.integers(0, 10_000), st.integers(1, 500))
@settings(deadline=None, max_examples=60)
def test_whatever_the_states_the_figures_are_finite(seed, n):
    rng = np.random.default_rng(seed)
    # Sure of themselves, so that beats are told, and of any lengths.
    lengths = rng.integers(1, 40, size=n)
    states = np.repeat(np.arange(n) % 4, lengths)[:n]
    samples = rng.normal(0, 0.1, n * 80).astype(np.float32)
    cycle = heart_cycle(probabilities_of(states, sure=0.97), samples, RATE_HZ)
    if cycle is not None:
        figures = [cycle.interval_s, cycle.interval_spread, cycle.systole_over_diastole_db]
        if cycle.beat is not None:
            figures += [*cycle.beat.mean, *cycle.beat.spread, cycle.beat.s2_s]
        assert np.isfinite(figures).all()
        assert cycle.interval_s > 0


def test_no_beat_is_told_where_nothing_is_known():
    """Windows of digital silence are left out, and their frames hold zeros."""
    heart = SyntheticHeart(heart_rate_bpm=75)
    samples = heart.samples(12.0)
    probabilities = probabilities_of(states_of(heart, 12.0))
    assert heart_cycle(np.zeros_like(probabilities), samples, RATE_HZ) is None
    partly = probabilities.copy()
    partly[: 4 * FRAMES_A_SECOND] = 0.0
    cycle = heart_cycle(partly, samples, RATE_HZ)
    assert cycle is not None
    assert min(time_s for time_s, _ in cycle.sounds) >= 4.0 - 1 / FRAMES_A_SECOND
    assert cycle.heart_rate_bpm == pytest.approx(75, abs=1)
