"""A bundled model on a data set of the five classes that is not Kaggle's: the same table."""

from __future__ import annotations

import numpy as np

from heartgui.audio.files import read_recording
from heartgui.domain import CLASSES
from heartgui.errors import DataSetError, HeartGUIError
from heartgui.inference.analysis import Analyser
from heartgui.training.external import ExternalSet
from heartgui.training.fitting import Tell
from heartgui.training.metrics import Evaluation, evaluate
from heartgui.training.report import grouped_table

TELL_EVERY = 100


def class_report(
    analyser: Analyser, data: ExternalSet, title: str, tell: Tell
) -> tuple[str, Evaluation]:
    """Markdown, and what it tells. Every recording is answered whatever its quality. Raises
    DataSetError where not one could be answered."""
    truth, called, patients = [], [], []
    unreadable: list[tuple[str, str]] = []
    labelled = [(case, case.label) for case in data.cases if case.label is not None]
    for number, (case, label) in enumerate(labelled, start=1):
        if number % TELL_EVERY == 0:
            tell(f"{number} of {len(labelled)} recordings")
        try:
            scores = analyser.scores(read_recording(case.path))
        except HeartGUIError as error:
            unreadable.append((case.path.name, error.message))
            continue
        truth.append(CLASSES.index(label))
        called.append(int(np.argmax(scores)))
        patients.append(case.patient)
    if not truth:
        raise DataSetError(
            f"None of the {len(data.cases)} recordings could be answered."
            f" The first, {unreadable[0][0]}: {unreadable[0][1]}"
        )
    answers = np.eye(len(CLASSES))[called]
    evaluation = evaluate(np.array(truth), answers[np.newaxis], np.array(patients))
    lines = [
        grouped_table(title, evaluation, data.groups),
        data.left_out,
        *(f"- skipped {name}: {why}" for name, why in unreadable),
    ]
    return "\n".join([*lines, ""]), evaluation
