"""A model applied to a recording, window by window."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property

import numpy as np

from heartgui.audio.resampling import resample
from heartgui.domain import Prediction, Recording, Samples, WindowPrediction
from heartgui.errors import Cancelled, ModelError
from heartgui.features.framing import FloatArray
from heartgui.features.heart_input import FRAMES_A_SECOND, HEART_RATE_HZ, heart_decibels
from heartgui.inference.calibration import calibrated, with_timbre
from heartgui.inference.engines import (
    CLASSES_OUTPUT,
    STATES_OUTPUT,
    TIMBRE_OUTPUT,
    Batch,
    LoadedModel,
)
from heartgui.inference.inputs import HEART_MEL_KIND, KINDS, InputKey, window_input
from heartgui.inference.windows import WINDOW_S, plan_windows, with_sound

Progress = Callable[[int, int], None]
IsCancelled = Callable[[], bool]
Windows = Sequence[tuple[float, float]]
Answer = dict[str, Batch]
"""Raw outputs of a model for several windows, by name."""
SHORT_S = 60.0
"""What is no longer is resampled as a whole and once."""
BATCH_WINDOWS = 8
"""Windows a batch: bounds memory, and is what a cancellation waits for at most."""


class Classifier:
    """A model that answers for windows. Raises ModelError for one of a newer program."""

    def __init__(self, model: LoadedModel) -> None:
        if model.bundle.card.input_kind not in KINDS:
            raise ModelError(f"Model {model.bundle.name} needs a newer HeartGUI.")
        self.bundle = model.bundle
        self.engine = model.engine

    @property
    def input_key(self) -> InputKey:
        return self.bundle.card.input_key

    def answer(self, inputs: Batch) -> Answer:
        """Raw outputs for inputs of shape (n_windows, ...)."""
        return self.engine.predict(inputs)

    def uncalibrated(self, answer: Answer) -> FloatArray:
        """Probabilities of each window before calibration, shape (n_windows, 5)."""
        classes = answer[CLASSES_OUTPUT].astype(np.float64)
        if TIMBRE_OUTPUT not in answer:
            return classes
        return with_timbre(classes, answer[TIMBRE_OUTPUT], self.bundle.card.timbre_share)

    def prediction(self, windows: Windows, answer: Answer) -> Prediction:
        """The recording's answer from its windows' raw outputs: their means, calibrated."""
        card = self.bundle.card
        # The windows' answers, and below them their means.
        both = {
            name: np.concatenate([answer[name], answer[name].mean(axis=0, keepdims=True)])
            for name in (CLASSES_OUTPUT, TIMBRE_OUTPUT)
            if name in answer
        }
        probabilities = self.uncalibrated(both)
        if card.sharpness != 1.0 or any(card.bias):
            probabilities = calibrated(probabilities, card.sharpness, card.bias)
        *rows, whole = probabilities.tolist()
        weights = card.weights if len(set(card.weights)) > 1 else ()
        states = answer.get(STATES_OUTPUT)
        return Prediction(
            model=self.bundle.name,
            model_version=self.bundle.version,
            probabilities=tuple(whole),
            windows=tuple(
                WindowPrediction(start_s, end_s, tuple(row), weights)
                for (start_s, end_s), row in zip(windows, rows, strict=True)
            ),
            weights=weights,
            states=None if states is None else joined_states(windows, states),
        )


class WindowedRecording:
    """The windows of a recording, shared by all classifiers that take the same input."""

    def __init__(self, recording: Recording) -> None:
        self.recording = recording
        self.windows = plan_windows(recording.duration_s)
        if len(self.windows) > 1:
            self.windows = with_sound(self.windows, recording.samples, recording.sample_rate_hz)

    @cached_property
    def heart_sound(self) -> tuple[Samples, int]:
        """The samples at HEART_RATE_HZ, which all that hears the heart starts from, and their
        rate; of more than a minute the samples as they are."""
        if self.recording.duration_s > SHORT_S:
            return self.recording.samples, self.recording.sample_rate_hz
        samples = resample(self.recording.samples, self.recording.sample_rate_hz, HEART_RATE_HZ)
        return samples, HEART_RATE_HZ

    @cached_property
    def decibels(self) -> Batch | None:
        """`heart_decibels` of a recording that fits into one window: what HeartNet is given and
        where a murmur lies both follow from them. None for a longer one."""
        if self.recording.duration_s > WINDOW_S:
            return None
        return heart_decibels(*self.heart_sound)

    def inputs(self, start: int, stop: int, key: InputKey) -> Batch:
        """Model inputs of windows[start:stop], stacked."""
        return np.stack([self._input(*window, key) for window in self.windows[start:stop]])

    def _input(self, start_s: float, end_s: float, key: InputKey) -> Batch:
        samples, rate_hz = self.recording.samples, self.recording.sample_rate_hz
        decibels = None
        if key[0] == HEART_MEL_KIND:
            (samples, rate_hz), decibels = self.heart_sound, self.decibels
        samples = samples[round(start_s * rate_hz) : round(end_s * rate_hz)]
        return window_input(samples, rate_hz, key, decibels=decibels)


def classify_recording(
    classifiers: tuple[Classifier, ...],
    windowed: WindowedRecording,
    *,
    progress: Progress | None = None,
    cancelled: IsCancelled | None = None,
) -> tuple[Prediction, ...]:
    """Each classifier's answer for all windows of a recording.

    progress(windows done, windows in all). Raises Cancelled between batches when cancelled()
    turns true.
    """
    n = len(windowed.windows)
    answers: list[list[Answer]] = [[] for _ in classifiers]
    for start in range(0, n, BATCH_WINDOWS):
        stop = min(n, start + BATCH_WINDOWS)
        ready: dict[InputKey, Batch] = {}
        for classifier, answer in zip(classifiers, answers, strict=True):
            if cancelled is not None and cancelled():
                raise Cancelled
            key = classifier.input_key
            if key not in ready:
                ready[key] = windowed.inputs(start, stop, key)
            answer.append(classifier.answer(ready[key]))
        if progress is not None:
            progress(stop, n)
    return tuple(
        classifier.prediction(windowed.windows, _joined(answer))
        for classifier, answer in zip(classifiers, answers, strict=True)
    )


def classify_prepared(
    classifiers: tuple[Classifier, ...],
    recordings: Sequence[tuple[Windows, dict[InputKey, Batch]]],
) -> list[tuple[Prediction, ...]]:
    """Each classifier's answer for the windows of several recordings, in one batch.

    recordings: windows (start and end, seconds) and their inputs by kind; no prediction for one
    without windows.
    """
    asked = [(windows, inputs) for windows, inputs in recordings if windows]
    answers: list[list[Prediction]] = [[] for _ in asked]
    ends = np.cumsum([len(windows) for windows, _ in asked])
    for classifier in classifiers if asked else ():
        batch = np.concatenate([inputs[classifier.input_key] for _, inputs in asked])
        outputs = classifier.answer(batch)
        for index, (windows, _) in enumerate(asked):
            part = slice(ends[index] - len(windows), ends[index])
            answer = {name: output[part] for name, output in outputs.items()}
            answers[index].append(classifier.prediction(windows, answer))
    ready = iter(answers)
    return [tuple(next(ready)) if windows else () for windows, _ in recordings]


def mean_probabilities(predictions: Sequence[Prediction]) -> tuple[float, ...]:
    """Mean over models, in the order of CLASSES; empty without predictions."""
    return _means([prediction.probabilities for prediction in predictions])


def mean_scores(predictions: Sequence[Prediction]) -> tuple[float, ...]:
    """Mean of the models' weighted probabilities; the largest is the label's."""
    return _means([prediction.scores for prediction in predictions])


def mean_windows(predictions: tuple[Prediction, ...]) -> tuple[WindowPrediction, ...]:
    """The windows with the mean of the models' probabilities; models share their windows. Weights
    are kept where the models share them too."""
    shared = {prediction.weights for prediction in predictions}
    weights = shared.pop() if len(shared) == 1 else ()
    return tuple(
        WindowPrediction(
            windows[0].start_s,
            windows[0].end_s,
            _means([window.probabilities for window in windows]),
            weights,
        )
        for windows in zip(*(prediction.windows for prediction in predictions), strict=True)
    )


def _means(rows: Sequence[Sequence[float]]) -> tuple[float, ...]:
    """The mean of each column: of one or two rows NumPy would take ten times as long."""
    return tuple(sum(column) / len(rows) for column in zip(*rows, strict=True))


def joined_states(windows: Windows, states: Batch) -> Batch:
    """States from the recording's start to the last window's end, shape (n_frames, 4), from those
    of its overlapping windows, shape (n_windows, 500, 4). Where windows overlap, a frame counts
    the more the further it lies from its window's edge; what lies in none has zeros."""
    n_frames = [round((end_s - start_s) * FRAMES_A_SECOND) for start_s, end_s in windows]
    firsts = [round(start_s * FRAMES_A_SECOND) for start_s, _ in windows]
    length = max(first + n for first, n in zip(firsts, n_frames, strict=True))
    total = np.zeros((length, states.shape[-1]))
    for first, n, part in zip(firsts, n_frames, states, strict=True):
        n = min(n, len(part))
        ramp = np.arange(1, n + 1)
        weight = np.minimum(ramp, ramp[::-1])[:, np.newaxis]
        total[first : first + n] += weight * part[:n]
    return np.asarray(total / np.maximum(total.sum(axis=1, keepdims=True), 1e-9), np.float32)


def _joined(answers: list[Answer]) -> Answer:
    return {name: np.concatenate([answer[name] for answer in answers]) for name in answers[0]}
