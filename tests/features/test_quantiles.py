"""Quantiles are numpy's."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from heartgui.features.quantiles import median, quantile

VALUES = arrays.arrays(
    np.float64,
    arrays.array_shapes(min_dims=1, max_dims=3, max_side=9),
    elements=st.floats(-1e3, 1e3),
)


@given(VALUES, st.floats(0.0, 1.0))
def test_a_quantile_is_what_numpy_says(values: np.ndarray, share: float) -> None:
    for axis in range(values.ndim):
        np.testing.assert_allclose(
            quantile(values, share, axis=axis),
            np.quantile(values, share, axis=axis),
            rtol=1e-9,
            atol=1e-9,
        )


def test_a_median_takes_a_list_too() -> None:
    assert median([3.0, 1.0, 2.0, 10.0]) == pytest.approx(2.5)
