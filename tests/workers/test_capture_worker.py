"""The capture worker with a scripted device: takes are whole, gaps are marked, nothing is lost."""

from __future__ import annotations

import queue
import time
import wave
from dataclasses import replace

import numpy as np
import pytest

from heartgui.audio.devices import InputDevice
from heartgui.audio.source import Block
from heartgui.errors import AudioUnavailableError, DeviceError
from heartgui.workers.capture import AudioDevices, CaptureWorker

RATE_HZ = 4000


class ScriptedSource:
    """Delivers the blocks that the test gives it."""

    sample_rate_hz = RATE_HZ
    lost_frames = 0
    warning = ""

    def __init__(self) -> None:
        self.blocks: queue.SimpleQueue[Block] = queue.SimpleQueue()
        self.state = "running"
        self.failure: str | None = None
        self.started = self.stopped = False
        self._frames_sent = 0

    def start(self) -> None:
        self.started = True

    def stop(self) -> None:
        self.stopped = True

    def read(self) -> Block | None:
        try:
            return self.blocks.get_nowait()
        except queue.Empty:
            return None

    def give(self, samples: np.ndarray, *, lose: int = 0) -> None:
        self._frames_sent += lose
        self.blocks.put(Block(samples.astype(np.int16), self._frames_sent))
        self._frames_sent += len(samples)

    def unplug(self) -> None:
        self.failure = "Test stethoscope was unplugged."
        self.state = "failed"


def device(name: str = "Test stethoscope", *, is_default: bool = True) -> InputDevice:
    return InputDevice(
        name=name,
        host_api="ALSA",
        index=0,
        default_sample_rate_hz=RATE_HZ,
        max_input_channels=1,
        is_default=is_default,
    )


class Rig:
    """A worker on scripted devices."""

    def __init__(self) -> None:
        self.found = [device(), device("Webcam", is_default=False)]
        self.source = ScriptedSource()
        self.opened: list[str] = []
        self.changed = self.playing = False
        self.refreshed = 0
        self.worker = CaptureWorker(
            AudioDevices(
                self.list_inputs, self.refresh, self.open, self.tell_changed, lambda: self.playing
            )
        )

    def tell_changed(self) -> bool:
        told, self.changed = self.changed, False
        return told

    def refresh(self) -> None:
        self.refreshed += 1

    def plug(self, *found: InputDevice) -> None:
        """What is there from now on, and the system tells of it."""
        self.found = list(found)
        self.changed = True

    def list_inputs(self) -> list[InputDevice]:
        return list(self.found)

    def open(self, wanted: InputDevice) -> ScriptedSource:
        self.opened.append(wanted.name)
        self.source = ScriptedSource()
        return self.source


@pytest.fixture
def rig():
    rig = Rig()
    rig.worker.start()
    yield rig
    rig.worker.close()


def listen(rig: Rig, qtbot, name: str = "") -> None:
    with qtbot.waitSignal(rig.worker.listening, timeout=5000):
        rig.worker.listen_to(name)


def start(rig: Rig, qtbot, path, length_s: float):
    with qtbot.waitSignal(rig.worker.take_started, timeout=5000) as started:
        rig.worker.start_take(path, length_s)
    return started.args[0]


def read_wav(path) -> np.ndarray:
    with wave.open(str(path)) as file:
        assert file.getframerate() == RATE_HZ
        return np.frombuffer(file.readframes(file.getnframes()), dtype="<i2")


def test_the_take_is_exactly_what_the_device_delivered(rig, qtbot, tmp_path):
    listen(rig, qtbot)
    take = start(rig, qtbot, tmp_path / "take.wav", 3.0)
    ramp = np.arange(4 * RATE_HZ) % 20_000
    with qtbot.waitSignal(rig.worker.take_finished, timeout=10_000) as finished:
        for block in np.array_split(ramp, 37):
            rig.source.give(block)
    assert finished.args[0].take is take
    assert finished.args[0].error is None
    np.testing.assert_array_equal(read_wav(tmp_path / "take.wav"), ramp[: 3 * RATE_HZ])
    assert take.duration_s == pytest.approx(3.0)
    np.testing.assert_allclose(take.recording().samples * 32768, ramp[: 3 * RATE_HZ])
    assert take.features.n_frames > 250


