"""Which answer of a take the library keeps: its first one, until the person says otherwise."""

from __future__ import annotations

from contextlib import suppress

from PySide6.QtCore import QObject, Signal

from heartgui.domain import Finding
from heartgui.errors import HeartGUIError, StorageError
from heartgui.inference.wording import models_words
from heartgui.library.rows import answered
from heartgui.library.store import Library
from heartgui.library.take import Take
from heartgui.ui.widgets.banner import BannerArea
from heartgui.workers.jobs import Job, JobRunner

KEY = "another answer"


class Keeping(QObject):
    """A take that has no answer gets the one that comes, and one that was analysed anyway by
    request gets that. Otherwise the new one is on screen only, as after another choice of models
    for the next patient, and the banner says so."""

    kept = Signal(int)
    """Number of a take whose answer is in the library now, or could not be."""

    def __init__(self, library: Library, jobs: JobRunner, banner: BannerArea) -> None:
        super().__init__()
        self._library = library
        self._jobs = jobs
        self._banner = banner
        self._on_its_way: dict[int, Finding] = {}
        """Answers that are being written, by their takes: a slow disk holds up nobody."""

    def lacks_answer(self, take_id: int) -> bool:
        take = self._take(take_id)
        return take is not None and take.decision is None and take_id not in self._on_its_way

    def offer(self, take_id: int, finding: Finding, *, shown: bool = True) -> None:
        """An answer has come. shown: whether it is on screen."""
        take = self._take(take_id)
        if take is None:
            return
        on_its_way = self._on_its_way.get(take_id)
        stored = on_its_way
        if stored is None:
            # One that cannot be read cannot be replaced either, which is said where it is tried.
            with suppress(StorageError):
                stored = self._library.finding(take)
        # Its own one is kept again where the file beside the take is missing, as after a full disk.
        its_own = stored is None and answered(take, finding) == take
        same = stored is not None and _same(stored, finding)
        first = take.decision is None and on_its_way is None
        keep = first or its_own or (finding.analysed_anyway and not same)
        if keep:
            self._keep(take_id, finding)
        # A late answer leaves the message alone: it is about the one on screen.
        if shown and (keep or same):
            self.tell_no_more()
        elif shown:
            self._tell(take_id, finding, stored)

    def keep(self, take_id: int, finding: Finding) -> None:
        """Put the answer on screen into the library, in place of an older one."""
        self.tell_no_more()
        self._keep(take_id, finding)

    def _keep(self, take_id: int, finding: Finding) -> None:
        self._on_its_way[take_id] = finding
        library, newest = self._library, self._on_its_way
        job = Job(
            f"keeping the answer of take {take_id}",
            # The newest as it writes: which of two jobs comes first does not matter.
            lambda _progress, _cancelled: library.set_finding(
                take_id, newest.get(take_id, finding)
            ),
        )
        job.done.connect(lambda _: self._has_been_kept(take_id, finding, None))
        job.failed.connect(lambda error: self._has_been_kept(take_id, finding, error))
        self._jobs.start(job)

    def _has_been_kept(self, take_id: int, finding: Finding, error: HeartGUIError | None) -> None:
        if self._on_its_way.get(take_id) is finding:
            del self._on_its_way[take_id]
        if error is not None:
            self._banner.show_error(error, key="library")
        # Where only the sidecar could not be written, the table shows a first answer all the same;
        # and where it could not either, it is shown nowhere any more.
        self.kept.emit(take_id)

    def tell_no_more(self) -> None:
        """The answer that the message was about is no longer on screen."""
        self._banner.dismiss(KEY)

    def _tell(self, take_id: int, finding: Finding, stored: Finding | None) -> None:
        self._banner.show_message(
            "info", _which_is_kept(finding, stored), "Review shows the one that is kept.", key=KEY,
            actions=[("Keep this one", lambda: self.keep(take_id, finding))],
        )  # fmt: skip

    def _take(self, take_id: int) -> Take | None:
        try:
            return self._library.get(take_id)
        except StorageError as error:
            self._banner.show_error(error, key="library")
            return None


def _which_is_kept(finding: Finding, stored: Finding | None) -> str:
    if stored is not None:
        for versions in (False, True):
            new = models_words(finding, versions=versions)
            old = models_words(stored, versions=versions)
            if new and old and new != old:
                return f"{new}'s answer is shown; the library keeps {old}'s."
    return "A new answer is shown; the library keeps the one it had."


def _same(one: Finding, other: Finding) -> bool:
    return (
        one.decision is other.decision
        and one.label is other.label
        and one.analysed_anyway == other.analysed_anyway
        and models_words(one, versions=True) == models_words(other, versions=True)
    )
