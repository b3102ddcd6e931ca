"""Changes that a person makes to the library, off the GUI thread: a slow disk holds up nobody."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Slot

from heartgui.errors import HeartGUIError
from heartgui.workers.jobs import Job, JobRunner


class Changes(QObject):
    """Makes one after the other, in the order in which they were asked for, each in a job.

    None is left out: those that still wait when the program ends are made by `close`.
    """

    def __init__(self, jobs: JobRunner) -> None:
        super().__init__()
        self._jobs = jobs
        self._waiting: deque[Job] = deque()
        self._making = False
        self._closed = False

    def make(
        self,
        change: Callable[[], Any],
        done: Callable[[Any], None],
        failed: Callable[[HeartGUIError], None],
    ) -> None:
        """Make a change after those before it. Unless the program ends meanwhile, `done` is called
        with what it returned, or `failed`, on the GUI thread."""
        job = Job("a change", lambda _progress, _cancelled: change())
        job.done.connect(done)
        job.failed.connect(failed)
        job.finished.connect(self._next)
        self._waiting.append(job)
        if self._closed:
            self._make_rest()
        elif not self._making:
            self._next()

    def close(self) -> None:
        """Called when no job runs any more. What is asked for after it is made at once."""
        self._closed = True
        self._make_rest()

    @Slot()
    def _next(self) -> None:
        self._making = bool(self._waiting) and not self._closed
        if self._making:
            self._jobs.start(self._waiting.popleft())

    def _make_rest(self) -> None:
        while self._waiting:
            # Here, not on its own thread.
            self._waiting.popleft().run()
