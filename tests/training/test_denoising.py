"""The imaginary denoisers that HeartNet is taught through."""

from __future__ import annotations

import numpy as np
import pytest

from heartgui.domain import Recording
from heartgui.training.denoising import denoised
from heartgui.training.gated import gated
from heartgui.training.heartnet_inputs import NORMAL, Example, Mixer
from tests.helpers.synthetic_heart import SyntheticHeart


def test_a_denoiser_leaves_what_is_loud_and_quietens_what_is_quiet():
    rng = np.random.default_rng(0)
    sound = rng.uniform(-70.0, 0.0, size=(300, 48)).astype(np.float32)
    sound[100, 20] = 0.0
    loud, quiet = sound > -20.0, sound < -46.0
    quietened = []
    for _ in range(20):
        changed = denoised(sound, rng)
        assert changed.shape == sound.shape
        assert changed.dtype == np.float32
        np.testing.assert_array_equal(changed[loud], sound[loud])
        assert (changed[quiet] < sound[quiet]).all()
        # What is louder than something else stays so.
        assert (np.diff(changed.ravel()[np.argsort(sound, axis=None)]) >= 0.0).all()
        quietened.append((sound - changed)[quiet].mean())
    assert np.std(quietened) > 3.0


def test_a_denoiser_judges_by_the_loudest_whatever_its_level():
    rng = np.random.default_rng(0)
    sound = rng.uniform(-70.0, 0.0, size=(300, 48)).astype(np.float32)
    lower = denoised(sound - np.float32(30.0), np.random.default_rng(1))
    np.testing.assert_allclose(lower + 30.0, denoised(sound, np.random.default_rng(1)), atol=1e-3)


def test_a_gated_recording_keeps_its_beats_and_loses_its_background():
    heart = SyntheticHeart(heart_rate_bpm=60.0, room_level=0.003, seed=1)
    before = heart.recording(8.0)
    after = gated(before)
    assert after.samples.shape == before.samples.shape
    assert after.samples.dtype == np.float32
    loud = np.abs(before.samples) > 0.2
    assert np.corrcoef(before.samples[loud], after.samples[loud])[0, 1] > 0.999
    # The quietest tenths of a second hold the background alone.
    quietest = [
        np.sort([part.std() for part in np.split(sound.samples, 80)])[:8].mean()
        for sound in (before, after)
    ]
    assert quietest[1] < 0.1 * quietest[0]


def test_silence_can_be_gated():
    silent = Recording(np.zeros(4000, np.float32), 2000)
    np.testing.assert_array_equal(gated(silent).samples, 0.0)


def test_windows_are_denoised_as_often_as_the_recipe_says():
    rng = np.random.default_rng(2)
    decibels = rng.uniform(-45.0, -30.0, size=(600, 48)).astype(np.float32)
    decibels[::40, :10] = 0.0
    example = Example(decibels, NORMAL, np.full(600, -1, np.int8))
    quiet_share = {}
    for share in (0.0, 0.3, 1.0):
        mixer = Mixer(0, denoised_share=share)
        windows = np.stack([mixer.window(example)[0] for _ in range(200)])
        quiet_share[share] = (windows[..., :-1] < -5.0).mean()
    assert quiet_share[1.0] > 2.0 * quiet_share[0.0]
    expected = 0.7 * quiet_share[0.0] + 0.3 * quiet_share[1.0]
    assert quiet_share[0.3] == pytest.approx(
        expected, abs=0.1 * (quiet_share[1.0] - quiet_share[0.0])
    )