def test_sound_before_the_take_moves_the_meter_and_is_not_recorded(rig, qtbot, tmp_path):
    listen(rig, qtbot)
    rig.source.give(np.full(RATE_HZ, 16_000))
    qtbot.waitUntil(lambda: rig.worker.level is not None, timeout=5000)
    qtbot.waitUntil(lambda: rig.worker.level.peak_dbfs > -7, timeout=5000)
    start(rig, qtbot, tmp_path / "take.wav", 1.0)
    with qtbot.waitSignal(rig.worker.take_finished, timeout=5000):
        rig.source.give(np.full(RATE_HZ, 5))
    assert set(read_wav(tmp_path / "take.wav")) == {5}


def test_lost_frames_become_a_marked_gap_of_their_length(rig, qtbot, tmp_path):
    listen(rig, qtbot)
    start(rig, qtbot, tmp_path / "take.wav", 1.0)
    with (
        qtbot.waitSignal(rig.worker.gap_found, timeout=5000) as gap,
        qtbot.waitSignal(rig.worker.take_finished, timeout=5000) as finished,
    ):
        rig.source.give(np.full(1000, 7))
        rig.source.give(np.full(3000, 9), lose=400)
    assert gap.args == pytest.approx([0.25, 0.35])
    samples = read_wav(tmp_path / "take.wav")
    assert len(samples) == RATE_HZ
    assert list(samples[[999, 1000, 1399, 1400]]) == [7, 0, 0, 9]
    assert finished.args[0].take.gaps == [pytest.approx((0.25, 0.35))]


def test_stop_keeps_what_there_is(rig, qtbot, tmp_path):
    listen(rig, qtbot)
    take = start(rig, qtbot, tmp_path / "take.wav", 10.0)
    rig.source.give(np.full(2000, 3))
    qtbot.waitUntil(lambda: take.n_frames == 2000, timeout=5000)
    with qtbot.waitSignal(rig.worker.take_finished, timeout=5000):
        rig.worker.stop_take()
    assert len(read_wav(tmp_path / "take.wav")) == 2000


def test_unplugging_keeps_the_take_says_so_and_never_carries_on_by_itself(rig, qtbot, tmp_path):
    listen(rig, qtbot)
    take = start(rig, qtbot, tmp_path / "take.wav", 10.0)
    rig.source.give(np.full(2000, 3))
    qtbot.waitUntil(lambda: take.n_frames == 2000, timeout=5000)
    rig.found = [device("Webcam", is_default=True)]
    with (
        qtbot.waitSignal(rig.worker.take_finished, timeout=5000) as finished,
        qtbot.waitSignal(rig.worker.unavailable, timeout=5000) as told,
    ):
        rig.source.unplug()
    assert isinstance(finished.args[0].error, DeviceError)
    assert "unplugged" in told.args[0].message
    assert told.args[0].kept
    assert len(read_wav(tmp_path / "take.wav")) == 2000
    with qtbot.waitSignal(rig.worker.take_refused, timeout=5000):
        rig.worker.start_take(tmp_path / "next.wav", 10.0)
    assert rig.opened == ["Test stethoscope"]


def test_closing_while_recording_keeps_the_take(rig, qtbot, tmp_path):
    listen(rig, qtbot)
    take = start(rig, qtbot, tmp_path / "take.wav", 10.0)
    rig.source.give(np.full(2000, 3))
    qtbot.waitUntil(lambda: take.n_frames == 2000, timeout=5000)
    rig.worker.close()
    assert rig.worker.isFinished()
    assert rig.source.stopped
    assert len(read_wav(tmp_path / "take.wav")) == 2000


def test_the_remembered_device_is_chosen_by_name(rig, qtbot):
    listen(rig, qtbot, "Webcam")
    assert rig.opened == ["Webcam"]


def test_the_remembered_device_is_known_by_another_card_number(rig, qtbot):
    rig.found = [device("Laptop: Analog (hw:0,0)"), device("Steth: USB (hw:1,0)", is_default=False)]
    listen(rig, qtbot, "Steth: USB (hw:2,0)")
    assert rig.opened == ["Steth: USB (hw:1,0)"]


def test_another_of_the_same_make_never_takes_the_place_of_a_lost_one(rig, qtbot):
    rig.found = [device("Steth: USB (hw:1,0)"), device("Steth: USB (hw:2,0)", is_default=False)]
    listen(rig, qtbot, "Steth: USB (hw:1,0)")
    with qtbot.waitSignal(rig.worker.unavailable, timeout=5000):
        rig.plug(device("Steth: USB (hw:2,0)"))
    assert rig.opened == ["Steth: USB (hw:1,0)"]


