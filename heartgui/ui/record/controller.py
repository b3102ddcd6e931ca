"""The Record page's logic: from the device or a file to tracks, answer and library."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

from PySide6.QtCore import QCoreApplication, QObject, QTimer, Signal, Slot

from heartgui.domain import AuscultationSite, Recording
from heartgui.errors import HeartGUIError, StorageError
from heartgui.library.store import Library
from heartgui.library.take import Take
from heartgui.settings import Settings
from heartgui.ui.record.answers import Answers
from heartgui.ui.record.labelling import Labelling
from heartgui.ui.record.listening import Listening
from heartgui.ui.record.opening import Opening
from heartgui.ui.record.playing import Playing
from heartgui.ui.record.record_page import RecordPage
from heartgui.ui.record.shown import Shown
from heartgui.ui.record.storing import store_take
from heartgui.ui.record.unfinished import Unfinished
from heartgui.workers.analysis import AnalysisWorker
from heartgui.workers.capture import CaptureWorker
from heartgui.workers.changes import Changes
from heartgui.workers.jobs import JobRunner
from heartgui.workers.live_take import FinishedTake, LiveTake
from heartgui.workers.opening import OpenedRecording

log = logging.getLogger(__name__)

FRAME_MS = 33
LIVE_MS = 1000
LIVE_VIEW_S = 10.0
GAP = "gap"
LATE_S = 0.7
"""So long after a take has ended by itself, a key is still meant to stop it."""


@dataclass(frozen=True)
class Workers:
    """The threads the page works with."""

    capture: CaptureWorker
    analysis: AnalysisWorker
    jobs: JobRunner
    changes: Changes


class RecordController(QObject):
    """Connects the page with capture, analysis, playback and the library.

    now: the clock that names takes; tests give their own.
    """

    take_stored = Signal(int)
    """Number of a take that was added to or changed in the library."""
    take_runs = Signal(bool)
    """A take has begun, or ended."""
    take_cut_short = Signal(object)
    """HeartGUIError: why a take ended by itself."""
    file_opened = Signal(object)
    """Path of a file that was opened by the person and could be read."""

    def __init__(
        self,
        page: RecordPage,
        workers: Workers,
        playing: Playing,
        library: Library,
        settings: Settings,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        super().__init__()
        self._page = page
        self._capture = workers.capture
        self._analysis = workers.analysis
        self._jobs = workers.jobs
        self._playing = playing
        self._library = library
        self._settings = settings
        self._now = now
        self._answers = Answers(page, workers.analysis, workers.jobs, playing, library)
        self._labelling = Labelling(page, library, workers.changes, settings, self._take_on_screen)
        self._unfinished = Unfinished(library, workers.jobs)
        self._listening = Listening(page, workers.capture, settings)
        self._opening = Opening(page, workers.jobs)
        self._live: LiveTake | None = None
        self._deleted: tuple[int, Recording] | None = None
        """The take on screen, if it was deleted."""
        self._of_the_last: Recording | None = None
        """What was on screen when the patient went: what is said now is not of it."""
        self._attempt = 0
        self._ended_by_itself_s = float("-inf")
        """When a take was last as long as it was to be, by the monotonic clock."""
        self._starting = False
        self._frame_timer = self._timer(FRAME_MS, self._draw)
        self._live_timer = self._timer(LIVE_MS, self._answers.ask_live)
        self._connect()
        self._show_settings()
        self._frame_timer.start()

    # --- public -------------------------------------------------------------------------

    @property
    def shown(self) -> Shown | None:
        """The recording on screen, None before the first."""
        return self._answers.shown

    @property
    def shown_recording(self) -> Recording | None:
        return self.shown.recording if self.shown is not None else None

    def pause_playback(self) -> None:
        self._playing.set_playing(False)

    @property
    def recording(self) -> bool:
        return self._live is not None

    @Slot()
    def record_or_stop(self) -> None:
        """What Space does."""
        if monotonic() - self._ended_by_itself_s < LATE_S:
            return
        self._page.sites.torso.settle()
        if self.recording:
            self.stop()
        elif self._listening.on and not self._starting:
            self._finish_labels()
            try:
                path = self._library.new_take_path(self._now())
            except StorageError as error:
                self._page.banner.show_error(error, key="take")
                return
            except OSError as error:
                self._page.banner.show_message(
                    "error", f"The recordings folder cannot be used ({error.strerror}).",
                    "Choose another recordings folder in Settings.", key="take",
                )  # fmt: skip
                return
            self._set_starting(True)
            self._opening.stop()
            self._playing.unload()
            self._answers.give_way()
            labels = self._labelling.labels()
            self._capture.start_take(
                path,
                float(self._page.take.length_s),
                lambda take: store_take(
                    self._library, take, self._unfinished.said_of(path) or labels, self._now()
                ),
            )

    @Slot()
    def stop(self) -> None:
        """End a running take and keep it; where none runs, none begins."""
        if self.recording:
            self._page.record_button.set_state("saving")
            self._capture.stop_take()

    def refuse_to_open(self) -> None:
        """Say that no file is opened while a take runs."""
        self._page.banner.show_message(
            "warning", "A take is being recorded.", "Stop it first, then open the file.",
            key="open",
        )  # fmt: skip

    def open_file(self, path: Path, *, title: str | None = None, take: Take | None = None) -> None:
        """Open a recording. title: what to call it, the file's name by default. take: the
        library's entry, if it is one."""
        if self.recording or self._starting:
            self.refuse_to_open()
            return
        self._finish_labels()
        self._playing.unload()
        self._answers.give_way()
        self._opening.start(path, title, take)

    def choose_site(self, site: AuscultationSite) -> None:
        """What the keys 1 to 4 do."""
        self._page.sites.torso.choose(site)

    def next_patient(self) -> bool:
        """Empty site and code for the coming take; False, and nothing is done, while one runs."""
        free = not (self.recording or self._starting)
        if free:
            self._of_the_last = self.shown_recording
            self._labelling.next_patient()
        return free

    @Slot(object)
    def takes_deleted(self, take_ids: Collection[int]) -> None:
        """A deleted take stays on screen, but is labelled and answered no more."""
        shown = self.shown
        if shown is not None and shown.take_id is not None and shown.take_id in take_ids:
            self._deleted = shown.take_id, shown.recording
            self._answers.belongs_to_none()

    @Slot(object)
    def takes_restored(self, take_ids: Collection[int]) -> None:
        """A deleted take that is still on screen and was brought back is the library's again."""
        shown, deleted = self.shown, self._deleted
        if shown is None or deleted is None or shown.recording is not deleted[1]:
            return
        if deleted[0] in take_ids:
            self._deleted = None
            self._answers.belongs_to(deleted[0])

    def use_models(self) -> None:
        """After another choice of models was loaded: ask them about what is on screen."""
        if self.recording or self._starting or self._opening.running:
            self._answers.outdated()
        else:
            self._answers.classify()

    def close(self) -> None:
        """Finish whatever runs. Takes are kept."""
        self._finish_labels()
        self._opening.stop()
        self._frame_timer.stop()
        self._live_timer.stop()
        self._unfinished.close()
        self._capture.close()
        self._analysis.close()
        self._jobs.close()
        # Keep the answer that has just come; the take that was running is finished now, put it
        # into the library.
        for receiver in (self._answers, self):
            QCoreApplication.sendPostedEvents(receiver)
        self._jobs.close()
        self._playing.close()

    # --- wiring -------------------------------------------------------------------------

    def _timer(self, interval_ms: int, act: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setInterval(interval_ms)
        timer.timeout.connect(act)
        return timer

    def _connect(self) -> None:
        page, capture = self._page, self._capture
        page.record_button.clicked.connect(self.record_or_stop)
        page.result.record_again_requested.connect(self.record_or_stop)
        page.result.cancel_requested.connect(self._cancel)
        page.take.length_chosen.connect(self._length_chosen)
        # Another site begins a new count of attempts.
        self._labelling.site_chosen.connect(self._begin_attempts)
        self._labelling.said.connect(self._note)
        self._labelling.take_labelled.connect(self.take_stored)
        capture.unavailable.connect(self._on_unavailable)
        capture.take_started.connect(self._on_take_started)
        capture.take_finished.connect(self._on_take_finished)
        capture.take_refused.connect(self._on_take_refused)
        capture.gap_found.connect(self._on_gap)
        capture.space_low.connect(self._on_space_low)
        self._listening.changed.connect(self._on_listening)
        self._opening.opened.connect(self._opened)
        self._opening.failed.connect(self._answers.show_again)
        self._answers.take_answered.connect(self.take_stored)
        self._answers.good_enough.connect(self._begin_attempts)

    def _show_settings(self) -> None:
        self._page.take.set_length(self._settings.take_length_s)
        self._page.take.set_model(self._settings.model_choice)
        self._page.record_button.set_state("disabled")

    # --- a take -------------------------------------------------------------------------

    @Slot(bool)
    def _on_listening(self, on: bool) -> None:
        if not on:
            self._page.record_button.set_state("disabled")
        elif not self.recording:
            self._page.record_button.set_state("idle")

    def _set_starting(self, starting: bool) -> None:
        """Whether a take is about to begin. PortAudio may take its time over something else first:
        what the take is recorded with must not change meanwhile."""
        self._starting = starting
        self._lock(starting or self.recording)

    def _lock(self, locked: bool) -> None:
        self._page.devices.set_locked(locked)
        self._page.take.set_locked(locked)

    @Slot()
    def _on_unavailable(self) -> None:
        """A take that was about to begin does not."""
        self._set_starting(False)

    @Slot(object)
    def _on_take_started(self, take: LiveTake) -> None:
        self._live = take
        self._set_starting(False)
        self._unfinished.begin(take.path, self._now(), self._labelling.labels())
        self._attempt += 1
        self._page.record_button.set_state("recording")
        for key in ("open", "take", GAP):
            self._page.banner.dismiss(key)
        self._page.tracks.set_features(take.features)
        self._page.tracks.begin_live(LIVE_VIEW_S)
        self._answers.begin_live(take)
        self._live_timer.start()
        self.take_runs.emit(True)

    @Slot(object)
    def _on_take_refused(self, error: HeartGUIError) -> None:
        self._set_starting(False)
        self._page.banner.show_error(error, key="take")
        self._answers.show_again()

    @Slot(object)
    def _on_take_finished(self, finished: FinishedTake) -> None:
        take, self._live = finished.take, None
        self._unfinished.end()
        self.take_runs.emit(False)
        self._live_timer.stop()
        self._answers.end_live()
        self._lock(False)
        self._page.record_button.set_state("idle" if self._listening.on else "disabled")
        self._page.tracks.end_live()
        self._page.tracks.set_gaps(take.gaps)
        if finished.error is not None:
            self._page.banner.show_error(finished.error, key="take")
            self.take_cut_short.emit(finished.error)
        if take.n_frames == 0:
            self._nothing_recorded(finished)
        else:
            self._keep(finished)
        if take.complete and finished.error is None:
            # Last: a key that was pressed while this thread was busy is looked at now.
            self._ended_by_itself_s = monotonic()

    def _keep(self, finished: FinishedTake) -> None:
        """Put a take that has ended, and is in the library, on the screen."""
        take = finished.take
        stored = finished.stored
        assert stored is not None
        if stored.error is not None:
            self._page.banner.show_error(stored.error, key="library")
        if stored.take_id is not None:
            self._labelling.say_the_last(stored.take_id)
            self.take_stored.emit(stored.take_id)
        self._answers.show(
            Shown(
                take.recording(), take.features, "Recorded take", take_id=stored.take_id,
                attempt=self._attempt, gaps=tuple(take.gaps),
            )
        )  # fmt: skip

    def _nothing_recorded(self, finished: FinishedTake) -> None:
        """A take that ended before its first sound is none: what was there before still is."""
        self._library.discard(finished.take.path)
        self._attempt = max(0, self._attempt - 1)
        if finished.error is None:
            self._page.banner.show_message(
                "warning", "Nothing was recorded.", "Record again.", key="take"
            )
        self._answers.show_again()

    @Slot()
    def _note(self) -> None:
        """What is said while a take runs outlives a crash, as its sound does."""
        self._unfinished.say(self._labelling.labels())

    def _take_on_screen(self) -> int | None:
        if self.shown is None or self._starting or self.recording:
            return None
        if self.shown.recording is self._of_the_last:
            return None
        return self.shown.take_id

    def _finish_labels(self) -> None:
        """What was being said is said: something else comes onto the screen, or the window closes,
        and neither takes the focus from the field."""
        self._page.sites.torso.settle()
        self._page.take.finish_code()

    @Slot(int)
    def _length_chosen(self, length_s: int) -> None:
        self._settings.take_length_s = length_s

    @Slot(float, float)
    def _on_gap(self, start_s: float, end_s: float) -> None:
        if self._live is not None:
            self._page.tracks.set_gaps(list(self._live.gaps))
        self._page.banner.show_message(
            "warning", f"{(end_s - start_s) * 1000:.0f} ms of sound were lost at {start_s:.1f} s.",
            "The gap is marked; everything else is kept.", key=GAP,
        )  # fmt: skip

    @Slot(float)
    def _on_space_low(self, left_s: float) -> None:
        self._page.banner.show_message(
            "warning", f"The disk has space for {left_s / 60:.0f} more minutes of sound.",
            "Free some space, or choose another recordings folder in Settings.", key="space",
        )  # fmt: skip

    # --- files --------------------------------------------------------------------------

    @Slot(object, object, object)
    def _opened(self, opened: OpenedRecording, title: str | None, take: Take | None) -> None:
        self._attempt = 0
        self._page.banner.dismiss(GAP)
        path = opened.recording.path
        assert path is not None
        gaps = take.gaps if take is not None else ()
        shown = Shown(opened.recording, opened.features, title or path.name,
                      take_id=take.id if take else None, gaps=gaps)  # fmt: skip
        if take is None and title is None:
            self.file_opened.emit(path)
        if take is not None:
            self._labelling.suggest(take)
        self._answers.show(shown)

    @Slot()
    def _cancel(self) -> None:
        if self._opening.running:
            self._opening.stop()
            self._answers.show_again()
        elif not self._starting:
            self._answers.cancel()

    @Slot()
    def _begin_attempts(self) -> None:
        self._attempt = 0

    # --- frames -------------------------------------------------------------------------

    @Slot()
    def _draw(self) -> None:
        """At most 30 times a second: the newest state of what is heard."""
        self._page.devices.set_level(self._capture.level)
        take = self._live
        if take is not None:
            self._page.tracks.refresh_live()
            self._page.record_button.set_progress(take.duration_s, take.length_s)
            if take.complete and self._page.record_button.state == "recording":
                self._page.record_button.set_state("saving")
