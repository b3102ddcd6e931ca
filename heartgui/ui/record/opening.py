"""Files on their way to the screen: the newest one alone."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from heartgui.errors import HeartGUIError
from heartgui.library.take import Take
from heartgui.ui.record.record_page import RecordPage
from heartgui.workers.jobs import Job, JobRunner
from heartgui.workers.opening import OpenedRecording, open_recording


class Opening(QObject):
    """Reads one file at a time in a job; what an older one still sends is not listened to."""

    opened = Signal(object, object, object)
    """OpenedRecording, the title or None, the library's Take or None, as given to `start`."""
    failed = Signal()
    """The file could not be opened; the page says why."""

    def __init__(self, page: RecordPage, jobs: JobRunner) -> None:
        super().__init__()
        self._page = page
        self._jobs = jobs
        self._newest = 0
        self._job: Job | None = None
        """Held until the next one: a lambda hears nothing from a job that is gone."""
        self._running = False

    @property
    def running(self) -> bool:
        return self._running

    def start(self, path: Path, title: str | None, take: Take | None) -> None:
        """Read a file in place of whichever is being read."""
        self._page.result.show_opening()
        self._page.banner.dismiss("open")
        self._newest += 1
        self._running = True
        number = self._newest
        job = Job("open", lambda progress, cancelled: open_recording(path, progress, cancelled))
        job.done.connect(lambda opened: self._done(number, opened, title, take))
        job.failed.connect(lambda error: self._failed(number, error))
        job.progressed.connect(lambda done, total: self._so_far(number, done, total))
        self._job = job
        self._jobs.start(job)

    def stop(self) -> None:
        """Whatever is being read does not come any more."""
        self._newest += 1
        self._running = False
        self._jobs.cancel("open")

    def _done(
        self, number: int, opened: OpenedRecording, title: str | None, take: Take | None
    ) -> None:
        if number == self._newest:
            self._running = False
            self.opened.emit(opened, title, take)

    def _failed(self, number: int, error: HeartGUIError) -> None:
        if number == self._newest:
            self._running = False
            self._page.banner.show_error(error, key="open")
            self.failed.emit()

    def _so_far(self, number: int, done: int, total: int) -> None:
        if number == self._newest and self._running:
            self._page.result.show_opening(done, total)
