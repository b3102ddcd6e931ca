"""Fourier transforms in single precision."""

import numpy as np
import pytest

from heartgui.features.dft import real_dft


@pytest.mark.parametrize("length", [1000, 4000, 12288, 16384])
def test_it_is_the_transform_divided_by_its_length_and_stays_single(length: int) -> None:
    values = np.random.default_rng(3).standard_normal((2, 900)).astype(np.float32)
    found = real_dft(values, length)
    exact = np.fft.rfft(values.astype(np.float64), length)
    assert found.dtype == np.complex64
    np.testing.assert_allclose(found * length, exact, atol=1e-6 * np.abs(exact).max())
