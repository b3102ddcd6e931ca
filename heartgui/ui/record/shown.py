"""What is on the Record page: a recording, its tracks, its finding, and where it is kept."""

from __future__ import annotations

from dataclasses import dataclass, replace

from heartgui.domain import Finding, Recording
from heartgui.features.display import DisplayFeatures


@dataclass(frozen=True, eq=False)
class Shown:
    """take_id: its number in the library, None for an opened file or a sample. token: the
    classification that was asked for it, 0 while none is. cancelled: whether the person has stopped
    it. attempt: from 1, which take of this site it is; 0 for what was opened and not recorded
    now."""

    recording: Recording
    features: DisplayFeatures
    title: str
    take_id: int | None = None
    token: int = 0
    cancelled: bool = False
    attempt: int = 0
    gaps: tuple[tuple[float, float], ...] = ()
    finding: Finding | None = None

    def asked(self, token: int) -> Shown:
        return replace(self, token=token, finding=None, cancelled=False)

    def asked_no_more(self, *, cancelled: bool) -> Shown:
        """What was sent of its classification and comes late is not listened to."""
        return replace(self, token=0, cancelled=cancelled)

    def unanswered(self) -> Shown:
        """Its answer is out of date, as after another choice of models."""
        return replace(self, token=0, finding=None, cancelled=False)

    def answered(self, finding: Finding) -> Shown:
        return replace(self, finding=finding)
