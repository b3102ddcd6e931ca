"""How often the signal-quality rules refuse a recording, by what it is: a loud murmur must pass."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from heartgui.domain import CLASSES, Recording
from heartgui.quality.quality import assess
from heartgui.training.joint_data import JointData


@dataclass(frozen=True)
class Refusal:
    """n recordings of a kind, and how many of them were refused, by the reason's code; a recording
    with two reasons counts for both, but once in `refused`."""

    kind: str
    n: int
    refused: int
    reasons: dict[str, int]


def refusals(data: JointData) -> list[Refusal]:
    """By class of the Kaggle set, and by murmur of CirCor's recordings."""
    labels = data.kaggle_labels
    kinds = [
        (
            f"Kaggle, {name}",
            [
                file.recording
                for file, label in zip(data.kaggle_files, labels, strict=True)
                if label == index
            ],
        )
        for index, name in enumerate(CLASSES)
    ]
    kinds += [
        (f"CirCor, {words}", [file.recording for file in data.circor_files if file.murmur is heard])
        for words, heard in (("murmur heard", True), ("no murmur", False))
    ]
    return [_refusal(kind, recordings) for kind, recordings in kinds]


def _refusal(kind: str, recordings: Iterable[Recording]) -> Refusal:
    n = refused = 0
    by_reason: dict[str, int] = {}
    for recording in recordings:
        found = assess(recording.samples, recording.sample_rate_hz).reasons
        n += 1
        refused += bool(found)
        for reason in found:
            by_reason[reason.code] = by_reason.get(reason.code, 0) + 1
    return Refusal(kind, n, refused, by_reason)
