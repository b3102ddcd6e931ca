"""One-off work off the GUI thread: opening files, exporting. With progress and cancel."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QThread, Signal, Slot

from heartgui.errors import Cancelled, HeartGUIError

log = logging.getLogger(__name__)

Progress = Callable[[int, int], None]
IsCancelled = Callable[[], bool]


class Job(QThread):
    """Runs `work(progress, cancelled)` once on a thread of its own.

    Exactly one of `done`, `failed` and `stopped` is emitted, on the thread that made the job;
    after `cancel` only `stopped`, even where the work has ended or failed meanwhile. The owner
    keeps the job until `finished`, which follows.
    """

    done = Signal(object)
    failed = Signal(object)
    """HeartGUIError."""
    stopped = Signal(object)
    """What the work returned in spite of the cancellation, as the part that was done; else None."""
    progressed = Signal(int, int)
    _ended = Signal(object, object)
    """Result or None, HeartGUIError or None."""

    def __init__(self, name: str, work: Callable[[Progress, IsCancelled], Any]) -> None:
        super().__init__()
        self.setObjectName(name)
        self._work = work
        self._cancelled = threading.Event()
        self._ended.connect(self._report)

    def cancel(self) -> None:
        self._cancelled.set()

    def run(self) -> None:
        result, error = None, None
        try:
            result = self._work(self.progressed.emit, self._cancelled.is_set)
        except Cancelled:
            self._cancelled.set()
        except HeartGUIError as problem:
            error = problem
        except Exception as fault:
            log.exception("job %s failed", self.objectName())
            error = HeartGUIError(
                f"This did not work ({type(fault).__name__}).",
                remedy="Try again; the log file holds the details.",
            )
        self._ended.emit(result, error)

    @Slot(object, object)
    def _report(self, result: Any, error: HeartGUIError | None) -> None:
        if self._cancelled.is_set():
            self.stopped.emit(result)
        elif error is not None:
            self.failed.emit(error)
        else:
            self.done.emit(result)


class JobRunner(QObject):
    """Holds running jobs until they have ended; at most one of each name, the newest."""

    def __init__(self) -> None:
        super().__init__()
        self._jobs: list[Job] = []

    def start(self, job: Job) -> None:
        """Start a job; an older one of the same name is cancelled."""
        for other in self._jobs:
            if other.objectName() == job.objectName():
                other.cancel()
        self._jobs.append(job)
        job.finished.connect(self._sweep)
        job.start()

    @Slot()
    def _sweep(self) -> None:
        # Only the one that says so: what another has to report may still wait to be taken.
        ended = self.sender()
        self._jobs = [job for job in self._jobs if job is not ended]

    def cancel(self, name: str) -> None:
        for job in self._jobs:
            if job.objectName() == name:
                job.cancel()

    @property
    def busy(self) -> bool:
        return bool(self._jobs)

    def close(self) -> None:
        """Cancel everything and wait for it."""
        for job in list(self._jobs):
            job.cancel()
        for job in list(self._jobs):
            job.wait()
        self._jobs.clear()
