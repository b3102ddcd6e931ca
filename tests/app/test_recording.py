"""From the record button to the answer and the library, and what goes wrong on the way."""

from __future__ import annotations

import json
import logging
import sqlite3
import threading
import wave
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication

import heartgui.audio.playback
from heartgui.audio.files import write_wav
from heartgui.domain import Decision
from heartgui.errors import AudioFileError, AudioUnavailableError, ModelError
from heartgui.inference.analysis import Analyser
from heartgui.inference.bundle import load_bundle
from heartgui.inference.wording import headline
from heartgui.library.take import TakeLabels
from heartgui.paths import models_folder, user_paths
from heartgui.settings import Settings, save_settings
from heartgui.workers.capture import AudioDevices
from heartgui.workers.jobs import Job
from heartgui.workers.opening import open_recording
from tests.helpers.driving import (
    begin_take,
    drop,
    finding,
    press,
    record,
    sample,
    settled,
    take_ends,
    wait_for_finding,
)
from tests.helpers.make_samples import NATURAL
from tests.helpers.stethoscope import NAME
from tests.helpers.synthetic_heart import SyntheticHeart


def raising(error: Exception):
    def fail(*_args, **_options):
        raise error

    return fail


def texts(program) -> str:
    return " | ".join(program.page.banner.texts)


def listen_anew(program, qtbot) -> None:
    """Open the stethoscope once more: it has another sound."""
    with qtbot.waitSignal(program.capture.listening, timeout=10_000):
        program.capture.relist()


def test_a_take_goes_from_the_button_to_the_library(program, qtbot, bench):
    page = program.page
    page.take.set_length(10)
    assert page.record_button.isEnabled()
    # It does not end before all of this was seen.
    bench.source.hold()
    qtbot.mouseClick(page.record_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: program.record.recording, timeout=10_000)
    # The tracks move while it is recorded.
    for _ in range(3):
        before = page.tracks.grab().toImage()
        bench.source.hold(after_s=0.5)
        qtbot.waitUntil(lambda seen=before: page.tracks.grab().toImage() != seen, timeout=10_000)
    # Probabilities move before the end, without a verdict.
    bench.source.hold(after_s=7.0)
    qtbot.waitUntil(lambda: max(page.result.bars.probabilities, default=0) > 0, timeout=10_000)
    assert page.result.headline.text() == "Listening"
    # So do the marks of S1 and S2, up to the present.
    qtbot.waitUntil(lambda: len(page.tracks.beats.marks) >= 12, timeout=10_000)
    times_s = [time_s for time_s, name in page.tracks.beats.marks if name == "S1"]
    assert np.diff(times_s) == pytest.approx(60 / 72, abs=0.1)
    assert page.tracks.beats.text == "Heart rate 72 /min"
    assert page.heart.value.text() == "72 /min"
    bench.source.go_on()
    answer = wait_for_finding(program, qtbot)
    assert answer.duration_s == pytest.approx(10.0)
    assert page.result.headline.text() == headline(answer)
    assert page.result.bars.probabilities == answer.probabilities
    assert page.heart.value.text() == "72 /min"
    assert page.tracks.features is not None
    (take,) = program.library.takes()
    assert take.decision is answer.decision
    with wave.open(str(take.path)) as file:
        assert file.getnframes() == 40_000
    beside = json.loads(take.path.with_suffix(".json").read_text())
    assert beside["duration_s"] == pytest.approx(10.0)
    assert beside["take"]["posture"] == "sitting"


def test_stopping_early_keeps_what_there_is(program, qtbot, bench):
    begin_take(program, qtbot, bench)
    press(program, qtbot, Qt.Key.Key_Space)
    answer = wait_for_finding(program, qtbot)
    assert 4.0 < answer.duration_s < 12.0
    assert program.library.count() == 1


def test_labels_before_and_after_the_take_are_the_takes(program, qtbot):
    press(program, qtbot, Qt.Key.Key_4)
    program.page.take.set_length(10)
    record(program, qtbot)
    (take,) = program.library.takes()
    assert take.site == "mitral"
    field = program.page.take.patient_code
    field.setFocus()
    # Letters and digits typed here are text, not shortcuts.
    qtbot.keyClicks(field, "P1 4")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    (take,) = settled(program).takes()
    assert take.patient_code == "P1 4"
    assert take.site == "mitral"
    assert not program.record.recording


