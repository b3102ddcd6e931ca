"""The words every room shares: recordings, classes, predictions, findings.

Plain frozen data, no behaviour beyond derived values, no imports from other rooms.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]
"""Mono audio, shape (n_samples,), full scale is -1.0 to 1.0."""


class HeartSoundClass(StrEnum):
    """The five classes of the Kaggle Heartbeat Sounds set; values are its file-name prefixes."""

    NORMAL = "normal"
    MURMUR = "murmur"
    EXTRASTOLE = "extrastole"
    EXTRAHLS = "extrahls"
    ARTIFACT = "artifact"


CLASSES: tuple[HeartSoundClass, ...] = tuple(HeartSoundClass)
"""Order of the classes in every probability vector and every model's output."""


class AuscultationSite(StrEnum):
    """Where the chest piece was held."""

    AORTIC = "aortic"
    PULMONIC = "pulmonic"
    TRICUSPID = "tricuspid"
    MITRAL = "mitral"


class Posture(StrEnum):
    SITTING = "sitting"
    SUPINE = "supine"
    LEFT_LATERAL = "left lateral"
    STANDING = "standing"


class Decision(StrEnum):
    """What the program says of a recording."""

    FINDING = "finding"
    INCONCLUSIVE = "inconclusive"
    RECORD_AGAIN = "record-again"


@dataclass(frozen=True, eq=False)
class Recording:
    """A mono recording in memory.

    samples: shape (n_samples,), float32, full scale -1.0 to 1.0, finite.
    sample_rate_hz: samples a second.
    path: the file it came from or was written to; None for one that has no file.
    source_sample_rate_hz, source_channels: what the file or device delivered before
    down-mixing, for display; equal to sample_rate_hz and 1 where nothing was changed.
    clipped_share: of the samples of one of several channels that are cut off at full scale, 0 to 1:
    in their mean it is not seen.
    synthetic: made by the program, not recorded from anybody.
    """

    samples: Samples
    sample_rate_hz: int
    path: Path | None = None
    source_sample_rate_hz: int | None = None
    source_channels: int = 1
    clipped_share: float = 0.0
    synthetic: bool = False

    @property
    def duration_s(self) -> float:
        return len(self.samples) / self.sample_rate_hz


def weighted_scores(
    probabilities: tuple[float, ...], weights: tuple[float, ...]
) -> tuple[float, ...]:
    """Probabilities times their weights, summing to 1; themselves without weights."""
    if not weights:
        return probabilities
    weighted = [p * w for p, w in zip(probabilities, weights, strict=True)]
    total = sum(weighted)
    return tuple(value / total for value in weighted)


def called_class(scores: tuple[float, ...]) -> HeartSoundClass:
    """The class with the largest score."""
    return CLASSES[max(range(len(CLASSES)), key=lambda i: scores[i])]


class WindowPrediction(NamedTuple):
    """One window's answer. start_s, end_s: seconds from the start of the recording. weights: as
    in Prediction."""

    start_s: float
    end_s: float
    probabilities: tuple[float, ...]
    weights: tuple[float, ...] = ()

    @property
    def label(self) -> HeartSoundClass:
        return called_class(weighted_scores(self.probabilities, self.weights))


@dataclass(frozen=True)
class Prediction:
    """One model's answer for a recording: the mean over its windows.

    probabilities: in the order of CLASSES, each 0 to 1, summing to 1. weights: what each is
    multiplied by before the largest is called, see `ModelCard.weights`; empty for ones.
    states: probabilities of S1, systole, S2 and diastole every 20 ms, shape (n_frames, 4), from a
    model that tells them.
    """

    model: str
    model_version: str
    probabilities: tuple[float, ...]
    windows: tuple[WindowPrediction, ...] = ()
    weights: tuple[float, ...] = ()
    states: npt.NDArray[np.float32] | None = field(default=None, compare=False, repr=False)

    @property
    def scores(self) -> tuple[float, ...]:
        """The weighted probabilities, summing to 1; the largest is the label's."""
        return weighted_scores(self.probabilities, self.weights)

    @property
    def label(self) -> HeartSoundClass:
        return called_class(self.scores)

    @property
    def label_probability(self) -> float:
        return self.probabilities[CLASSES.index(self.label)]


