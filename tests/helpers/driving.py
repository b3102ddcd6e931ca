"""What a person does with the window, and waits for."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from heartgui.app import Program
from heartgui.domain import Finding
from heartgui.library.store import Library
from heartgui.paths import resources_folder
from tests.helpers.stethoscope import Bench


def finding(program: Program) -> Finding | None:
    shown = program.record.shown
    return shown.finding if shown is not None else None


def wait_for_jobs(program: Program, qtbot) -> None:
    """Until nothing is read or written in the background any more."""
    qtbot.waitUntil(lambda: not program.jobs.busy, timeout=30_000)


def settled(program: Program) -> Library:
    """The library, when nothing is read or written in the background any more."""
    deadline = time.monotonic() + 30.0
    while program.jobs.busy:
        assert time.monotonic() < deadline
        QTest.qWait(5)
    return program.library


def wait_for_finding(program: Program, qtbot) -> Finding:
    """The answer of what is on screen, when it is kept too, if it is kept."""
    qtbot.waitUntil(
        lambda: not program.record.recording and finding(program) is not None, timeout=30_000
    )
    wait_for_jobs(program, qtbot)
    found = finding(program)
    assert found is not None
    return found


def press(program: Program, qtbot, key: Qt.Key) -> None:
    """A key, with nothing special focused."""
    program.window.activateWindow()
    QApplication.processEvents()
    qtbot.keyClick(program.window, key)


def take_ends(program: Program, qtbot):
    """Waits at the end of the block until a take has ended.

    By the signal: where this thread gets no time for a second or two, a short take begins and ends
    between two looks at `recording`.
    """
    return qtbot.waitSignal(
        program.record.take_runs, timeout=60_000, check_params_cb=lambda runs: not runs
    )


def record(program: Program, qtbot) -> Finding:
    """One take by Space, to its answer."""
    before = program.record.shown
    with take_ends(program, qtbot):
        press(program, qtbot, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: program.record.shown is not before, timeout=10_000)
    return wait_for_finding(program, qtbot)


def begin_take(
    program: Program,
    qtbot,
    bench: Bench,
    begin: Callable[[], None] | None = None,
    *,
    heard_s: float = 5.0,
) -> None:
    """Begin a take, by Space or as said, in which nothing more is heard after `heard_s`: it runs
    until it is stopped, or until the sound goes on."""
    bench.source.hold()
    if begin is None:
        press(program, qtbot, Qt.Key.Key_Space)
    else:
        begin()
    qtbot.waitUntil(lambda: program.record.recording, timeout=10_000)
    bench.source.hold(after_s=heard_s)
    # The last few milliseconds are no whole block.
    nearly_s = heard_s - 0.1
    qtbot.waitUntil(lambda: program.page.tracks.features.duration_s > nearly_s, timeout=30_000)


def drop(program: Program, *paths: Path) -> None:
    """Files dropped on the window."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    event = QDropEvent(
        QPointF(200, 200), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    program.window.dropEvent(event)


def sample(name: str) -> Path:
    return resources_folder() / "samples" / f"{name}.flac"
