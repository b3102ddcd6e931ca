"""Deleting takes, and bringing back what was deleted."""

from __future__ import annotations

import logging
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

log = logging.getLogger(__name__)

KEY = "deleted"
COUNTED = 10
"""Progress is told after so many."""
FEW = 50
"""As many are deleted to the end, also where the program is closed meanwhile."""
Act = Callable[[Sequence[int]], Mapping[int, StorageError]]


@dataclass(frozen=True)
class _Moved:
    """left: takes that were not reached when it was cancelled."""

    done: list[int]
    failed: dict[int, HeartGUIError]
    left: list[int]


@dataclass(eq=False)
class _Move:
    """One deletion, or its undo. to_delete: takes, empty for an undo. deleted: of a deletion those
    that are deleted and not brought back, the same list in its undo."""

    to_delete: list[int]
    deleted: list[int]


class Deletion(QObject):
    """Deletes and brings back in jobs, one after the other, and says in the banner what came of it.

    undo_available: whether there is anything to bring back. deleted: ids of takes that are deleted
    from now on. began: a job begins with some. ended: ids of those that could not be deleted.
    restored: ids of takes that were brought back.
    """

    undo_available = Signal(bool)
    deleted = Signal(object)
    began = Signal()
    ended = Signal(object)
    restored = Signal(object)

    def __init__(self, library: Library, banner: BannerArea, jobs: JobRunner) -> None:
        super().__init__()
        self._library = library
        self._banner = banner
        self._jobs = jobs
        self._deleted: list[list[int]] = []
        """Of each deletion that can be undone, the takes; the last one is undone first."""
        self._waiting: deque[_Move] = deque()
        self._move: _Move | None = None
        self._ids: list[int] = []
        """Takes that a job deletes or brings back."""
        self._failures: list[str] = []
        """What went wrong since nothing was moved."""
        self._progress = ""
        """How far it is, in words."""
        self._cancelled = threading.Event()
        self._show_timer = QTimer(self)
        self._show_timer.setSingleShot(True)
        self._show_timer.setInterval(SHOW_AFTER_MS)
        self._show_timer.timeout.connect(self._show)

    @property
    def being_deleted(self) -> frozenset[int]:
        """Takes that are being deleted, or wait for it."""
        moves = [self._move, *self._waiting] if self._move else self._waiting
        return frozenset(take_id for move in moves for take_id in move.to_delete)

    @property
    def moving(self) -> frozenset[int]:
        """Takes whose files are being moved, or will be."""
        return self.being_deleted.union(self._ids)

    def delete(self, ids: Sequence[int]) -> None:
        """Delete takes, after what is moved now."""
        deleted: list[int] = []
        self._deleted.append(deleted)
        self._ask(_Move(list(ids), deleted))
        self.deleted.emit(ids)

    @Slot()
    def undo(self) -> None:
        """Bring back what was deleted last, after what is moved now."""
        if self._deleted:
            self._undo(self._deleted[-1])

    def close(self) -> None:
        """Called when no job runs any more: do what still waits, and a long deletion not."""
        self._show_timer.stop()
        if self._move is not None and self._move.to_delete:
            # Nobody was told of it. Bringing back what is not deleted changes nothing.
            self._move.deleted.extend(self._ids)
        while self._waiting:
            move = self._waiting.popleft()
            if not move.to_delete:
                self._library.restore(move.deleted)
            elif len(move.to_delete) <= FEW:
                self._library.delete(move.to_delete)
                move.deleted.extend(move.to_delete)

    # --- one after the other ------------------------------------------------------------

    def _undo(self, deleted: list[int]) -> None:
        if self._take_from_undo(deleted):
            self._ask(_Move([], deleted))

    def _take_from_undo(self, deleted: list[int]) -> bool:
        """Whether that deletion, and not one of the same takes, could be undone; now no more."""
        before = len(self._deleted)
        self._deleted = [one for one in self._deleted if one is not deleted]
        return len(self._deleted) < before

    def _ask(self, move: _Move) -> None:
        if self._move is None:
            self._failures = []
        self._waiting.append(move)
        self._next()
        self._show_undo()

    def _next(self) -> None:
        while self._waiting and self._move is None:
            move = self._waiting.popleft()
            # Of a deletion that failed there is nothing to bring back.
            if move.to_delete or move.deleted:
                self._begin(move)

    def _begin(self, move: _Move) -> None:
        if move.to_delete:
            what, act, ids = "Deleting", self._library.delete, move.to_delete
        else:
            what, act, ids = "Bringing back", self._library.restore, list(move.deleted)
            if not self._failures:
                self._banner.dismiss(KEY)
        self._move, self._ids = move, ids
        self.began.emit()
        self._progress = f"{what} {recordings(len(ids))}…"
        asked = self._cancelled = threading.Event()
        # What is not brought back now nobody brings back later.
        may_be_cut = bool(move.to_delete) and len(ids) > FEW

        def work(progress: Progress, cancelled: IsCancelled) -> _Moved:
            return _moved(
                ids, act, progress, lambda: asked.is_set() or (may_be_cut and cancelled())
            )

        def failed(error: HeartGUIError) -> None:
            self._end(_Moved([], dict.fromkeys(ids, error), []))

        job = Job("moving takes", work)
        job.progressed.connect(
            lambda done, total: self._show_progress(f"{what} {done + 1} of {total}…")
        )
        job.done.connect(self._end)
        job.stopped.connect(self._end)
        job.failed.connect(failed)
        self._show_timer.start()
        self._jobs.start(job)

    @Slot(object)
    def _end(self, moved: _Moved) -> None:
        self._show_timer.stop()
        move, self._move, self._ids = self._move, None, []
        assert move is not None
        try:
            if move.to_delete:
                self._tell_deleted(move.deleted, moved)
            else:
                self._tell_restored(move.deleted, moved)
        finally:
            self._next()
            self._show_undo()

    # --- what is said -------------------------------------------------------------------

    def _show_undo(self) -> None:
        # What is still being deleted can be brought back when it is.
        self.undo_available.emit(bool(self._deleted))

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

    def _tell_deleted(self, deleted: list[int], moved: _Moved) -> None:
        deleted.extend(moved.done)
        if not deleted:
            self._take_from_undo(deleted)
        self._say_deleted(deleted, moved)
        self.ended.emit([*moved.failed, *moved.left])

    def _tell_restored(self, deleted: list[int], moved: _Moved) -> None:
        deleted[:] = [*moved.failed, *moved.left]
        if deleted:
            self._deleted.append(deleted)
        if moved.failed:
            n_failed = recordings(len(moved.failed))
            self._say_failed(f"{n_failed} could not be brought back.", moved.failed)
        elif moved.left:
            self._say(
                f"Cancelled after {recordings(len(moved.done))}.",
                f"{recordings(len(moved.left))} not brought back.",
                [("Undo the rest", lambda: self._undo(deleted))],
            )
        elif self._failures:
            self._say("", "")
        else:
            self._banner.dismiss(KEY)
        self.restored.emit(moved.done)

    def _say_deleted(self, deleted: list[int], moved: _Moved) -> None:
        n_deleted, n_failed = len(moved.done), len(moved.failed)
        were = "was" if n_deleted == 1 else "were"
        undo: list[Action] = [("Undo", lambda: self._undo(deleted))] if n_deleted else []
        if moved.failed:
            left = f"{recordings(n_failed)} could not be"
            self._say_failed(
                f"{recordings(n_deleted)} {were} deleted, {left}." if n_deleted
                else f"{left} deleted.",
                moved.failed, undo,
            )  # fmt: skip
        elif not n_deleted:
            self._say("Cancelled.", "Nothing was deleted.")
        else:
            self._say(
                f"{'Cancelled: ' if moved.left else ''}{recordings(n_deleted)} {were} deleted.",
                "The files are kept in the library's trash folder.", undo,
            )  # fmt: skip

    def _say_failed(
        self, message: str, failed: Mapping[int, HeartGUIError], actions: Sequence[Action] = ()
    ) -> None:
        reasons = first_few([str(error) for error in failed.values()])
        before = " ".join(self._failures)
        self._failures.append(f"{message} {reasons}")
        self._banner.show_message(
            "error", message, f"{reasons} {before}".strip(), key=KEY, actions=actions
        )

    def _say(self, message: str, details: str, actions: Sequence[Action] = ()) -> None:
        """What went wrong just before stays said."""
        if self._failures:
            message, details = " ".join(self._failures), f"{message} {details}".strip()
        self._banner.show_message(
            "error" if self._failures else "info", message, details, key=KEY, actions=actions
        )


def _moved(ids: Sequence[int], act: Act, progress: Progress, cancelled: IsCancelled) -> _Moved:
    """Move one after the other, until it is cancelled."""
    moved = _Moved([], {}, [])
    for n, take_id in enumerate(ids):
        if cancelled():
            moved.left.extend(ids[n:])
            break
        if n and n % COUNTED == 0:
            progress(n, len(ids))
        try:
            failed: Mapping[int, HeartGUIError] = act([take_id])
        except Exception as error:
            # What nobody foresaw of one take keeps no other from its turn.
            kind = type(error).__name__
            log.exception("a take could not be moved")
            failed = {take_id: HeartGUIError(f"This did not work ({kind}).")}
        moved.failed.update(failed)
        if not failed:
            moved.done.append(take_id)
    return moved
