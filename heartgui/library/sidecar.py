"""The JSON file beside a take's WAV file: its answer and its labels."""

from __future__ import annotations

import json
import os
from datetime import datetime
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


def labels_of(sidecar: dict[str, Any]) -> TakeLabels:
    """The labels in a sidecar; what is missing or unknown is left empty."""
    take = sidecar.get("take") or {}
    try:
        site = AuscultationSite(take["site"]) if take.get("site") else None
        posture = Posture(take["posture"]) if take.get("posture") else None
    except ValueError:
        site = posture = None
    return TakeLabels(site, posture, str(take.get("patient_code") or ""))


def created_at_of(sidecar: dict[str, Any]) -> datetime | None:
    try:
        return datetime.fromisoformat(sidecar["take"]["created_at"])
    except (KeyError, TypeError, ValueError):
        return None
