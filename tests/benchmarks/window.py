"""The window at work: frames while recording and classifying, sound to screen, opening files."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import soundfile

from tests.benchmarks.table import Row, p95

RATE_HZ = 44_100
HOUR = "hour.wav"


def rows() -> list[Row]:
    """Each part in a process of its own, so that memory is its own too."""
    found = []
    for part in ("recording", "opening", "hour"):
        with tempfile.TemporaryDirectory() as home:
            if part == "hour":
                _write_hour(Path(home) / HOUR)
            environment = os.environ | {
                "HEARTGUI_HOME": home,
                "QT_QPA_PLATFORM": "offscreen",
                # As the program sets it for itself, before NumPy is imported.
                "OPENBLAS_NUM_THREADS": "1",
            }
            done = subprocess.run(
                [sys.executable, "-m", "tests.benchmarks.window", part],
                env=environment, stdout=subprocess.PIPE, text=True, check=True,
            )  # fmt: skip
        found += [Row(**entry) for entry in json.loads(done.stdout.splitlines()[-1])]
    return found


def _write_hour(path: Path) -> None:
    from tests.helpers.synthetic_heart import SyntheticHeart

    minute = SyntheticHeart(sample_rate_hz=RATE_HZ).samples(60.0)
    with soundfile.SoundFile(path, "w", RATE_HZ, 1, "PCM_16") as file:
        for _ in range(60):
            file.write(minute)


class Window:
    """The program with a synthetic stethoscope at real speed, 1280 x 720."""

    def __init__(self) -> None:
        from PySide6.QtWidgets import QApplication

        from heartgui.app import Program
        from heartgui.paths import user_paths
        from heartgui.ui.garbage import Garbage
        from tests.helpers.stethoscope import Bench
        from tests.helpers.synthetic_heart import SyntheticHeart

        self.application = QApplication([])
        heart = SyntheticHeart(murmur="systolic", sample_rate_hz=RATE_HZ)
        self.bench = Bench(heart.samples(30.0), RATE_HZ)
        self.program = Program(self.application, user_paths(), audio=self.bench.devices())
        self.program.window.resize(1280, 720)
        self.program.start()
        self.garbage = Garbage()
        self.garbage.start()
        self.wait(self.program.page.record_button.isEnabled)
        self.wait(lambda: not self.program.jobs.busy)

    def wait(self, until: Callable[[], bool], seconds: float = 60.0) -> None:
        end = time.monotonic() + seconds
        while not until():
            self.application.processEvents()
            time.sleep(0.0005)
            if time.monotonic() > end:
                raise TimeoutError

    def answered(self) -> bool:
        shown = self.program.record.shown
        return shown is not None and shown.finding is not None

    def close(self) -> None:
        self.program.window.close()


def recording() -> list[Row]:
    """A take of 15 s at 44.1 kHz with the model asked every second."""
    from PySide6.QtCore import QCoreApplication, QEvent, Qt, QTimer

    window = Window()
    program = window.program
    source = window.bench.source
    assert source is not None
    start_frames: list[int] = []
    # On the capture thread itself, before it takes the first block.
    program.capture.take_started.connect(
        lambda _: start_frames.append(source._n_sent), Qt.ConnectionType.DirectConnection
    )
    program.record.record_or_stop()
    window.wait(lambda: program.record.recording)
    # The frames are drawn here instead of by the program's timer, so that each can be timed.
    program.record._frame_timer.stop()
    costs, delays, beats = [], [], []

    def draw() -> None:
        begun = time.perf_counter()
        program.record._draw()
        # What of it must be painted again, and no more: at once, not at Qt's next turn.
        QCoreApplication.sendPostedEvents(program.window, QEvent.Type.UpdateRequest.value)
        costs.append(1000 * (time.perf_counter() - begun))
        features = program.page.tracks.features
        # When all of it is drawn, the take is still brought to the disk for a moment.
        if features is not None and program.record.recording and 1.0 < features.duration_s < 14.9:
            played_s = (time.monotonic() - source._begun_s) - start_frames[0] / RATE_HZ
            delays.append(1000 * (played_s - features.duration_s))

    frames, heart = QTimer(), QTimer()
    frames.timeout.connect(draw)
    frames.start(33)
    heart.timeout.connect(lambda: beats.append(time.perf_counter()))
    heart.start(0)
    end = time.monotonic() + 40
    while program.record.recording and time.monotonic() < end:
        window.application.processEvents()
    window.wait(window.answered)
    frames.stop()
    heart.stop()
    window.close()
    gaps = 1000 * np.diff(beats)
    return [
        Row("frame while recording and classifying, p95", p95(costs), "ms", 12,
            note=f"{len(costs)} frames, 1280 x 720"),
        Row("longest gap of the GUI thread meanwhile", float(gaps.max()), "ms", 100),
        Row("sound delivered to sound drawn, p95", p95(delays), "ms", 150,
            note="without the sound card's own delay"),
    ]  # fmt: skip


def opening() -> list[Row]:
    """A 15 s file: read, drawn, classified."""
    from tests.helpers.synthetic_heart import SyntheticHeart

    window = Window()
    heart = SyntheticHeart(murmur="systolic", sample_rate_hz=RATE_HZ)
    path = Path(os.environ["HEARTGUI_HOME"]) / "fifteen.wav"
    soundfile.write(path, heart.samples(15.0), RATE_HZ)
    times = []
    for _ in range(7):
        before = window.program.record.shown
        begun = time.perf_counter()
        window.program.record.open_file(path)
        window.wait(lambda before=before: window.program.record.shown is not before)
        window.wait(window.answered)
        window.program.page.repaint()
        times.append(time.perf_counter() - begun)
    window.close()
    return [
        Row("15 s file opened, drawn, classified, median", statistics.median(times), "s",
            0.5, note=f"the first {times[0]:.2f} s"),
    ]  # fmt: skip


def hour() -> list[Row]:
    """One hour at 44.1 kHz: opening, zooming and panning, memory."""
    from heartgui.workers.opening import open_recording

    path = Path(os.environ["HEARTGUI_HOME"]) / HOUR
    window = Window()
    begun = time.perf_counter()
    opened = open_recording(path, lambda done, total: None, lambda: False)
    window.program.page.tracks.set_features(opened.features)
    window.program.page.tracks.repaint()
    open_s = time.perf_counter() - begun
    tracks = window.program.page.tracks
    frames = []
    for n in range(120):
        begun = time.perf_counter()
        (tracks.zoom_in if n % 20 < 10 else tracks.zoom_out)()
        tracks.repaint()
        frames.append(1000 * (time.perf_counter() - begun))
    window.close()
    # Not getrusage, whose largest memory is the parent's where that was larger.
    status = Path("/proc/self/status").read_text()
    memory_mb = int(status.split("VmHWM:")[1].split()[0]) / 1024
    return [
        Row("one hour at 44.1 kHz opened and drawn", open_s, "s", 3.0),
        Row("one hour: frame while zooming, p95", p95(frames), "ms", 33),
        Row("one hour: largest memory", memory_mb, "MB", 600),
    ]


def main() -> None:
    part = {"recording": recording, "opening": opening, "hour": hour}[sys.argv[1]]
    print(json.dumps([vars(row) for row in part()]))


if __name__ == "__main__":
    main()
