"""A disk that takes its time does not hold up the window."""

from __future__ import annotations

from threading import Semaphore, Timer

from PySide6.QtCore import Qt

from heartgui.library import store
from tests.helpers.driving import finding, press, wait_for_jobs

PATIENCE_S = 20.0


class SlowDisk:
    """Writes each result file when it is told to."""

    def __init__(self, monkeypatch) -> None:
        self.n_asked = 0
        self.was_waited_for = False
        """Whether nobody could tell it to, as where the window waits for it."""
        self._told = Semaphore(0)
        self._write = store.write_sidecar
        monkeypatch.setattr(store, "write_sidecar", self._slowly)

    def _slowly(self, *words) -> None:
        self.n_asked += 1
        if not self._told.acquire(timeout=PATIENCE_S):
            self.was_waited_for = True
        self._write(*words)

    def write(self) -> None:
        self._told.release()


def take_to_its_answer(program, qtbot, disk: SlowDisk) -> None:
    """A take that is stored, and whose answer is still to be written."""
    program.page.take.set_length(10)
    press(program, qtbot, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: disk.n_asked == 1, timeout=60_000)
    disk.write()
    qtbot.waitUntil(lambda: disk.n_asked == 2, timeout=60_000)


def test_the_window_goes_on_while_a_take_and_its_answer_are_written(program, qtbot, monkeypatch):
    disk = SlowDisk(monkeypatch)
    take_to_its_answer(program, qtbot, disk)
    # The answer is on the screen before it is on the disk.
    qtbot.waitUntil(lambda: finding(program) is not None, timeout=30_000)
    disk.write()
    wait_for_jobs(program, qtbot)
    assert not disk.was_waited_for
    (take,) = program.library.takes()
    assert program.library.finding(take).label == finding(program).label


def test_an_answer_that_is_still_written_at_the_end_is_kept(program, qtbot, monkeypatch):
    disk = SlowDisk(monkeypatch)
    take_to_its_answer(program, qtbot, disk)
    library, kept = program.library, []
    monkeypatch.setattr(
        library, "close", lambda: kept.extend(map(library.finding, library.takes()))
    )
    # The window waits for it here, and only here.
    Timer(0.5, disk.write).start()
    program.close()
    assert [answer.label for answer in kept] == [finding(program).label]
