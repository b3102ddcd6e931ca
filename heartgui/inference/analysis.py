"""Everything that is computed for one recording: quality, heart rate, models, decision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from heartgui.domain import (
    Finding,
    HeartCycle,
    HeartSoundClass,
    Prediction,
    Quality,
    Recording,
    Samples,
)
from heartgui.heart.beats import heart_cycle
from heartgui.heart.envelope import heart_envelope
from heartgui.heart.heart_rate import MAX_DURATION_S, rhythm
from heartgui.inference.bundle import load_bundle
from heartgui.inference.card import ModelCard
from heartgui.inference.classifier import (
    Classifier,
    IsCancelled,
    Progress,
    WindowedRecording,
    classify_prepared,
    classify_recording,
    mean_scores,
)
from heartgui.inference.decision import ANSWERED_FROM_S, decide, nothing_to_answer
from heartgui.inference.engines import Batch, load_model
from heartgui.inference.explanation import Patch, occlusion
from heartgui.inference.inputs import InputKey
from heartgui.quality.quality import NOISE_RATE_HZ, assess

COVERED_CODES = frozenset({"hum", "noise", "voices", "no-rhythm"})
"""With these the heart is not what is heard best."""


@dataclass(frozen=True, eq=False)
class Heard:
    """What there is to say of a recording without a model. rhythm_bpm: heart rate from the
    repetition of the sound alone, None where something else than the heart may be what repeats.
    envelope: `heart_envelope` of a recording up to a minute."""

    duration_s: float
    quality: Quality
    rhythm_bpm: float | None
    envelope: Samples | None

    @property
    def hopeless(self) -> bool:
        """Whether no model needs to be asked."""
        return self.duration_s < ANSWERED_FROM_S or nothing_to_answer(self.quality)


@dataclass(frozen=True, eq=False)
class Prepared:
    """All of a recording's answer but the models' part. windows: start and end, seconds; inputs:
    the models' inputs by kind; both empty where no model is to be asked."""

    windowed: WindowedRecording
    heard: Heard
    windows: list[tuple[float, float]]
    inputs: dict[InputKey, Batch]


class LiveAnswer(NamedTuple):
    """What is known of the window that ends now. start_s: where it starts in the take.
    predictions: their windows count from there. sounds: S1 and S2, see `HeartCycle.sounds`,
    seconds into the take."""

    start_s: float
    predictions: tuple[Prediction, ...]
    sounds: tuple[tuple[float, str], ...]
    heart_rate_bpm: float | None


