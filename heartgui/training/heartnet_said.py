"""What the program would say of recordings whose truth is known: the whole decision, not the class
alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from heartgui.domain import CLASSES, HeartSoundClass
from heartgui.training.heartnet_inputs import MURMUR, NORMAL
from heartgui.training.joint_data import JointData
from heartgui.training.operating_point import inconclusive
from heartgui.training.refusals import QualityReasons

AGAIN = tuple(CLASSES.index(c) for c in (HeartSoundClass.ARTIFACT, HeartSoundClass.EXTRAHLS))
"""Classes whose call asks to record again, see `inference.decision`."""
OPPOSITE = {NORMAL: MURMUR, MURMUR: NORMAL}


@dataclass(frozen=True)
class Said:
    """Of n recordings of a kind: how many get their class as a finding, how many the opposite
    (murmur for normal, normal for murmur), how many another class, how many are inconclusive, and
    how many are to be recorded again, for their quality or their class."""

    kind: str
    n: int
    right: int
    opposite: int
    other: int
    inconclusive: int
    again: int


def said_of(
    data: JointData,
    kaggle_scores: np.ndarray,
    circor_scores: np.ndarray,
    smallest_margin: float,
    reasons: QualityReasons,
) -> tuple[Said, ...]:
    """By class of the Kaggle set, and by murmur of CirCor's recordings. Scores: shape (n, 5), see
    `operating_point.OperatingPoint.scores`."""
    found = [
        _said(
            f"Kaggle, {name}", index, data.kaggle_labels == index, kaggle_scores, smallest_margin,
            reasons.kaggle,
        )
        for index, name in enumerate(CLASSES)
    ]  # fmt: skip
    for words, index, heard in (("no murmur", NORMAL, False), ("murmur heard", MURMUR, True)):
        chosen = np.array([file.murmur is heard for file in data.circor_files])
        kind = f"CirCor, {words}"
        found.append(_said(kind, index, chosen, circor_scores, smallest_margin, reasons.circor))
    return tuple(found)


def _said(
    kind: str,
    label: int,
    chosen: np.ndarray,
    scores: np.ndarray,
    smallest_margin: float,
    reasons: Sequence[tuple[str, ...]],
) -> Said:
    called = scores.argmax(axis=1)
    again = np.array([bool(codes) for codes in reasons]) | np.isin(called, AGAIN)
    unsure = ~again & inconclusive(scores, smallest_margin)
    findings = called[chosen & ~again & ~unsure]
    right = int((findings == label).sum())
    opposite = int((findings == OPPOSITE.get(label, -1)).sum())
    return Said(
        kind=kind,
        n=int(chosen.sum()),
        right=right,
        opposite=opposite,
        other=len(findings) - right - opposite,
        inconclusive=int((chosen & unsure).sum()),
        again=int((chosen & again).sum()),
    )
