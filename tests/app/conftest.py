"""The whole program, with a synthetic stethoscope where a test does not bring a real one."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from heartgui.app import Program
from heartgui.inference.analysis import Analyser
from heartgui.paths import user_paths
from heartgui.ui.record import controller
from heartgui.workers.capture import AudioDevices
from tests.helpers.stethoscope import Bench
from tests.helpers.synthetic_heart import SyntheticHeart

RATE_HZ = 4000
SPEED = 6.0

Start = Callable[..., Program]


@pytest.fixture
def bench() -> Bench:
    return Bench(SyntheticHeart().samples(20.0), RATE_HZ, speed=SPEED)


@pytest.fixture
def no_key_is_late() -> Iterator[None]:
    """Tests begin one take right after another, at which a person's key would be a late one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(controller, "LATE_S", 0.0)
        yield


@pytest.fixture
def start(qapp: QApplication, bench: Bench, no_key_is_late: None) -> Iterator[Start]:
    """Starts programs, one after another; each is closed at the end."""
    programs: list[Program] = []

    def starter(audio: AudioDevices | None = None, files: Sequence[Path] = ()) -> Program:
        program = Program(qapp, user_paths(), audio=audio or bench.devices())
        programs.append(program)
        program.start(files)
        return program

    yield starter
    for program in programs:
        program.window.close()
        program.close()
        program.window.deleteLater()
    qapp.processEvents()


@pytest.fixture
def program(start: Start, qtbot) -> Program:
    """A running program that hears its stethoscope and has its models."""
    running = start()
    qtbot.waitUntil(running.page.record_button.isEnabled, timeout=30_000)
    qtbot.waitUntil(lambda: not running.jobs.busy, timeout=30_000)
    return running


@pytest.fixture
def answering(program: Program, monkeypatch) -> Iterator[threading.Event]:
    """No recording is answered before this is set, so that what is done first is done first."""
    begun, analyse = threading.Event(), Analyser.analyse

    def later(*arguments, **options):
        begun.wait(60.0)
        return analyse(*arguments, **options)

    monkeypatch.setattr(Analyser, "analyse", later)
    yield begun
    begun.set()
