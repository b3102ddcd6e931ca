"""Overlapping windows become cells side by side that say what each window answered."""

from heartgui.domain import HeartSoundClass, WindowPrediction
from heartgui.ui.plots.window_cells import cell_texts, cells, describe

NORMAL = (0.7, 0.2, 0.05, 0.03, 0.02)
MURMUR = (0.1, 0.8, 0.05, 0.03, 0.02)


def test_cells_cover_the_recording_without_overlap() -> None:
    windows = [
        WindowPrediction(5.0, 15.0, NORMAL),
        WindowPrediction(0.0, 10.0, MURMUR),
        WindowPrediction(2.5, 12.5, NORMAL),
    ]
    made = cells(windows)
    assert [(c.start_s, c.end_s) for c in made] == [(0.0, 6.25), (6.25, 8.75), (8.75, 15.0)]
    assert [c.label for c in made] == [
        HeartSoundClass.MURMUR,
        HeartSoundClass.NORMAL,
        HeartSoundClass.NORMAL,
    ]


def test_windows_that_do_not_touch_leave_the_space_between_empty() -> None:
    made = cells([WindowPrediction(0.0, 2.0, NORMAL), WindowPrediction(6.0, 8.0, MURMUR)])
    assert [(c.start_s, c.end_s) for c in made] == [(0.0, 2.0), (6.0, 8.0)]


def test_one_window_is_one_cell() -> None:
    (cell,) = cells([WindowPrediction(0.0, 3.2, MURMUR)])
    assert (cell.start_s, cell.end_s) == (0.0, 3.2)
    assert cell_texts(cell)[0] == "Murmur 0.80"


def test_the_description_names_the_stretch_and_every_class() -> None:
    text = describe(cells([WindowPrediction(2.5, 12.5, MURMUR)])[0], "CNN")
    assert text.startswith("CNN, 2.5 to 12.5 s")
    for part in ("Normal: 0.10", "Murmur: 0.80", "Extrasystole: 0.05", "Extra heart sound: 0.03"):
        assert part in text


def test_no_windows_no_cells() -> None:
    assert cells([]) == []
