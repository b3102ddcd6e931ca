"""One row of the library."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from heartgui.domain import AuscultationSite, Decision, HeartSoundClass, Posture

LONGEST_CODE = 64
"""Characters of a patient code that can be typed."""


@dataclass(frozen=True)
class TakeLabels:
    """What the person said of a take."""

    site: AuscultationSite | None = None
    posture: Posture | None = None
    patient_code: str = ""


@dataclass(frozen=True)
class Take:
    """created_at: aware, UTC. quality: the worst sub-score, 0 to 1, None before the answer.
    gaps: start and end of lost sound, seconds. recovered: found after a crash."""

    id: int
    path: Path
    created_at: datetime
    duration_s: float
    sample_rate_hz: int
    name: str = ""
    notes: str = ""
    site: AuscultationSite | None = None
    posture: Posture | None = None
    patient_code: str = ""
    decision: Decision | None = None
    label: HeartSoundClass | None = None
    probability: float | None = None
    quality: float | None = None
    heart_rate_bpm: float | None = None
    gaps: tuple[tuple[float, float], ...] = ()
    recovered: bool = False

    @property
    def labels(self) -> TakeLabels:
        return TakeLabels(self.site, self.posture, self.patient_code)
