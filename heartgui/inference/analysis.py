"""Everything that is computed for one recording: quality, heart rate, models, decision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from heartgui.domain import Finding, Prediction, Quality, Recording, Samples
from heartgui.heart.heart_rate import rhythm
from heartgui.inference.bundle import load_bundle
from heartgui.inference.card import ModelCard
from heartgui.inference.classifier import (
    Classifier,
    IsCancelled,
    Progress,
    WindowedRecording,
    classify_prepared,
    classify_recording,
    classify_window,
    mean_probabilities,
)
from heartgui.inference.decision import NO_ANSWER_CODES, decide
from heartgui.inference.engines import Batch, open_engine
from heartgui.quality.quality import assess


@dataclass(frozen=True, eq=False)
class Prepared:
    """All of a recording's answer but the models' part. windows: start and end, seconds; inputs:
    their spectrograms by the way in which short ones are filled; both empty where no model is to
    be asked."""

    duration_s: float
    sample_rate_hz: int
    quality: Quality
    heart_rate_bpm: float | None
    windows: list[tuple[float, float]]
    inputs: dict[str, Batch]


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
        """The whole answer. anyway: ask the models whatever the signal quality.

        Raises Cancelled, between batches of windows.
        """
        bpm, quality = _listen(recording)
        predictions: tuple[Prediction, ...] = ()
        if anyway or not _hopeless(quality):
            predictions = classify_recording(
                self._classifiers, recording, progress=progress, cancelled=cancelled
            )
        return decide(
            quality,
            predictions,
            self.cards,
            duration_s=recording.duration_s,
            sample_rate_hz=recording.source_sample_rate_hz or recording.sample_rate_hz,
            heart_rate_bpm=bpm,
            anyway=anyway,
        )

    def prepare(self, recording: Recording) -> Prepared:
        """The part of the answer that needs no model; many threads may do it at once."""
        bpm, quality = _listen(recording)
        windowed = WindowedRecording(recording)
        windows = [] if _hopeless(quality) else windowed.windows
        ways = {classifier.bundle.card.input_short for classifier in self._classifiers}
        return Prepared(
            duration_s=recording.duration_s,
            sample_rate_hz=recording.source_sample_rate_hz or recording.sample_rate_hz,
            quality=quality,
            heart_rate_bpm=bpm,
            windows=windows,
            inputs={way: windowed.inputs(0, len(windows), way) for way in ways if windows},
        )

    def answer(self, prepared: Sequence[Prepared]) -> list[Finding]:
        """The whole answers of several short recordings: a network takes sixteen windows in twice
        the time of one."""
        predictions = classify_prepared(
            self._classifiers, [(entry.windows, entry.inputs) for entry in prepared]
        )
        return [
            decide(
                entry.quality,
                answers,
                self.cards,
                duration_s=entry.duration_s,
                sample_rate_hz=entry.sample_rate_hz,
                heart_rate_bpm=entry.heart_rate_bpm,
            )
            for entry, answers in zip(prepared, predictions, strict=True)
        ]

    def probabilities(self, recording: Recording) -> tuple[float, ...]:
        """The models' mean alone, whatever the signal quality, in the order of CLASSES."""
        return mean_probabilities(classify_recording(self._classifiers, recording))

    def live(self, samples: Samples, sample_rate_hz: int, start_s: float) -> tuple[Prediction, ...]:
        """Each model's answer for the window of up to ten seconds that ends now."""
        return classify_window(self._classifiers, samples, sample_rate_hz, start_s)


def _listen(recording: Recording) -> tuple[float | None, Quality]:
    """Heart rate and signal quality; both look at the same rhythm."""
    bpm, clarity = rhythm(recording.samples, recording.sample_rate_hz)
    return bpm, assess(recording.samples, recording.sample_rate_hz, rhythm_clarity=clarity)


def _hopeless(quality: Quality) -> bool:
    return any(reason.code in NO_ANSWER_CODES for reason in quality.reasons)


def open_analyser(
    models_folder: Path, names: tuple[str, ...], engine: str = "onnx", *, threads: int = 1
) -> Analyser:
    """Load bundles by name, each checked against its hashes. Raises ModelError."""
    classifiers = []
    for name in names:
        bundle = load_bundle(models_folder, name)
        classifiers.append(Classifier(bundle, open_engine(bundle, engine, threads=threads)))
    return Analyser(tuple(classifiers))