def test_no_device_is_said_and_a_new_one_is_found_by_itself(rig, qtbot):
    rig.found = []
    with qtbot.waitSignal(rig.worker.unavailable, timeout=5000) as told:
        rig.worker.listen_to("")
    assert "No microphone" in told.args[0].message
    with qtbot.waitSignal(rig.worker.listening, timeout=8000):
        rig.found = [device()]


def test_missing_portaudio_is_said_with_its_remedy(qtbot):
    def missing():
        raise AudioUnavailableError("PortAudio is missing.", remedy="Install libportaudio2.")

    worker = CaptureWorker(AudioDevices(missing, lambda: None, lambda wanted: ScriptedSource()))
    with qtbot.waitSignal(worker.unavailable, timeout=5000) as told:
        worker.start()
        worker.listen_to("")
    assert told.args[0].remedy == "Install libportaudio2."
    worker.close()


def test_a_folder_that_cannot_be_written_refuses_the_take_in_words(rig, qtbot, tmp_path):
    listen(rig, qtbot)
    (tmp_path / "file").write_text("in the way")
    with qtbot.waitSignal(rig.worker.take_refused, timeout=5000) as refused:
        rig.worker.start_take(tmp_path / "file" / "take.wav", 5.0)
    assert "cannot be written" in refused.args[0].message
    assert refused.args[0].remedy


def test_a_second_device_is_listed_while_the_first_stays_open(rig, qtbot):
    rig.found = [device("Webcam")]
    listen(rig, qtbot)
    with qtbot.waitSignal(rig.worker.devices_listed, timeout=5000) as listed:
        # The system makes the new one its default; nobody has asked for it.
        rig.plug(device(), device("Webcam", is_default=False))
    assert [entry.name for entry in listed.args[0]] == ["Test stethoscope", "Webcam"]
    qtbot.waitUntil(lambda: rig.opened == ["Webcam", "Webcam"], timeout=5000)


def test_what_stands_in_for_the_remembered_device_is_said(rig, qtbot):
    with qtbot.waitSignal(rig.worker.stands_in, timeout=5000) as told:
        rig.worker.listen_to("Stethoscope")
    assert told.args[0].name == "Test stethoscope"
    assert told.args[1] == "Stethoscope"
    with qtbot.assertNotEmitted(rig.worker.stands_in, wait=300):
        rig.plug(device(), device("Third", is_default=False))


def test_the_remembered_device_is_taken_when_it_comes(rig, qtbot):
    rig.found = [device("Webcam")]
    listen(rig, qtbot, "Test stethoscope")
    assert rig.opened == ["Webcam"]
    with qtbot.waitSignal(rig.worker.came_back, timeout=5000) as told:
        rig.plug(device("Webcam"), device(is_default=False))
    assert told.args[0].name == "Test stethoscope"
    assert rig.opened == ["Webcam", "Test stethoscope"]


def test_the_remembered_device_is_taken_when_it_comes_by_another_card_number(rig, qtbot):
    rig.found = [device("Webcam (hw:1,0)")]
    listen(rig, qtbot, "Steth: USB (hw:1,0)")
    with qtbot.waitSignal(rig.worker.came_back, timeout=5000) as told:
        rig.plug(*rig.found, device("Steth: USB (hw:2,0)", is_default=False))
    assert told.args[0].name == "Steth: USB (hw:2,0)"
    # It stays when others come, and nothing is said of it again.
    again = ["Steth: USB (hw:2,0)"] * 2
    with qtbot.assertNotEmitted(rig.worker.came_back, wait=300):
        rig.plug(*rig.found, device("Third", is_default=False))
        qtbot.waitUntil(lambda: rig.opened[1:] == again, timeout=10_000)
    assert rig.opened[1:] == again


def test_another_choice_since_is_kept_when_the_remembered_device_comes(rig, qtbot):
    rig.found = [device("Built-in"), device("Webcam", is_default=False)]
    listen(rig, qtbot, "Test stethoscope")
    listen(rig, qtbot, "Webcam")
    with qtbot.waitSignal(rig.worker.devices_listed, timeout=5000):
        rig.plug(device(), *rig.found)
    qtbot.waitUntil(lambda: rig.opened == ["Built-in", "Webcam", "Webcam"], timeout=5000)


