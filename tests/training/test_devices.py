"""The imaginary stethoscopes that HeartNet is taught through."""

from __future__ import annotations

import numpy as np

from heartgui.training.devices import NOISE_SHAPE, NoisePower, through_another_device


def test_another_device_colours_the_spectrum_and_keeps_the_rhythm():
    rng = np.random.default_rng(3)
    noise_power = NoisePower(rng)
    beats = np.zeros((300, 48), np.float32) - 40.0
    beats[::25, :20] = 0.0
    spectra = []
    for _ in range(6):
        changed = through_another_device(beats, noise_power, rng)
        assert changed.shape == beats.shape
        assert changed[::25, :20].mean() > changed[12::25, :20].mean() + 10
        spectra.append(changed[::25, :20].mean(axis=0))
    assert np.std(spectra, axis=0).mean() > 1.0


def test_each_windows_noise_is_another_piece_of_the_same_kind():
    rng = np.random.default_rng(0)
    noise_power = NoisePower(rng)
    pieces = [noise_power.cut((300, 48), rng) for _ in range(8)]
    assert len({float(piece[0, 0]) for piece in pieces}) == 8
    for piece in pieces:
        assert piece.shape == (300, 48)
        # Mean and variance of a gamma distribution are its shape.
        np.testing.assert_allclose((piece.mean(), piece.var()), NOISE_SHAPE, rtol=0.1)
