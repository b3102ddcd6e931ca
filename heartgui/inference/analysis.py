"""Everything that is computed for one recording: quality, heart rate, models, decision."""

from __future__ import annotations

from pathlib import Path

from heartgui.domain import Finding, Prediction, Recording, Samples
from heartgui.heart.heart_rate import heart_rate_bpm
from heartgui.inference.bundle import load_bundle
from heartgui.inference.card import ModelCard
from heartgui.inference.classifier import (
    Classifier,
    IsCancelled,
    Progress,
    classify_recording,
    classify_window,
    mean_probabilities,
)
from heartgui.inference.decision import NO_ANSWER_CODES, decide
from heartgui.inference.engines import open_engine
from heartgui.quality.quality import assess


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
        quality = assess(recording.samples, recording.sample_rate_hz)
        hopeless = any(reason.code in NO_ANSWER_CODES for reason in quality.reasons)
        predictions: tuple[Prediction, ...] = ()
        if anyway or not hopeless:
            predictions = classify_recording(
                self._classifiers, recording, progress=progress, cancelled=cancelled
            )
        return decide(
            quality,
            predictions,
            self.cards,
            duration_s=recording.duration_s,
            sample_rate_hz=recording.source_sample_rate_hz or recording.sample_rate_hz,
            heart_rate_bpm=heart_rate_bpm(recording.samples, recording.sample_rate_hz),
            anyway=anyway,
        )

    def probabilities(self, recording: Recording) -> tuple[float, ...]:
        """The models' mean alone, whatever the signal quality, in the order of CLASSES."""
        return mean_probabilities(classify_recording(self._classifiers, recording))

    def live(self, samples: Samples, sample_rate_hz: int, start_s: float) -> tuple[Prediction, ...]:
        """Each model's answer for the window of up to ten seconds that ends now."""
        return classify_window(self._classifiers, samples, sample_rate_hz, start_s)


def open_analyser(
    models_folder: Path, names: tuple[str, ...], engine: str = "onnx", *, threads: int = 1
) -> Analyser:
    """Load bundles by name, each checked against its hashes. Raises ModelError."""
    classifiers = []
    for name in names:
        bundle = load_bundle(models_folder, name)
        classifiers.append(Classifier(bundle, open_engine(bundle, engine, threads=threads)))
    return Analyser(tuple(classifiers))
