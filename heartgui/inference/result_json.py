"""A finding as JSON: one object for each recording, the same on the command line and on disk."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from heartgui.domain import (
    CLASSES,
    AveragedBeat,
    Decision,
    Finding,
    HeartCycle,
    HeartSoundClass,
    Prediction,
    Quality,
    QualityScore,
    Reason,
    WindowPrediction,
)
from heartgui.inference.classifier import mean_windows

DECIMALS = 6
CYCLE_DECIMALS = 4
"""Of seconds and levels."""


def finding_to_json(finding: Finding, file: str) -> dict[str, Any]:
    """The finding of one file. With several models, `model` joins their names with `+`,
    `probabilities` and `windows` are their mean, and `models` holds each one's own answer. Where
    no model was run, `label` and `probabilities` are null, `windows` and `models` empty."""
    predictions = finding.predictions
    result: dict[str, Any] = {
        "file": file,
        "duration_s": round(finding.duration_s, DECIMALS),
        "sample_rate_hz": finding.sample_rate_hz,
        "model": "+".join(name for name, _ in finding.models) or None,
        "model_version": "+".join(version for _, version in finding.models) or None,
        "probabilities": _by_class(finding.probabilities),
        "label": str(finding.label) if finding.label else None,
        "decision": str(finding.decision),
        "reasons": [_reason(reason) for reason in finding.reasons],
        "quality": {
            "overall": round(finding.quality.overall, DECIMALS),
            "scores": [_score(score) for score in finding.quality.scores],
            "reasons": [_reason(reason) for reason in finding.quality.reasons],
        },
        "windows": [_window(window) for window in mean_windows(predictions)],
        "heart_rate_bpm": finding.heart_rate_bpm,
        "cycle": _cycle(finding.cycle),
        "analysed_anyway": finding.analysed_anyway,
        "models": [
            {
                "model": prediction.model,
                "model_version": prediction.model_version,
                "probabilities": _by_class(prediction.probabilities),
                "label": str(prediction.label),
                "weights": list(prediction.weights),
                "windows": [_window(window) for window in prediction.windows],
            }
            for prediction in predictions
        ],
    }
    return result


def finding_from_json(result: dict[str, Any]) -> Finding:
    """The finding that `finding_to_json` wrote. Raises AttributeError, IndexError, KeyError,
    OverflowError, TypeError or ValueError for other content, so that what it returns can be written
    again."""
    quality = result["quality"]
    return Finding(
        decision=Decision(result["decision"]),
        label=HeartSoundClass(result["label"]) if result["label"] else None,
        probabilities=_vector(result["probabilities"]),
        predictions=tuple(
            Prediction(
                model=str(entry["model"]),
                model_version=str(entry["model_version"]),
                probabilities=_by_order(entry["probabilities"]),
                windows=tuple(
                    WindowPrediction(
                        float(w["start_s"]),
                        float(w["end_s"]),
                        _vector(w["probabilities"]),
                        _numbers(entry.get("weights", ())),
                    )
                    for w in entry["windows"]
                ),
                weights=_numbers(entry.get("weights", ())),
            )
            for entry in result["models"]
        ),
        quality=Quality(
            scores=tuple(_score_from(score) for score in quality["scores"]),
            reasons=tuple(_reason_from(reason) for reason in quality["reasons"]),
        ),
        reasons=tuple(_reason_from(reason) for reason in result["reasons"]),
        heart_rate_bpm=_number_or_none(result["heart_rate_bpm"]),
        duration_s=float(result["duration_s"]),
        sample_rate_hz=int(result["sample_rate_hz"]),
        analysed_anyway=result["analysed_anyway"],
        cycle=_cycle_from(result.get("cycle")),
        models=_models_from(result),
    )


def _models_from(result: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    if result["models"]:
        return tuple(
            (str(entry["model"]), str(entry["model_version"])) for entry in result["models"]
        )
    if not result["model"]:
        # Older versions named no model where none was run.
        return ()
    names = result["model"].split("+")
    # A version may hold a plus sign of its own.
    versions = result["model_version"].split("+", len(names) - 1)
    return tuple(zip(names, versions, strict=True))


def _cycle(cycle: HeartCycle | None) -> dict[str, Any] | None:
    if cycle is None:
        return None
    return _rounded({**cycle._asdict(), "beat": cycle.beat._asdict() if cycle.beat else None})


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, CYCLE_DECIMALS)
    if isinstance(value, dict):
        return {key: _rounded(entry) for key, entry in value.items()}
    if isinstance(value, tuple | list):
        # Hundreds of numbers: a call for each would take three times as long.
        return [round(x, CYCLE_DECIMALS) if type(x) is float else _rounded(x) for x in value]
    return value


def _cycle_from(entry: dict[str, Any] | None) -> HeartCycle | None:
    if entry is None:
        return None
    beat = entry["beat"]
    if beat is not None:
        beat = AveragedBeat(
            **{**beat, "mean": tuple(beat["mean"]), "spread": tuple(beat["spread"])}
        )
    return HeartCycle(
        **{
            **entry,
            "sounds": tuple((float(start), str(name)) for start, name in entry["sounds"]),
            "early_beats_s": tuple(entry["early_beats_s"]),
            "beat": beat,
        }
    )


def _by_class(probabilities: tuple[float, ...]) -> dict[str, float] | None:
    if not probabilities:
        return None
    return {str(c): round(p, DECIMALS) for c, p in zip(CLASSES, probabilities, strict=True)}


def _vector(by_class: dict[str, float] | None) -> tuple[float, ...]:
    return _by_order(by_class) if by_class else ()


def _by_order(by_class: dict[str, float]) -> tuple[float, ...]:
    return tuple(float(by_class[str(c)]) for c in CLASSES)


def _numbers(values: Iterable[float]) -> tuple[float, ...]:
    return tuple(float(value) for value in values)


def _number_or_none(value: float | None) -> float | None:
    return None if value is None else float(value)


def _window(window: WindowPrediction) -> dict[str, Any]:
    return {
        "start_s": round(window.start_s, DECIMALS),
        "end_s": round(window.end_s, DECIMALS),
        "probabilities": _by_class(window.probabilities),
    }


def _reason(reason: Reason) -> dict[str, Any]:
    return {
        "code": reason.code,
        "message": reason.message,
        "remedy": reason.remedy,
        "value": None if reason.value is None else round(reason.value, DECIMALS),
    }


def _reason_from(entry: dict[str, Any]) -> Reason:
    return Reason(**{**entry, "value": _number_or_none(entry.get("value"))})


def _score(score: QualityScore) -> dict[str, Any]:
    return {
        "name": score.name,
        "label": score.label,
        "score": round(score.score, DECIMALS),
        "value": round(score.value, DECIMALS),
        "unit": score.unit,
    }


def _score_from(entry: dict[str, Any]) -> QualityScore:
    return QualityScore(**{**entry, "score": float(entry["score"]), "value": float(entry["value"])})
