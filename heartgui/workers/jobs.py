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

    Exactly one of `done`, `failed` and `stopped` is emitted. The owner keeps the job until
    `finished`.
    """

    done = Signal(object)
    failed = Signal(object)
    """HeartGUIError."""
    stopped = Signal()
    progressed = Signal(int, int)

    def __init__(self, name: str, work: Callable[[Progress, IsCancelled], Any]) -> None:
        super().__init__()
        self.setObjectName(name)
        self._work = work
        self._cancelled = threading.Event()

    def cancel(self) -> None:
        self._cancelled.set()

    def run(self) -> None:
        try:
            result = self._work(self.progressed.emit, self._cancelled.is_set)
        except Cancelled:
            self.stopped.emit()
        except HeartGUIError as error:
            self.failed.emit(error)
        except Exception as error:
            log.exception("job %s failed", self.objectName())
            self.failed.emit(
                HeartGUIError(
                    f"This did not work ({type(error).__name__}).",
                    remedy="Try again; the log file holds the details.",
                )
            )
        else:
            if self._cancelled.is_set():
                self.stopped.emit()
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
        self._jobs = [job for job in self._jobs if not job.isFinished()]

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