class Reason(NamedTuple):
    """Why a take should be recorded again, or why an answer is inconclusive.

    code: stable and short (`too-short`, `low-rate`, `clipping`, `silence`, `hum`, `noise`,
    `voices`, `no-rhythm`, `artifact`, `extrahls`, `models-disagree`, `small-margin`,
    `murmur-not-excluded`, `below-threshold`, `seldom-right`).
    message: what is wrong, one sentence. remedy: what to do about it, one sentence.
    value: the measured number behind it, whether or not the message names it: a share is 0 to 1,
    silence a peak in dBFS, too-short in seconds, low-rate in Hz.
    """

    code: str
    message: str
    remedy: str
    value: float | None = None


class QualityScore(NamedTuple):
    """One aspect of signal quality. score: 0 (unusable) to 1 (good)."""

    name: str
    label: str
    score: float
    value: float
    unit: str


class Quality(NamedTuple):
    """Signal quality of a recording: sub-scores in display order, and what to do again for."""

    scores: tuple[QualityScore, ...]
    reasons: tuple[Reason, ...] = ()

    @property
    def overall(self) -> float:
        """The worst sub-score, 0 to 1."""
        return min((s.score for s in self.scores), default=0.0)


class AveragedBeat(NamedTuple):
    """The mean beat from S1 to the next: envelope at `step_s` from the start of S1, each beat
    scaled to a maximum of 1. mean, spread (SD): equally long. systole_s, diastole_s: where S1 and
    S2 end; s2_s: where S2 starts, seconds."""

    mean: tuple[float, ...]
    spread: tuple[float, ...]
    step_s: float
    n_beats: int
    systole_s: float
    s2_s: float
    diastole_s: float


class HeartCycle(NamedTuple):
    """What S1 and S2 tell. sounds: start in seconds and `S1` or `S2`. interval_s: from S1 to S1,
    mean of the intervals within a fifth of their median. interval_spread: standard deviation over
    mean of all of them. early_beats_s: starts of beats that came early by a fifth of the median or
    more. murmur_timing: `systolic`, `diastolic` or empty where neither is louder by 3 dB.
    systole_over_diastole_db: mean level between 100 and 600 Hz in systole over that in diastole."""

    sounds: tuple[tuple[float, str], ...]
    interval_s: float
    interval_spread: float
    early_beats_s: tuple[float, ...]
    murmur_timing: str
    systole_over_diastole_db: float
    beat: AveragedBeat | None

    @property
    def heart_rate_bpm(self) -> float:
        return 60.0 / self.interval_s


@dataclass(frozen=True)
class Finding:
    """The program's whole answer for one recording.

    predictions: one for each model that was run, in the order asked; empty for none.
    models: name and version of each model chosen, whether or not it was run.
    probabilities: the mean over the models, in the order of CLASSES; empty when no
    model was run (a take under 1 s, or silent).
    label: the class called; None when no model was run.
    heart_rate_bpm: None when it cannot be determined.
    cycle: S1, S2 and what follows from them; None where they are not known.
    """

    decision: Decision
    label: HeartSoundClass | None
    probabilities: tuple[float, ...]
    predictions: tuple[Prediction, ...]
    quality: Quality
    reasons: tuple[Reason, ...] = ()
    heart_rate_bpm: float | None = None
    duration_s: float = 0.0
    sample_rate_hz: int = 0
    analysed_anyway: bool = field(default=False)
    cycle: HeartCycle | None = None
    models: tuple[tuple[str, str], ...] = ()

    @property
    def label_probability(self) -> float | None:
        """The called class's probability, which need not be the largest one; None without it."""
        if self.label is None or not self.probabilities:
            return None
        return self.probabilities[CLASSES.index(self.label)]
