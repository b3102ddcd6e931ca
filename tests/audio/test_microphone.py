"""A real capture: sound played into a null sink comes out of PortAudio sample by sample."""

from __future__ import annotations

import subprocess
import time

import numpy as np
import pytest
import soundfile

from heartgui.audio import devices
from heartgui.audio.microphone import Microphone
from heartgui.audio.playback import Player
from heartgui.domain import Recording
from heartgui.errors import AudioUnavailableError
from tests.helpers.pulse import pulse

RATE_HZ = 44_100
BLOCK = 1024


def ramp_file(path, seconds: float) -> np.ndarray:
    """Differences of one everywhere: a lost or repeated sample shows."""
    samples = ((np.arange(round(seconds * RATE_HZ)) % 30_000) + 1).astype(np.int16)
    soundfile.write(path, samples, RATE_HZ, subtype="PCM_16")
    return samples


def listen(microphone: Microphone, seconds: float) -> np.ndarray:
    parts = []
    end = time.monotonic() + seconds
    while time.monotonic() < end and microphone.state == "running":
        block = microphone.read()
        if block is None:
            time.sleep(0.005)
        else:
            parts.append(block.samples)
    return np.concatenate(parts) if parts else np.empty(0, np.int16)


def listen_to_all(microphone: Microphone, player: subprocess.Popen[bytes]) -> np.ndarray:
    """Until the player has ended, and to what is still on its way then."""
    parts = []
    end = time.monotonic() + 60
    while player.poll() is None and microphone.state == "running":
        assert time.monotonic() < end, "it is played for ever"
        parts.append(listen(microphone, 0.2))
    return np.concatenate([*parts, listen(microphone, 1.0)])


@pytest.fixture
def daemon():
    with pulse(sample_rate_hz=RATE_HZ) as running:
        devices.refresh()
        yield running
    devices.refresh()


def test_the_capture_is_exact_and_unplugging_is_noticed(daemon, tmp_path):
    ramp_file(tmp_path / "ramp.wav", 3.0)
    found = devices.list_input_devices()
    assert found[0].is_default
    microphone = Microphone(found[0], sample_rate_hz=RATE_HZ)
    microphone.start()
    try:
        heard = listen_to_all(microphone, daemon.play(tmp_path / "ramp.wav"))
        sound = heard[np.flatnonzero(heard)[0] : np.flatnonzero(heard)[-1] + 1].astype(int)
        steps = np.diff(sound)
        assert set(steps[steps != -29_999]) == {1}
        # The sound server may cut into the first block of a stream that has just begun.
        assert 3 * RATE_HZ - BLOCK <= len(sound) <= 3 * RATE_HZ
        # Another input is there and has sound: the server moves the recording to it, silently.
        daemon.unplug()
        gone_at = time.monotonic()
        listen(microphone, 5.0)
        assert microphone.state == "failed"
        assert time.monotonic() - gone_at < 2.0
        assert found[0].name in (microphone.failure or "")
    finally:
        microphone.stop()


def test_playback_is_heard_filtered_and_its_cursor_moves(daemon, tmp_path):
    times = np.arange(2 * RATE_HZ) / RATE_HZ
    low, high = np.sin(2 * np.pi * 30 * times), np.sin(2 * np.pi * 300 * times)
    player = Player()
    player.load(Recording((0.3 * (low + high)).astype(np.float32), RATE_HZ))
    player.set_filter("diaphragm")
    recorder = daemon.record_speaker(tmp_path / "heard.raw")
    try:
        end = time.monotonic() + 60
        while not (tmp_path / "heard.raw").stat().st_size:
            assert time.monotonic() < end, "nothing is recorded"
            time.sleep(0.02)
        player.play()
        places = []
        end = time.monotonic() + 30
        while player.playing and time.monotonic() < end:
            places.append(player.position_s)
            time.sleep(0.005)
        assert not player.playing
        assert places == sorted(places)
        # The cursor moves with the sound, not in one jump.
        assert sum(0.3 < place < 1.7 for place in places) > 20
        assert player.position_s == pytest.approx(2.0, abs=0.1)
        time.sleep(0.3)
    finally:
        player.pause()
        recorder.terminate()
        recorder.wait(10)
    heard = np.fromfile(tmp_path / "heard.raw", dtype="<i2").astype(float)
    spectrum = np.abs(np.fft.rfft(heard))
    frequencies = np.fft.rfftfreq(len(heard), 1 / RATE_HZ)

    def strength(hz: float) -> float:
        return float(spectrum[np.abs(frequencies - hz) < 2].max())

    assert strength(300) > 10 * strength(30)


def test_no_output_device_is_said_with_words(monkeypatch):
    with pulse() as daemon:
        daemon.process.terminate()
        daemon.process.wait(10)
        devices.refresh()
        player = Player()
        player.load(Recording(np.ones(4000, dtype=np.float32), 4000))
        with pytest.raises(AudioUnavailableError) as caught:
            player.play()
    devices.refresh()
    assert caught.value.remedy
