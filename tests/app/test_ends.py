"""Every way to end: closing at any moment, signals, a crash, and what the next start finds."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
import wave
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt

from heartgui.domain import AuscultationSite, Posture
from heartgui.library.take import TakeLabels
from tests.helpers.driving import begin_take, drop, record, sample, wait_for_finding
from tests.helpers.started import wait_until_started

RECORD = """
import sys
from pathlib import Path
from PySide6.QtWidgets import QApplication
from heartgui.app import Program
from heartgui.domain import AuscultationSite
from heartgui.paths import user_paths
from tests.helpers.stethoscope import Bench
from tests.helpers.synthetic_heart import SyntheticHeart
application = QApplication([])
bench = Bench(SyntheticHeart().samples(30.0), 4000)
program = Program(application, user_paths(), audio=bench.devices())
page = program.page
page.take.set_length(30)
page.take.patient_code.setText("K-17")
program.record.choose_site(AuscultationSite.MITRAL)
program.capture.listening.connect(lambda _: program.record.record_or_stop())
def while_it_runs(_take):
    page.sites.posture.setCurrentText("supine")
    page.sites.posture_chosen.emit("supine")
    print("recording", flush=True)
program.capture.take_started.connect(while_it_runs)
program.start()
sys.exit(application.exec())
"""


def run_program(home: Path, *files: Path, quit_after_s: float) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {
        "HEARTGUI_HOME": str(home),
        "HEARTGUI_QUIT_AFTER_S": str(quit_after_s),
    }
    return subprocess.run(
        [sys.executable, "-X", "dev", "-W", "ignore", "-m", "heartgui", *map(str, files)],
        env=environment, capture_output=True, text=True, timeout=180,
    )  # fmt: skip


@pytest.mark.parametrize("quit_after_s", [0.0, 0.15, 0.4, 0.9])
def test_closing_at_any_moment_after_the_start_ends_well(tmp_path, quit_after_s):
    done = run_program(tmp_path, sample("murmur"), quit_after_s=quit_after_s)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    # A clean end leaves no crash file.
    assert not (tmp_path / "logs" / "crash.txt").exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_logout_or_ctrl_c_closes_the_window(tmp_path, number):
    process = subprocess.Popen(
        [sys.executable, "-m", "heartgui"],
        env=os.environ | {"HEARTGUI_HOME": str(tmp_path)}, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        wait_until_started(process, tmp_path)
        process.send_signal(number)
        _, complaints = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 0, complaints
    assert "ends" in (tmp_path / "logs" / "heartgui.log").read_text()


def test_a_window_opens_on_a_real_display(tmp_path):
    environment = {k: v for k, v in os.environ.items() if k != "QT_QPA_PLATFORM"} | {
        "HEARTGUI_HOME": str(tmp_path),
        "HEARTGUI_QUIT_AFTER_S": "2",
    }
    done = subprocess.run(
        ["xvfb-run", "-a", sys.executable, "-m", "heartgui", str(sample("normal"))],
        env=environment, capture_output=True, text=True, timeout=180,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""


def test_an_open_window_gives_back_what_it_no_longer_needs(tmp_path):
    # Objects that hold themselves; those that are made when the window is there go.
    script = """
import threading, time, weakref
from heartgui.__main__ import program

class Knot:
    def __init__(self):
        self.itself = self
        weakref.finalize(self, print, "gone", flush=True).atexit = False

def make():
    while True:
        Knot()
        time.sleep(0.1)

