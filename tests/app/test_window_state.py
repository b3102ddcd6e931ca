"""The window comes back as it was left, after a crash too; a damaged file is ignored."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import QByteArray, QSettings, QSize, Qt
from PySide6.QtWidgets import QApplication

from heartgui.audio.files import write_wav
from heartgui.library.store import Library
from heartgui.library.take import TakeLabels
from heartgui.paths import user_paths
from heartgui.settings import Settings, load_settings, save_settings
from heartgui.ui.review.take_table import NAME, RECORDED
from heartgui.workers.jobs import Job
from tests.helpers.driving import begin_take, sample, take_ends, wait_for_finding
from tests.helpers.synthetic_heart import SyntheticHeart

NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
RECORD, REVIEW = 0, 1


@pytest.fixture(autouse=True)
def takes(own_home):
    """Three takes, whose names are in another order than they were made in."""
    paths = user_paths()
    library = Library(paths.database, paths.recordings)
    library.recordings.mkdir()
    for n, name in enumerate("bca"):
        path, then = library.new_take_path(NOW), NOW + timedelta(minutes=n)
        write_wav(path, SyntheticHeart(seed=n).samples(5.0), 4000)
        library.add(
            path, duration_s=5.0, sample_rate_hz=4000, created_at=then, labels=TakeLabels(),
            name=name,
        )  # fmt: skip
    library.close()


def leave(program) -> None:
    """Arrange the window as no new one is."""
    program.window.resize(1200, 700)
    program.window.review_page.trigger()
    QApplication.processEvents()
    page = program.review_page
    page.table.sortByColumn(NAME, Qt.SortOrder.AscendingOrder)
    page.split.moveSplitter(250, 1)


def names(program) -> list[str]:
    model = program.review_page.table.model()
    return [model.index(row, NAME).data() for row in range(model.rowCount())]


def share(program) -> float:
    upper, lower = program.review_page.split.sizes()
    return upper / (upper + lower)


def check(program, qtbot, left_share: float) -> None:
    assert program.window.pages.currentIndex() == REVIEW
    # The width is that of the screen without one, which is smaller.
    assert program.window.height() == 700
    assert names(program) == ["a", "b", "c"]
    qtbot.waitUntil(lambda: share(program) == pytest.approx(left_share, abs=0.01), timeout=5000)
    qtbot.waitUntil(lambda: program.review.shown_recording is not None, timeout=10_000)
    # In a window of another size as well.
    program.window.resize(1280, 1000)
    QApplication.processEvents()
    assert share(program) == pytest.approx(left_share, abs=0.01)


def test_the_window_comes_back_as_it_was_closed(start, qtbot):
    program = start()
    assert program.window.pages.currentIndex() == RECORD
    assert names(program) == ["a", "c", "b"]
    leave(program)
    left_share = share(program)
    program.window.close()
    check(start(), qtbot, left_share)


def test_a_crash_keeps_it_too(start, qtbot):
    program = start()
    leave(program)
    left_share = share(program)
    # Not closed: what is in the files now is what a crash would leave.
    paths = user_paths()
    # All of it: they may have been written half-way through, too.
    qtbot.waitUntil(lambda: load_settings(paths.settings) == program.settings, timeout=10_000)
    kept = paths.settings.read_bytes(), paths.window.read_bytes()
    program.window.record_page.trigger()
    program.window.close()
    paths.settings.write_bytes(kept[0])
    paths.window.write_bytes(kept[1])
    check(start(), qtbot, left_share)


def test_nothing_is_saved_while_a_take_runs(program, qtbot, bench):
    # One that hears its stethoscope: a take can be begun at once.
    paths = user_paths()

    def saved() -> tuple[bytes, float]:
        """As it is saved every other second."""
        program._save_timer.timeout.emit()
        return paths.window.read_bytes(), load_settings(paths.settings).volume

    program.settings.volume = 0.25
    before = saved()
    assert before[1] == 0.25
    begin_take(program, qtbot, bench)
    program.window.resize(1111, 777)
    program.settings.volume = 0.75
    assert saved() == before
    with take_ends(program, qtbot):
        program.record.stop()
    window, volume = saved()
    assert window != before[0]
    assert volume == 0.75


@pytest.mark.parametrize("geometry", ["text", 7, QByteArray(b"no geometry")])
def test_a_damaged_window_file_is_ignored(start, geometry):
    store = QSettings(str(user_paths().window), QSettings.Format.IniFormat)
    store.setValue("geometry", geometry)
    store.sync()
    del store
    assert start().window.size() == QSize(1280, 800)


def test_noise_in_the_window_file_is_ignored(start):
    user_paths().window.write_bytes(bytes(range(256)) * 20)
    assert start().window.size() == QSize(1280, 800)


def test_an_order_that_there_is_none_of_is_ignored(start):
    stored = {"page": "none", "sorted_by": "id; DROP TABLE take", "list_share": 99.0}
    user_paths().settings.write_text(json.dumps(stored))
    program = start()
    assert program.window.pages.currentIndex() == RECORD
    header = program.review_page.table.horizontalHeader()
    assert header.sortIndicatorSection() == RECORDED
    assert names(program) == ["a", "c", "b"]


def test_a_file_to_open_comes_before_the_page_of_the_last_time(start, qtbot, qapp):
    save_settings(Settings(page="review"), user_paths().settings)
    program = start(files=[sample("normal")])
    assert program.window.pages.currentIndex() == RECORD
    wait_for_finding(program, qtbot)
    assert program.library.count() == 3


def test_a_recovered_take_is_offered_on_the_page_in_front(start, qtbot):
    paths = user_paths()
    write_wav(paths.recordings / "take-20260301-100000.wav", SyntheticHeart().samples(5.0), 4000)
    save_settings(Settings(page="review"), paths.settings)
    program = start()
    banner = program.review_page.banner
    qtbot.waitUntil(lambda: "recovered" in " ".join(banner.texts), timeout=10_000)
    qtbot.mouseClick(banner.action_buttons("recovered")[0], Qt.MouseButton.LeftButton)
    assert program.window.pages.currentIndex() == RECORD
    wait_for_finding(program, qtbot)


def test_a_take_is_offered_though_another_folder_was_chosen_before_it_was_listed(
    start, qtbot, tmp_path, monkeypatch
):
    paths, go_on, recover = user_paths(), threading.Event(), Library.recover
    write_wav(paths.recordings / "take-20260301-100000.wav", SyntheticHeart().samples(5.0), 4000)

    def slow(library, *arguments):
        found = recover(library, *arguments)
        go_on.wait(10.0)
        return found

    monkeypatch.setattr(Library, "recover", slow)
    program = start()
    qtbot.waitUntil(lambda: program.library.count() == 4, timeout=10_000)
    program.menus._use_settings(replace(program.settings, recordings_folder=str(tmp_path)))
    go_on.set()
    banner = program.page.banner
    qtbot.waitUntil(lambda: "recovered" in " ".join(banner.texts), timeout=5_000)
    assert program.review_page.table.model().rowCount() == 4


def test_closing_does_not_wait_for_a_large_folder_to_be_listed(start, qtbot, monkeypatch):
    paths, add, begun = user_paths(), Library._recover, []
    asked, cancel = threading.Event(), Job.cancel
    for n in range(20):
        write_wav(paths.recordings / f"{n:02}.wav", SyntheticHeart().samples(4.0), 4000)

    def slow(*arguments):
        begun.append(1)
        if len(begun) > 1:
            asked.wait(20.0)
        return add(*arguments)

    def ask_to_end(job):
        cancel(job)
        asked.set()

    monkeypatch.setattr(Library, "_recover", slow)
    monkeypatch.setattr(Job, "cancel", ask_to_end)
    program = start()
    qtbot.waitUntil(lambda: len(begun) > 1, timeout=10_000)
    program.window.close()
    assert len(begun) < 20
