"""Inputs that come and go while the program runs, by a real sound server and PortAudio."""

from __future__ import annotations

import time

import numpy as np
import pytest
import soundfile
from PySide6.QtCore import Qt

from heartgui.app import Program
from heartgui.audio import devices
from heartgui.audio.device_watch import DeviceWatch
from heartgui.paths import user_paths
from heartgui.settings import Settings, save_settings
from tests.helpers.driving import press, sample
from tests.helpers.pulse import pulse

RATE_HZ = 44_100
FIRST, SECOND = "stethoscope", "second"


@pytest.fixture
def daemon():
    with pulse(sample_rate_hz=RATE_HZ) as running:
        devices.refresh()
        yield running
    devices.refresh()


@pytest.fixture
def start(qapp, qtbot, daemon):
    """Starts the program with a remembered device; closed before the sound server ends."""
    programs = []

    def starter(remembered: str) -> Program:
        paths = user_paths()
        save_settings(Settings(device_name=remembered, take_length_s=10), paths.settings)
        program = Program(qapp, paths)
        programs.append(program)
        program.start()
        qtbot.waitUntil(program.page.record_button.isEnabled, timeout=15_000)
        return program

    yield starter
    for program in programs:
        program.window.close()
        program.close()
        program.window.deleteLater()
    qapp.processEvents()


def listed(program: Program) -> list[str]:
    combo = program.page.devices.combo
    return [combo.itemText(n) for n in range(combo.count())]


def chosen(program: Program) -> str:
    return program.page.devices.combo.currentText()


def texts(program: Program) -> str:
    return " | ".join(program.page.banner.texts)


def test_a_second_device_is_listed_without_a_new_look_and_leaves_again(start, daemon, qtbot):
    program = start(FIRST)
    assert SECOND not in listed(program)
    module = daemon.plug(SECOND)
    qtbot.waitUntil(lambda: SECOND in listed(program), timeout=15_000)
    assert chosen(program) == FIRST
    qtbot.waitUntil(lambda: program.capture.level is not None, timeout=10_000)
    assert program.page.record_button.isEnabled()
    assert texts(program) == ""
    daemon.pull(SECOND, module)
    qtbot.waitUntil(lambda: SECOND not in listed(program), timeout=15_000)
    assert chosen(program) == FIRST


def test_a_device_that_comes_while_the_program_starts_is_listed(start, daemon, qtbot, monkeypatch):
    follow = DeviceWatch._follow

    def slowly(*arguments) -> None:
        time.sleep(0.7)
        follow(*arguments)

    monkeypatch.setattr(DeviceWatch, "_follow", slowly)
    program = start(FIRST)
    daemon.plug(SECOND)
    qtbot.waitUntil(lambda: SECOND in listed(program), timeout=15_000)


def test_the_remembered_device_is_taken_when_it_is_plugged_in(start, daemon, qtbot):
    program = start(SECOND)
    assert chosen(program) == "default"
    daemon.plug(SECOND)
    qtbot.waitUntil(lambda: chosen(program) == SECOND, timeout=15_000)
    qtbot.waitUntil(lambda: "second was plugged in" in texts(program), timeout=5000)
    qtbot.waitUntil(lambda: program.capture.level is not None, timeout=10_000)


def test_a_take_is_of_one_device_though_the_remembered_one_comes(start, daemon, qtbot, tmp_path):
    program = start(SECOND)
    # A ramp into the first device: any other sound in the take would show. It lasts until long
    # after the take, whenever that begins.
    ramp = ((np.arange(60 * RATE_HZ) % 30_000) + 1).astype(np.int16)
    soundfile.write(tmp_path / "ramp.wav", ramp, RATE_HZ, subtype="PCM_16")
    player = daemon.play(tmp_path / "ramp.wav")
    qtbot.waitUntil(
        lambda: program.capture.level is not None and program.capture.level.peak_dbfs > -10,
        timeout=10_000,
    )
    press(program, qtbot, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: program.record.recording, timeout=10_000)
    daemon.plug(SECOND)
    qtbot.waitUntil(lambda: not program.record.recording, timeout=20_000)
    qtbot.waitUntil(lambda: chosen(program) == SECOND, timeout=15_000)
    player.kill()
    player.wait(10)
    (take,) = program.library.takes()
    recorded, _ = soundfile.read(take.path, dtype="int16")
    assert len(recorded) == 10 * RATE_HZ
    steps = np.diff(recorded.astype(int))
    assert set(steps[steps != -29_999]) == {1}


def test_what_was_unplugged_is_no_longer_offered(start, daemon, qtbot):
    program = start(FIRST)
    daemon.unplug()
    qtbot.waitUntil(lambda: FIRST not in listed(program), timeout=15_000)
    # It is told after the list.
    qtbot.waitUntil(lambda: "stethoscope was unplugged" in texts(program), timeout=15_000)
    assert chosen(program) != FIRST
    assert program.page.devices.combo.currentIndex() == -1
    assert program.page.devices.combo.placeholderText() == "Unplugged"
    assert program.page.devices.combo.toolTip() == "stethoscope is unplugged"
    assert not program.page.record_button.isEnabled()
    # Later looks change nothing of it.
    qtbot.wait(5000)
    assert FIRST not in listed(program)
    assert "stethoscope was unplugged" in texts(program)


def test_what_is_played_goes_on_when_a_device_comes(start, daemon, qtbot):
    program = start(FIRST)
    program.record.open_file(sample("normal"))
    qtbot.waitUntil(program.page.transport.isEnabled, timeout=15_000)
    player = program._players[0]
    program.window.play.trigger()
    qtbot.waitUntil(lambda: player.position_s > 0.5, timeout=10_000)
    daemon.plug(SECOND)
    qtbot.waitUntil(lambda: player.position_s > 4.0, timeout=15_000)
    assert player.playing
    program.window.play.trigger()
    qtbot.waitUntil(lambda: SECOND in listed(program), timeout=15_000)


def test_a_bluetooth_microphone_is_warned_of_at_any_rate(start, daemon, qtbot):
    """As PulseAudio names one: its rate and the name that ALSA has for it tell nothing."""
    bluetooth = "bluez_sink_00_11"
    daemon.plug(bluetooth)
    devices.refresh()
    program = start(bluetooth)
    assert chosen(program) == bluetooth
    qtbot.waitUntil(lambda: "Bluetooth headset filters" in texts(program), timeout=10_000)
    assert program.capture._device.default_sample_rate_hz > 16_000
    # Another one, and the warning goes.
    program.page.devices.device_chosen.emit(FIRST)
    qtbot.waitUntil(lambda: chosen(program) == FIRST, timeout=10_000)
    qtbot.wait(1500)
    assert texts(program) == ""
