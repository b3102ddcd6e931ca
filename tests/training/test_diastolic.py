"""Murmurs in diastole, made for training and for testing."""

from __future__ import annotations

import numpy as np
import pytest

from heartgui.heart.cycle import DIASTOLE, S1, S2, SYSTOLE
from heartgui.training.circor import CircorFile, read_circor
from heartgui.training.diastolic import exchanged, with_made_murmur
from heartgui.training.heartnet_inputs import MURMUR, NORMAL, Example, Mixer
from heartgui.training.moved import can_be_moved, moved, stretch
from tests.helpers.circor import make_circor

BEAT = [S1] * 5 + [SYSTOLE] * 11 + [S2] * 4 + [DIASTOLE] * 24
STATES = np.array(BEAT * 5, dtype=np.int8)
QUIET_DB = np.where(np.isin(STATES, (S1, S2)), -5.0, -50.0)[:, None].repeat(48, axis=1)


def test_systole_and_diastole_change_places_and_the_sounds_stay():
    kept_systole = 0
    for seed in range(30):
        order = exchanged(STATES, np.random.default_rng(seed))
        assert order is not None
        sounds = np.isin(STATES, (S1, S2))
        np.testing.assert_array_equal(order[sounds], np.flatnonzero(sounds))
        heard = STATES[order]
        # From the second beat on, where both are whole.
        inside = slice(len(BEAT), len(STATES) - len(BEAT))
        in_diastole = heard[inside][STATES[inside] == DIASTOLE]
        assert np.mean(in_diastole == SYSTOLE) > 0.25
        assert set(in_diastole) <= {SYSTOLE, DIASTOLE}
        kept_systole += set(heard[STATES == SYSTOLE]) == {SYSTOLE}
    assert 0 < kept_systole < 20, "a continuous murmur now and then"


def test_nothing_is_exchanged_where_nothing_is_annotated():
    rng = np.random.default_rng(0)
    assert exchanged(np.full(300, -1, dtype=np.int8), rng) is None
    assert exchanged(STATES[: len(BEAT)], rng) is None


def test_a_made_murmur_is_louder_in_systole_or_in_diastole_and_nowhere_else():
    louder_in = set()
    for seed in range(20):
        louder_db = with_made_murmur(QUIET_DB, STATES, np.random.default_rng(seed)) - QUIET_DB
        assert louder_db[np.isin(STATES, (S1, S2))].max() < 0.1
        peaks = [louder_db[state == STATES].max() for state in (SYSTOLE, DIASTOLE)]
        assert min(peaks) < 0.1
        assert 3.0 < max(peaks) < 30.0
        louder_in.add(int(np.argmax(peaks)))
    assert louder_in == {0, 1}


def test_a_window_with_a_made_murmur_is_a_murmur_with_the_states_in_their_places():
    example = Example(QUIET_DB.astype(np.float32), NORMAL, STATES)
    mixer = Mixer(0, exchanged_share=1.0, made_murmur_share=1.0)
    for _ in range(10):
        _, label, states = mixer.window(example)
        assert label == MURMUR
        known = states[states >= 0]
        assert np.mean(known == DIASTOLE) > np.mean(known == SYSTOLE) > np.mean(known == S2)
    plain = Mixer(0, exchanged_share=1.0)
    assert {plain.window(example)[1] for _ in range(10)} == {NORMAL}


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> list[CircorFile]:
    return list(read_circor(make_circor(tmp_path_factory.mktemp("circor"), patients=4), print))


def test_a_moved_murmur_lies_in_diastole(files):
    (murmur, *_) = [file for file in files if file.murmur]
    assert can_be_moved(murmur)
    start_s = murmur.spans[0][0]

    def level(recording, state):
        rate = recording.sample_rate_hz
        inner = [(a - start_s + 0.04, b - start_s - 0.04) for a, b, n in murmur.spans if n == state]
        parts = [recording.samples[round(a * rate) : round(b * rate)] for a, b in inner]
        return np.sqrt(np.mean(np.concatenate(parts) ** 2))

    before, after = stretch(murmur), moved(murmur)
    assert len(before.samples) == len(after.samples)
    assert level(before, SYSTOLE) > 5.0 * level(before, DIASTOLE)
    assert level(after, DIASTOLE) > 5.0 * level(after, SYSTOLE)
    assert level(after, S1) == pytest.approx(level(before, S1), rel=0.05)
    assert not np.shares_memory(after.samples, murmur.recording.samples)


def test_only_what_is_annotated_without_a_gap_is_used(files):
    (file, *_) = files
    with_gap = CircorFile(
        file.path, file.person, file.site, file.recording, (*file.spans[:5], *file.spans[9:])
    )
    assert stretch(with_gap).duration_s == pytest.approx(
        file.spans[-1][1] - file.spans[9][0], abs=0.01
    )
    assert not can_be_moved(
        CircorFile(file.path, file.person, file.site, file.recording, file.spans[:6])
    )
