"""How often the signal-quality rules refuse a recording, by what it is: a loud murmur must pass."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from heartgui.domain import CLASSES, Recording
from heartgui.quality.quality import assess
from heartgui.training.joint_data import JointData

Codes = tuple[str, ...]
"""Codes of the reasons to record a recording again."""


@dataclass(frozen=True)
class QualityReasons:
    """What the signal-quality rules say of each recording, in the data's order."""

    kaggle: tuple[Codes, ...]
    circor: tuple[Codes, ...]


@dataclass(frozen=True)
class Refusal:
    """n recordings of a kind, and how many of them were refused, by the reason's code; a recording
    with two reasons counts for both, but once in `refused`."""

    kind: str
    n: int
    refused: int
    reasons: dict[str, int]


def quality_reasons(data: JointData) -> QualityReasons:
    """Every recording judged, as the program judges it."""
    return QualityReasons(
        tuple(_codes(file.recording) for file in data.kaggle_files),
        tuple(_codes(file.recording) for file in data.circor_files),
    )


def refusals(data: JointData, reasons: QualityReasons) -> list[Refusal]:
    """By class of the Kaggle set, and by murmur of CirCor's recordings."""
    kaggle = [
        refusal(f"Kaggle, {name}", reasons.kaggle, data.kaggle_labels == index)
        for index, name in enumerate(CLASSES)
    ]
    circor = [
        refusal(
            f"CirCor, {words}", reasons.circor,
            np.array([file.murmur is heard for file in data.circor_files]),
        )
        for words, heard in (("murmur heard", True), ("no murmur", False))
    ]  # fmt: skip
    return kaggle + circor


def _codes(recording: Recording) -> Codes:
    found = assess(
        recording.samples, recording.sample_rate_hz, clipped_share=recording.clipped_share
    ).reasons
    return tuple(reason.code for reason in found)


def refusal(kind: str, reasons: Sequence[Codes], chosen: np.ndarray) -> Refusal:
    """Of the chosen ones. chosen: shape (n,), bool."""
    of_kind = [codes for codes, is_of_kind in zip(reasons, chosen, strict=True) if is_of_kind]
    by_reason = Counter(code for codes in of_kind for code in codes)
    return Refusal(kind, len(of_kind), sum(map(bool, of_kind)), dict(by_reason))


def refused_section(refused: Sequence[Refusal]) -> dict[str, Any]:
    """A section of a card or report, see `card_page.section_lines`."""
    return {
        "title": "Refused for signal quality",
        "text": ["The quality rules, which hear no class, on the recordings above."],
        "rows": [
            ["recordings", "n", "refused", "reasons"],
            *[
                [
                    entry.kind,
                    str(entry.n),
                    str(entry.refused),
                    ", ".join(f"{code} {n}" for code, n in sorted(entry.reasons.items())) or "-",
                ]
                for entry in refused
            ],
        ],
    }
