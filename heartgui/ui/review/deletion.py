"""Deleting takes, and bringing back what was deleted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QObject, Signal, Slot

from heartgui.errors import StorageError
from heartgui.library.store import Library
from heartgui.ui.review.wording import first_few, recordings
from heartgui.ui.widgets.banner import Action, BannerArea

KEY = "deleted"


class Deletion(QObject):
    """Says in the banner what came of it. undo_available: whether there is anything to bring back.
    deleted: ids of takes that were deleted. restored: ids of takes that were brought back, or were
    to be."""

    undo_available = Signal(bool)
    deleted = Signal(object)
    restored = Signal(object)

    def __init__(self, library: Library, banner: BannerArea) -> None:
        super().__init__()
        self._library = library
        self._banner = banner
        self._deleted: list[list[int]] = []

    def delete(self, ids: Sequence[int]) -> list[int]:
        """Delete takes; returns the ids of those that could not be."""
        failed = self._library.delete(ids)
        deleted = [take_id for take_id in ids if take_id not in failed]
        if deleted:
            self._deleted.append(deleted)
            self.undo_available.emit(True)
            self.deleted.emit(deleted)
        self._say_deleted(len(deleted), failed)
        return list(failed)

    @Slot()
    def undo(self) -> None:
        """Bring back what was deleted last."""
        if not self._deleted:
            return
        ids = self._deleted.pop()
        self._banner.dismiss(KEY)
        failed = self._library.restore(ids)
        if failed:
            self._deleted.append(list(failed))
            self._say_failed(f"{recordings(len(failed))} could not be brought back.", failed)
        self.undo_available.emit(bool(self._deleted))
        self.restored.emit(ids)

    def _say_deleted(self, n_deleted: int, failed: Mapping[int, StorageError]) -> None:
        were = "was" if n_deleted == 1 else "were"
        undo = [("Undo", self.undo)] if n_deleted else []
        if failed:
            left = f"{recordings(len(failed))} could not be"
            self._say_failed(
                f"{recordings(n_deleted)} {were} deleted, {left}." if n_deleted
                else f"{left} deleted.",
                failed, undo,
            )  # fmt: skip
        else:
            self._banner.show_message(
                "info", f"{recordings(n_deleted)} {were} deleted.",
                "The files are kept in the library's trash folder.", key=KEY, actions=undo,
            )  # fmt: skip

    def _say_failed(
        self, message: str, failed: Mapping[int, StorageError], actions: Sequence[Action] = ()
    ) -> None:
        reasons = first_few([str(error) for error in failed.values()])
        self._banner.show_message("error", message, reasons, key=KEY, actions=actions)
