"""What is said of the running take, beside it on the disk while it runs: a crash keeps it too."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from heartgui.library.store import Library
from heartgui.library.take import TakeLabels
from heartgui.workers.jobs import Job, JobRunner


@dataclass
class Said:
    """labels: None once the take has ended: then nothing more is written."""

    path: Path
    begun_at: datetime
    labels: TakeLabels | None


class Unfinished:
    """Writes on threads of its own: a slow disk holds up neither the sound nor the screen."""

    def __init__(self, library: Library, jobs: JobRunner) -> None:
        self._library = library
        self._jobs = jobs
        self._said: Said | None = None
        self._closed = False

    def begin(self, path: Path, begun_at: datetime, labels: TakeLabels) -> None:
        """A take has begun. path: its WAV file. begun_at: aware."""
        self._said = Said(path, begun_at, labels)
        self._write()

    def say(self, labels: TakeLabels) -> None:
        """Something else is said. Nothing where no take runs."""
        if self._said is not None and self._said.labels != labels:
            self._said.labels = labels
            self._write()

    def said_of(self, path: Path) -> TakeLabels | None:
        """What was said last of a running take, None for another one. On any thread."""
        said = self._said
        return said.labels if said is not None and said.path == path else None

    def end(self) -> None:
        """The take has ended. What is still to be written of it is not."""
        if self._said is not None:
            self._said.labels = None
        self._said = None

    def close(self) -> None:
        """No job is begun any more."""
        self._closed = True

    def _write(self) -> None:
        said, library = self._said, self._library
        if said is None or self._closed:
            return
        # Each asks for the newest as it writes: which of two comes first does not matter.
        self._jobs.start(
            Job(
                "what is said of the take",
                lambda _progress, _cancelled: library.write_unfinished(
                    said.path, said.begun_at, lambda: said.labels
                ),
            )
        )
