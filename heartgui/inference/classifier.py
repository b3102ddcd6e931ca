"""A model applied to a recording, window by window."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from heartgui.audio.resampling import resample
from heartgui.domain import Prediction, Recording, Samples, WindowPrediction
from heartgui.errors import Cancelled, ModelError
from heartgui.features.model_input import PAPER_SAMPLE_RATE_HZ, PAPER_WINDOW_S, paper_input
from heartgui.inference.bundle import ModelBundle
from heartgui.inference.engines import Batch, Engine
from heartgui.inference.windows import plan_windows

Progress = Callable[[int, int], None]
IsCancelled = Callable[[], bool]
BATCH_WINDOWS = 8
"""Windows a batch: bounds memory, and is what a cancellation waits for at most."""


class Classifier:
    """One bundle and the engine that runs it."""

    def __init__(self, bundle: ModelBundle, engine: Engine) -> None:
        if bundle.card.input_kind != "paper-mel":
            raise ModelError(f"Model {bundle.name} needs a newer HeartGUI.")
        self.bundle = bundle
        self.engine = engine

    def probabilities(self, inputs: Batch) -> Batch:
        """Shape (n, 128, 431) to (n, 5)."""
        return self.engine.predict(inputs)


class WindowedRecording:
    """The spectrogram windows of a recording, shared by all classifiers that fill alike."""

    def __init__(self, recording: Recording) -> None:
        self._samples = recording.samples
        self._rate_hz = recording.sample_rate_hz
        self.windows = plan_windows(recording.duration_s, PAPER_WINDOW_S)

    def inputs(self, start: int, stop: int, short: str) -> Batch:
        """Model inputs of windows[start:stop], shape (stop - start, 128, 431)."""
        return np.stack([self._input(*window, short) for window in self.windows[start:stop]])

    def _input(self, start_s: float, end_s: float, short: str) -> Batch:
        first = round(start_s * self._rate_hz)
        samples = self._samples[first : round(end_s * self._rate_hz)]
        return window_input(samples, self._rate_hz, short)


def window_input(samples: Samples, sample_rate_hz: int, short: str) -> Batch:
    """Model input, shape (128, 431), of up to ten seconds at any rate."""
    at_rate = resample(samples, sample_rate_hz, PAPER_SAMPLE_RATE_HZ)
    return paper_input(at_rate, short=short)  # type: ignore[arg-type]


def classify_recording(
    classifiers: tuple[Classifier, ...],
    recording: Recording,
    *,
    progress: Progress | None = None,
    cancelled: IsCancelled | None = None,
) -> tuple[Prediction, ...]:
    """Each classifier's answer for all windows of a recording.

    progress(windows done, windows in all). Raises Cancelled between batches when cancelled()
    turns true.
    """
    windowed = WindowedRecording(recording)
    n = len(windowed.windows)
    answers: list[list[Batch]] = [[] for _ in classifiers]
    for start in range(0, n, BATCH_WINDOWS):
        stop = min(n, start + BATCH_WINDOWS)
        ready: dict[str, Batch] = {}
        for classifier, answer in zip(classifiers, answers, strict=True):
            if cancelled is not None and cancelled():
                raise Cancelled
            short = classifier.bundle.card.input_short
            if short not in ready:
                ready[short] = windowed.inputs(start, stop, short)
            answer.append(classifier.probabilities(ready[short]))
        if progress is not None:
            progress(stop, n)
    return tuple(
        _prediction(classifier, windowed.windows, np.concatenate(answer))
        for classifier, answer in zip(classifiers, answers, strict=True)
    )


def classify_prepared(
    classifiers: tuple[Classifier, ...],
    recordings: Sequence[tuple[list[tuple[float, float]], dict[str, Batch]]],
) -> list[tuple[Prediction, ...]]:
    """Each classifier's answer for the windows of several recordings, in one batch.

    recordings: windows (start and end, seconds) and their inputs by the way of filling; no
    prediction for one without windows.
    """
    asked = [(windows, inputs) for windows, inputs in recordings if windows]
    answers: list[list[Prediction]] = [[] for _ in asked]
    ends = np.cumsum([len(windows) for windows, _ in asked])
    for classifier in classifiers if asked else ():
        short = classifier.bundle.card.input_short
        batch = np.concatenate([inputs[short] for _, inputs in asked])
        parts = np.split(classifier.probabilities(batch), ends[:-1])
        for answer, (windows, _), part in zip(answers, asked, parts, strict=True):
            answer.append(_prediction(classifier, windows, part))
    ready = iter(answers)
    return [tuple(next(ready)) if windows else () for windows, _ in recordings]


def classify_window(
    classifiers: tuple[Classifier, ...], samples: Samples, sample_rate_hz: int, start_s: float
) -> tuple[Prediction, ...]:
    """Each classifier's answer for one window that starts `start_s` into the recording."""
    end_s = start_s + len(samples) / sample_rate_hz
    ready: dict[str, Batch] = {}
    predictions = []
    for classifier in classifiers:
        short = classifier.bundle.card.input_short
        if short not in ready:
            ready[short] = window_input(samples, sample_rate_hz, short)[np.newaxis]
        answer = classifier.probabilities(ready[short])
        predictions.append(_prediction(classifier, [(start_s, end_s)], answer))
    return tuple(predictions)


def mean_probabilities(predictions: tuple[Prediction, ...]) -> tuple[float, ...]:
    """Mean over models, in the order of CLASSES; empty without predictions."""
    if not predictions:
        return ()
    return tuple(float(p) for p in np.mean([p.probabilities for p in predictions], axis=0))


def mean_windows(predictions: tuple[Prediction, ...]) -> tuple[WindowPrediction, ...]:
    """The windows with the mean of the models' probabilities; models share their windows."""
    return tuple(
        WindowPrediction(
            windows[0].start_s,
            windows[0].end_s,
            tuple(float(p) for p in np.mean([w.probabilities for w in windows], axis=0)),
        )
        for windows in zip(*(prediction.windows for prediction in predictions), strict=True)
    )


def _prediction(
    classifier: Classifier, windows: list[tuple[float, float]], answer: Batch
) -> Prediction:
    return Prediction(
        model=classifier.bundle.name,
        model_version=classifier.bundle.version,
        probabilities=tuple(float(p) for p in answer.mean(axis=0)),
        windows=tuple(
            WindowPrediction(start_s, end_s, tuple(float(p) for p in row))
            for (start_s, end_s), row in zip(windows, answer, strict=True)
        ),
    )
