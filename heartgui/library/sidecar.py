"""The JSON file beside a take's WAV file: its answer and its labels."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from heartgui.audio.whole_files import whole_or_not
from heartgui.domain import AuscultationSite, Finding, Posture
from heartgui.errors import SidecarError
from heartgui.inference.result_json import finding_from_json, finding_to_json
from heartgui.library.take import Take, TakeLabels

NOT_OURS = (AttributeError, IndexError, KeyError, OverflowError, TypeError, ValueError)
"""What reading content may raise that this program did not write, or somebody has edited."""


def sidecar_path(wav: Path) -> Path:
    """Where the sidecar of a WAV file is, or where a new one goes.

    x.json beside x.wav; where that is another program's, x.heartgui.json. Raises OSError where
    x.json cannot be read: taken for another program's, ours would be passed over ever after.
    """
    usual, aside = wav.with_suffix(".json"), wav.with_suffix(".heartgui.json")
    return aside if os.path.lexists(aside) or _is_anothers(usual) else usual


def write_sidecar(take: Take, finding: Finding | None) -> None:
    """Write the answer (the same object as on the command line) and, under `take`, the labels.

    Whole or not at all. Raises SidecarError.
    """
    with _failure_told(take, answer=finding is not None):
        _write(take, finding)


def write_unfinished(take: Take) -> None:
    """Write what is said of a take that is still recorded. Raises OSError and ValueError."""
    _write(take, None, unfinished=True)


def remove_unfinished(wav: Path) -> None:
    """Remove what write_unfinished wrote beside a WAV file; anything else stays. Raises OSError."""
    if is_unfinished(read_sidecar(wav)):
        sidecar_path(wav).unlink()


def write_labels(take: Take) -> None:
    """Write what is said of a take anew; the answer beside it stays.

    Raises SidecarError, also where that answer cannot be read: it would be lost.
    """
    with _failure_told(take, answer=False):
        _write(take, finding_of(read_sidecar(take.path)))


def _write(take: Take, finding: Finding | None, *, unfinished: bool = False) -> None:
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
    if unfinished:
        content["take"]["unfinished"] = True
    with (
        whole_or_not(sidecar_path(take.path)) as new,
        new.open("x", encoding="utf-8") as file,
    ):
        json.dump(content, file, indent=2)
        file.write("\n")


@contextmanager
def _failure_told(take: Take, *, answer: bool) -> Iterator[None]:
    """What fails in the block is raised as a SidecarError. answer: whether a new one is written."""
    try:
        yield
    except (OSError, ValueError) as error:
        # ValueError: a path that no file can have, as of a damaged row.
        reason = getattr(error, "strerror", None) or error
        if answer:
            message = f"The result could not be written beside the take ({reason})."
            remedy = "Free some space, then classify it again from the Review page."
        else:
            message = (
                "Name, labels and notes are in the library, but could not be written beside the "
                f"take ({reason})."
            )
            remedy = "The next change writes them, once there is space and the folder can be used."
        raise SidecarError(
            message,
            take.id,
            kept="The take itself is kept." if os.path.lexists(take.path) else "",
            remedy=remedy,
        ) from error


def read_sidecar(wav: Path) -> dict[str, Any]:
    """The sidecar of a WAV file; empty where there is none or it is damaged. Raises OSError where
    there is one that cannot be read."""
    return _read_ours(sidecar_path(wav))


def finding_of(sidecar: dict[str, Any]) -> Finding | None:
    """The finding in a sidecar, None where there is none."""
    try:
        return finding_from_json(sidecar)
    except NOT_OURS:
        return None


def may_have_answer(wav: Path) -> bool:
    """Whether an answer lies beside a WAV file, or what lies there cannot be read."""
    try:
        return finding_of(read_sidecar(wav)) is not None
    except OSError:
        return True


def tells_of_take(sidecar: dict[str, Any]) -> bool:
    """Whether it describes its take. One that `heartgui classify` wrote holds an answer only."""
    told = sidecar.get("take")
    return isinstance(told, dict) and "created_at" in told


def is_unfinished(sidecar: dict[str, Any]) -> bool:
    """Whether it was written while its take was recorded, and no more after that."""
    return tells_of_take(sidecar) and sidecar["take"].get("unfinished") is True


def told_of(take: Take, sidecar: dict[str, Any]) -> Take:
    """The take with what its sidecar says of it; what is missing or unknown stays as it is."""
    if not tells_of_take(sidecar):
        return take
    told = sidecar["take"]
    labels = _labels_of(told)
    return replace(
        take,
        created_at=created_at_of(sidecar) or take.created_at,
        name=_text(told, "name", take.name),
        notes=_text(told, "notes", take.notes),
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


def _text(told: dict[str, Any], key: str, otherwise: str) -> str:
    text = told.get(key)
    return _storable(text) if isinstance(text, str) else otherwise


def _storable(text: str) -> str:
    """Without half characters, which JSON may hold and the table cannot."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _labels_of(told: dict[str, Any]) -> TakeLabels:
    try:
        site = AuscultationSite(told["site"]) if told.get("site") else None
        posture = Posture(told["posture"]) if told.get("posture") else None
    except ValueError:
        site = posture = None
    return TakeLabels(site, posture, _storable(str(told.get("patient_code") or "")))


def _gaps_of(told: dict[str, Any]) -> tuple[tuple[float, float], ...]:
    try:
        return tuple((float(start), float(end)) for start, end in told["gaps"])
    except NOT_OURS:
        return ()


def _read_ours(path: Path) -> dict[str, Any]:
    """The object in a JSON file that this program wrote; empty for any other file, or none. Raises
    OSError where a file cannot be read."""
    try:
        if not path.is_file():
            return {}
        content = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError):
        return {}
    if not isinstance(content, dict):
        return {}
    ours = tells_of_take(content) or finding_of(content) is not None
    return content if ours else {}


def _is_anothers(path: Path) -> bool:
    """Whether it is a file of another program. Raises OSError where it cannot be read."""
    return path.is_file() and not _read_ours(path)