def test_a_patient_code_that_is_too_long_is_not_cut_in_silence(program, qtbot):
    field = program.page.take.patient_code
    field.setFocus()
    QApplication.clipboard().setText("A" * 60 + "12345678")
    field.paste()
    assert field.text() == "A" * 60 + "1234"
    assert "A patient code has 64 characters at most. What goes beyond was left out" in texts(
        program
    )
    qtbot.keyClick(field, Qt.Key.Key_Backspace)
    assert texts(program) == ""


def test_a_code_too_long_for_the_field_is_not_suggested_cut(program, qtbot):
    program.page.take.set_length(10)
    record(program, qtbot)
    (take,) = program.library.takes()
    program.library.set_labels(take.id, TakeLabels(None, None, "A" * 65))
    program.record.open_file(take.path, take=program.library.get(take.id))
    qtbot.waitUntil(lambda: program.record.shown.attempt == 0, timeout=10_000)
    assert program.page.take.patient_code.text() == ""


def test_what_is_chosen_after_a_take_belongs_to_the_next(program, qtbot):
    page = program.page
    page.take.set_length(10)
    for key, posture, code in (
        (Qt.Key.Key_1, "sitting", "P1"),
        (Qt.Key.Key_2, "supine", "P2"),
        (Qt.Key.Key_3, "standing", "P3"),
    ):
        page.setFocus()
        press(program, qtbot, key)
        page.sites.posture.setCurrentText(posture)
        page.sites.posture_chosen.emit(posture)
        page.take.patient_code.setFocus()
        page.take.patient_code.clear()
        qtbot.keyClicks(page.take.patient_code, code)
        page.setFocus()
        record(program, qtbot)
    said = [(take.site, take.posture, take.patient_code) for take in program.library.takes()]
    assert said == [
        ("tricuspid", "standing", "P3"),
        ("pulmonic", "supine", "P2"),
        ("aortic", "sitting", "P1"),
    ]


def test_a_take_recorded_without_a_site_gets_the_first_one_chosen_afterwards(program, qtbot):
    program.page.take.set_length(10)
    record(program, qtbot)
    press(program, qtbot, Qt.Key.Key_2)
    press(program, qtbot, Qt.Key.Key_3)
    (take,) = settled(program).takes()
    assert take.site == "pulmonic"
    assert program.page.sites.site == "tricuspid"


def test_hum_asks_to_record_again_and_the_attempts_are_counted(program, qtbot, bench, caplog):
    bench.samples = SyntheticHeart(level=0.2, hum_level=0.35).samples(20.0)
    listen_anew(program, qtbot)
    program.page.take.set_length(10)
    answer = record(program, qtbot)
    assert answer.decision is Decision.RECORD_AGAIN
    result = program.page.result
    assert result.headline.text() == "Please record again"
    assert "Attempt 1 of 3" in result.subline.text()
    assert "hum" in result.reasons.text()
    assert "Unplug the charger" in result.remedies.text()
    assert result.again.hasFocus()
    with take_ends(program, qtbot):
        qtbot.keyClick(result.again, Qt.Key.Key_Return)
    wait_for_finding(program, qtbot)
    assert "Attempt 2 of 3" in result.subline.text()
    assert program.library.count() == 2
    with caplog.at_level(logging.INFO, logger="heartgui"):
        qtbot.mouseClick(result.anyway, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: finding(program) is not None, timeout=10_000)
    answer = finding(program)
    assert answer is not None
    assert answer.analysed_anyway
    assert answer.decision is not Decision.RECORD_AGAIN
    assert "analysed anyway" in caplog.text
    assert "analysed anyway" in result.subline.text()
    assert settled(program).takes()[0].decision is answer.decision


