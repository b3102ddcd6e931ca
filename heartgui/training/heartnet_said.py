"""What the program would say of recordings whose truth is known: the whole decision, not the class
alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from heartgui.domain import CLASSES, HeartSoundClass
from heartgui.training.heartnet_inputs import MURMUR, NORMAL
from heartgui.training.joint_data import JointData
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
    kaggle_unsure: np.ndarray,
    circor_scores: np.ndarray,
    circor_unsure: np.ndarray,
    reasons: QualityReasons,
) -> tuple[Said, ...]:
    """By class of the Kaggle set, and by murmur of CirCor's recordings. Scores: shape (n, 5), see
    `operating_point.OperatingPoint.scores`. Unsure: which are inconclusive, shape (n,); of Kaggle's
    by limits from other folds, for the bundle's were set on these very recordings."""
    found = [
        _said(
            f"Kaggle, {name}", index, data.kaggle_labels == index, kaggle_scores,
            kaggle_unsure, reasons.kaggle,
        )
        for index, name in enumerate(CLASSES)
    ]  # fmt: skip
    for words, index, heard in (("no murmur", NORMAL, False), ("murmur heard", MURMUR, True)):
        chosen = np.array([file.murmur is heard for file in data.circor_files])
        found.append(
            _said(f"CirCor, {words}", index, chosen, circor_scores, circor_unsure, reasons.circor)
        )
    return tuple(found)


def _said(
    kind: str,
    label: int,
    chosen: np.ndarray,
    scores: np.ndarray,
    unsure: np.ndarray,
    reasons: Sequence[tuple[str, ...]],
) -> Said:
    called = scores.argmax(axis=1)
    again = np.array([bool(codes) for codes in reasons]) | np.isin(called, AGAIN)
    return counted(kind, label, called[chosen], again[chosen], unsure[chosen])


def counted(
    kind: str, label: int, called: np.ndarray, again: np.ndarray, unsure: np.ndarray
) -> Said:
    """Of recordings whose true class is `label`: called: class index of each; again: to be recorded
    again; unsure: inconclusive unless it is. All of shape (n,)."""
    findings = called[~again & ~unsure]
    right = int((findings == label).sum())
    opposite = int((findings == OPPOSITE.get(label, -1)).sum())
    return Said(
        kind=kind,
        n=len(called),
        right=right,
        opposite=opposite,
        other=len(findings) - right - opposite,
        inconclusive=int((unsure & ~again).sum()),
        again=int(again.sum()),
    )


def said_section(entries: Sequence[Said], *text: str) -> dict[str, Any]:
    """A section of a card or report, see `card_page.section_lines`: the shares in a table."""
    return {
        "title": "What the program says",
        "text": [
            " ".join(
                [
                    *text,
                    "Extra sounds and artifacts are always to be recorded again. The opposite:"
                    " murmur for no murmur, no murmur for murmur.",
                ]
            )
        ],
        "rows": [
            [
                "recordings",
                "n",
                "found right",
                "the opposite",
                "another class",
                "inconclusive",
                "record again",
            ],
            *[_row(entry) for entry in entries],
        ],
    }


def _row(entry: Said) -> list[str]:
    shares = (entry.right, entry.opposite, entry.other, entry.inconclusive, entry.again)
    return [entry.kind, str(entry.n), *(f"{n / entry.n:.0%}" if entry.n else "-" for n in shares)]
