"""What the menus do in the whole program: dialogs over dialogs, copies of recordings."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFileDialog, QMessageBox

from heartgui.audio.files import read_recording, write_wav
from heartgui.errors import ModelError
from heartgui.paths import user_paths
from heartgui.settings import load_settings
from heartgui.ui import menus, saving
from heartgui.ui.dialogs.preferences import PreferencesDialog
from heartgui.ui.dialogs.text import TextDialog
from heartgui.workers import copying
from tests.helpers.driving import begin_take, drop, record, sample, wait_for_finding
from tests.helpers.synthetic_heart import SyntheticHeart


@pytest.fixture
def answer(program, monkeypatch):
    """Answers what the person is asked: the name of the copy, and whether to replace a file."""

    class Answer:
        name = Path()
        replace = True
        asked: list[str]

        def __init__(self) -> None:
            self.asked = []

        def choose(self, *_) -> tuple[str, str]:
            return str(self.name), ""

        def question(self, _parent, _title, text) -> QMessageBox.StandardButton:
            self.asked.append(text)
            buttons = QMessageBox.StandardButton
            return buttons.Yes if self.replace else buttons.No

    made = Answer()
    monkeypatch.setattr(QFileDialog, "getSaveFileName", made.choose)
    monkeypatch.setattr(QMessageBox, "question", made.question)
    return made


def texts(program) -> str:
    return " | ".join(program.page.banner.texts)


def test_the_self_tests_result_leaves_the_open_settings_as_they_are(program, qtbot):
    menus = program.menus
    program.window.self_test.trigger()
    program.window.preferences.trigger()
    settings = menus.open_dialog
    assert isinstance(settings, PreferencesDialog)
    settings.length.setCurrentIndex(settings.length.findData(30))
    qtbot.waitUntil(lambda: isinstance(menus.open_dialog, TextDialog), timeout=180_000)
    result = menus.open_dialog
    assert "All steps passed" in result.browser.toPlainText()
    assert "whatever the answer is" in result.browser.toPlainText()
    assert result.isVisible()
    assert settings.isVisible()
    result.close()
    assert menus.open_dialog is settings
    settings.accept()
    assert settings.result() == QDialog.DialogCode.Accepted
    assert menus.open_dialog is None
    assert program.page.take.length_s == 30


def test_the_message_that_the_self_test_runs_goes_when_it_ends_whichever_page_is_in_front(
    program, qtbot
):
    program.window.self_test.trigger()
    assert texts(program) == "The self-test is running…"
    program.window.review_page.trigger()
    qtbot.waitUntil(lambda: program.menus.open_dialog is not None, timeout=60_000)
    assert texts(program) == ""
    assert program.review_page.banner.texts == []


def test_a_self_test_that_fails_says_so_on_the_page_in_front(program, qtbot, monkeypatch):
    def fail(*_):
        raise ModelError("It failed.")

    monkeypatch.setattr(menus, "self_test", fail)
    program.window.self_test.trigger()
    program.window.review_page.trigger()
    qtbot.waitUntil(lambda: program.review_page.banner.texts == ["It failed."], timeout=10_000)
    assert texts(program) == ""


def save_copy(program, qtbot) -> None:
    program.window.save_copy.trigger()
    qtbot.waitUntil(lambda: not program.jobs.busy, timeout=10_000)


def test_a_copy_replaces_no_file_that_was_not_asked_about(program, qtbot, tmp_path, answer):
    drop(program, sample("normal"))
    wait_for_finding(program, qtbot)
    (tmp_path / "a.wav").write_text("precious")
    answer.name, answer.replace = tmp_path / "a", False
    save_copy(program, qtbot)
    assert answer.asked == ["a.wav already exists. Do you want to replace it?"]
    assert (tmp_path / "a.wav").read_text() == "precious"
    answer.replace = True
    save_copy(program, qtbot)
    copied = read_recording(tmp_path / "a.wav").samples
    np.testing.assert_allclose(copied, program.record.shown_recording.samples, atol=1e-4)
    # The dialog itself has asked about this one; and a name of one's own is a WAV file's as well.
    answer.asked.clear()
    for name in ("a.wav", "b", "visit 3.5"):
        answer.name = tmp_path / name
        save_copy(program, qtbot)
    assert answer.asked == []
    assert {path.name for path in tmp_path.iterdir()} == {"a.wav", "b.wav", "visit 3.5.wav"}
    assert "Saved visit 3.5.wav" in texts(program)


def test_no_copy_of_another_take_is_saved_while_one_is_recorded(
    program, qtbot, bench, tmp_path, answer
):
    drop(program, sample("normal"))
    wait_for_finding(program, qtbot)
    begin_take(program, qtbot, bench)
    answer.name = tmp_path / "a.wav"
    program.window.save_copy.trigger()
    assert not answer.name.exists()
    assert "A take is being recorded. Stop it first, then save a copy." in texts(program)


def test_a_take_whose_file_is_gone_is_saved_from_memory(program, qtbot, tmp_path, answer):
    program.page.take.set_length(10)
    record(program, qtbot)
    take = program.record.shown_recording
    written = take.path.read_bytes()
    take.path.unlink()
    answer.name = tmp_path / "a.wav"
    save_copy(program, qtbot)
    assert "Saved a.wav" in texts(program)
    np.testing.assert_allclose(
        read_recording(tmp_path / "a.wav").samples, take.samples, atol=1 / 32_000
    )
    assert (tmp_path / "a.wav").stat().st_size == len(written)


def test_the_list_of_recent_files_is_cleared_by_its_last_entry(program, qtbot):
    menu = program.window.recent_menu
    for n, name in enumerate(("normal", "murmur"), 1):
        drop(program, sample(name))
        qtbot.waitUntil(lambda n=n: len(menu.actions()) == n + 2, timeout=10_000)
        wait_for_finding(program, qtbot)
    *files, line, clear = menu.actions()
    assert [action.text() for action in files] == ["murmur.flac", "normal.flac"]
    # Files of one name are told apart by their folders.
    assert menu.toolTipsVisible()
    assert files[0].toolTip() == str(sample("murmur"))
    assert line.isSeparator()
    assert clear.text().replace("&", "") == "Clear the list"
    clear.trigger()
    assert menu.actions() == []
    assert not menu.isEnabled()
    # Nobody finds them in the file either; what is on screen still is.
    stored = user_paths().settings
    qtbot.waitUntil(lambda: load_settings(stored).recent_files == [], timeout=10_000)
    assert "murmur" in program.page.caption.text()
    drop(program, sample("normal"))
    qtbot.waitUntil(lambda: len(menu.actions()) == 3, timeout=10_000)
    wait_for_finding(program, qtbot)


def test_what_is_chosen_is_kept_by_a_crash_too(program, qtbot):
    qtbot.mouseClick(program.page.take.lengths.buttons[-1], Qt.MouseButton.LeftButton)
    # Not closed: what is in the file now is what a crash would leave.
    stored = user_paths().settings
    qtbot.waitUntil(lambda: load_settings(stored).take_length_s == 30, timeout=10_000)


def test_a_copy_that_fails_leaves_what_was_there(program, qtbot, tmp_path, answer, monkeypatch):
    program.page.take.set_length(10)
    record(program, qtbot)
    older = tmp_path / "a.wav"
    older.write_bytes(b"before")

    def fail(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", fail)
    answer.name = older
    save_copy(program, qtbot)
    assert program.page.banner.texts[0] == (
        "The copy was not saved (No space left on device). The recording itself is unchanged. "
        "Choose another folder."
    )
    assert older.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [older]


def test_a_long_copy_is_saved_beside_other_work_and_can_be_cancelled(
    program, qtbot, tmp_path, answer, monkeypatch
):
    drop(program, sample("normal"))
    wait_for_finding(program, qtbot)
    older = tmp_path / "a.wav"
    older.write_bytes(b"before")
    reached, go_on = threading.Event(), threading.Event()

    def slow(recording, target, progress, cancelled):
        def held(done, total):
            progress(done, total)
            reached.set()
            go_on.wait(20.0)

        return copying.save_copy(recording, target, held, cancelled)

    monkeypatch.setattr("heartgui.audio.files.BLOCK_FRAMES", 8000)
    monkeypatch.setattr(saving, "save_copy", slow)
    n_samples = len(program.record.shown_recording.samples)
    answer.name = older
    program.window.save_copy.trigger()
    assert reached.wait(20.0)
    wanted = f"Saving a.wav: {100 * 8000 // n_samples} %"
    qtbot.waitUntil(lambda: program.page.banner.texts == [wanted], timeout=5000)
    program.window.save_copy.trigger()
    assert "Another copy is still being saved." in texts(program)
    # Nothing of it is seen under its name yet.
    assert older.read_bytes() == b"before"
    qtbot.mouseClick(program.page.banner.action_buttons("saving")[0], Qt.MouseButton.LeftButton)
    go_on.set()
    qtbot.waitUntil(lambda: not program.jobs.busy, timeout=10_000)
    assert texts(program).startswith("Cancelled: the copy was not saved.")
    assert older.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [older]
    program.window.save_copy.trigger()
    program.window.review_page.trigger()
    wanted = f"Saved a.wav. {tmp_path}"
    qtbot.waitUntil(lambda: wanted in program.review_page.banner.texts, timeout=10_000)
    assert not [text for text in program.page.banner.texts if text.startswith("Saving")]
    copied = read_recording(older).samples
    np.testing.assert_allclose(copied, program.record.shown_recording.samples, atol=1e-4)


def test_closing_ends_a_copy_and_leaves_what_was_there(
    program, qtbot, tmp_path, answer, monkeypatch
):
    drop(program, sample("normal"))
    wait_for_finding(program, qtbot)
    older = tmp_path / "a.wav"
    older.write_bytes(b"before")
    reached, never = threading.Event(), threading.Event()

    def slow(recording, target, progress, cancelled):
        def held(done, total):
            reached.set()
            while not cancelled():
                never.wait(0.01)

        return copying.save_copy(recording, target, held, cancelled)

    monkeypatch.setattr("heartgui.audio.files.BLOCK_FRAMES", 8000)
    monkeypatch.setattr(saving, "save_copy", slow)
    answer.name = older
    program.window.save_copy.trigger()
    assert reached.wait(20.0)
    program.window.close()
    assert not program.jobs.busy
    assert older.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [older]


def test_another_recordings_folder_is_that_of_the_next_take(program, qtbot, tmp_path):
    program.page.take.set_length(10)
    record(program, qtbot)
    before = program.library.recordings
    (tmp_path / "other").mkdir()
    write_wav(tmp_path / "other" / "older.wav", SyntheticHeart().samples(5.0), 4000)
    program.window.preferences.trigger()
    dialog = program.menus.open_dialog
    dialog.folder.setText(str(tmp_path / "other"))
    dialog.accept()
    record(program, qtbot)
    # What the new folder holds is listed by a job.
    qtbot.waitUntil(lambda: not program.jobs.busy, timeout=30_000)
    takes = {take.path for take in program.library.takes()}
    assert [path.parent for path in takes].count(before) == 1
    assert tmp_path / "other" / "older.wav" in takes
    assert len(takes) == 3
    assert all(path.is_file() for path in takes)


def test_the_clip_lamp_is_put_out_by_keyboard(program, qtbot, bench):
    def clipped() -> bool:
        level = program.capture.level
        return level is not None and level.clipped

    sound = bench.source._raw.copy()
    bench.source._raw[:] = 32_767
    qtbot.waitUntil(clipped, timeout=10_000)
    bench.source._raw[:] = sound
    qtbot.wait(500)
    assert clipped()
    program.window.reset_clip.trigger()
    qtbot.waitUntil(lambda: not clipped(), timeout=5000)
