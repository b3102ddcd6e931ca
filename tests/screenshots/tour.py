"""One tour through the window's states, a picture of each. Started by `tests.screenshots`."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PIL import Image
from PySide6.QtCore import QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog

from heartgui.app import Program
from heartgui.domain import AuscultationSite
from heartgui.paths import models_folder, resources_folder, user_paths
from heartgui.ui.record.controller import LATE_S
from tests.helpers.make_samples import MURMUR, NATURAL
from tests.helpers.stethoscope import Bench
from tests.helpers.synthetic_heart import SyntheticHeart

RATE_HZ = 4000
SPEED = 3.0


class Tour:
    """Drives the program and takes the pictures."""

    def __init__(self, theme: str, size: QSize, scale: float, folder: Path) -> None:
        self.application = QApplication([])
        self.folder = folder
        suffix = "" if (size.width(), scale) == (1280, 1.0) else f"-{size.width()}-{scale:g}x"
        self.ending = f"{theme}{suffix}.png"
        self.hearts = {
            "normal": replace(NATURAL, seed=3).samples(20),
            "murmur": MURMUR.samples(20),
            "hum": SyntheticHeart(level=0.2, hum_level=0.35, seed=7).samples(20),
        }
        self.bench = Bench(self.hearts["murmur"], RATE_HZ, speed=SPEED)
        self.program = Program(self.application, user_paths(), audio=self.bench.devices())
        self.program.settings.theme = theme
        self.program.menus.theme_changed.emit()
        self.window, self.page = self.program.window, self.program.page
        self.window.resize(size)
        self.program.start()

    def wait(self, until: Callable[[], bool], seconds: float = 20.0) -> None:
        end = time.monotonic() + seconds
        while not until():
            self.application.processEvents()
            time.sleep(0.005)
            if time.monotonic() > end:
                raise TimeoutError(f"waited {seconds} s")

    def rest(self, seconds: float = 0.4) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.application.processEvents()
            time.sleep(0.005)

    def shoot(self, name: str, dialog: QDialog | None = None) -> None:
        self.rest(0.3)
        path = self.folder / f"{name}-{self.ending}"
        (dialog or self.window).grab().save(str(path))
        # A palette of 256 colours: a third of the size, and no difference to see.
        with Image.open(path) as image:
            small = image.convert("RGB").quantize(256, dither=Image.Dither.NONE)
        small.save(path, optimize=True)
        print(f"{name}-{self.ending}")

    def record(self, heart: str, site: AuscultationSite | None, *, shoot: str = "") -> None:
        source = self.bench.source
        assert source is not None
        source._raw[: 20 * RATE_HZ] = (self.hearts[heart] * 32767).astype("int16")
        self.program.page.sites.set_site(site)
        # Right after the end of another take none begins.
        self.rest(LATE_S)
        self.program.record.record_or_stop()
        self.wait(lambda: self.program.record.recording)
        if shoot:
            self.rest(9.0 / SPEED)
            self.shoot(shoot)
        self.wait(lambda: not self.program.record.recording, 30)
        self.wait(self._answered)

    def _answered(self) -> bool:
        shown = self.program.record.shown
        return shown is not None and shown.finding is not None

    def open(self, name: str) -> None:
        path = resources_folder() / "samples" / name
        self.program.record.open_file(path, title="Sample")
        self.rest(0.2)
        self.wait(self._answered)

    def close(self) -> None:
        self.window.close()
        self.rest(0.1)


def readme_states(tour: Tour) -> None:
    tour.wait(lambda: tour.program.capture.level is not None)
    tour.rest(1.0)
    tour.shoot("empty")
    tour.record("murmur", AuscultationSite.MITRAL, shoot="recording")
    tour.shoot("result")
    tour.record("hum", AuscultationSite.AORTIC)
    tour.shoot("record-again")
    tour.record("normal", AuscultationSite.PULMONIC)
    code = tour.program.page.take.patient_code
    QTest.keyClicks(code, "K-0412")
    QTest.keyClick(code, Qt.Key.Key_Return)
    tour.program.review.add_files(
        [resources_folder() / "samples" / f"{name}.flac" for name in ("extrastole", "artifact")]
    )
    tour.wait(lambda: tour.program.library.count() == 5)
    tour.wait(lambda: not tour.program.jobs.busy)
    tour.window.review_page.trigger()
    tour.rest(0.5)
    tour.shoot("review")
    tour.window.record_page.trigger()
    tour.bench.unplug()
    tour.rest(0.5)
    broken = tour.folder / "broken.wav"
    broken.write_text("this is no sound")
    tour.program.record.open_file(broken)
    tour.rest(1.0)
    broken.unlink()
    tour.shoot("error")


def other_states(tour: Tour) -> None:
    readme_states(tour)
    tour.page.banner.dismiss_all()
    tour.open("normal.flac")
    tour.shoot("sample")
    tour.page.result.details.setChecked(True)
    tour.rest()
    tour.shoot("details")
    for name, action in (
        ("about", tour.window.about), ("settings", tour.window.preferences),
        ("shortcuts", tour.window.shortcuts), ("self-test", tour.window.self_test),
    ):  # fmt: skip
        action.trigger()
        tour.wait(lambda: tour.program.menus.open_dialog is not None)
        tour.shoot(name, tour.program.menus.open_dialog)
        tour.program.menus.open_dialog.close()
    tour.program.menus.show_about("heartnet")
    tour.shoot("model-card", tour.program.menus.open_dialog)


def main() -> int:
    theme, size, scale, folder, kind = sys.argv[1:]
    width, height = (int(part) for part in size.split("x"))
    assert models_folder().is_dir()
    tour = Tour(theme, QSize(width, height), float(scale), Path(folder))
    (other_states if kind == "full" else readme_states)(tour)
    tour.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
