"""The take that the Review page shows: its sound in the tracks, its answer, its notes."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from heartgui.domain import Recording
from heartgui.errors import HeartGUIError, SidecarError, StorageError
from heartgui.inference.card import ModelCard
from heartgui.inference.decision import shown_windows
from heartgui.library.store import Library
from heartgui.library.take import Take
from heartgui.ui.durations import duration_words
from heartgui.ui.record.playing import Playing
from heartgui.ui.review.on_their_way import OnTheirWay
from heartgui.ui.review.review_page import ReviewPage
from heartgui.workers.changes import Changes
from heartgui.workers.jobs import Job, JobRunner
from heartgui.workers.opening import OpenedRecording, open_recording

log = logging.getLogger(__name__)

NOTES_AFTER_MS = 600
OPEN_JOB = "open take"
NONE_CHOSEN = "Choose a recording above."
NO_ANSWER = "It has no answer yet."
ANSWER_GONE = "The file with its answer is gone."
"""The table still has the finding, but no more than that."""


class ShownTake(QObject):
    """cards: the cards of all bundled models. notes_kept: the id, after changed notes were
    written."""

    notes_kept = Signal(int)

    def __init__(
        self,
        page: ReviewPage,
        jobs: JobRunner,
        playing: Playing,
        library: Library,
        changes: Changes,
        cards: Callable[[], Sequence[ModelCard]],
    ) -> None:
        super().__init__()
        self._page = page
        self._jobs = jobs
        self._playing = playing
        self._library = library
        self._changes = changes
        self._read_cards = cards
        self._cards: Sequence[ModelCard] = ()
        self._take: Take | None = None
        self._recording: Recording | None = None
        self._open_job: Job | None = None
        """Held until the next one: a lambda hears nothing from a job that is gone."""
        self._opening = False
        """Whether the sound of the take is on its way."""
        self._plays = False
        """Whether to play the take once it is opened."""
        self._on_their_way = OnTheirWay()
        """Notes that are being written."""
        self._unwritten: dict[int, str] = {}
        """Notes that could not be written, by takes that are no longer shown."""
        self._notes_timer = QTimer(self)
        self._notes_timer.setSingleShot(True)
        self._notes_timer.setInterval(NOTES_AFTER_MS)
        self._notes_timer.timeout.connect(self.keep_notes)
        page.notes.textChanged.connect(self._notes_timer.start)

    @property
    def take(self) -> Take | None:
        return self._take

    @property
    def recording(self) -> Recording | None:
        """Its sound, once it is opened."""
        return self._recording

    def show(self, take_id: int) -> None:
        """Show a take, or what has changed of it; its sound is opened in a job, again where it
        could not be."""
        before = self._take
        another = before is None or before.id != take_id
        # What is typed and not yet written is newer than what is read.
        typed = before is not None and self._notes != before.notes
        if another:
            self.keep_notes()
            self._plays = False
            self._page.result.say_next()
        take = self._read(take_id)
        if take is None:
            return
        self._take = take
        self._show_caption(take)
        self._page.notes.setEnabled(True)
        if another or not typed:
            # What could not be written is there again, to be written when the take is left.
            self._show_notes(self._unwritten.pop(take_id, take.notes))
        # It may have come, or gone, though the take in the table is the same.
        self._show_answer(take)
        if another or not (self._recording or self._opening):
            self._open(take)

    def play(self) -> None:
        """Play or pause; as soon as it is opened, if it is not yet."""
        if self._recording is not None:
            self._playing.toggle()
        else:
            self._plays = self._take is not None

    def pause(self) -> None:
        self._plays = False
        self._playing.set_playing(False)

    def show_nothing(self) -> None:
        """No take is chosen."""
        self.keep_notes()
        self._take = self._recording = None
        self._plays = False
        self._page.caption.show_text("")
        self._page.tracks.set_empty_text(NONE_CHOSEN)
        self._page.tracks.set_features(None)
        self._page.heart.show_nothing()
        self._page.result.show_unclassified("No recording is chosen.")
        self._page.result.anyway.setVisible(False)
        self._page.quality.show_quality(None)
        self._show_notes("")
        self._page.notes.setEnabled(False)
        self._playing.unload()

    def keep_notes(self) -> None:
        """Have changed notes written now."""
        self._notes_timer.stop()
        take, notes = self._take, self._notes
        if take is None or notes == take.notes:
            return
        # Only the notes: a new answer in the library is not on the card yet.
        self._take = replace(take, notes=notes)
        self._on_their_way.add(take.id, notes)
        self._changes.make(
            lambda: self._library.set_notes(take.id, notes),
            lambda _: self._notes_written(take, notes),
            lambda error: self._notes_written(take, notes, error),
        )

    def close(self) -> None:
        """Called when no change is made any more: write what could not be, or of which nobody was
        told whether it could."""
        self.keep_notes()
        for take_id, notes in (self._unwritten | self._on_their_way.rest()).items():
            try:
                self._library.set_notes(take_id, notes)
            except StorageError as error:
                log.warning("notes were not written at the end: %s", type(error).__name__)

    def _notes_written(self, take: Take, notes: str, error: HeartGUIError | None = None) -> None:
        """take: as it was before."""
        take_id = take.id
        newest = self._on_their_way.written(take_id)
        if error is not None:
            self._page.banner.show_error(error, key="library")
        # Where only the sidecar could not be written, the table has them all the same.
        if error is None or isinstance(error, SidecarError):
            self.notes_kept.emit(take_id)
        elif newest and self._take is not None and self._take.id == take_id:
            # What is on screen is not written yet: it is tried again when the take is left.
            read = self._read(take_id)
            self._take = replace(self._take, notes=(read or take).notes)
        elif newest:
            self._unwritten[take_id] = notes

    @Slot(int)
    def renamed(self, take_id: int) -> None:
        """A take has got another name."""
        if self._take is not None and self._take.id == take_id:
            read = self._read(take_id)
            if read is not None:
                self._take = replace(self._take, name=read.name)
                self._show_caption(self._take)

    @Slot(object)
    def _opened(self, result: tuple[Take, OpenedRecording]) -> None:
        take, opened = result
        if self._take is None or take.id != self._take.id:
            return
        self._opening = False
        self._recording = opened.recording
        self._page.tracks.set_features(opened.features)
        self._page.tracks.set_gaps(list(take.gaps))
        self._show_answer(take)
        self._playing.load(opened.recording)
        if self._plays:
            self._plays = False
            self._playing.set_playing(True)

    def _not_opened(self, take_id: int, error: HeartGUIError) -> None:
        if self._take is None or take_id != self._take.id:
            return
        self._opening = self._plays = False
        self._page.tracks.set_empty_text("This recording could not be opened.")
        self._page.banner.show_error(error, key="open")

    def _open(self, take: Take) -> None:
        self._recording = None
        self._opening = True
        self._playing.unload()
        self._page.tracks.set_empty_text("Opening…")
        self._page.tracks.set_features(None)
        job = Job(
            OPEN_JOB,
            lambda progress, cancelled: (take, open_recording(take.path, progress, cancelled)),
        )
        job.done.connect(self._opened)
        job.failed.connect(lambda error: self._not_opened(take.id, error))
        self._open_job = job
        self._jobs.start(job)

    def _read(self, take_id: int) -> Take | None:
        try:
            take = self._library.get(take_id)
        except StorageError as error:
            self._page.banner.show_error(error, key="library")
            return None
        return replace(take, notes=self._on_their_way.of(take_id, take.notes))

    @property
    def _notes(self) -> str:
        return self._page.notes.toPlainText()

    def _show_caption(self, take: Take) -> None:
        parts = [take.created_at.astimezone().strftime("%d %B %Y, %H:%M")]
        parts += [str(part) for part in (take.patient_code, take.site, take.posture) if part]
        parts.append(f"{duration_words(take.duration_s)} · {take.sample_rate_hz} Hz")
        if take.recovered:
            parts.append("recovered")
        self._page.caption.show_text(take.name, " · ".join(parts))

    def _show_notes(self, notes: str) -> None:
        if notes == self._notes:
            return
        self._page.notes.blockSignals(True)
        self._page.notes.setPlainText(notes)
        self._page.notes.blockSignals(False)

    def _show_answer(self, take: Take) -> None:
        page, finding = self._page, None
        try:
            finding = self._library.finding(take)
            if finding is None:
                page.result.show_unclassified(NO_ANSWER if take.decision is None else ANSWER_GONE)
        except StorageError as error:
            page.result.show_unread(error.message, error.kept, error.remedy)
        if finding is None:
            page.quality.show_quality(None)
            page.tracks.set_windows(())
            page.heart.show_nothing()
            page.tracks.set_beats(())
            page.tracks.set_heart_rate(None)
            return
        page.result.show_finding(finding, self._all_cards())
        page.quality.show_quality(finding.quality)
        page.heart.show_finding(finding)
        page.tracks.set_beats(finding.cycle.sounds if finding.cycle else ())
        page.tracks.set_heart_rate(finding.heart_rate_bpm)
        page.tracks.set_windows(shown_windows(finding))

    def _all_cards(self) -> Sequence[ModelCard]:
        if not self._cards:
            try:
                self._cards = self._read_cards()
            except HeartGUIError as error:
                self._page.banner.show_error(error, key="models")
        return self._cards
