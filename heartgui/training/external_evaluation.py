"""A bundled model on a data set of murmur against none: AUC, sensitivity, specificity, and what the
program would say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from heartgui.audio.files import read_recording
from heartgui.domain import CLASSES, Decision, Finding
from heartgui.errors import DataSetError, HeartGUIError
from heartgui.inference.analysis import Analyser
from heartgui.inference.decision import ANSWERED_FROM_S
from heartgui.training.bootstrap import auc_interval, rate_interval
from heartgui.training.card_page import section_lines
from heartgui.training.external import ExternalSet
from heartgui.training.fitting import Tell
from heartgui.training.heartnet_inputs import MURMUR, NORMAL
from heartgui.training.heartnet_said import counted, said_section
from heartgui.training.metrics import murmur_score
from heartgui.training.refusals import refusal, refused_section
from heartgui.training.visits import visit_scores

TELL_EVERY = 100
NOT_ASKED = -1
"""In place of a class, where no model was asked."""
WHY_NOT_ASKED = f"not answered, under {ANSWERED_FROM_S:g} s or silent"


@dataclass(frozen=True)
class _Answer:
    """What is kept of a finding. score: murmur against normal. called: index of the class called;
    NOT_ASKED, and no score, where no model was asked. refused: codes of the quality's reasons."""

    score: float
    called: int
    decision: Decision
    refused: tuple[str, ...]

    @property
    def asked(self) -> bool:
        return self.called != NOT_ASKED


def external_report(analyser: Analyser, data: ExternalSet, tell: Tell) -> str:
    """Markdown. The models' own figures, where the score is murmur against normal, and a recording
    counts as called when the model's label is murmur, whatever the signal quality; and what the
    program would say. Recordings of which no model is asked are named and in the second alone.
    Raises DataSetError where not one could be answered."""
    answers, unreadable = _answers(analyser, data, tell)
    judged = [case for case in data.cases if case.path in answers]
    asked = [case for case in judged if answers[case.path].asked]
    silent = [case.path.name for case in judged if not answers[case.path].asked]
    skipped = [*unreadable, *((name, WHY_NOT_ASKED) for name in silent)]
    if not asked:
        raise DataSetError(
            f"None of the {len(data.cases)} recordings could be answered."
            f" The first, {skipped[0][0]}: {skipped[0][1]}"
        )
    card = analyser.cards[0]
    truth = np.array([case.positive for case in asked])
    patients = np.array([case.patient for case in asked])
    scores = np.array([answers[case.path].score for case in asked])
    called = np.array([answers[case.path].called == MURMUR for case in asked])
    lines = [
        f"### {card.title} {card.version} on {data.title}",
        "",
        f"n = {len(asked)} recordings, {int(truth.sum())} positive. {data.left_out}"
        f" {len(silent)} not answered. 95 % intervals by bootstrap over {len(set(patients))}"
        f" {data.groups}. Of the class called alone: recordings that the program asks to record"
        " again count too, and whatever is not called murmur counts as none.",
        "",
        f"- AUC {auc_interval(truth, scores, patients)}",
        f"- sensitivity {rate_interval(truth, called, patients)}",
        f"- specificity {rate_interval(~truth, ~called, patients)}",
        *_by_visit(data, answers),
        *[f"- skipped {name}: {why}" for name, why in skipped],
        *_said(
            np.array([case.positive for case in judged]), [answers[case.path] for case in judged]
        ),
    ]
    return "\n".join([*lines, ""])


def _by_visit(data: ExternalSet, answers: dict[Path, _Answer]) -> list[str]:
    known = [
        (visit, answers[path].score)
        for path, visit in data.visits
        if path in answers and answers[path].asked
    ]
    if not known:
        return []
    found = visit_scores([visit for visit, _ in known], np.array([score for _, score in known]))
    return [
        f"- by visit, murmur at any site: AUC {found.auc} ({len(found.visits)} visits of"
        f" {len(set(found.persons))} persons, {int(found.truth.sum())} with a murmur; a visit's"
        " score is the largest of its recordings')"
    ]


def _said(positive: np.ndarray, answers: Sequence[_Answer]) -> list[str]:
    """By truth: the whole decision, and why recordings are refused."""
    called = np.array([answer.called for answer in answers])
    again = np.array([answer.decision is Decision.RECORD_AGAIN for answer in answers])
    unsure = np.array([answer.decision is Decision.INCONCLUSIVE for answer in answers])
    reasons = [answer.refused for answer in answers]
    kinds = (("murmur (or abnormal)", MURMUR, positive), ("none", NORMAL, ~positive))
    said = [
        counted(kind, label, called[chosen], again[chosen], unsure[chosen])
        for kind, label, chosen in kinds
    ]
    refused = [refusal(kind, reasons, chosen) for kind, _, chosen in kinds]
    text = "The whole decision, signal quality included, on all that could be read."
    return [
        *section_lines(said_section(said, text)),
        *section_lines(refused_section(refused)),
    ]


def _answers(
    analyser: Analyser, data: ExternalSet, tell: Tell
) -> tuple[dict[Path, _Answer], list[tuple[str, str]]]:
    """By path, and the names of those that cannot be read with why."""
    paths = dict.fromkeys([*(case.path for case in data.cases), *(path for path, _ in data.visits)])
    answers: dict[Path, _Answer] = {}
    unreadable = []
    for number, path in enumerate(paths, start=1):
        try:
            answers[path] = _kept(analyser.analyse(read_recording(path)))
        except HeartGUIError as error:
            unreadable.append((path.name, error.message))
        if number % TELL_EVERY == 0:
            tell(f"{number} of {len(paths)} recordings")
    return answers, unreadable


def _kept(finding: Finding) -> _Answer:
    asked = finding.label is not None
    return _Answer(
        float(murmur_score(np.array(finding.probabilities))) if asked else float("nan"),
        CLASSES.index(finding.label) if finding.label is not None else NOT_ASKED,
        finding.decision,
        tuple(reason.code for reason in finding.quality.reasons),
    )