@pytest.mark.parametrize(
    ("kind", "bpm"),
    [(SyntheticHeart(), 75), (SyntheticHeart(), 85), (NATURAL, 75), (NATURAL, 85), (NATURAL, 90)],
)
def test_a_short_file_asks_to_record_again_and_names_no_class_unless_asked(
    program, qtbot, tmp_path, kind, bpm
):
    heart = replace(kind, heart_rate_bpm=bpm, murmur="systolic", murmur_level=0.8)
    write_wav(tmp_path / "short.wav", heart.samples(2.0), 4000)
    drop(program, tmp_path / "short.wav")
    answer = wait_for_finding(program, qtbot)
    assert answer.label is not None
    result = program.page.result
    assert result.headline.text() == "Please record again"
    assert result.reasons.text() == "The take is 2.00 s long; at least 3 s are needed."
    assert not result.bars.isVisible()
    assert program.page.tracks.windows.rows == []
    assert "louder" not in program.page.heart.words.text().lower()
    qtbot.mouseClick(result.anyway, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(
        lambda: finding(program) is not None and finding(program).analysed_anyway, timeout=10_000
    )
    assert result.headline.text() == headline(finding(program)) != "Please record again"
    assert result.bars.isVisible()
    assert "at least 3 s" in result.reasons.text()
    assert program.page.heart.words.text().startswith("Louder in systole")


def test_record_again_leaves_the_keyboard_to_who_is_typing(program, qtbot, bench):
    bench.samples = SyntheticHeart(level=0.2, hum_level=0.35).samples(20.0)
    listen_anew(program, qtbot)
    program.page.take.set_length(10)
    begin_take(program, qtbot, bench)
    field = program.page.take.patient_code
    field.setFocus()
    bench.source.go_on()
    assert wait_for_finding(program, qtbot).decision is Decision.RECORD_AGAIN
    assert program.page.result.again.isVisible()
    assert field.hasFocus()


@pytest.mark.parametrize("why", ["the folder is a file", "the disk fails"])
def test_a_refused_take_leaves_what_was_there(program, qtbot, monkeypatch, why):
    drop(program, sample("normal"))
    answer = wait_for_finding(program, qtbot)
    if why == "the folder is a file":
        program.library.recordings.write_text("in the way")
        words = "cannot be written to"
    else:
        error = OSError(5, "Input/output error")
        monkeypatch.setattr(program.library, "new_take_path", raising(error))
        words = "cannot be used (Input/output error)"
    for _ in range(2):
        program.page.banner.dismiss_all()
        press(program, qtbot, Qt.Key.Key_Space)
        qtbot.waitUntil(lambda: words in texts(program), timeout=10_000)
        wait_for_finding(program, qtbot)
        assert program.page.result.headline.text() == headline(answer)
        assert program.page.transport.isEnabled()


def test_a_take_without_a_sound_leaves_what_was_there(program, qtbot, bench):
    page = program.page
    drop(program, sample("normal"))
    answer = wait_for_finding(program, qtbot)
    caption = page.caption.text()
    bench.source._speed = 0.0
    press(program, qtbot, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: program.record.recording, timeout=10_000)
    press(program, qtbot, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: "Nothing was recorded" in texts(program), timeout=10_000)
    wait_for_finding(program, qtbot)
    assert page.result.headline.text() == headline(answer)
    assert page.tracks.features is program.record.shown.features
    assert page.caption.text() == caption
    assert page.transport.isEnabled()
    assert program.library.count() == 0
    # Nor is anything left of what was said of it.
    qtbot.waitUntil(lambda: not program.jobs.busy, timeout=10_000)
    assert not list(program.library.recordings.iterdir())


def test_the_first_take_without_a_sound_leaves_the_page_ready(program, qtbot, bench):
    bench.source._speed = 0.0
    press(program, qtbot, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: program.record.recording, timeout=10_000)
    press(program, qtbot, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: "Nothing was recorded" in texts(program), timeout=10_000)
    assert program.page.result.headline.text() == "Ready"
    assert program.page.tracks.features is None


def test_a_take_deleted_on_the_review_page_is_labelled_no_more(program, qtbot):
    program.page.take.set_length(10)
    record(program, qtbot)
    (take,) = program.library.takes()
    program.window.review_page.trigger()
    qtbot.waitUntil(program.review_page.delete.isEnabled, timeout=10_000)
    qtbot.mouseClick(program.review_page.delete, Qt.MouseButton.LeftButton)
    assert settled(program).count() == 0
    program.window.record_page.trigger()
    press(program, qtbot, Qt.Key.Key_2)
    assert settled(program).get(take.id).site is None
    assert program.record.shown.take_id is None


def test_a_take_deleted_and_brought_back_is_labelled_and_answered_again(program, qtbot, answering):
    program.page.take.set_length(10)

    def delete(take_id: int) -> None:
        program.review.deletion.delete([take_id])
        answering.set()

    # It is deleted before it has its answer.
    program.record.take_stored.connect(
        lambda take_id: QTimer.singleShot(0, lambda: delete(take_id)),
        Qt.ConnectionType.SingleShotConnection,
    )
    with take_ends(program, qtbot):
        qtbot.mouseClick(program.page.record_button, Qt.MouseButton.LeftButton)
    answer = wait_for_finding(program, qtbot)
    (take_id,) = program.review.deletion._deleted[0]
    assert program.library.get(take_id).decision is None
    # The answer that came while it was deleted is kept now.
    with qtbot.waitSignal(program.record.take_stored, timeout=10_000) as kept:
        program.review.deletion.undo()
    assert kept.args == [take_id]
    assert program.record.shown.take_id == take_id
    assert settled(program).get(take_id).decision is answer.decision
    press(program, qtbot, Qt.Key.Key_2)
    assert settled(program).get(take_id).site == "pulmonic"


def test_a_take_that_could_not_be_brought_back_is_not_labelled(program, qtbot):
    program.page.take.set_length(10)
    record(program, qtbot)
    (take,) = program.library.takes()
    program.review.deletion.delete([take.id])
    settled(program)
    take.path.mkdir()
    program.review.deletion.undo()
    settled(program)
    assert program.record.shown.take_id is None
    press(program, qtbot, Qt.Key.Key_2)
    assert settled(program).get(take.id).site is None
    # It is the library's again as soon as it is there.
    take.path.rmdir()
    program.review.deletion.undo()
    settled(program)
    assert program.record.shown.take_id == take.id


def test_bringing_back_another_take_leaves_the_one_on_screen(program, qtbot):
    program.page.take.set_length(10)
    record(program, qtbot)
    (first,) = program.library.takes()
    program.review.deletion.delete([first.id])
    settled(program)
    record(program, qtbot)
    (second,) = program.library.takes()
    program.review.deletion.undo()
    settled(program)
    assert program.record.shown.take_id == second.id


def test_a_take_that_is_opened_leaves_what_was_said_of_the_next(program, qtbot):
    page = program.page
    page.take.set_length(10)
    record(program, qtbot)
    (take,) = program.library.takes()
    page.take.patient_code.setFocus()
    drop(program, sample("normal"))
    qtbot.waitUntil(lambda: "normal.flac" in page.caption.text(), timeout=10_000)
    qtbot.keyClicks(page.take.patient_code, "P9")
    page.setFocus()
    press(program, qtbot, Qt.Key.Key_4)
    program.record.open_file(take.path, take=take)
    qtbot.waitUntil(lambda: program.record.shown.take_id == take.id, timeout=10_000)
    assert page.take.patient_code.text() == "P9"
    assert page.sites.site == "mitral"
    # Nor is it said of the opened take.
    qtbot.keyClick(page.take.patient_code, Qt.Key.Key_Return)
    assert program.library.get(take.id).patient_code == ""


@contextmanager
def locked(program):
    """Another program holds the library's table."""
    program.library._table.connection.execute("PRAGMA busy_timeout=0")
    with closing(sqlite3.connect(user_paths().database)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


def test_a_code_that_could_not_be_stored_is_stored_by_return_again(program, qtbot):
    page, field = program.page, program.page.take.patient_code
    page.take.set_length(10)
    record(program, qtbot)
    (take,) = program.library.takes()
    field.setFocus()
    qtbot.keyClicks(field, "K-7")
    with locked(program):
        qtbot.keyClick(field, Qt.Key.Key_Return)
        settled(program)
        assert "database is locked" in texts(program)
        assert "try again" in texts(program)
        assert "at the next start" not in texts(program)
    assert program.library.get(take.id).patient_code == ""
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert settled(program).get(take.id).patient_code == "K-7"


def test_a_site_that_could_not_be_stored_is_stored_by_the_same_key_again(program, qtbot):
    program.page.take.set_length(10)
    record(program, qtbot)
    (take,) = program.library.takes()
    with locked(program):
        press(program, qtbot, Qt.Key.Key_4)
        settled(program)
        assert "database is locked" in texts(program)
    press(program, qtbot, Qt.Key.Key_4)
    assert settled(program).get(take.id).site == program.page.sites.site == "mitral"
    # Now it is chosen, and the same key clears it for the next take.
    press(program, qtbot, Qt.Key.Key_4)
    assert program.page.sites.site is None


def test_what_could_not_be_stored_goes_to_no_other_take(program, qtbot):
    page, field = program.page, program.page.take.patient_code
    page.take.set_length(10)
    opened = program.library.add_file(sample("normal"), datetime.now(UTC))
    record(program, qtbot)
    field.setFocus()
    qtbot.keyClicks(field, "K-7")
    with locked(program):
        qtbot.keyClick(field, Qt.Key.Key_Return)
        page.setFocus()
        press(program, qtbot, Qt.Key.Key_4)
        settled(program)
    program.record.open_file(opened.path, take=opened)
    qtbot.waitUntil(lambda: program.record.shown.take_id == opened.id, timeout=10_000)
    field.setFocus()
    qtbot.keyClick(field, Qt.Key.Key_Return)
    page.setFocus()
    press(program, qtbot, Qt.Key.Key_4)
    assert settled(program).get(opened.id).labels == opened.labels
    assert (field.text(), page.sites.site) == ("K-7", None)


def test_a_take_that_gives_way_to_a_file_is_answered_all_the_same(program, qtbot):
    page = program.page
    page.take.set_length(10)
    # The file is dropped in the moment in which the answer is asked for.
    page.record_button.clicked.emit()
    program.record.take_stored.connect(
        lambda _: QTimer.singleShot(0, lambda: drop(program, sample("murmur"))),
        Qt.ConnectionType.SingleShotConnection,
    )
    qtbot.waitUntil(lambda: "murmur.flac" in page.caption.text(), timeout=30_000)
    qtbot.waitUntil(
        lambda: program.library.takes()[0].decision is not None and not program.jobs.busy,
        timeout=30_000,
    )
    assert program.library.finding(program.library.takes()[0]).duration_s == pytest.approx(10.0)


def test_a_file_that_fails_late_takes_nothing_from_the_screen(
    program, qtbot, bench, tmp_path, monkeypatch
):
    go_on = threading.Event()

    def slow(path, progress, cancelled):
        if path.name == "slow.wav":
            go_on.wait(20.0)
            raise AudioFileError("slow.wav could not be read.")
        return open_recording(path, progress, cancelled)

    monkeypatch.setattr("heartgui.ui.record.opening.open_recording", slow)
    drop(program, tmp_path / "slow.wav")
    begin_take(program, qtbot, bench)
    go_on.set()
    qtbot.waitUntil(lambda: not program.jobs.busy, timeout=10_000)
    assert program.page.result.headline.text() == "Listening"
    assert program.page.tracks.features is not None
    assert texts(program) == ""


@pytest.mark.parametrize("name", ["normal.flac", "letter.wav"])
def test_a_file_is_opened_or_refused_though_another_job_ends_just_before(
    program, qtbot, tmp_path, name
):
    (tmp_path / "letter.wav").write_text("Dear colleague")
    (tmp_path / "normal.flac").write_bytes(sample("normal").read_bytes())
    other = Job("other", lambda _progress, _cancelled: None)
    program.jobs.start(other)
    other.wait()
    drop(program, tmp_path / name)
    # Both have ended before the window hears of either.
    for job in program.jobs._jobs:
        job.wait()
    # Nor does anybody but the runner hold them.
    del job
    qtbot.waitUntil(lambda: program.page.result.headline.text() != "Opening…", timeout=10_000)
    if name == "letter.wav":
        assert "could not be read as audio" in texts(program)
    else:
        wait_for_finding(program, qtbot)


@pytest.mark.parametrize("where", ["record", "review"])
def test_a_banners_button_leaves_the_focus_to_the_page(program, qtbot, where):
    (program.window.record_page if where == "record" else program.window.review_page).trigger()
    page = program.page if where == "record" else program.review_page
    program.window.activateWindow()
    QApplication.processEvents()
    done = []

    def button():
        page.banner.show_message(
            "info", "It was done.", key="it", actions=[("Undo", lambda: done.append(True))]
        )
        return page.banner.action_buttons("it")[0]

    page.setFocus()
    before = QApplication.focusWidget()
    qtbot.mouseClick(button(), Qt.MouseButton.LeftButton)
    assert QApplication.focusWidget() is before
    reached = button()
    reached.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(reached, Qt.Key.Key_Space)
    assert QApplication.focusWidget() is before
    assert done == [True, True]


def test_a_bad_file_is_no_attempt_and_says_that_it_stays(program, qtbot, tmp_path):
    hum = SyntheticHeart(level=0.2, hum_level=0.35).samples(10.0)
    write_wav(tmp_path / "hum.wav", hum, 4000)
    drop(program, tmp_path / "hum.wav")
    assert wait_for_finding(program, qtbot).decision is Decision.RECORD_AGAIN
    under = program.page.result.subline.text()
    assert "stays as it is" in under
    assert "Attempt" not in under
    assert "take" not in under.lower()


def test_a_recent_file_that_is_gone_is_said_and_leaves_the_list(program, qtbot, tmp_path):
    gone = tmp_path / "gone.flac"
    gone.write_bytes(sample("normal").read_bytes())
    for path in (gone, sample("murmur")):
        drop(program, path)
        qtbot.waitUntil(lambda path=path: path.name in program.page.caption.text(), timeout=10_000)
        wait_for_finding(program, qtbot)
    before = finding(program)
    gone.unlink()

    def listed():
        # Behind them are a line and the entry that empties the list.
        return program.window.recent_menu.actions()[:-2]

    assert [action.text() for action in listed()] == ["murmur.flac", "gone.flac"]
    listed()[1].trigger()
    assert "gone.flac was not found" in texts(program)
    assert [action.text() for action in listed()] == ["murmur.flac"]
    assert [Path(name).name for name in program.settings.recent_files] == ["murmur.flac"]
    # What was on the screen still is.
    assert finding(program) is before
    # Nor does a file that cannot be opened come onto the list.
    (tmp_path / "letter.wav").write_text("Dear colleague")
    drop(program, tmp_path / "letter.wav")
    qtbot.waitUntil(lambda: "could not be read as audio" in texts(program), timeout=10_000)
    assert [action.text() for action in listed()] == ["murmur.flac"]


def test_recording_is_offered_only_while_something_is_listened_to(program, qtbot, bench):
    result, found = program.page.result, bench.found
    assert result.subline.text().startswith("Press Space to record")
    bench.unplug()
    qtbot.waitUntil(lambda: result.subline.text().startswith("Plug in"), timeout=10_000)
    drop(program, sample("hum"))
    wait_for_finding(program, qtbot)
    assert result.again.isVisible()
    assert not result.again.isEnabled()
    bench.found = found
    qtbot.waitUntil(result.again.isEnabled, timeout=10_000)
    assert result.headline.text() == "Please record again", "the answer stays"


def test_unplugging_keeps_the_take_and_says_so(program, qtbot, bench):
    begin_take(program, qtbot, bench, heard_s=6.0)
    bench.unplug()
    qtbot.waitUntil(lambda: not program.record.recording, timeout=10_000)
    assert "was unplugged" in texts(program)
    answer = wait_for_finding(program, qtbot)
    assert answer.duration_s > 5.0
    assert program.library.count() == 1
    qtbot.waitUntil(lambda: not program.page.record_button.isEnabled(), timeout=10_000)
    # The take and the device both tell of it; it is said once.
    assert len(program.page.banner.texts) == 1
    # Files can still be opened.
    drop(program, sample("murmur"))
    qtbot.waitUntil(lambda: "murmur.flac" in program.page.caption.text(), timeout=10_000)
    wait_for_finding(program, qtbot)


@pytest.fixture
def standing_in(start, qtbot):
    """A program that listens to another device than the remembered one, and says so."""
    save_settings(Settings(device_name="Stethoscope A"), user_paths().settings)
    program = start()
    words = f"Stethoscope A is not plugged in; {NAME} is listened to."
    qtbot.waitUntil(lambda: words in texts(program), timeout=10_000)
    return program


def test_another_microphone_than_the_remembered_one_is_said_until_one_is_chosen(standing_in):
    standing_in.page.devices.device_chosen.emit(NAME)
    assert standing_in.page.banner.texts == []


def test_what_stands_in_is_said_no_more_when_the_remembered_one_is_found(standing_in, qtbot, bench):
    bench.found = [*bench.found, replace(bench.found[0], name="Stethoscope A", is_default=False)]
    standing_in.window.refresh_devices.trigger()
    panel = standing_in.page.devices
    qtbot.waitUntil(lambda: panel.combo.currentText() == "Stethoscope A", timeout=10_000)
    assert standing_in.page.banner.texts == []


def test_what_stands_in_is_said_no_more_when_it_is_unplugged(standing_in, qtbot, bench):
    bench.unplug()
    qtbot.waitUntil(lambda: "was unplugged" in texts(standing_in), timeout=10_000)
    assert len(standing_in.page.banner.texts) == 1


def test_what_came_back_is_said_until_another_device_is_chosen(program, qtbot, bench):
    with qtbot.waitSignal(program.capture.came_back):
        program.capture.came_back.emit(replace(bench.found[0], name="Stethoscope A"))
    assert "Stethoscope A was plugged in" in texts(program)
    program.page.devices.device_chosen.emit(NAME)
    assert program.page.banner.texts == []


@pytest.mark.parametrize("missing", ["devices", "PortAudio"])
def test_without_an_input_files_still_open(start, qtbot, monkeypatch, missing):
    def list_inputs():
        if missing == "PortAudio":
            raise AudioUnavailableError("The audio library PortAudio is missing.", remedy="Add it.")
        return []

    program = start(AudioDevices(list_inputs, lambda: None, lambda device: None))
    words = "PortAudio is missing" if missing == "PortAudio" else "No microphone or stethoscope"
    qtbot.waitUntil(lambda: words in texts(program), timeout=10_000)
    assert not program.page.record_button.isEnabled()
    press(program, qtbot, Qt.Key.Key_Space)
    assert not program.record.recording
    drop(program, sample("normal"))
    wait_for_finding(program, qtbot)
    # Without PortAudio nothing plays either, and for the same reason.
    monkeypatch.setattr(heartgui.audio.playback, "load_portaudio", list_inputs)
    if missing == "PortAudio":
        program.window.play.trigger()
        assert len(program.page.banner.texts) == 1


def test_files_that_are_none_are_refused_in_words_and_nothing_is_lost(program, qtbot, tmp_path):
    drop(program, sample("normal"))
    first = wait_for_finding(program, qtbot)
    for name, content, words in (
        ("empty.wav", b"", "is empty"),
        ("letter.wav", b"Dear colleague", "could not be read as audio"),
        ("letter.txt", b"Dear colleague", "could not be read as audio"),
    ):
        path = tmp_path / name
        path.write_bytes(content)
        drop(program, path)
        qtbot.waitUntil(lambda words=words: words in texts(program), timeout=10_000)
        assert finding(program) == first
        assert program.page.result.headline.text() != "Opening…"
    drop(program, tmp_path / "gone.wav")
    qtbot.waitUntil(lambda: "was not found" in texts(program), timeout=10_000)
    # A good file afterwards clears the complaint.
    drop(program, sample("murmur"))
    qtbot.waitUntil(lambda: "murmur.flac" in program.page.caption.text(), timeout=10_000)
    assert "was not found" not in texts(program)


def test_a_file_is_not_opened_over_a_running_take(program, qtbot, bench):
    begin_take(program, qtbot, bench)
    drop(program, sample("normal"))
    assert "A take is being recorded" in texts(program)
    assert program.record.recording


def test_other_models_answer_again(program, qtbot):
    drop(program, sample("normal"))
    own = wait_for_finding(program, qtbot)
    assert [p.model for p in own.predictions] == ["heartnet"]
    for choice, names in (("both", ["cnn", "lstm"]), ("cnn", ["cnn"])):
        program.page.take.model_chosen.emit(choice)
        qtbot.waitUntil(
            lambda names=names: (
                (found := finding(program)) is not None
                and [p.model for p in found.predictions] == names
            ),
            timeout=60_000,
        )
    assert program.settings.model_choice == "cnn"


def test_a_changed_model_is_refused_and_recording_goes_on(start, qtbot, tmp_path, monkeypatch):
    import shutil

    import heartgui.app
    from heartgui.paths import models_folder

    shutil.copytree(models_folder(), tmp_path / "models")
    with (tmp_path / "models" / "heartnet" / "model.onnx").open("ab") as file:
        file.write(b"\0")
    monkeypatch.setattr(heartgui.app, "models_folder", lambda: tmp_path / "models")
    program = start()
    qtbot.waitUntil(lambda: "was changed since it was made" in texts(program), timeout=10_000)
    qtbot.waitUntil(program.page.record_button.isEnabled, timeout=10_000)
    program.page.take.set_length(10)
    with take_ends(program, qtbot):
        press(program, qtbot, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: program.page.result.headline.text() == "No answer", timeout=10_000)
    (take,) = program.library.takes()
    with wave.open(str(take.path)) as file:
        assert np.any(np.frombuffer(file.readframes(40_000), "<i2"))


def test_a_file_whose_classification_failed_can_be_classified_again(program, qtbot, monkeypatch):
    result = program.page.result
    with monkeypatch.context() as failing:
        failing.setattr(Analyser, "analyse", raising(ModelError("It failed.", remedy="Try again.")))
        drop(program, sample("murmur"))
        qtbot.waitUntil(lambda: result.headline.text() == "No answer", timeout=10_000)
    assert result.anyway.isVisible()
    assert result.anyway.text() == "Classify"
    qtbot.mouseClick(result.anyway, Qt.MouseButton.LeftButton)
    # As usual, not in spite of a poor signal.
    assert not wait_for_finding(program, qtbot).analysed_anyway


def test_the_stereo_mean_is_said(program, qtbot, tmp_path):
    import soundfile

    heart = SyntheticHeart(sample_rate_hz=22_050).samples(5.0)
    soundfile.write(tmp_path / "two.wav", np.stack([heart, heart], axis=1), 22_050)
    drop(program, tmp_path / "two.wav")
    wait_for_finding(program, qtbot)
    assert "mean of 2 channels" in program.page.caption.text()
    assert "22050 Hz" in program.page.caption.text()


def test_tab_comes_to_the_chosen_length_and_the_arrows_change_it(program, qtbot):
    take = program.page.take
    take.set_length(20)
    take.patient_code.setFocus()
    qtbot.keyClick(take.patient_code, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is take.lengths.buttons[2]
    qtbot.keyClick(take.lengths.buttons[2], Qt.Key.Key_Right)
    assert take.length_s == program.settings.take_length_s == 30
    assert QApplication.focusWidget() is take.lengths.buttons[3]
    qtbot.keyClick(take.lengths.buttons[3], Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is take.models


def test_space_presses_the_control_that_was_reached_by_tab(program, qtbot, bench):
    lengths = program.page.take.lengths
    program.page.take.set_length(15)
    button = lengths.findChildren(type(program.page.result.again))[3]
    button.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(button, Qt.Key.Key_Space)
    assert program.page.take.length_s == 30
    assert not program.record.recording
    # A click moves no focus, so that Space after it records.
    program.page.setFocus()
    qtbot.mouseClick(lengths.findChildren(type(button))[0], Qt.MouseButton.LeftButton)
    assert program.page.take.length_s == 10
    begin_take(program, qtbot, bench)


def test_space_records_after_the_control_that_had_the_focus_is_gone(program, qtbot, bench):
    drop(program, sample("normal"))
    wait_for_finding(program, qtbot)
    program.window.activateWindow()
    QApplication.processEvents()
    program.page.result.why.setFocus(Qt.FocusReason.TabFocusReason)
    drop(program, sample("murmur"))
    qtbot.waitUntil(lambda: "murmur.flac" in program.page.caption.text(), timeout=10_000)
    wait_for_finding(program, qtbot)
    assert QApplication.focusWidget() is program.page
    bench.source.hold()
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: program.record.recording, timeout=10_000)


def test_what_the_answer_rests_on_is_outlined_and_hidden_again(program, qtbot):
    drop(program, sample("murmur"))
    wait_for_finding(program, qtbot)
    result, tracks = program.page.result, program.page.tracks
    program.record._answers.classify(anyway=True)
    qtbot.waitUntil(result.why.isVisible, timeout=60_000)
    assert not tracks.mel.patches
    result.why.click()
    assert result.why.text() == "Cancel"
    qtbot.waitUntil(lambda: result.why.text() != "Cancel", timeout=180_000)
    assert "hiding" in result.why_text.text().lower()
    if tracks.mel.patches:
        assert result.why.text() == "Hide the outlines"
        result.why.click()
    assert not tracks.mel.patches
    assert result.why.text() == "Show why"
    # Cancelled in the middle: nothing is outlined, and the answer stays.
    headline = result.headline.text()
    result.why.click()
    result.why.click()
    qtbot.wait(300)
    assert not tracks.mel.patches
    assert result.headline.text() == headline


def test_p_plays_and_pauses_in_the_whole_window(program, qtbot):
    drop(program, sample("normal"))
    wait_for_finding(program, qtbot)
    with qtbot.waitActive(program.window):
        program.window.activateWindow()
    asked: list[bool] = []
    program.window.play.triggered.connect(lambda: asked.append(True))
    for n in (1, 2, 3):
        qtbot.keyClick(program.window, Qt.Key.Key_P)
        qtbot.waitUntil(lambda n=n: len(asked) == n, timeout=5000)


def test_model_cards_shows_the_page_of_the_model_that_answered(program, qtbot, monkeypatch):
    shown = []
    monkeypatch.setattr(program.menus, "_show", shown.append)
    drop(program, sample("normal"))
    wait_for_finding(program, qtbot)
    program.page.result.models.click()
    (dialog,) = shown
    qtbot.addWidget(dialog)
    assert dialog.tabs.tabText(dialog.tabs.currentIndex()) == "Model HeartNet"
    assert (
        f"HeartNet {load_bundle(models_folder(), 'heartnet').version}"
        in dialog.tabs.currentWidget().toPlainText()
    )


def test_a_name_that_no_disk_takes_ends_nothing(start, qtbot):
    name = Path("a" * 300 + ".wav")
    program = start(files=[name])
    qtbot.waitUntil(lambda: "File name too long" in texts(program), timeout=10_000)
    program.page.banner.dismiss("open")
    program.window.recent_chosen.emit(name)
    assert "was not found" in texts(program)
    drop(program, name)
    qtbot.waitUntil(lambda: "File name too long" in texts(program), timeout=10_000)
