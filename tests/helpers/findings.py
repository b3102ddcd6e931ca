"""Predictions and findings by a few numbers, for tests of what is done with them."""

from __future__ import annotations

from heartgui.domain import (
    CLASSES,
    Decision,
    Finding,
    HeartSoundClass,
    Prediction,
    Quality,
    QualityScore,
    Reason,
    WindowPrediction,
)

GOOD = Quality(
    (
        QualityScore("level", "Level", 1.0, -6.0, "dBFS"),
        QualityScore("clipping", "Clipping", 1.0, 0.0, "%"),
        QualityScore("noise", "Noise", 0.9, 0.01, ""),
        QualityScore("hum", "Mains hum", 1.0, 0.0, ""),
        QualityScore("voices", "Voices", 1.0, 0.0, ""),
        QualityScore("rhythm", "Rhythm", 0.8, 0.7, ""),
    )
)
HUM = Quality(
    GOOD.scores, (Reason("hum", "Mains hum is stronger than the heart.", "Unplug it.", 0.9),)
)


def probabilities(**known: float) -> tuple[float, ...]:
    """Probabilities by class name; the rest is shared among the others."""
    rest = (1.0 - sum(known.values())) / (len(CLASSES) - len(known))
    return tuple(known.get(str(name), rest) for name in CLASSES)


def prediction(model: str = "cnn", **known: float) -> Prediction:
    values = probabilities(**known)
    windows = (WindowPrediction(0.0, 10.0, values), WindowPrediction(2.5, 12.5, values))
    return Prediction(model, "1.0.0", values, windows)


def finding(
    label: HeartSoundClass = HeartSoundClass.MURMUR,
    decision: Decision = Decision.FINDING,
    quality: Quality = GOOD,
) -> Finding:
    answer = prediction(**{str(label): 0.8})
    return Finding(
        decision, label, answer.probabilities, (answer,), quality,
        quality.reasons, 72.5, 12.5, 4000, models=((answer.model, answer.model_version),),
    )  # fmt: skip
