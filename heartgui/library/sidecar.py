"""The JSON file beside a take's WAV file: its answer and its labels."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from heartgui.domain import AuscultationSite, Finding, Posture
from heartgui.errors import StorageError
from heartgui.inference.result_json import finding_from_json, finding_to_json
from heartgui.library.take import Take, TakeLabels


def sidecar_path(wav: Path) -> Path:
    return wav.with_suffix(".json")


def write_sidecar(take: Take, finding: Finding | None) -> None:
    """Write the answer (the same object as on the command line) and, under `take`, the labels.

    Whole or not at all. Raises StorageError.
    """
    content: dict[str, Any] = finding_to_json(finding, take.path.name) if finding else {}
    content["take"] = {
        "created_at": take.created_at.isoformat(),
        "name": take.name,
        "notes": take.notes,
        "site": str(take.site) if take.site else None,
        "posture": str(take.posture) if take.posture else None,
        "patient_code": take.patient_code,
        "gaps": [list(gap) for gap in take.gaps],
    }
    target = sidecar_path(take.path)
    unfinished = target.with_suffix(".json.new")
    try:
        with unfinished.open("w", encoding="utf-8") as file:
            json.dump(content, file, indent=2)
            file.write("\n")
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(target)
    except OSError as error:
        raise StorageError(
            f"The result could not be written beside the take ({error.strerror or error}).",
            kept="The take itself is kept.",
            remedy="Free some space, then classify it again from the Review page.",
        ) from error


def read_sidecar(wav: Path) -> dict[str, Any]:
    """The JSON object beside a WAV file; empty where there is none or it is damaged."""
    try:
        content = json.loads(sidecar_path(wav).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def finding_of(sidecar: dict[str, Any]) -> Finding | None:
    """The finding in a sidecar, None where there is none."""
    try:
        return finding_from_json(sidecar)
    except (KeyError, TypeError, ValueError):
        return None


def told_of(take: Take, sidecar: dict[str, Any]) -> Take:
    """The take with what its sidecar says of it; what is missing or unknown stays as it is."""
    told = sidecar.get("take")
    if not isinstance(told, dict):
        return take
    labels = _labels_of(told)
    return replace(
        take,
        created_at=created_at_of(sidecar) or take.created_at,
        name=str(told.get("name", take.name)),
        notes=str(told.get("notes", take.notes)),
        site=labels.site,
        posture=labels.posture,
        patient_code=labels.patient_code,
        gaps=_gaps_of(told),
    )


def created_at_of(sidecar: dict[str, Any]) -> datetime | None:
    """When the take was made, in UTC."""
    try:
        return datetime.fromisoformat(sidecar["take"]["created_at"]).astimezone(UTC)
    except (KeyError, TypeError, ValueError, OverflowError):
        return None


def _labels_of(told: dict[str, Any]) -> TakeLabels:
    try:
        site = AuscultationSite(told["site"]) if told.get("site") else None
        posture = Posture(told["posture"]) if told.get("posture") else None
    except ValueError:
        site = posture = None
    return TakeLabels(site, posture, str(told.get("patient_code") or ""))


def _gaps_of(told: dict[str, Any]) -> tuple[tuple[float, float], ...]:
    try:
        return tuple((float(start), float(end)) for start, end in told["gaps"])
    except (KeyError, TypeError, ValueError):
        return ()
