"""A take that runs while the Review page is in front, and what Space does there."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton

from heartgui.ui.widgets import banner
from tests.helpers.driving import begin_take, press, record


@pytest.fixture
def played(program, monkeypatch) -> list[int]:
    """Which player was started: 0 the Record page's, 1 the Review page's."""
    started: list[int] = []
    for n, player in enumerate(program._players):
        monkeypatch.setattr(player, "play", lambda n=n: started.append(n))
    return started


@pytest.fixture
def reviewing(program, qtbot):
    """One take, open on the Review page."""
    program.page.take.set_length(10)
    record(program, qtbot)
    program.window.review_page.trigger()
    qtbot.waitUntil(lambda: program.review.shown_recording is not None, timeout=10_000)
    return program


def begin(program, qtbot, bench) -> None:
    """A long take, and back to the Review page."""
    program.window.record_page.trigger()
    program.page.take.set_length(30)
    begin_take(program, qtbot, bench)
    program.window.review_page.trigger()


def rail(program) -> QToolButton:
    return program.window._buttons[0][0]


@pytest.mark.parametrize("how", ["Space", "menu"])
def test_a_running_take_is_stopped_from_the_review_page(reviewing, qtbot, bench, played, how):
    begin(reviewing, qtbot, bench)
    assert reviewing.window.record.isEnabled()
    if how == "Space":
        press(reviewing, qtbot, Qt.Key.Key_Space)
    else:
        reviewing.window.record.trigger()
    qtbot.waitUntil(lambda: not reviewing.record.recording, timeout=10_000)
    assert played == []
    assert reviewing.library.count() == 2
    assert max(take.duration_s for take in reviewing.library.takes()) < 25.0
    # From now on Space plays again.
    assert not reviewing.window.record.isEnabled()
    assert reviewing.window.play_by_space.isEnabled()


def test_nothing_is_played_beside_the_open_stethoscope(reviewing, qtbot, bench, played):
    page = reviewing.review_page
    begin(reviewing, qtbot, bench)
    for start in (
        reviewing.window.play.trigger, page.transport.play.click, page.table.open_requested.emit,
    ):  # fmt: skip
        start()
        assert not page.transport.playing
        assert "A take is being recorded. Stop it first (Space), then play." in page.banner.texts
    assert played == []
    assert reviewing.record.recording
    press(reviewing, qtbot, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: not reviewing.record.recording, timeout=10_000)
    assert page.banner.texts == []
    reviewing.window.play.trigger()
    assert played == [1]


def test_what_plays_when_a_take_begins_is_paused(reviewing, qtbot, bench, played):
    page = reviewing.review_page
    reviewing.window.record_page.trigger()
    reviewing.page.take.set_length(30)
    bench.source.hold()
    press(reviewing, qtbot, Qt.Key.Key_Space)
    # The take has not begun yet.
    reviewing.window.review_page.trigger()
    page.transport.set_playing(True)
    qtbot.waitUntil(lambda: reviewing.record.recording, timeout=10_000)
    assert not page.transport.playing
    press(reviewing, qtbot, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: not reviewing.record.recording, timeout=5000)


def test_without_a_take_space_plays_on_the_review_page(reviewing, qtbot, played):
    assert not reviewing.window.record.isEnabled()
    press(reviewing, qtbot, Qt.Key.Key_Space)
    assert played == [1]
    assert not reviewing.record.recording
    reviewing.window.record_page.trigger()
    assert reviewing.window.record.isEnabled()


def test_the_rail_shows_a_running_take(reviewing, qtbot, bench):
    button = rail(reviewing)
    idle = button.grab().toImage()
    begin(reviewing, qtbot, bench)
    assert button.grab().toImage() != idle
    assert button.accessibleName() == "Record: a take is being recorded"
    assert "Space stops it" in button.toolTip()
    press(reviewing, qtbot, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: not reviewing.record.recording, timeout=10_000)
    assert button.grab().toImage() == idle
    assert button.accessibleName() == "Record"
    assert button.toolTip() == "Record (Ctrl+1)"


def test_a_take_that_is_cut_short_is_said_on_the_review_page(reviewing, qtbot, bench):
    begin_take(reviewing, qtbot, bench, reviewing.record.record_or_stop)
    reviewing.window.review_page.trigger()
    qtbot.waitUntil(lambda: reviewing.capture.level is not None, timeout=5000)
    bench.unplug()
    said = reviewing.review_page.banner
    qtbot.waitUntil(lambda: "unplugged" in " ".join(said.texts), timeout=5000)
    assert "Everything up to then is kept." in said.texts[0]


@pytest.mark.parametrize("page", ["record_page", "review_page"])
def test_a_screen_reader_says_once_that_a_take_was_cut_short(
    reviewing, qtbot, bench, monkeypatch, page
):
    said = []
    monkeypatch.setattr(banner, "announce", lambda _shown, words, **_how: said.append(words))
    begin_take(reviewing, qtbot, bench, reviewing.record.record_or_stop)
    getattr(reviewing.window, page).trigger()
    qtbot.waitUntil(lambda: reviewing.capture.level is not None, timeout=5000)
    bench.unplug()
    qtbot.waitUntil(lambda: not reviewing.page.record_button.isEnabled(), timeout=10_000)
    assert len([words for words in said if "unplugged" in words]) == 1
