"""How well S1, S2 and the heart rate are found, against annotations."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from heartgui.domain import HeartCycle
from heartgui.features.heart_input import FRAMES_A_SECOND
from heartgui.heart.beats import EARLY, heart_cycle
from heartgui.heart.cycle import S1, S2, STATES, decode_cycle, spans
from heartgui.training.circor import CircorFile
from heartgui.training.dataset import LabelledFile

TOLERANCE_S = 0.060
RATE_TOLERANCE_BPM = 5.0
MIN_INTERVALS = 3


@dataclass(frozen=True)
class SoundScore:
    """F1 of S1 and S2 starts within 60 ms; n annotated ones of each."""

    f1_s1: float
    f1_s2: float
    n_s1: int
    n_s2: int


def score_sounds(files: Sequence[CircorFile], states: Sequence[np.ndarray]) -> SoundScore:
    """Starts found against starts annotated, inside the annotated stretches alone."""
    hits, found_n, true_n = np.zeros(2), np.zeros(2), np.zeros(2)
    for file, probabilities in zip(files, states, strict=True):
        if not file.spans:
            continue
        found = spans(decode_cycle(probabilities), FRAMES_A_SECOND)
        stretches = _stretches(file.spans)
        for index, state in enumerate((S1, S2)):
            truth = [start for start, _, which in file.spans if which == state]
            starts = [
                start
                for start, _, which in found
                if which == state and any(a <= start < b for a, b in stretches)
            ]
            hits[index] += _matches(truth, starts)
            found_n[index] += len(starts)
            true_n[index] += len(truth)
    f1 = 2 * hits / np.maximum(found_n + true_n, 1)
    return SoundScore(float(f1[0]), float(f1[1]), int(true_n[0]), int(true_n[1]))


def annotated_rate_bpm(file: CircorFile) -> float | None:
    """Heart rate by the annotated S1, None with fewer than three beats in a row."""
    intervals = []
    for first, end in _stretches(file.spans):
        starts = [a for a, _, state in file.spans if state == S1 and first <= a < end]
        intervals += list(np.diff(starts))
    return 60.0 / float(np.median(intervals)) if len(intervals) >= 2 else None


@dataclass(frozen=True)
class EarlyScore:
    """Early beats inside annotated stretches. told: by the program; right: so by the annotation
    too. annotated: by the annotation; found: of those by the program."""

    told: int
    right: int
    annotated: int
    found: int


def score_early(files: Sequence[CircorFile], cycles: Sequence[HeartCycle | None]) -> EarlyScore:
    """A beat is early after less than EARLY of the median interval, in the annotation as in the
    program. Only where three intervals are annotated and beats were told."""
    counts = np.zeros(4, dtype=int)
    for file, cycle in zip(files, cycles, strict=True):
        pairs = _annotated_intervals(file)
        if cycle is None or len(pairs) < MIN_INTERVALS:
            continue
        median_s = np.median([end - start for start, end in pairs])
        early = [end for start, end in pairs if end - start < EARLY * median_s]
        told = [
            beat
            for beat in cycle.early_beats_s
            if any(start + TOLERANCE_S < beat <= end + TOLERANCE_S for start, end in pairs)
        ]
        counts += (
            len(told),
            _matches(early, sorted(told)),
            len(early),
            _matches(early, sorted(cycle.early_beats_s)),
        )
    return EarlyScore(*counts.tolist())


def _annotated_intervals(file: CircorFile) -> list[tuple[float, float]]:
    """Start and end of each annotated beat that another one follows."""
    pairs: list[tuple[float, float]] = []
    for first, end in _stretches(file.spans):
        starts = sorted(a for a, _, state in file.spans if state == S1 and first <= a < end)
        pairs += list(pairwise(starts))
    return pairs


@dataclass(frozen=True)
class RateScore:
    """n: recordings with a reference. determined: share of them with a heart rate. within: share
    of the determined within 5 beats a minute. wrong_multiple: how many are near half or double."""

    n: int
    determined: float
    within: float
    wrong_multiple: int


def score_rates(pairs: Sequence[tuple[float, float | None]]) -> RateScore:
    """pairs: reference and answer, beats a minute."""
    answered = [(truth, answer) for truth, answer in pairs if answer is not None]
    within = [abs(answer - truth) <= RATE_TOLERANCE_BPM for truth, answer in answered]
    multiples = [
        min(abs(answer / truth - 2.0), abs(answer / truth - 0.5) * 2) < 0.2
        for truth, answer in answered
    ]
    return RateScore(
        len(pairs),
        len(answered) / max(len(pairs), 1),
        float(np.mean(within)) if within else float("nan"),
        sum(multiples),
    )


def circor_rates(
    files: Sequence[CircorFile], cycles: Sequence[HeartCycle | None]
) -> list[tuple[float, float | None]]:
    """Reference and answer of each annotated recording, over the part that is annotated: a
    child's heart rate changes within a recording."""
    pairs = []
    for file, cycle in zip(files, cycles, strict=True):
        truth = annotated_rate_bpm(file)
        if truth is not None:
            pairs.append((truth, _rate_within(cycle, file) if cycle else None))
    return pairs


