"""A model's card: what it is, what it was measured to do, and what it is not for."""

from __future__ import annotations

from typing import Any, NamedTuple

from heartgui.domain import CLASSES, HeartSoundClass
from heartgui.errors import ModelError

LARGEST, ABOVE = "largest", "most-above-threshold"


class Measured(NamedTuple):
    """A figure with its 95 % interval, all 0 to 1."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.2f} ({self.low:.2f} to {self.high:.2f})"


class ClassMetrics(NamedTuple):
    """Out-of-fold figures of one class; n recordings of it."""

    sensitivity: Measured
    specificity: Measured
    n: int


class Called(NamedTuple):
    """n recordings left out were called a class, of which so many were right. Means over
    repeats."""

    n: float
    right: float


class ModelCard(NamedTuple):
    """The part of card.json that the program acts on; `raw` is all of it.

    input_short: how a recording under ten seconds is filled up. thresholds: the probability
    from which a class may be called. weights: what the probabilities are multiplied by before the
    largest is called, ones where the largest probability is; see `weights_of`. sharpness, bias:
    calibration, see `calibration.calibrated`; 1 and zeros for none. timbre_share: see
    `calibration.with_timbre`. small_margin: a smaller lead over the second class makes the answer
    inconclusive. largest_murmur_share: so does a larger share of murmur where normal is called, see
    `calibration.murmur_share`; None for no limit. called: empty where the card has no confusion
    matrix.
    """

    name: str
    title: str
    version: str
    parameters: int
    input_kind: str
    input_short: str
    thresholds: dict[HeartSoundClass, float]
    weights: tuple[float, ...]
    sharpness: float
    bias: tuple[float, ...]
    small_margin: float
    largest_murmur_share: float | None
    timbre_share: float
    files: dict[str, str]
    n_files: int
    n_groups: int
    balanced_accuracy: Measured
    classes: dict[HeartSoundClass, ClassMetrics]
    called: dict[HeartSoundClass, Called]
    raw: dict[str, Any]

    @property
    def input_key(self) -> tuple[str, str]:
        """Models with the same key share their inputs."""
        return self.input_kind, self.input_short


def parse_card(raw: dict[str, Any], where: str) -> ModelCard:
    """Read a card's JSON. Raises ModelError where something needed is missing or unusable."""
    try:
        if tuple(raw["classes"]) != tuple(str(name) for name in CLASSES):
            raise ModelError(f"The model card {where} lists other classes than this program knows.")
        metrics = raw["metrics"]
        return ModelCard(
            name=raw["name"],
            title=raw["title"],
            version=raw["version"],
            parameters=int(raw["parameters"]),
            input_kind=raw["input"]["kind"],
            input_short=raw["input"]["short"],
            thresholds={name: float(raw["thresholds"][name]) for name in CLASSES},
            weights=weights_of(raw["thresholds"], raw.get("calls", LARGEST)),
            sharpness=float(raw.get("calibration", {}).get("sharpness", 1.0)),
            bias=tuple(
                float(raw.get("calibration", {}).get("bias", {}).get(name, 0.0)) for name in CLASSES
            ),
            small_margin=float(raw["small_margin"]),
            largest_murmur_share=(
                float(raw["largest_murmur_share"]) if "largest_murmur_share" in raw else None
            ),
            timbre_share=float(raw.get("timbre_share", 0.0)),
            files={name: entry["sha256"] for name, entry in raw["files"].items()},
            n_files=int(metrics["n_files"]),
            n_groups=int(metrics["n_groups"]),
            balanced_accuracy=_measured(metrics["balanced_accuracy"]),
            classes={
                name: ClassMetrics(
                    _measured(metrics["classes"][name]["sensitivity"]),
                    _measured(metrics["classes"][name]["specificity"]),
                    int(metrics["classes"][name]["n"]),
                )
                for name in CLASSES
            },
            called=_called(metrics.get("confusion_matrix", [])),
            raw=raw,
        )
    except (LookupError, TypeError, ValueError) as error:
        raise ModelError(
            f"The model card {where} is incomplete ({error}).",
            remedy="Install HeartGUI again.",
        ) from error


def weights_of(thresholds: dict[str, float], calls: str) -> tuple[float, ...]:
    """What each probability is multiplied by before the largest is called, in the order of
    CLASSES. calls: `largest` the largest probability, `most-above-threshold` the one that is the
    largest multiple of its threshold. Raises ValueError for another rule."""
    if calls == LARGEST:
        return (1.0,) * len(CLASSES)
    if calls == ABOVE:
        return tuple(1.0 / float(thresholds[name]) for name in CLASSES)
    raise ValueError(f"unknown rule {calls}")


def _called(confusion: list[list[float]]) -> dict[HeartSoundClass, Called]:
    """confusion: rows true, columns called."""
    return {
        name: Called(sum(row[index] for row in confusion), confusion[index][index])
        for index, name in enumerate(CLASSES)
        if confusion
    }


def _measured(entry: dict[str, float]) -> Measured:
    return Measured(float(entry["value"]), float(entry["low"]), float(entry["high"]))
