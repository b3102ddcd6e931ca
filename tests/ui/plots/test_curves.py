"""The area under a curve, while its view scrolls, zooms and grows."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QStyleOptionGraphicsItem
from pytestqt.qtbot import QtBot

from heartgui.ui.plots.curves import AreaItem

HEIGHTS = np.random.default_rng(0).random(2000)
HEIGHTS[1] = 1.0
"""So high that a column of three has the time and the height of the middle one."""
COLUMN_S = 0.01


def _columns(first: int, past: int, width: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Times and heights of the columns of so many values from the first to the last."""
    starts = np.arange(first // width * width, past, width)
    times = (starts + 0.5 * (width - 1)) * COLUMN_S
    return times, np.maximum.reduceat(HEIGHTS[:past], starts)


def _picture(area: AreaItem) -> QImage:
    image = QImage(400, 60, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    # No column's edge is a pixel's, where the last digit would decide.
    painter.scale(400 / 19.73, 60.0)
    area.paint(painter, QStyleOptionGraphicsItem())
    painter.end()
    return image


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param((0, 1000), (0, 1040), id="more sound"),
        pytest.param((0, 1000), (30, 1030), id="scrolled on"),
        pytest.param((500, 1500), (100, 1100), id="scrolled back"),
        pytest.param((0, 500), (900, 1400), id="somewhere else"),
        pytest.param((0, 1998, 4), (0, 2000, 4), id="the last column fills"),
        pytest.param((0, 1000), (0, 2000, 2), id="zoomed out"),
        pytest.param((0, 1000), (0, 1000, 3), id="a wider column in the same place"),
        pytest.param((0, 1000), (0, 50), id="few columns"),
        pytest.param((0, 50), (0, 1000), id="many columns"),
    ],
)
def test_the_area_is_drawn_as_if_it_were_new(
    qtbot: QtBot, before: tuple[int, ...], after: tuple[int, ...]
) -> None:
    moved, new = AreaItem(), AreaItem()
    moved.colour = new.colour = QColor("black")
    moved.set_columns(*_columns(*before))
    moved.set_columns(*_columns(*after))
    new.set_columns(*_columns(*after))
    assert _picture(moved) == _picture(new)
    assert _picture(new) != _picture(AreaItem())


def test_another_recording_takes_the_place_of_the_first(qtbot: QtBot) -> None:
    area, new = AreaItem(), AreaItem()
    area.colour = new.colour = QColor("black")
    times, heights = _columns(0, 1000)
    area.set_columns(times, heights)
    other = heights.copy()
    other[400:] *= 0.5
    area.set_columns(times, other)
    new.set_columns(times, other)
    assert _picture(area) == _picture(new)
