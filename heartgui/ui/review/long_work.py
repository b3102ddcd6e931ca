"""Long work on the Review page: one piece after another, with progress, a stop, and what failed."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QObject, QTimer, Signal, Slot

from heartgui.errors import HeartGUIError
from heartgui.ui.review.batch import Outcome
from heartgui.ui.review.review_page import ReviewPage
from heartgui.ui.review.wording import first_few, recordings
from heartgui.ui.widgets.focus import release_focus
from heartgui.workers.jobs import IsCancelled, Job, JobRunner, Progress

LONG_JOB = "long work"
SHOW_AFTER_MS = 300
"""What takes no longer is not shown while it is done: buttons and words would only flash up."""
Work = Callable[[Progress, IsCancelled], Outcome]
DoneWith = Callable[[int], None]


class LongWork(QObject):
    """Runs work in jobs and shows on the page how far it is and what went wrong."""

    piece_done = Signal(object)
    """Outcome of a piece that ended or was stopped after it had begun."""
    ended = Signal()
    """Nothing is left to do."""

    def __init__(self, page: ReviewPage, jobs: JobRunner) -> None:
        super().__init__()
        self._page = page
        self._jobs = jobs
        self._queue: deque[tuple[str, Work, DoneWith]] = deque()
        self._active = False
        self._words = ""
        """How far it is."""
        self._show_timer = QTimer(self)
        self._show_timer.setSingleShot(True)
        self._show_timer.setInterval(SHOW_AFTER_MS)
        self._show_timer.timeout.connect(lambda: self._show(True))
        self._told = Outcome()
        """Of all work since there was none."""
        page.stop.clicked.connect(self._stop)

    @property
    def active(self) -> bool:
        return self._active

    def do(self, what: str, work: Work, done_with: DoneWith = lambda n: None) -> None:
        """Do it after what is under way. what: its name, as "Adding". done_with: told of each take
        or file, by its place."""
        self._queue.append((what, work, done_with))
        if not self._active:
            self._told = Outcome()
            self._active = True
            self._show_timer.start()
            self._next()

    def tell(self, told: Outcome) -> None:
        """Say what went wrong in work that is done, and where it was cancelled."""
        n, n_failed = len(told.failed) + len(told.done), len(told.failed)
        # One may be in the library and only its answer or the JSON file beside it be missing.
        failed = f"{n_failed} of {recordings(n)} went wrong." if n_failed else ""
        if told.cancelled:
            self._page.banner.show_message(
                "error" if failed else "info", f"Cancelled after {recordings(len(told.done))}.",
                f"{failed} {first_few(told.failed)}".strip(), key="work",
            )  # fmt: skip
        elif failed:
            self._page.banner.show_message("error", failed, first_few(told.failed), key="work")

    def close(self) -> None:
        """Called when no job runs any more: what is told already is heard, the rest is left."""
        self._queue.clear()
        self._show_timer.stop()
        QCoreApplication.sendPostedEvents(self)

    def _next(self) -> None:
        what, work, done_with = self._queue.popleft()
        job = Job(LONG_JOB, work)
        job.progressed.connect(lambda done, total: self._say(f"{what} {done + 1} of {total}…"))
        job.progressed.connect(lambda done, total: done_with(done - 1) if done else None)
        job.done.connect(self._done)
        job.stopped.connect(self._stopped)
        job.failed.connect(self._failed)
        job.finished.connect(self._job_ended)
        self._say(f"{what}…")
        self._jobs.start(job)

    @Slot()
    def _stop(self) -> None:
        self._queue.clear()
        self._jobs.cancel(LONG_JOB)
        self._say("Stopping…")

    @Slot()
    def _job_ended(self) -> None:
        if self._queue:
            self._next()
        else:
            self._show_timer.stop()
            self._active = False
            self._show(False)
            self.ended.emit()

    def _say(self, words: str) -> None:
        self._words = words
        if not self._show_timer.isActive():
            self._page.count.setText(words)

    def _show(self, active: bool) -> None:
        page = self._page
        if active:
            page.count.setText(self._words)
        for button, shown in (
            (page.stop, active), (page.add_files, not active), (page.classify, not active),
        ):  # fmt: skip
            if not shown:
                release_focus(button)
            button.setVisible(shown)

    @Slot(object)
    def _stopped(self, outcome: Outcome | None) -> None:
        # None where not even the first was begun.
        if outcome is not None:
            self._done(outcome)

    @Slot(object)
    def _failed(self, error: HeartGUIError) -> None:
        self._page.banner.show_error(error, key="work")

    @Slot(object)
    def _done(self, outcome: Outcome) -> None:
        self.piece_done.emit(outcome)
        # What went wrong in the work before it in the queue stays said.
        told = self._told
        told.done += outcome.done
        told.failed += outcome.failed
        told.cancelled = outcome.cancelled
        self.tell(told)
