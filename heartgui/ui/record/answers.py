"""The recording on screen and its answer: asks the models, shows and keeps what they say."""

from __future__ import annotations

import logging
from dataclasses import replace

from PySide6.QtCore import QObject, Signal, Slot

from heartgui.domain import Decision, Finding, Recording
from heartgui.errors import HeartGUIError
from heartgui.inference.analysis import Analyser, LiveAnswer
from heartgui.inference.decision import shown_windows
from heartgui.inference.explanation import Patch, strongest
from heartgui.inference.wording import explanation_words
from heartgui.library.store import Library
from heartgui.ui.durations import duration_words
from heartgui.ui.record.keeping import Keeping
from heartgui.ui.record.playing import Playing
from heartgui.ui.record.record_page import RecordPage
from heartgui.ui.record.shown import Shown
from heartgui.workers.analysis import AnalysisWorker
from heartgui.workers.jobs import Job, JobRunner
from heartgui.workers.live_take import LiveTake

log = logging.getLogger(__name__)

CANCELLED = "Cancelled. The recording is kept."
LIVE_WINDOW_S = 10.0
LIVE_FROM_S = 3.0
SETTLED_S = 1.0
"""Marks so near the start of a window that has moved on, where less is known, stay."""
PROGRESS_FROM_WINDOWS = 8
"""Fewer are answered before a progress bar could be read."""