threading.Thread(target=make, daemon=True).start()
program()
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60,
        env=os.environ | {"HEARTGUI_HOME": str(tmp_path), "HEARTGUI_QUIT_AFTER_S": "4"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "gone\n" in done.stdout


def test_closing_while_recording_keeps_the_take_in_the_library(start, qtbot, bench):
    program = start()
    qtbot.waitUntil(program.page.record_button.isEnabled, timeout=10_000)
    begin_take(program, qtbot, bench)
    program.window.close()
    again = start()
    (take,) = again.library.takes()
    assert take.duration_s > 4.0
    assert not take.recovered
    with wave.open(str(take.path)) as file:
        assert file.getnframes() == round(take.duration_s * 4000)


def test_closing_just_as_a_take_begins_leaves_nothing_running(program):
    program.record.record_or_stop()
    end = time.monotonic() + 10
    # It runs, and the window has not heard of it.
    while program.capture._take is None:
        assert time.monotonic() < end, "no take began"
        time.sleep(0.001)
    program.window.close()
    assert not program.jobs.busy


def test_an_answer_that_comes_while_the_window_closes_is_kept(program, start, qtbot):
    program.page.take.set_length(10)
    record(program, qtbot)
    answered = threading.Event()
    program.analysis.finished_answer.connect(
        lambda *_: answered.set(), Qt.ConnectionType.DirectConnection
    )
    program.page.result.analyse_anyway_requested.emit()
    # It has been sent to this thread, which has not taken it yet.
    assert answered.wait(20.0)
    program.window.close()
    again = start()
    (take,) = again.library.takes()
    kept = again.library.finding(take)
    assert kept is not None
    assert kept.analysed_anyway


def test_a_code_that_is_still_typed_when_the_program_is_quit_is_the_takes(program, start, qtbot):
    program.page.take.set_length(10)
    record(program, qtbot)
    program.page.take.patient_code.setFocus()
    qtbot.keyClicks(program.page.take.patient_code, "K-17")
    program.window.quit.trigger()
    again = start()
    (take,) = again.library.takes()
    assert take.patient_code == "K-17"


def test_closing_while_classifying_ends_at_once(start, qtbot, tmp_path):
    import soundfile

    from tests.helpers.synthetic_heart import SyntheticHeart

    soundfile.write(tmp_path / "long.wav", SyntheticHeart().samples(400.0), 4000)
    program = start()
    drop(program, tmp_path / "long.wav")
    qtbot.waitUntil(lambda: program.page.result.headline.text() == "Classifying…", timeout=60_000)
    program.window.close()
    assert program.analysis.isFinished()
    assert program.capture.isFinished()


def wait_until_readable(recordings: Path, seconds: float) -> None:
    """Until the one take there says of itself that it is longer than that."""
    (path,) = recordings.glob("*.wav")
    end = time.monotonic() + 60
    while True:
        with suppress(EOFError, wave.Error), wave.open(str(path)) as file:
            if file.getnframes() > seconds * file.getframerate():
                return
        assert time.monotonic() < end, "too little was written"
        time.sleep(0.05)


def wait_until_said(recordings: Path, words: str) -> None:
    """Until the file beside the one take there says that."""
    end = time.monotonic() + 60
    while not any(words in path.read_text() for path in recordings.glob("*.json")):
        assert time.monotonic() < end, "it was not written"
        time.sleep(0.05)


def test_a_killed_program_leaves_its_take_for_the_next_start(start, qtbot, own_home):
    process = subprocess.Popen(
        [sys.executable, "-c", RECORD], stdout=subprocess.PIPE, text=True, env=os.environ.copy()
    )
    assert process.stdout is not None
    with process.stdout:
        try:
            assert process.stdout.readline() == "recording\n"
            wait_until_readable(own_home / "recordings", seconds=1.0)
            wait_until_said(own_home / "recordings", "supine")
        finally:
            process.send_signal(signal.SIGKILL)
    process.wait()
    program = start()
    qtbot.waitUntil(lambda: "recovered" in " ".join(program.page.banner.texts), timeout=10_000)
    (take,) = program.library.takes()
    assert take.recovered
    assert take.duration_s > 1.0
    # Also what was said before and during it.
    assert take.labels == TakeLabels(AuscultationSite.MITRAL, Posture.SUPINE, "K-17")
    qtbot.mouseClick(program.page.banner.action_buttons("recovered")[0], Qt.MouseButton.LeftButton)
    answer = wait_for_finding(program, qtbot)
    assert answer.duration_s == pytest.approx(take.duration_s)
    assert np.any(program.record.shown_recording.samples)
    # Found once, not at every start.
    program.window.close()
    later = start()
    qtbot.waitUntil(lambda: not later.jobs.busy, timeout=10_000)
    assert "recovered" not in " ".join(later.page.banner.texts)


def test_choices_come_back_at_the_next_start(start, qtbot, own_home, tmp_path):
    program = start()
    program.window.theme_actions["dark"].trigger()
    program.page.take.lengths.chosen.emit(3)
    program.page.transport.volume_changed.emit(0.25)
    drop(program, sample("normal"))
    wait_for_finding(program, qtbot)
    program.window.close()
    assert "geometry" in (own_home / "window.ini").read_text()
    later = start()
    assert later.settings.theme == "dark"
    assert later.page.take.length_s == 30
    assert later.page.transport.volume_level == pytest.approx(0.25)
    assert [Path(name).name for name in later.settings.recent_files] == ["normal.flac"]
    assert later.window.recent_menu.actions()[0].text() == "normal.flac"


def test_damaged_settings_never_stop_the_start(start, own_home):
    (own_home / "settings.json").write_text('{"theme": 7, "take_length_s": 11, "volume": "loud"')
    assert start().settings.theme == "system"


def test_an_unusable_log_folder_never_stops_the_start(tmp_path):
    (tmp_path / "logs").write_text("a file stands where the folder would be")
    done = run_program(tmp_path, quit_after_s=0.5)
    assert done.returncode == 0, done.stderr
    log, crash_file = done.stderr.splitlines()
    assert log.startswith(f"heartgui: no log is kept in {tmp_path / 'logs'}")
    assert crash_file.startswith(f"heartgui: no crash file is kept in {tmp_path / 'logs'}")


def test_an_unusable_data_folder_never_stops_the_start(tmp_path):
    (tmp_path / "home").write_text("a file stands where the folder would be")
    done = run_program(tmp_path / "home", quit_after_s=0.5)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr


def test_a_library_that_cannot_be_opened_is_said_and_recording_works(start, qtbot, own_home):
    (own_home / "library.sqlite").mkdir()
    program = start()
    assert "library could not be opened" in " ".join(program.page.banner.texts)
    qtbot.waitUntil(program.page.record_button.isEnabled, timeout=10_000)
    program.page.take.set_length(10)
    record(program, qtbot)
    assert len(list((own_home / "recordings").glob("*.wav"))) == 1


def test_no_patient_text_leaves_the_library(start, qtbot, own_home):
    program = start()
    qtbot.waitUntil(program.page.record_button.isEnabled, timeout=10_000)
    program.page.take.set_length(10)
    field = program.page.take.patient_code
    field.setFocus()
    qtbot.keyClicks(field, "CANARY77")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    program.page.setFocus()
    record(program, qtbot)
    assert "CANARY77" not in program.window.windowTitle()
    program.window.close()
    for path in own_home.rglob("*"):
        assert "CANARY77" not in path.name
        if path.is_file() and path.suffix not in (".sqlite", ".json"):
            assert b"CANARY77" not in path.read_bytes(), path
    assert "CANARY77" not in (own_home / "settings.json").read_text()
