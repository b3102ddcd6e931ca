"""The analysis worker: one thread that classifies; a newer request supersedes an older one."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QThread, Signal

from heartgui.domain import HeartSoundClass, Recording, Samples
from heartgui.errors import Cancelled, HeartGUIError, ModelError
from heartgui.inference.analysis import Analyser

log = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class _Request:
    """recording: classify it whole, or with `explain` say what that class rests on; samples:
    classify them as the live window."""

    token: int
    recording: Recording | None = None
    anyway: bool = False
    samples: Samples | None = None
    sample_rate_hz: int = 0
    start_s: float = 0.0
    explain: HeartSoundClass | None = None


class AnalysisWorker(QThread):
    """Runs the models. The newest request wins: an older one still waiting is dropped, one
    that is running is cancelled between batches.

    Signals carry the token that the request was given, so that a late answer is recognised.
    make_analyser: called once on this thread, because loading models takes time.
    """

    ready = Signal(object)
    """The Analyser, when its models are loaded."""
    live_answer = Signal(int, object)
    """token, LiveAnswer."""
    finished_answer = Signal(int, object)
    """token, Finding."""
    explained = Signal(int, object)
    """token, tuple of Patch."""
    progressed = Signal(int, int, int)
    """token, windows or patches done, in all."""
    failed = Signal(int, object)
    """token (0 when the models could not be loaded), HeartGUIError."""

    def __init__(self, make_analyser: Callable[[], Analyser]) -> None:
        super().__init__()
        self.setObjectName("analysis")
        self._make_analyser = make_analyser
        self._condition = threading.Condition()
        self._pending: _Request | None = None
        self._cancelled = threading.Event()
        self._closing = False
        self._reload = True
        self._last_token = 0

    def classify(self, recording: Recording, *, anyway: bool = False) -> int:
        """Ask for the whole answer. Returns the request's token."""
        return self._ask(lambda token: _Request(token, recording=recording, anyway=anyway))

    def classify_live(self, samples: Samples, sample_rate_hz: int, start_s: float) -> int:
        """Ask for the probabilities of the window that ends now."""
        return self._ask(
            lambda token: _Request(
                token, samples=samples, sample_rate_hz=sample_rate_hz, start_s=start_s
            )
        )

    def explain(self, recording: Recording, label: HeartSoundClass) -> int:
        """Ask which parts of the sound the probability of a class rests on."""
        return self._ask(lambda token: _Request(token, recording=recording, explain=label))

    def use(self, make_analyser: Callable[[], Analyser]) -> None:
        """Load other models (another choice, another engine) before the next request."""
        with self._condition:
            self._make_analyser = make_analyser
            self._reload = True
            self._condition.notify()

    def cancel(self) -> None:
        """Drop whatever is waiting or running."""
        with self._condition:
            self._pending = None
            self._cancelled.set()

    def close(self) -> None:
        """End the thread; waits for it."""
        with self._condition:
            self._closing = True
            self._pending = None
            self._cancelled.set()
            self._condition.notify()
        self.wait()

    def _ask(self, make: Callable[[int], _Request]) -> int:
        with self._condition:
            self._last_token += 1
            self._pending = make(self._last_token)
            self._cancelled.set()
            self._condition.notify()
            return self._last_token

    # --- on this thread -----------------------------------------------------------------

    def run(self) -> None:
        analyser: Analyser | None = None
        while True:
            with self._condition:
                self._condition.wait_for(
                    lambda: self._closing or self._reload or self._pending is not None
                )
                if self._closing:
                    return
                reload, self._reload = self._reload, False
                request, self._pending = self._pending, None
                self._cancelled.clear()
            if reload:
                analyser = self._load()
            if request is not None:
                self._answer(analyser, request)

    def _load(self) -> Analyser | None:
        try:
            analyser = self._make_analyser()
        except HeartGUIError as error:
            log.error("models not loaded: %s", error.message)
            self.failed.emit(0, error)
            return None
        except Exception as error:
            # As where an engine cannot be imported. It must not end the thread.
            log.exception("models not loaded")
            self.failed.emit(
                0,
                ModelError(
                    f"The models could not be loaded ({type(error).__name__}).",
                    remedy="Install HeartGUI again, or choose another engine in Settings;"
                    " the log file holds the details.",
                ),
            )
            return None
        self.ready.emit(analyser)
        return analyser

    def _answer(self, analyser: Analyser | None, request: _Request) -> None:
        token = request.token
        try:
            if analyser is None:
                raise ModelError(
                    "No model could be loaded, so there is no answer.",
                    kept="The recording is kept.",
                    remedy="Install HeartGUI again, then classify the recording again.",
                )
            if request.recording is not None and request.explain is not None:
                patches = analyser.explain(
                    request.recording,
                    request.explain,
                    progress=lambda done, total: self.progressed.emit(token, done, total),
                    cancelled=self._cancelled.is_set,
                )
                self.explained.emit(token, patches)
            elif request.recording is not None:
                finding = analyser.analyse(
                    request.recording,
                    anyway=request.anyway,
                    progress=lambda done, total: self.progressed.emit(token, done, total),
                    cancelled=self._cancelled.is_set,
                )
                self.finished_answer.emit(token, finding)
            elif request.samples is not None:
                answer = analyser.live(request.samples, request.sample_rate_hz, request.start_s)
                self.live_answer.emit(token, answer)
        except Cancelled:
            log.debug("request %d was superseded", token)
        except HeartGUIError as error:
            self.failed.emit(token, error)
        except Exception as error:
            # A fault of ours must not end the thread and leave the window waiting for ever.
            log.exception("classification failed")
            self.failed.emit(
                token,
                ModelError(
                    f"The recording could not be classified ({type(error).__name__}).",
                    kept="The recording is kept.",
                    remedy="Try again; the log file holds the details.",
                ),
            )
