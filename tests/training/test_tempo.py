"""Slower and faster hearts for training, made from annotated ones."""

from __future__ import annotations

import numpy as np

from heartgui.heart.cycle import DIASTOLE, S1, S2, SYSTOLE
from heartgui.training.heartnet_inputs import NORMAL, Example, Mixer
from heartgui.training.tempo import at_another_rate

BEAT = [S1] * 5 + [SYSTOLE] * 9 + [S2] * 4 + [DIASTOLE] * 12
"""A child's: 100 beats a minute."""
STATES = np.array(BEAT * 10, dtype=np.int8)
FRAMES_A_MINUTE = 3000


def runs(states: np.ndarray) -> list[tuple[int, int]]:
    """State and length of each whole stretch."""
    edges = np.flatnonzero(np.diff(states)) + 1
    return [(int(part[0]), len(part)) for part in np.split(states, edges)[1:-1]]


def test_all_diastoles_change_alike_and_all_else_stays_as_it_is():
    rates = set()
    for seed in range(60):
        order = at_another_rate(STATES, np.random.default_rng(seed))
        assert order is not None
        assert len(order) <= len(STATES)
        found = runs(STATES[order])
        assert [state for state, _ in found] == [(1 + n) % 4 for n in range(len(found))]
        lengths = {state: {n for kind, n in found if kind == state} for state in (S1, SYSTOLE, S2)}
        assert lengths == {S1: {5}, SYSTOLE: {9}, S2: {4}}
        (diastole,) = {n for state, n in found if state == DIASTOLE}
        rates.add(FRAMES_A_MINUTE / (18 + diastole))
    # From a calm adult to a quick child.
    assert min(rates) < 60
    assert max(rates) > 110


def test_what_comes_after_s2_and_before_s1_stays_there():
    place = np.tile(np.arange(len(BEAT)), 10)
    for seed in range(30):
        order = at_another_rate(STATES, np.random.default_rng(seed))
        assert order is not None
        states, heard = STATES[order], place[order]
        first = np.flatnonzero((states[:-1] == S2) & (states[1:] == DIASTOLE)) + 1
        last = np.flatnonzero((states[:-1] == DIASTOLE) & (states[1:] == S1))
        assert set(heard[first].tolist()) == {len(BEAT) - 12}
        assert set(heard[last].tolist()) == {len(BEAT) - 1}


def test_nothing_changes_where_nothing_is_annotated_or_no_room_is_between_the_sounds():
    rng = np.random.default_rng(0)
    assert at_another_rate(np.full(300, -1, dtype=np.int8), rng) is None
    quick = np.array(([S1] * 4 + [SYSTOLE] * 6 + [S2] * 4 + [DIASTOLE] * 4) * 9, dtype=np.int8)
    assert at_another_rate(quick, rng) is None


def test_a_window_at_another_rate_has_its_sounds_where_it_says_so():
    sounds = np.isin(STATES, (S1, S2))
    decibels = np.where(sounds, -5.0, -50.0)[:, None].repeat(48, axis=1).astype(np.float32)
    mixer = Mixer(0, tempo_share=1.0)
    lengths = []
    for _ in range(20):
        window, label, states = mixer.window(Example(decibels, NORMAL, STATES))
        assert label == NORMAL
        level = window[:, :-1].mean(axis=1)
        told = states >= 0
        loud = np.isin(states, (S1, S2))
        assert level[told & loud].mean() > level[told & ~loud].mean() + 0.5
        lengths += [n for state, n in runs(states[told]) if state == DIASTOLE]
    assert max(lengths) > 24
    assert min(lengths) < 11
