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


@dataclass(frozen=True, eq=False)
class Answered:
    """Of n recordings. scores: shape (n, 5), see `operating_point.OperatingPoint.scores`; unsure:
    which are inconclusive, shape (n,); reasons: the codes for which each is refused."""

    scores: np.ndarray
    unsure: np.ndarray
    reasons: Sequence[tuple[str, ...]]

    def said(self, kind: str, label: int, chosen: np.ndarray) -> Said:
        """Of the chosen ones, shape (n,), whose class is `label`."""
        called = self.scores.argmax(axis=1)
        again = np.array([bool(codes) for codes in self.reasons]) | np.isin(called, AGAIN)
        return counted(kind, label, called[chosen], again[chosen], self.unsure[chosen])


def said_of(data: JointData, kaggle: Answered, circor: Answered) -> tuple[Said, ...]:
    """By class of the Kaggle set, and by murmur of CirCor's recordings. kaggle: unsure by limits
    from other folds, for the bundle's were set on these very recordings."""
    found = [
        kaggle.said(f"Kaggle, {name}", index, data.kaggle_labels == index)
        for index, name in enumerate(CLASSES)
    ]
    for words, index, heard in (("no murmur", NORMAL, False), ("murmur heard", MURMUR, True)):
        chosen = np.array([file.murmur is heard for file in data.circor_files])
        found.append(circor.said(f"CirCor, {words}", index, chosen))
    return tuple(found)


def said_by_part(data: JointData, kaggle: Answered, circor: Answered) -> tuple[Said, ...]:
    """Where it fails: normals and murmurs by device, CirCor's murmurs by loudness and timing, as
    `said_of`."""
    found = [
        kaggle.said(f"Kaggle set {name}, {CLASSES[index]}", index, inside)
        for index in (NORMAL, MURMUR)
        for name, in_set in (("A", ~data.in_set_b), ("B", data.in_set_b))
        if (inside := in_set & (data.kaggle_labels == index)).any()
    ]
    heard = np.array([bool(file.murmur) for file in data.circor_files])
    for what in ("systolic_grade", "systolic_timing"):
        values = np.array([getattr(file.person, what) for file in data.circor_files])
        found += [
            circor.said(f"CirCor, murmur, {value.lower()}", MURMUR, heard & (values == value))
            for value in sorted(set(values[heard]) - {""})
        ]
    return tuple(found)


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
    return _section(
        "What the program says",
        entries,
        *text,
        "Extra sounds and artifacts are always to be recorded again. The opposite: murmur for no"
        " murmur, no murmur for murmur.",
    )


def failures_section(entries: Sequence[Said]) -> dict[str, Any]:
    """Another, of what `said_by_part` found."""
    return _section(
        "Where it fails",
        entries,
        "As above, by device, and CirCor's murmurs by their grade (3/6 stands for louder ones too)"
        " and timing, which are told of a visit and where it is loudest: elsewhere the same murmur"
        " may be fainter.",
    )


def _section(title: str, entries: Sequence[Said], *text: str) -> dict[str, Any]:
    return {
        "title": title,
        "text": [" ".join(text)],
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