class Answers(QObject):
    """Everything about the recording on screen but where it came from."""

    take_answered = Signal(int)
    """Number of a take whose answer is in the library now."""
    good_enough = Signal()
    """An answer came that does not ask to record again."""

    def __init__(
        self,
        page: RecordPage,
        analysis: AnalysisWorker,
        jobs: JobRunner,
        playing: Playing,
        library: Library,
    ) -> None:
        super().__init__()
        self._page = page
        self._analysis = analysis
        self._jobs = jobs
        self._playing = playing
        self._keeping = Keeping(library, jobs, page.banner)
        self._keeping.kept.connect(self.take_answered)
        self._analyser: Analyser | None = None
        self._late: list[tuple[int, Recording, bool]] = []
        """Takes that gave way before they had their answer: number, sound, whether anyway."""
        self._live: LiveTake | None = None
        self._live_token = 0
        self._live_sounds: list[tuple[float, str]] = []
        """S1 and S2 of the running take so far."""
        self._waiting = False
        """Whether the answer for the recording on screen is on its way."""
        self._anyway = False
        self._why_token = 0
        """Of the request to explain that is under way, 0 for none."""
        self.shown: Shown | None = None
        """The recording on screen, None before the first."""
        page.result.analyse_anyway_requested.connect(self._analyse_anyway)
        page.result.explains = True
        page.result.why_requested.connect(self._why)
        analysis.explained.connect(self._on_explained)
        analysis.ready.connect(self._on_models_ready)
        analysis.live_answer.connect(self._on_live_answer)
        analysis.finished_answer.connect(self._on_answer)
        analysis.progressed.connect(self._on_progress)
        analysis.failed.connect(self._on_failed)

    # --- asking -------------------------------------------------------------------------

    def show(self, shown: Shown) -> None:
        """Put a recording on the screen and ask for its answer."""
        self.shown = shown
        self._put(shown)
        self.classify()

    def _put(self, shown: Shown) -> None:
        page, recording = self._page, shown.recording
        rate_hz = recording.source_sample_rate_hz or recording.sample_rate_hz
        channels = recording.source_channels
        mixed = "" if channels == 1 else f" · mean of {channels} channels"
        page.caption.show_text(
            shown.title, f"{duration_words(recording.duration_s)} · {rate_hz} Hz{mixed}"
        )
        page.tracks.set_features(shown.features)
        page.tracks.set_gaps(list(shown.gaps))
        page.quality.show_quality(None)
        page.heart.show_nothing()
        self._playing.load(recording)

    def show_again(self) -> None:
        """After something else could not be shown: the recording that was there still is."""
        page = self._page
        if self.shown is None:
            page.tracks.set_features(None)
            page.result.show_empty()
            return
        if page.tracks.features is self.shown.features:
            # The stretch in view stays.
            self._playing.load(self.shown.recording)
        else:
            self._put(self.shown)
        if self.shown.finding is not None:
            self._show_finding(self.shown.finding)
            self._offer(self.shown.finding)
        elif self.shown.cancelled:
            page.result.show_unclassified(CANCELLED)
        else:
            self.classify()

    def classify(self, *, anyway: bool = False) -> None:
        """Ask the models about the recording on screen. anyway: whatever its quality."""
        if self.shown is None:
            return
        self._no_why()
        self._keeping.tell_no_more()
        self._page.result.show_busy("Classifying…")
        token = self._analysis.classify(self.shown.recording, anyway=anyway)
        self.shown = self.shown.asked(token)
        self._waiting, self._anyway = True, anyway

    def belongs_to(self, take_id: int) -> None:
        """The recording on screen is a take of the library, which has to have its answer."""
        if self.shown is None:
            return
        self.shown = replace(self.shown, take_id=take_id)
        if self.shown.finding is not None:
            self._offer(self.shown.finding)

    def belongs_to_none(self) -> None:
        """The recording on screen is no longer a take of the library."""
        if self.shown is not None:
            self.shown = replace(self.shown, take_id=None)
        self._keeping.tell_no_more()

    def cancel(self) -> None:
        """The person wants no answer."""
        self._stop_asking(cancelled=True)
        self._page.result.show_unclassified(CANCELLED)

    def outdated(self) -> None:
        """Other models are chosen while the page is about something else: they are asked when the
        recording comes back."""
        if self.shown is not None:
            self.shown = self.shown.unanswered()

    def _stop_asking(self, *, cancelled: bool) -> None:
        self._analysis.cancel()
        self._waiting = False
        self._no_why()
        if self.shown is not None:
            self.shown = self.shown.asked_no_more(cancelled=cancelled)

    def give_way(self) -> None:
        """Something else comes onto the screen. The answer that a take waits for comes into the
        library all the same, if it would have."""
        shown, anyway = self.shown, self._anyway
        if (
            self._waiting
            and shown is not None
            and shown.take_id is not None
            and (anyway or self._keeping.lacks_answer(shown.take_id))
        ):
            self._late.append((shown.take_id, shown.recording, anyway))
            self._answer_late()
        self._keeping.tell_no_more()
        self._stop_asking(cancelled=shown is not None and shown.cancelled)

    def _answer_late(self) -> None:
        """Start the jobs for takes that gave way; when the models are there, if they are not."""
        if self._analyser is None:
            return
        for take in self._late:
            self._answer_one(self._analyser, *take)
        self._late.clear()

    def _answer_one(
        self, analyser: Analyser, take_id: int, recording: Recording, anyway: bool
    ) -> None:
        job = Job(
            f"answer of take {take_id}",
            lambda _progress, cancelled: (
                take_id,
                analyser.analyse(recording, anyway=anyway, cancelled=cancelled),
            ),
        )
        job.done.connect(self._on_late_answer)
        job.failed.connect(self._on_late_failure)
        self._jobs.start(job)

    def begin_live(self, take: LiveTake) -> None:
        """From now on the page shows a running take."""
        self._live = take
        self._live_sounds = []
        self._no_why()
        page = self._page
        page.caption.show_text("")
        page.result.show_live((), 0.0)
        page.quality.show_quality(None)
        page.heart.show_nothing()

    def end_live(self) -> None:
        self._live = None

    def ask_live(self) -> None:
        """Ask for the probabilities of the take's last seconds."""
        take = self._live
        if take is None or take.duration_s < LIVE_FROM_S:
            return
        samples, start_s = take.recent(LIVE_WINDOW_S)
        self._live_token = self._analysis.classify_live(samples, take.sample_rate_hz, start_s)

    # --- answers ------------------------------------------------------------------------

    @Slot()
    def _analyse_anyway(self) -> None:
        # The same button classifies what has no answer, and analyses in spite of a refusal.
        anyway = self.shown is not None and self.shown.finding is not None
        if anyway:
            log.info("analysed anyway by request")
        self.classify(anyway=anyway)

    @Slot()
    def _why(self) -> None:
        """Ask what the answer rests on; pressed again: stop, or hide the outlines."""
        shown, page = self.shown, self._page
        if shown is None or shown.finding is None or shown.finding.label is None:
            return
        if self._why_token or page.tracks.mel.patches:
            if self._why_token:
                self._analysis.cancel()
            self._no_why()
            return
        self._why_token = self._analysis.explain(shown.recording, shown.finding.label)
        page.result.show_why("Hiding parts of the sound one by one…", busy=True)

    def _no_why(self) -> None:
        self._why_token = 0
        self._page.tracks.set_patches(())
        self._page.result.show_why("")

    @Slot(int, object)
    def _on_explained(self, token: int, patches: tuple[Patch, ...]) -> None:
        if token != self._why_token or self.shown is None:
            return
        self._why_token = 0
        chosen = strongest(patches)
        self._page.tracks.set_patches(chosen)
        words = explanation_words(chosen, self.shown.recording.duration_s)
        self._page.result.show_why(words, shown=bool(chosen))

    @Slot(object)
    def _on_models_ready(self, analyser: Analyser) -> None:
        self._analyser = analyser
        self._answer_late()

    @Slot(int, object)
    def _on_live_answer(self, token: int, answer: LiveAnswer) -> None:
        if self._live is None or token != self._live_token:
            return
        page = self._page
        page.result.show_live(answer.predictions, self._live.duration_s)
        if any(prediction.states is not None for prediction in answer.predictions):
            # What has left the window stays where it was last seen.
            settled_s = answer.start_s + SETTLED_S if answer.start_s > 0.0 else 0.0
            self._live_sounds = [
                *(sound for sound in self._live_sounds if sound[0] < settled_s),
                *(sound for sound in answer.sounds if sound[0] >= settled_s),
            ]
            page.tracks.set_beats(self._live_sounds)
            page.tracks.set_heart_rate(answer.heart_rate_bpm)
            page.heart.show_live(answer.heart_rate_bpm)

    @Slot(int, int, int)
    def _on_progress(self, token: int, done: int, total: int) -> None:
        if token == self._why_token:
            words = f"Hiding parts of the sound: {100 * done // total} %"
            self._page.result.show_why(words, busy=True)
        elif self._is_shown(token) and total > PROGRESS_FROM_WINDOWS:
            self._page.result.show_busy("Classifying…", done, total)

    @Slot(int, object)
    def _on_answer(self, token: int, finding: Finding) -> None:
        if self.shown is None or not self._is_shown(token):
            return
        self._waiting = False
        self.shown = self.shown.answered(finding)
        self._offer(finding)
        if self._live is None:
            self._show_finding(finding)

    @Slot(object)
    def _on_late_answer(self, result: tuple[int, Finding]) -> None:
        self._keeping.offer(*result, shown=False)

    @Slot(object)
    def _on_late_failure(self, error: HeartGUIError) -> None:
        self._page.banner.show_error(error, key="models")

    @Slot(int, object)
    def _on_failed(self, token: int, error: HeartGUIError) -> None:
        if token == 0:
            self._page.banner.show_error(error, key="models")
        elif token == self._why_token:
            self._no_why()
            self._page.banner.show_error(error, key="why")
        elif self._is_shown(token):
            self._waiting = False
            self._page.result.show_error(error.message, error.kept, error.remedy)

    def _is_shown(self, token: int) -> bool:
        return self.shown is not None and token == self.shown.token

    def _offer(self, finding: Finding) -> None:
        if self.shown is not None and self.shown.take_id is not None:
            self._keeping.offer(self.shown.take_id, finding)

    def _show_finding(self, finding: Finding) -> None:
        page = self._page
        attempt = self.shown.attempt if self.shown else 0
        cards = self._analyser.cards if self._analyser is not None else ()
        page.result.show_finding(finding, cards, attempt=attempt)
        page.quality.show_quality(finding.quality)
        page.heart.show_finding(finding)
        page.tracks.set_beats(finding.cycle.sounds if finding.cycle else ())
        page.tracks.set_heart_rate(finding.heart_rate_bpm)
        page.tracks.set_windows(shown_windows(finding))
        if finding.decision is not Decision.RECORD_AGAIN:
            self.good_enough.emit()