def test_a_remembered_device_that_comes_during_a_take_waits_for_its_end(rig, qtbot, tmp_path):
    rig.found = [device("Webcam")]
    listen(rig, qtbot, "Test stethoscope")
    take = start(rig, qtbot, tmp_path / "take.wav", 1.0)
    recorded_from = rig.source
    rig.plug(device("Webcam"), device(is_default=False))
    recorded_from.give(np.full(2000, 3))
    qtbot.waitUntil(lambda: take.n_frames == 2000 and not rig.changed, timeout=5000)
    assert rig.opened == ["Webcam"]
    assert rig.refreshed == 0
    with (
        qtbot.waitSignal(rig.worker.take_finished, timeout=5000) as finished,
        qtbot.waitSignal(rig.worker.came_back, timeout=5000),
    ):
        recorded_from.give(np.full(2000, 4))
    assert finished.args[0].error is None
    assert sorted(set(read_wav(tmp_path / "take.wav"))) == [3, 4]
    assert rig.opened == ["Webcam", "Test stethoscope"]


def test_a_device_that_goes_leaves_the_list_at_once_and_nothing_takes_its_place(rig, qtbot):
    listen(rig, qtbot)
    with (
        qtbot.waitSignal(rig.worker.devices_listed, timeout=5000) as listed,
        qtbot.waitSignal(rig.worker.unavailable, timeout=5000),
    ):
        rig.source.unplug()
    assert [entry.name for entry in listed.args[0]] == ["Webcam"]
    rig.plug(device("Webcam"))
    qtbot.waitUntil(lambda: rig.refreshed > 0, timeout=5000)
    assert rig.opened == ["Test stethoscope"]
    with qtbot.waitSignal(rig.worker.listening, timeout=5000):
        rig.plug(device("Webcam"), device(is_default=False))
    assert set(rig.opened) == {"Test stethoscope"}


def test_a_device_that_the_system_lists_though_it_is_gone_is_not_offered(rig, qtbot):
    listen(rig, qtbot)
    said = []
    rig.worker.unavailable.connect(lambda error: said.append(error.message))
    working, opened = rig.open, []

    def refuse(wanted):
        opened.append(wanted.name)
        raise DeviceError("It could not be opened (Unanticipated host error).")

    rig.worker._devices = replace(rig.worker._devices, open_source=refuse)
    with qtbot.waitSignal(rig.worker.devices_listed, timeout=5000) as listed:
        rig.plug(*rig.found)
    assert [entry.name for entry in listed.args[0]] == ["Webcam"]
    # It is tried again, and only it.
    qtbot.waitUntil(lambda: len(opened) > 1, timeout=8000)
    assert set(opened) == {"Test stethoscope"}
    assert said == ["Test stethoscope was unplugged or stopped by the system."]
    with qtbot.waitSignal(rig.worker.listening, timeout=8000):
        rig.worker._devices = replace(rig.worker._devices, open_source=working)


def test_while_something_is_played_portaudio_is_left_alone(rig, qtbot):
    listen(rig, qtbot)
    rig.playing = True
    rig.plug(*rig.found, device("New", is_default=False))
    rig.worker.relist()
    qtbot.waitUntil(lambda: not rig.changed, timeout=5000)
    rig.source.give(np.full(RATE_HZ, 16_000))
    qtbot.waitUntil(
        lambda: rig.worker.level is not None and rig.worker.level.peak_dbfs > -7, timeout=5000
    )
    assert rig.refreshed == 0
    with qtbot.waitSignal(rig.worker.devices_listed, timeout=5000) as listed:
        rig.playing = False
    assert [entry.name for entry in listed.args[0]][-1] == "New"


def test_the_device_list_is_left_alone_while_recording(rig, qtbot, tmp_path):
    listen(rig, qtbot)
    take = start(rig, qtbot, tmp_path / "take.wav", 10.0)
    rig.worker.relist()
    rig.worker.listen_to("Webcam")
    rig.source.give(np.full(2000, 3))
    qtbot.waitUntil(lambda: take.n_frames == 2000, timeout=5000)
    time.sleep(0.05)
    assert rig.opened == ["Test stethoscope"]