def _rate_within(cycle: HeartCycle, file: CircorFile) -> float:
    first, last = min(span[0] for span in file.spans), max(span[1] for span in file.spans)
    starts = [
        start
        for start, name in cycle.sounds
        if name == STATES[S1] and first - TOLERANCE_S <= start <= last + TOLERANCE_S
    ]
    return 60.0 / float(np.median(np.diff(starts))) if len(starts) > 2 else cycle.heart_rate_bpm


def kaggle_rates(
    files: Sequence[LabelledFile], cycles: Sequence[HeartCycle | None]
) -> list[tuple[float, float | None]]:
    """Reference (set_a_timing.csv, S1 positions at 44.1 kHz) and answer, where it lists a file."""
    by_name = {file.path.name: cycle for file, cycle in zip(files, cycles, strict=True)}
    tables = {file.path.parent.parent / "set_a_timing.csv" for file in files}
    positions: dict[str, list[float]] = {}
    for table in sorted(path for path in tables if path.exists()):
        with table.open(newline="", encoding="utf-8") as lines:
            for row in csv.DictReader(lines):
                if row["sound"] == "S1":
                    name = Path(row["fname"]).name
                    positions.setdefault(name, []).append(float(row["location"]) / 44_100)
    pairs = []
    for name, starts in positions.items():
        if name in by_name and len(starts) >= 3:
            cycle = by_name[name]
            truth = 60.0 / float(np.median(np.diff(sorted(starts))))
            pairs.append((truth, cycle.heart_rate_bpm if cycle else None))
    return pairs


def cycles_of(
    files: Sequence[CircorFile | LabelledFile], states: Sequence[np.ndarray]
) -> list[HeartCycle | None]:
    """What the program would say of each recording's beats."""
    return [
        heart_cycle(part, file.recording.samples, file.recording.sample_rate_hz)
        for file, part in zip(files, states, strict=True)
    ]


def _stretches(annotated: Sequence[tuple[float, float, int]]) -> list[tuple[float, float]]:
    """Annotated spans that touch, joined; half the tolerance is added on both sides."""
    joined: list[list[float]] = []
    for start, end, _ in sorted(annotated):
        if joined and start - joined[-1][1] < 0.005:
            joined[-1][1] = end
        else:
            joined.append([start, end])
    return [(start - TOLERANCE_S / 2, end - TOLERANCE_S / 2) for start, end in joined]


def _matches(truth: list[float], found: list[float]) -> int:
    """How many pairs lie within the tolerance, each time used once."""
    hits, place = 0, 0
    for time in sorted(truth):
        while place < len(found) and found[place] < time - TOLERANCE_S:
            place += 1
        if place < len(found) and found[place] <= time + TOLERANCE_S:
            hits += 1
            place += 1
    return hits