class Analyser:
    """The chosen models, loaded and ready. With the ONNX engine, several threads may use it."""

    def __init__(self, classifiers: tuple[Classifier, ...]) -> None:
        self._classifiers = classifiers

    @property
    def cards(self) -> tuple[ModelCard, ...]:
        return tuple(classifier.bundle.card for classifier in self._classifiers)

    def analyse(
        self,
        recording: Recording,
        *,
        anyway: bool = False,
        progress: Progress | None = None,
        cancelled: IsCancelled | None = None,
    ) -> Finding:
        """The whole answer. anyway: ask the models whatever the signal quality, if there is any
        sound.

        Raises Cancelled, between batches of windows.
        """
        windowed = WindowedRecording(recording)
        heard = _listen(windowed)
        predictions: tuple[Prediction, ...] = ()
        if not heard.hopeless or (anyway and not nothing_to_answer(heard.quality)):
            predictions = classify_recording(
                self._classifiers, windowed, progress=progress, cancelled=cancelled
            )
        return self._decide(windowed, heard, predictions, anyway=anyway)

    def prepare(self, recording: Recording) -> Prepared:
        """The part of the answer that needs no model; many threads may do it at once."""
        windowed = WindowedRecording(recording)
        heard = _listen(windowed)
        windows = [] if heard.hopeless else windowed.windows
        keys = {classifier.input_key for classifier in self._classifiers}
        return Prepared(
            windowed=windowed,
            heard=heard,
            windows=windows,
            inputs={key: windowed.inputs(0, len(windows), key) for key in keys if windows},
        )

    def answer(self, prepared: Sequence[Prepared]) -> list[Finding]:
        """The whole answers of several short recordings: a network takes sixteen windows in twice
        the time of one."""
        predictions = classify_prepared(
            self._classifiers, [(entry.windows, entry.inputs) for entry in prepared]
        )
        return [
            self._decide(entry.windowed, entry.heard, answers)
            for entry, answers in zip(prepared, predictions, strict=True)
        ]

    def _decide(
        self,
        windowed: WindowedRecording,
        heard: Heard,
        predictions: tuple[Prediction, ...],
        *,
        anyway: bool = False,
    ) -> Finding:
        recording = windowed.recording
        cycle = _cycle(windowed, predictions, heard.envelope)
        return decide(
            heard.quality,
            predictions,
            self.cards,
            duration_s=recording.duration_s,
            sample_rate_hz=recording.source_sample_rate_hz or recording.sample_rate_hz,
            heart_rate_bpm=_heart_rate_bpm(cycle, predictions, heard),
            cycle=cycle,
            anyway=anyway,
        )

    def scores(self, recording: Recording) -> tuple[float, ...]:
        """The models' mean weighted probabilities, whatever the signal quality: the largest is
        the class called."""
        return mean_scores(classify_recording(self._classifiers, WindowedRecording(recording)))

    def explain(
        self,
        recording: Recording,
        label: HeartSoundClass,
        *,
        progress: Progress | None = None,
        cancelled: IsCancelled | None = None,
    ) -> tuple[Patch, ...]:
        """What each patch of time and frequency does for the first model's probability of a
        class. Raises Cancelled."""
        return occlusion(
            self._classifiers[0], recording, label, progress=progress, cancelled=cancelled
        )

    def live(self, samples: Samples, sample_rate_hz: int, start_s: float) -> LiveAnswer:
        """The answer for the window of up to ten seconds that ends now and starts `start_s` into
        the take."""
        windowed = WindowedRecording(Recording(samples, sample_rate_hz))
        predictions = classify_recording(self._classifiers, windowed)
        cycle = _cycle(windowed, predictions, None)
        return LiveAnswer(
            start_s,
            predictions,
            tuple((start_s + time_s, name) for time_s, name in cycle.sounds) if cycle else (),
            cycle.heart_rate_bpm if cycle else None,
        )


def _listen(windowed: WindowedRecording) -> Heard:
    recording = windowed.recording
    sound, rate_hz = windowed.heart_sound
    envelope = None
    if recording.duration_s <= MAX_DURATION_S:
        envelope = heart_envelope(sound, rate_hz)
    bpm, clarity = rhythm(sound, rate_hz, envelope=envelope)
    quality = assess(
        recording.samples,
        recording.sample_rate_hz,
        rhythm_clarity=clarity,
        low_rate=sound if rate_hz == NOISE_RATE_HZ else None,
        clipped_share=recording.clipped_share,
    )
    covered = any(reason.code in COVERED_CODES for reason in quality.reasons)
    return Heard(recording.duration_s, quality, None if covered else bpm, envelope)


def _cycle(
    windowed: WindowedRecording, predictions: Sequence[Prediction], envelope: Samples | None
) -> HeartCycle | None:
    """S1 and S2 by the first model that tells them."""
    recording = windowed.recording
    for prediction in predictions:
        if prediction.states is not None:
            return heart_cycle(
                prediction.states,
                recording.samples,
                recording.sample_rate_hz,
                envelope=envelope,
                decibels=windowed.decibels,
            )
    return None


def _heart_rate_bpm(
    cycle: HeartCycle | None, predictions: Sequence[Prediction], heard: Heard
) -> float | None:
    """From the beats; from the repetition of the sound alone where no model tells beats."""
    if cycle is not None:
        return cycle.heart_rate_bpm
    told = any(prediction.states is not None for prediction in predictions)
    return None if told else heard.rhythm_bpm


def open_analyser(
    models_folder: Path, names: tuple[str, ...], engine: str = "onnx", *, threads: int = 1
) -> Analyser:
    """Load bundles by name, each checked against its hashes. Raises ModelError."""
    models = [
        load_model(load_bundle(models_folder, name), engine, threads=threads) for name in names
    ]
    return Analyser(tuple(Classifier(model) for model in models))
