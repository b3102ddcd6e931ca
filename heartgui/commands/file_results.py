"""Files to results, one after the other: what each process or thread does of a folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from heartgui.audio.files import read_recording
from heartgui.errors import HeartGUIError
from heartgui.inference.analysis import Analyser, Prepared
from heartgui.inference.result_json import finding_to_json

LONG_S = 60.0
"""Longer recordings go one by one, so that a group of them fits into memory."""
_Result = dict[str, Any]
_Work = Prepared | _Result


def results_of(analyser: Analyser, files: Sequence[Path]) -> list[_Result]:
    """A result for each file; the networks answer for all of them in one batch."""
    done = [(path, _prepare(analyser, path)) for path in files]
    try:
        findings = iter(analyser.answer([work for _, work in done if isinstance(work, Prepared)]))
        return [
            finding_to_json(next(findings), str(path)) if isinstance(work, Prepared) else work
            for path, work in done
        ]
    except Exception:
        # One of them cannot be answered, and it is not told which: each is asked about alone.
        return [
            _answer_alone(analyser, path, work) if isinstance(work, Prepared) else work
            for path, work in done
        ]


def _prepare(analyser: Analyser, path: Path) -> _Work:
    """What remains to be answered, or the result where nothing remains."""
    try:
        recording = read_recording(path)
        if recording.duration_s <= LONG_S:
            return analyser.prepare(recording)
        return finding_to_json(analyser.analyse(recording), str(path))
    except Exception as error:
        return failure(path, error)


def _answer_alone(analyser: Analyser, path: Path, work: Prepared) -> _Result:
    try:
        return finding_to_json(analyser.answer([work])[0], str(path))
    except Exception as error:
        return failure(path, error)


def failure(path: Path, error: Exception) -> _Result:
    # Whatever one file brings about, the others are still done.
    if isinstance(error, HeartGUIError):
        return {"file": str(path), "error": str(error)}
    return {"file": str(path), "error": f"Not classified ({type(error).__name__}: {error})."}
