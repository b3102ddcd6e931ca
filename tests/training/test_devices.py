"""The imaginary stethoscopes that HeartNet is taught through."""

from __future__ import annotations

import numpy as np

from heartgui.training.devices import through_another_device


def test_another_device_colours_the_spectrum_and_keeps_the_rhythm():
    rng = np.random.default_rng(3)
    beats = np.zeros((300, 48), np.float32) - 40.0
    beats[::25, :20] = 0.0
    spectra = []
    for _ in range(6):
        changed = through_another_device(beats, rng)
        assert changed.shape == beats.shape
        assert changed[::25, :20].mean() > changed[12::25, :20].mean() + 10
        spectra.append(changed[::25, :20].mean(axis=0))
    assert np.std(spectra, axis=0).mean() > 1.0
