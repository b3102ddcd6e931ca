"""Deleting takes, and bringing back what was deleted."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from heartgui.errors import HeartGUIError, StorageError
from heartgui.library.store import Library
from heartgui.ui.review.long_work import SHOW_AFTER_MS
from heartgui.ui.review.wording import first_few, recordings
from heartgui.ui.widgets.banner import Action, BannerArea
from heartgui.workers.jobs import IsCancelled, Job, JobRunner, Progress

KEY = "deleted"
COUNTED = 10
"""Progress is told after so many."""
FEW = 50
"""As many are moved to the end, also where the program is closed meanwhile."""
Act = Callable[[Sequence[int]], dict[int, StorageError]]


@dataclass(frozen=True)
class _Moved:
    """left: takes that were not reached when it was cancelled."""

    done: list[int]
    failed: dict[int, StorageError]
    left: list[int]


class Deletion(QObject):
    """Says in the banner what came of it. undo_available: whether there is anything to bring back.
    deleted: ids of takes that were deleted. ended: after that, ids of those that were not.
    restored: ids of takes that were brought back."""

    undo_available = Signal(bool)
    deleted = Signal(object)
    ended = Signal(object)
    restored = Signal(object)

    def __init__(self, library: Library, banner: BannerArea, jobs: JobRunner) -> None:
        super().__init__()
        self._library = library
        self._banner = banner
        self._jobs = jobs
        self._deleted: list[list[int]] = []
        self.moving: frozenset[int] = frozenset()
        """Takes that a job deletes or brings back; others wait for it."""
        self._deleting = False
        self._waiting: deque[Callable[[], None]] = deque()
        """What was asked for meanwhile."""
        self._to_delete: list[frozenset[int]] = []
        """Takes that wait to be deleted."""
        self._cancelled = threading.Event()
        self._closed = False
        self._progress = ""
        """How far it is, in words."""
        self._show_timer = QTimer(self)
        self._show_timer.setSingleShot(True)
        self._show_timer.setInterval(SHOW_AFTER_MS)
        self._show_timer.timeout.connect(self._show)
        self._tell: Callable[[_Moved], None] = self._tell_deleted

    @property
    def being_deleted(self) -> frozenset[int]:
        """Takes that are being deleted, or wait for it."""
        return frozenset().union(self.moving if self._deleting else (), *self._to_delete)

    def delete(self, ids: Sequence[int]) -> None:
        """Delete takes, after what is moved now."""
        self._to_delete.append(frozenset(ids))
        self._waiting.append(lambda: self._delete(ids))
        self._show_undo()
        self._next()

    @Slot()
    def undo(self) -> None:
        """Bring back what was deleted last, after what is moved now."""
        self._waiting.append(self._undo)
        self._next()

    def close(self) -> None:
        """Called when no job runs any more: delete and bring back what still waits for it."""
        if self._deleting:
            # Nobody was told of it; bringing back what is not deleted changes nothing.
            self._deleted.append(list(self.moving))
        self._ended()
        self._closed = True
        self._next()

    def _next(self) -> None:
        while self._waiting and not self.moving:
            self._waiting.popleft()()

    def _delete(self, ids: Sequence[int]) -> None:
        self._to_delete.pop(0)
        self._deleting = True
        self._move("Deleting", ids, self._library.delete, self._tell_deleted)

    def _undo(self) -> None:
        if self._deleted:
            self._banner.dismiss(KEY)
            ids = self._deleted.pop()
            self._move("Bringing back", ids, self._library.restore, self._tell_restored)

    def _show_undo(self) -> None:
        # What is still being deleted can be brought back when it is.
        self.undo_available.emit(bool(self._deleted or self.being_deleted))

    def _move(
        self, what: str, ids: Sequence[int], act: Act, tell: Callable[[_Moved], None]
    ) -> None:
        if self._closed:
            failed = act(ids)
            if self._deleting:
                self._deleted.append([take_id for take_id in ids if take_id not in failed])
            self._ended()
            return
        self._tell, self.moving = tell, frozenset(ids)
        self._show_undo()
        self._progress = f"{what} {recordings(len(ids))}…"
        asked = self._cancelled = threading.Event()
        few = len(ids) <= FEW

        def work(progress: Progress, cancelled: IsCancelled) -> _Moved:
            # Cancelled by the person, or because the program ends.
            return _moved(ids, act, progress, lambda: asked.is_set() or (cancelled() and not few))

        job = Job("moving takes", work)
        job.progressed.connect(
            lambda done, total: self._show_progress(f"{what} {done + 1} of {total}…")
        )
        job.done.connect(self._moved)
        job.stopped.connect(self._moved)
        job.failed.connect(self._failed)
        self._show_timer.start()
        self._jobs.start(job)

    @Slot()
    def _show(self) -> None:
        self._banner.show_message(
            "info", self._progress, key=KEY, actions=[("Cancel", self._cancelled.set)]
        )

    def _show_progress(self, words: str) -> None:
        self._progress = words
        # Until then the message is the one of what was done before.
        if not self._show_timer.isActive():
            self._banner.set_text(KEY, words)

    def _ended(self) -> None:
        self._show_timer.stop()
        self.moving = frozenset()
        self._deleting = False

    @Slot(object)
    def _moved(self, moved: _Moved) -> None:
        self._ended()
        self._tell(moved)
        self._next()

    @Slot(object)
    def _failed(self, error: HeartGUIError) -> None:
        # Bringing back what is not deleted changes nothing.
        self._deleted.append(list(self.moving))
        self._ended()
        self._banner.show_error(error, key=KEY)
        self._show_undo()
        self.ended.emit([])
        self._next()

    def _tell_deleted(self, moved: _Moved) -> None:
        if moved.done:
            self._deleted.append(moved.done)
            self.deleted.emit(moved.done)
        self._show_undo()
        self._say_deleted(moved)
        self.ended.emit([*moved.failed, *moved.left])

    def _tell_restored(self, moved: _Moved) -> None:
        still = [*moved.failed, *moved.left]
        if still:
            self._deleted.append(still)
        if moved.failed:
            n_failed = recordings(len(moved.failed))
            self._say_failed(f"{n_failed} could not be brought back.", moved.failed)
        elif moved.left:
            self._banner.show_message(
                "info", f"Cancelled after {recordings(len(moved.done))}.",
                f"{recordings(len(moved.left))} not brought back.", key=KEY,
                actions=[("Undo the rest", self.undo)],
            )  # fmt: skip
        else:
            self._banner.dismiss(KEY)
        self._show_undo()
        self.restored.emit(moved.done)

    def _say_deleted(self, moved: _Moved) -> None:
        n_deleted, n_failed = len(moved.done), len(moved.failed)
        were = "was" if n_deleted == 1 else "were"
        undo = [("Undo", self.undo)] if n_deleted else []
        if moved.failed:
            left = f"{recordings(n_failed)} could not be"
            self._say_failed(
                f"{recordings(n_deleted)} {were} deleted, {left}." if n_deleted
                else f"{left} deleted.",
                moved.failed, undo,
            )  # fmt: skip
        else:
            self._banner.show_message(
                "info",
                f"{'Cancelled: ' if moved.left else ''}{recordings(n_deleted)} {were} deleted.",
                "The files are kept in the library's trash folder.", key=KEY, actions=undo,
            )  # fmt: skip

    def _say_failed(
        self, message: str, failed: Mapping[int, StorageError], actions: Sequence[Action] = ()
    ) -> None:
        reasons = first_few([str(error) for error in failed.values()])
        self._banner.show_message("error", message, reasons, key=KEY, actions=actions)


def _moved(ids: Sequence[int], act: Act, progress: Progress, cancelled: IsCancelled) -> _Moved:
    """Move one after the other, until it is cancelled."""
    moved = _Moved([], {}, [])
    for n, take_id in enumerate(ids):
        if cancelled():
            moved.left.extend(ids[n:])
            break
        if n and n % COUNTED == 0:
            progress(n, len(ids))
        failed = act([take_id])
        moved.failed.update(failed)
        if not failed:
            moved.done.append(take_id)
    return moved
