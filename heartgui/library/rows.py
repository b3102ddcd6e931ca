"""A take as a row of the database, and back."""

from __future__ import annotations

import json
import sqlite3
import unicodedata
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from heartgui.domain import AuscultationSite, Decision, Finding, HeartSoundClass, Posture
from heartgui.library.take import Take, TakeLabels


def answered(take: Take, finding: Finding) -> Take:
    """The take with the answer's columns."""
    return replace(
        take,
        decision=finding.decision,
        label=finding.label,
        probability=finding.label_probability,
        quality=finding.quality.overall,
        heart_rate_bpm=finding.heart_rate_bpm,
    )


def composed(text: str) -> str:
    """Each letter with its accent as one character, as it is typed. macOS has names of files in
    which they are two."""
    return unicodedata.normalize("NFC", text)


def searchable(text: str) -> str:
    """What a search compares, of a take and of the words that are looked for."""
    return composed(text.lower())


def row_of(take: Take) -> dict[str, object]:
    """Column values of a take, without its number."""
    words = (
        take.name, take.patient_code, str(take.site or ""), str(take.posture or ""),
        str(take.decision or ""), str(take.label or ""), take.notes,
        take.created_at.astimezone().strftime("%Y-%m-%d %H:%M"),
    )  # fmt: skip
    return {
        "file": str(take.path.absolute()),
        "created_at": take.created_at.isoformat(),
        "duration_s": take.duration_s,
        "sample_rate_hz": take.sample_rate_hz,
        "name": take.name,
        "notes": take.notes,
        "site": str(take.site or ""),
        "posture": str(take.posture or ""),
        "patient_code": take.patient_code,
        "decision": str(take.decision or ""),
        "label": str(take.label or ""),
        "probability": take.probability,
        "quality": take.quality,
        "heart_rate_bpm": take.heart_rate_bpm,
        "gaps": json.dumps([list(gap) for gap in take.gaps]),
        "recovered": int(take.recovered),
        "search_text": searchable(" ".join(words)),
    }


def labels_of(row: sqlite3.Row) -> TakeLabels:
    """Raises ValueError for values that nobody wrote, as of a damaged file."""
    return TakeLabels(
        AuscultationSite(row["site"]) if row["site"] else None,
        Posture(row["posture"]) if row["posture"] else None,
        row["patient_code"],
    )


def take_of(row: sqlite3.Row, path: Path) -> Take:
    """Raises TypeError or ValueError for values that nobody wrote, as of a damaged file."""
    labels = labels_of(row)
    return Take(
        id=row["id"],
        path=path,
        created_at=datetime.fromisoformat(row["created_at"]),
        duration_s=row["duration_s"],
        sample_rate_hz=row["sample_rate_hz"],
        name=row["name"],
        notes=row["notes"],
        site=labels.site,
        posture=labels.posture,
        patient_code=labels.patient_code,
        decision=Decision(row["decision"]) if row["decision"] else None,
        label=HeartSoundClass(row["label"]) if row["label"] else None,
        probability=row["probability"],
        quality=row["quality"],
        heart_rate_bpm=row["heart_rate_bpm"],
        gaps=tuple((start, end) for start, end in json.loads(row["gaps"])),
        recovered=bool(row["recovered"]),
    )
