"""Saving a copy: where to, whether to replace what is there, and how far it is."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from heartgui.domain import Recording
from heartgui.errors import HeartGUIError
from heartgui.ui.widgets.banner import BannerArea
from heartgui.ui.widgets.card import plain
from heartgui.workers.copying import save_copy
from heartgui.workers.jobs import Job, JobRunner

JOB = "save a copy"
KEY = "save"
PROGRESS_KEY = "saving"


class Saving(QObject):
    """Saves one copy at a time, in a job. banner: that of the page in front."""

    def __init__(self, window: QWidget, jobs: JobRunner, banner: Callable[[], BannerArea]) -> None:
        super().__init__()
        self._window = window
        self._jobs = jobs
        self._banner = banner
        self._target: Path | None = None
        """Where the copy goes that is being saved."""
        self._progress = banner()
        """Where it is said how far it is: another page may be in front when it ends."""

    def ask(self, recording: Recording) -> None:
        """Ask where to, and save it there."""
        if self._target is not None:
            self._banner().show_message(
                "warning", "Another copy is still being saved.",
                "Wait until it is there, or cancel it.", key=KEY,
            )  # fmt: skip
            return
        suggested = (recording.path.stem if recording.path else "recording") + "-copy.wav"
        name, _ = QFileDialog.getSaveFileName(
            self._window, "Save a copy", suggested, "WAV file (*.wav)"
        )
        if not name:
            return
        target = Path(name)
        if target.suffix.lower() != ".wav":
            target = target.with_name(f"{target.name}.wav")
            # The dialog has asked about the name as it was typed.
            if os.path.exists(target) and not self._may_replace(target):  # noqa: PTH110
                return
        self._save(recording, target)

    def _may_replace(self, path: Path) -> bool:
        answer = QMessageBox.question(
            self._window, "Save a copy",
            plain(f"{path.name} already exists. Do you want to replace it?"),
        )  # fmt: skip
        return answer == QMessageBox.StandardButton.Yes

    def _save(self, recording: Recording, target: Path) -> None:
        self._target, self._progress = target, self._banner()
        job = Job(
            JOB, lambda progress, cancelled: save_copy(recording, target, progress, cancelled)
        )
        job.progressed.connect(self._so_far)
        job.done.connect(self._saved)
        job.failed.connect(self._failed)
        job.stopped.connect(self._stopped)
        self._progress.dismiss(KEY)
        self._progress.show_message(
            "info", f"Saving {target.name}…", key=PROGRESS_KEY,
            actions=[("Cancel", lambda: self._jobs.cancel(JOB))],
        )  # fmt: skip
        self._jobs.start(job)

    @Slot(int, int)
    def _so_far(self, done: int, total: int) -> None:
        if self._target is not None:
            words = f"Saving {self._target.name}: {100 * done // total} %"
            self._progress.set_text(PROGRESS_KEY, words)

    @Slot(object)
    def _saved(self, target: Path) -> None:
        self._ended()
        self._banner().show_message("success", f"Saved {target.name}.", str(target.parent), key=KEY)

    @Slot(object)
    def _failed(self, error: HeartGUIError) -> None:
        self._ended()
        self._banner().show_error(error, key=KEY)

    @Slot(object)
    def _stopped(self, target: Path | None) -> None:
        if target is not None:
            # It was there before it could be stopped.
            self._saved(target)
            return
        self._ended()
        self._banner().show_message(
            "info", "Cancelled: the copy was not saved.", "The recording itself is unchanged.",
            key=KEY,
        )  # fmt: skip

    def _ended(self) -> None:
        self._target = None
        self._progress.dismiss(PROGRESS_KEY)
