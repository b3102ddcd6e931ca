"""The self-test: are the bundled models whole, and do they answer as they should?"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from heartgui.audio.files import read_recording
from heartgui.domain import CLASSES, Decision
from heartgui.errors import HeartGUIError
from heartgui.inference.analysis import Analyser, open_analyser
from heartgui.inference.bundle import bundle_names, load_bundle

EXPECTED = "samples.json"
WHAT_PASSES = (
    "A sound passes when every model answers it, whatever the answer is; a poor recording passes"
    " when it is refused."
)


@dataclass(frozen=True)
class Step:
    """One step's outcome. detail: what was measured, or what is wrong."""

    name: str
    passed: bool
    detail: str


def self_test(
    models: Path, resources: Path, cancelled: Callable[[], bool] | None = None
) -> Iterator[Step]:
    """Run the steps one by one: every file of every bundle against its hash, then every model on
    every bundled synthetic sound.

    A sound passes when the probabilities are finite and sum to one, and when a sound that is
    listed with reasons to record it again is refused for them.
    """
    names: list[str] = []
    try:
        names = bundle_names(models)
        for name in names:
            bundle = load_bundle(models, name)
            bundle.verify()
            yield Step(f"{name}: files are unchanged", True, f"{len(bundle.card.files)} files")
        analyser = open_analyser(models, tuple(names))
    except HeartGUIError as error:
        yield Step("models can be loaded", False, str(error))
        return
    folder = resources / "samples"
    try:
        entries = json.loads((folder / EXPECTED).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        yield Step("synthetic sounds can be read", False, str(error))
        return
    for entry in entries:
        if cancelled is not None and cancelled():
            return
        yield _sound(analyser, folder / entry["file"], entry["title"], entry.get("refused_for"))


def _sound(analyser: Analyser, path: Path, title: str, refused_for: str | None) -> Step:
    try:
        finding = analyser.analyse(read_recording(path))
    except HeartGUIError as error:
        return Step(title, False, str(error))
    for prediction in finding.predictions:
        probabilities = np.asarray(prediction.probabilities)
        if not np.isfinite(probabilities).all() or abs(probabilities.sum() - 1) > 1e-3:
            return Step(title, False, f"{prediction.model} gave {probabilities.tolist()}")
    codes = [reason.code for reason in finding.reasons]
    if refused_for is not None:
        passed = finding.decision is Decision.RECORD_AGAIN and refused_for in codes
        return Step(title, passed, f"record again for: {', '.join(codes) or 'nothing'}")
    if not finding.predictions:
        return Step(title, False, f"no model answered ({', '.join(codes)})")
    answers = ", ".join(
        f"{p.model} {p.label} {p.probabilities[CLASSES.index(p.label)]:.2f}"
        for p in finding.predictions
    )
    return Step(title, True, answers)
