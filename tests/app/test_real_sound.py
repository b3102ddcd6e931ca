"""Sound played into a null sink, recorded through PortAudio by the program's own window."""

from __future__ import annotations

import time

import numpy as np
import soundfile
from PySide6.QtCore import Qt

from heartgui.app import Program
from heartgui.audio import devices
from heartgui.paths import user_paths
from tests.helpers.driving import press, wait_for_finding
from tests.helpers.pulse import pulse
from tests.helpers.synthetic_heart import SyntheticHeart

RATE_HZ = 44_100
PLAYED_S = 8.0
BLOCK = 1024


def test_a_take_equals_what_was_played_and_is_answered(qapp, qtbot, tmp_path):
    heart = SyntheticHeart(murmur="systolic", sample_rate_hz=RATE_HZ, heart_rate_bpm=80)
    played = np.round(heart.samples(PLAYED_S) * 32767).astype(np.int16)
    # Silence does not count: the take is cut to what was heard.
    played[0] = played[-1] = 1000
    soundfile.write(tmp_path / "heart.wav", played, RATE_HZ, subtype="PCM_16")
    with pulse(sample_rate_hz=RATE_HZ) as daemon:
        devices.refresh()
        program = Program(qapp, user_paths())
        try:
            program.start()
            qtbot.waitUntil(program.page.record_button.isEnabled, timeout=15_000)
            program.page.take.set_length(15)
            press(program, qtbot, Qt.Key.Key_Space)
            qtbot.waitUntil(lambda: program.record.recording, timeout=10_000)
            player = daemon.play(tmp_path / "heart.wav")
            before = program.page.tracks.grab().toImage()
            live = []
            end = time.monotonic() + 20
            while program.record.recording and time.monotonic() < end:
                qtbot.wait(200)
                live.append(program.page.result.bars.probabilities)
            player.wait(10)
            assert program.page.tracks.grab().toImage() != before
            # The probabilities moved while it was recorded.
            assert len({values for values in live if values}) > 2
            finding = wait_for_finding(program, qtbot)
            assert finding.predictions
            assert program.page.result.headline.text()
            (take,) = program.library.takes()
        finally:
            program.window.close()
            program.close()
            program.window.deleteLater()
    devices.refresh()
    recorded, rate_hz = soundfile.read(take.path, dtype="int16")
    assert rate_hz == RATE_HZ
    assert len(recorded) == 15 * RATE_HZ
    assert take.gaps == ()
    heard = np.flatnonzero(recorded)
    sound = recorded[heard[0] : heard[-1] + 1].astype(float)
    assert abs(len(sound) - len(played)) <= BLOCK
    n = min(len(sound), len(played))
    # The first block of a new stream may be cut; the end is where both end.
    ours, theirs = sound[-n:], played[-n:].astype(float)
    assert np.corrcoef(ours, theirs)[0, 1] > 0.99