def test_little_space_is_said_once_while_there_are_minutes_left(rig, qtbot, tmp_path, monkeypatch):
    import heartgui.workers.running_take as running_take

    monkeypatch.setattr(running_take, "free_space_s", lambda folder, rate_hz: 480.0)
    said = []
    rig.worker.space_low.connect(said.append)
    listen(rig, qtbot)
    start(rig, qtbot, tmp_path / "take.wav", 1.0)
    with qtbot.waitSignal(rig.worker.take_finished, timeout=5000):
        for _ in range(10):
            rig.source.give(np.full(RATE_HZ // 10, 3))
    qtbot.waitUntil(lambda: bool(said), timeout=5000)
    assert said == [480.0]


def test_a_folder_that_is_renamed_during_a_take_does_not_end_it(rig, qtbot, tmp_path):
    listen(rig, qtbot)
    take = start(rig, qtbot, tmp_path / "before" / "take.wav", 1.0)
    (tmp_path / "before").rename(tmp_path / "after")
    with qtbot.waitSignal(rig.worker.take_finished, timeout=5000) as finished:
        rig.source.give(np.full(RATE_HZ, 3))
    assert finished.args[0].take is take
    assert finished.args[0].error is None
    assert set(read_wav(tmp_path / "after" / "take.wav")) == {3}


def test_a_fault_while_recording_keeps_the_take_and_listens_again(rig, qtbot, tmp_path, caplog):
    def fail(*_):
        raise MemoryError

    listen(rig, qtbot)
    take = start(rig, qtbot, tmp_path / "take.wav", 10.0)
    source = rig.source
    source.give(np.full(2000, 3))
    qtbot.waitUntil(lambda: take.n_frames == 2000, timeout=5000)
    rig.found = [device("Webcam"), device(is_default=False)]
    take._stream.push = take._stream.finish = fail
    with (
        qtbot.waitSignal(rig.worker.listening, timeout=10_000),
        qtbot.waitSignal(rig.worker.take_finished, timeout=5000) as finished,
        qtbot.waitSignal(rig.worker.unavailable, timeout=5000) as told,
    ):
        source.give(np.full(500, 4))
    assert isinstance(told.args[0], DeviceError)
    assert "MemoryError" in told.args[0].message
    assert told.args[0].kept
    assert told.args[0].remedy
    assert finished.args[0].error is told.args[0]
    assert len(read_wav(tmp_path / "take.wav")) == take.n_frames == 2500
    assert source.stopped
    assert "Traceback" in caplog.text
    caplog.clear()
    assert rig.opened == ["Test stethoscope", "Test stethoscope"]
    start(rig, qtbot, tmp_path / "next.wav", 1.0)


@pytest.mark.parametrize("part", ["list_inputs", "refresh", "open_source", "changed", "busy"])
def test_a_fault_that_stays_is_said_once_and_not_met_in_a_tight_loop(qtbot, caplog, part):
    asked = []

    def fail(*_):
        asked.append(part)
        raise RuntimeError(part)

    rig = Rig()
    worker = CaptureWorker(replace(rig.worker._devices, **{part: fail}))
    said = []
    worker.unavailable.connect(lambda error: said.append(error.message))
    rig.changed = True
    worker.listen_to("")
    worker.start()
    qtbot.waitUntil(lambda: bool(said), timeout=5000)
    qtbot.wait(500)
    worker.close()
    assert worker.isFinished()
    assert len(asked) <= 3
    assert len(said) == 1
    caplog.clear()


def test_a_device_that_cannot_be_closed_is_given_up(rig, qtbot, caplog):
    listen(rig, qtbot)

    def fail():
        raise RuntimeError

    rig.source.stop = fail
    listen(rig, qtbot, "Webcam")
    assert "not closed" in caplog.text
    caplog.clear()


def test_a_device_that_sends_only_zeros_is_seen_as_silent(rig, qtbot):
    listen(rig, qtbot)
    rig.source.give(np.zeros(3 * RATE_HZ))
    qtbot.waitUntil(
        lambda: rig.worker.level is not None and rig.worker.level.silent_s > 2.0, timeout=5000
    )


def test_what_becomes_known_of_a_device_is_told_once_also_during_a_take(rig, qtbot, tmp_path):
    listen(rig, qtbot)
    told = []
    rig.worker.listening.connect(lambda device: told.append(device.warning))
    take = start(rig, qtbot, tmp_path / "take.wav", 1.0)
    rig.source.give(np.ones(400))
    rig.source.warning = "It comes over Bluetooth."
    qtbot.waitUntil(lambda: bool(told), timeout=5000)
    with qtbot.waitSignal(rig.worker.take_finished, timeout=5000):
        rig.source.give(np.ones(RATE_HZ))
    assert told == ["It comes over Bluetooth."]
    assert take.n_frames == RATE_HZ
    # A device that is opened anew is asked anew.
    rig.source.warning = ""
    with qtbot.waitSignal(rig.worker.listening, timeout=5000) as heard:
        rig.worker.listen_to("Webcam")
    assert heard.args[0].warning == ""
