"""The transport bar tells what was asked of it and shows what is so."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QSlider
from pytestqt.qtbot import QtBot

from heartgui.ui.main_window import SMALLEST_SIZE
from heartgui.ui.theme import DARK, LIGHT
from heartgui.ui.transport import FILTERS_HZ, TransportBar, clock


@pytest.fixture
def bar(qtbot: QtBot) -> TransportBar:
    widget = TransportBar(LIGHT)
    qtbot.addWidget(widget)
    widget.set_duration(15.0)
    widget.resize(1216, widget.sizeHint().height())
    widget.show()
    qtbot.waitExposed(widget)
    return widget


def test_play_and_pause(bar: TransportBar, qtbot: QtBot) -> None:
    with qtbot.waitSignal(bar.play_toggled) as told:
        bar.play.click()
    assert told.args == [True]
    assert bar.play.accessibleName() == "Pause"
    with qtbot.waitSignal(bar.play_toggled) as told:
        bar.play.click()
    assert told.args == [False]
    assert bar.play.accessibleName() == "Play"


def test_what_is_set_from_outside_is_shown_and_not_told(bar: TransportBar, qtbot: QtBot) -> None:
    signals = [
        bar.play_toggled,
        bar.speed_changed,
        bar.filter_changed,
        bar.loop_toggled,
        bar.volume_changed,
        bar.seek_requested,
    ]
    seen: list[object] = []
    for signal in signals:
        signal.connect(lambda *args: seen.append(args))
    bar.set_playing(True)
    bar.set_speed(0.5)
    bar.set_filter("bell")
    bar.set_loop(True)
    bar.set_volume(0.3)
    bar.set_duration(60.0)
    bar.set_position(12.0)
    assert seen == []
    assert bar.playing
    assert (bar.speed, bar.filter_name, bar.looping) == (0.5, "bell", True)
    assert bar.volume_level == pytest.approx(0.3)
    assert bar.time.text() == "0:12.0 / 1:00.0"
    assert bar.position.value() == pytest.approx(0.2 * bar.position.maximum(), abs=1)


@pytest.mark.parametrize(("index", "speed"), [(0, 0.5), (1, 0.75)])
def test_speed(bar: TransportBar, qtbot: QtBot, index: int, speed: float) -> None:
    assert bar.speed == 1.0
    with qtbot.waitSignal(bar.speed_changed) as told:
        bar.speeds.buttons[index].click()
    assert told.args == [speed]
    assert bar.speed == speed


@pytest.mark.parametrize("name", ["bell", "wide"])
def test_the_filter_says_what_is_heard_and_what_is_analysed(
    bar: TransportBar, qtbot: QtBot, name: str
) -> None:
    with qtbot.waitSignal(bar.filter_changed) as told:
        bar.filters.buttons[list(FILTERS_HZ).index(name)].click()
    assert told.args == [name]
    low, high = FILTERS_HZ[name]
    assert f"{low}\N{EN DASH}{high} Hz" in bar.heard.text()
    assert bar.heard.text().endswith("Analysed: unfiltered")


def test_loop_and_volume(bar: TransportBar, qtbot: QtBot) -> None:
    with qtbot.waitSignal(bar.loop_toggled) as told:
        bar.loop.click()
    assert told.args == [True]
    with qtbot.waitSignal(bar.volume_changed) as told:
        bar.volume.setValue(25)
    assert told.args == [0.25]
    assert "25 %" in bar.volume.toolTip()


def test_the_position_slider_seeks_also_by_keyboard(bar: TransportBar, qtbot: QtBot) -> None:
    bar.set_position(6.0)
    with qtbot.waitSignal(bar.seek_requested) as told:
        qtbot.keyClick(bar.position, Qt.Key.Key_Right)
    assert told.args == [pytest.approx(6.15)]
    assert bar.time.text() == "0:06.1 / 0:15.0"


def test_playback_does_not_pull_the_slider_out_of_the_hand(bar: TransportBar) -> None:
    bar.set_position(2.0)
    bar.position.setSliderDown(True)
    held = bar.position.value()
    bar.set_position(9.0)
    assert bar.position.value() == held
    bar.position.setSliderDown(False)
    bar.set_position(9.1)
    assert bar.position.value() > held


def test_position_stays_within_the_recording(bar: TransportBar) -> None:
    bar.set_position(99.0)
    assert bar.time.text() == "0:15.0 / 0:15.0"
    bar.set_position(-1.0)
    assert bar.time.text() == "0:00.0 / 0:15.0"


@pytest.mark.parametrize(
    ("time_s", "text"),
    [
        (0.0, "0:00.0"),
        (4.66, "0:04.6"),
        (59.99, "0:59.9"),
        (600.0, "10:00.0"),
        (3661.5, "1:01:01.5"),
    ],
)
def test_clock(time_s: float, text: str) -> None:
    assert clock(time_s) == text


def test_it_fits_beside_the_navigation_in_the_smallest_window_with_an_hour_on_the_clock(
    bar: TransportBar,
) -> None:
    bar.set_duration(3661.0)
    room = SMALLEST_SIZE.width() - 80
    assert bar.minimumSizeHint().width() <= room
    bar.resize(room, bar.height())
    QApplication.processEvents()
    for widget in [bar.time, bar.heard, *bar.speeds.buttons, *bar.filters.buttons, bar.loop]:
        assert widget.width() >= widget.sizeHint().width(), widget.text()


def test_every_control_has_a_name_a_tooltip_and_the_keyboard(bar: TransportBar) -> None:
    controls = [*bar.findChildren(QAbstractButton), *bar.findChildren(QSlider)]
    assert len(controls) == 10
    for control in controls:
        assert control.accessibleName()
        assert control.toolTip()
        # Of a choice among a few, Tab comes to the chosen one.
        choice = isinstance(control, QAbstractButton) and control.group() is not None
        reached = bool(control.focusPolicy() & Qt.FocusPolicy.TabFocus)
        assert reached is (not choice or control.isChecked())


def test_disabled_nothing_answers(bar: TransportBar, qtbot: QtBot) -> None:
    bar.setEnabled(False)
    with qtbot.assertNotEmitted(bar.play_toggled):
        bar.play.click()
        qtbot.mouseClick(bar.play, Qt.MouseButton.LeftButton)


def test_a_theme_switch_repaints_the_bar(bar: TransportBar) -> None:
    light = bar.grab().toImage().pixelColor(5, 30).lightness()
    bar.set_palette(DARK)
    dark = bar.grab().toImage().pixelColor(5, 30).lightness()
    assert light > 200 > 80 > dark
