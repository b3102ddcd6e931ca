"""The colours are magma's, and light always means loud."""

import matplotlib
import numpy as np

from heartgui.ui.plots.colour_map import magma, rgb32_table


def lightness(rgb: np.ndarray) -> np.ndarray:
    """CIE L* of sRGB colours, shape (n, 3), 0 to 255."""
    linear = rgb / 255.0
    linear = np.where(linear <= 0.04045, linear / 12.92, ((linear + 0.055) / 1.055) ** 2.4)
    y = linear @ np.array([0.2126, 0.7152, 0.0722])
    return np.where(y > 0.008856, 116 * np.cbrt(y) - 16, 903.3 * y)


def test_the_table_is_matplotlibs() -> None:
    theirs = matplotlib.colormaps["magma"](np.arange(256), bytes=True)[:, :3]
    assert np.abs(magma().astype(int) - theirs.astype(int)).max() <= 1


def test_louder_is_always_lighter() -> None:
    steps = np.diff(lightness(magma().astype(float)))
    smooth = np.convolve(steps, np.ones(8) / 8, mode="valid")
    assert np.all(smooth > 0)


def test_a_span_of_levels_takes_the_whole_map_and_clamps_outside() -> None:
    table = rgb32_table(100.0, 200.0)
    first, last = magma()[0].astype(int), magma()[-1].astype(int)
    assert table[0] == table[100] == 0xFF000000 | first[0] << 16 | first[1] << 8 | first[2]
    assert table[255] == table[200] == 0xFF000000 | last[0] << 16 | last[1] << 8 | last[2]
    assert len(np.unique(table[100:201])) > 90
