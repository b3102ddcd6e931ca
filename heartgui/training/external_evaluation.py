"""A bundled model on a data set of murmur against none: AUC, sensitivity, specificity."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from heartgui.audio.files import read_recording
from heartgui.domain import HeartSoundClass
from heartgui.errors import DataSetError, HeartGUIError
from heartgui.inference.analysis import Analyser
from heartgui.training.bootstrap import auc_interval, rate_interval
from heartgui.training.external import Case, ExternalSet
from heartgui.training.fitting import Tell
from heartgui.training.metrics import murmur_score

TELL_EVERY = 100


def external_report(analyser: Analyser, data: ExternalSet, tell: Tell) -> str:
    """Markdown. Every recording is answered whatever its quality; the score is murmur against
    normal, and a recording counts as called when the model's label is murmur. Raises DataSetError
    where not one could be answered."""
    scores, called, truth, patients, unreadable = _answers(analyser, data.cases, tell)
    if not len(scores):
        raise DataSetError(
            f"None of the {len(data.cases)} recordings could be answered."
            f" The first, {unreadable[0][0]}: {unreadable[0][1]}"
        )
    card = analyser.cards[0]
    lines = [
        f"### {card.title} {card.version} on {data.title}",
        "",
        f"n = {len(truth)} recordings, {int(truth.sum())} positive. {data.left_out} 95 % intervals"
        f" by bootstrap over {len(set(patients))} {data.groups}.",
        "",
        f"- AUC {auc_interval(truth, scores, patients)}",
        f"- sensitivity {rate_interval(truth, called, patients)}",
        f"- specificity {rate_interval(~truth, ~called, patients)}",
    ]
    lines += [f"- skipped {name}: {why}" for name, why in unreadable]
    return "\n".join([*lines, ""])


def _answers(
    analyser: Analyser, cases: Sequence[Case], tell: Tell
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, list[tuple[str, str]]]:
    scores, called, truth, patients = [], [], [], []
    unreadable: list[tuple[str, str]] = []
    for number, case in enumerate(cases, start=1):
        try:
            recording = read_recording(case.path)
        except HeartGUIError as error:
            unreadable.append((case.path.name, error.message))
            continue
        finding = analyser.analyse(recording, anyway=True)
        if finding.label is None:
            unreadable.append((case.path.name, "too short or silent"))
            continue
        scores.append(float(murmur_score(np.array(finding.probabilities))))
        called.append(finding.label is HeartSoundClass.MURMUR)
        truth.append(case.positive)
        patients.append(case.patient)
        if number % TELL_EVERY == 0:
            tell(f"{number} of {len(cases)} recordings")
    return np.array(scores), np.array(called), np.array(truth), np.array(patients), unreadable
