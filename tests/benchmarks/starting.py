"""Start to first window, start to ready, memory when ready; from source and as built."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks.table import Row

STARTS = 5
SCRIPT = """
import gc, json, os, sys, time
# As `heartgui.__main__.program`.
gc.disable()
begun = float(os.environ["BENCH_BEGUN"])
from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication
from heartgui.app import Program
from heartgui.paths import user_paths
from heartgui.ui.garbage import Garbage
from tests.helpers.stethoscope import Bench
from tests.helpers.synthetic_heart import SyntheticHeart

class FirstPaint(QObject):
    painted_s = None
    def eventFilter(self, target, event):
        if event.type() == QEvent.Type.Paint and self.painted_s is None:
            QTimer.singleShot(0, self.note)
            self.painted_s = -1.0
        return False
    def note(self):
        self.painted_s = time.time() - begun

application = QApplication([])
bench = Bench(SyntheticHeart().samples(5.0), 4000)
program = Program(application, user_paths(), audio=bench.devices())
first = FirstPaint()
program.page.installEventFilter(first)
waited = {"models", "device"}
def ready(part):
    waited.discard(part)
    if not waited:
        QTimer.singleShot(0, report)
def report():
    memory = [line for line in open("/proc/self/status") if line.startswith("VmRSS")]
    print(json.dumps({"window_s": first.painted_s, "ready_s": time.time() - begun,
                      "memory_mb": int(memory[0].split()[1]) / 1024 if memory else 0}))
    program.window.close()
program.analysis.ready.connect(lambda _: ready("models"))
program.capture.listening.connect(lambda _: ready("device"))
program.start()
garbage = Garbage()
QTimer.singleShot(0, garbage.start)
application.exec()
"""


def rows() -> list[Row]:
    """Warm starts: the median of five after one that is not counted."""
    starts = [_start() for _ in range(STARTS + 1)][1:]
    middle = {key: statistics.median(start[key] for start in starts) for key in starts[0]}
    found = [
        Row("start to first window, warm", middle["window_s"], "s", 1.0),
        Row("start to ready (device heard, models loaded), warm", middle["ready_s"], "s", 3.0),
        Row("memory when ready", middle["memory_mb"], "MB", 300),
    ]
    if _forget_files():
        found.append(Row("start to first window, cold", _start()["window_s"], "s", 2.0))
    return found + _built()


def _start() -> dict[str, float]:
    with tempfile.TemporaryDirectory() as home:
        environment = os.environ | {
            "HEARTGUI_HOME": home,
            "QT_QPA_PLATFORM": "offscreen",
            "OPENBLAS_NUM_THREADS": "1",
            "BENCH_BEGUN": str(time.time()),
        }
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT], env=environment, capture_output=True, text=True,
            check=True,
        )  # fmt: skip
    result: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return result


def _forget_files() -> bool:
    """Empty the system's file cache, where that is allowed."""
    try:
        os.sync()
        Path("/proc/sys/vm/drop_caches").write_text("3")
    except OSError:
        return False
    return True


def _built() -> list[Row]:
    """The built program, where `make package` left one."""
    program = Path("dist/heartgui/heartgui")
    if not program.exists():
        print("(dist/heartgui is not there: `make package` builds it)")
        return []
    files = [path for path in Path("dist/heartgui").rglob("*") if not path.is_symlink()]
    size = sum(path.stat().st_size for path in files if path.is_file())
    archives = list(Path("dist").glob("heartgui-*.tar.xz"))
    times = []
    for _ in range(3):
        with tempfile.TemporaryDirectory() as home:
            environment = os.environ | {
                "HEARTGUI_HOME": home,
                "QT_QPA_PLATFORM": "offscreen",
                "HEARTGUI_QUIT_AFTER_S": "0",
            }
            begun = time.monotonic()
            subprocess.run([program], env=environment, check=True, capture_output=True)
            times.append(time.monotonic() - begun)
    found = [
        Row("built program: start, window, clean end", statistics.median(times), "s"),
        Row("built program: size", size / 1e6, "MB", 450),
    ]
    if archives:
        found.append(Row("built program: archive", archives[0].stat().st_size / 1e6, "MB", 200))
    return found
