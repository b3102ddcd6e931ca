"""HeartNet's figures, from answers for patients that the answering network had never heard."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from heartgui.domain import CLASSES
from heartgui.training.bootstrap import auc_interval, rate_interval
from heartgui.training.changed import ChangedScore, denoised_score, moved_score
from heartgui.training.circor import CircorFile
from heartgui.training.heart_metrics import (
    EarlyScore,
    RateScore,
    SoundScore,
    circor_rates,
    cycles_of,
    kaggle_rates,
    score_early,
    score_rates,
    score_sounds,
)
from heartgui.training.heartnet_inputs import MURMUR, NORMAL
from heartgui.training.heartnet_lab import FoldRun
from heartgui.training.heartnet_said import Answered, Said, said_by_part, said_of
from heartgui.training.joint_data import JointData
from heartgui.training.metrics import (
    Evaluation,
    Interval,
    balanced_accuracies,
    confusion_matrix,
    evaluate,
    murmur_score,
)
from heartgui.training.operating_point import (
    Calibration,
    OperatingPoint,
    answers_apart,
    balanced_accuracy_at,
    balanced_point,
    expected_calibration_error,
    fit_calibration,
    inconclusive,
    margins_apart,
    seldom_right,
    seldom_right_apart,
    smallest_margin,
)
from heartgui.training.refusals import QualityReasons
from heartgui.training.visits import visit_scores

ANSWERED = 0.8
"""Share of recordings that are answered; the least certain ones are inconclusive."""
COVERAGES = (1.0, 0.9, 0.8, 0.7)
SPECIFICITY = 0.90
MIN_SUBGROUP = 10


@dataclass(frozen=True, eq=False)
class HeartEvaluation:
    """called: classes called out of fold, shape (n_repeats, n_recordings). seldom_right: classes
    of which fewer than half of those called were right.
    balanced: at the balanced operating point; accurate: at the accuracy-tuned one (largest
    calibrated probability). moved: of annotated parts, systole and diastole exchanged; denoised: of
    whole recordings, see `gated`. calibration, point: fitted on all answers, for the bundle."""

    called: np.ndarray
    seldom_right: tuple[str, ...]
    balanced: Evaluation
    accurate: Evaluation
    set_a: float
    set_b: float
    murmur_auc: dict[str, Interval]
    calibration_error: float
    coverage: dict[float, float]
    small_margin: float
    circor: dict[str, Any]
    moved: ChangedScore
    denoised: ChangedScore
    said: tuple[Said, ...]
    said_by_part: tuple[Said, ...]
    sounds: SoundScore
    early: EarlyScore
    circor_rate: RateScore
    kaggle_rate: RateScore
    calibration: Calibration
    point: OperatingPoint


def evaluate_heartnet(
    data: JointData, repeats: Sequence[Sequence[FoldRun]], reasons: QualityReasons
) -> HeartEvaluation:
    """All figures; those of CirCor, of beats and of what is said are the first repeat's.
    Calibration, thresholds and the limit that a fold is judged with are fitted on the answers of
    the other folds."""
    labels, groups = data.kaggle_labels, data.kaggle_groups
    raw = np.zeros((len(repeats), len(labels), len(CLASSES)))
    calibrated, scores = np.zeros_like(raw), np.zeros_like(raw)
    for number, runs in enumerate(repeats):
        for run in runs:
            raw[number, run.fold.kaggle_test] = run.kaggle.classes
        folds = [run.fold.kaggle_test for run in runs]
        calibrated[number], scores[number] = answers_apart(raw[number], labels, folds)
    pooled, pooled_labels = raw.reshape(-1, len(CLASSES)), np.tile(labels, len(repeats))
    calibration = fit_calibration(pooled, pooled_labels)
    limit = smallest_margin(scores.reshape(-1, len(CLASSES)), ANSWERED)
    point = balanced_point(labels)
    runs = repeats[0]
    folds = [run.fold.kaggle_test for run in runs]
    unsure = inconclusive(
        scores[0],
        margins_apart(scores[0], ANSWERED, folds),
        seldom_right_apart(scores[0], labels, folds),
    )
    called = scores.argmax(axis=-1)
    # As the card's confusion matrix, which the bundle goes by.
    seldom = seldom_right(called.ravel(), pooled_labels)
    circor_scores = _circor_scores(data, runs, calibration, point)
    kaggle_answers = Answered(scores[0], unsure, reasons.kaggle)
    circor_answers = Answered(
        circor_scores, inconclusive(circor_scores, limit, seldom), reasons.circor
    )
    circor_order = np.concatenate([run.fold.circor_test for run in runs])
    circor_files = [data.circor_files[i] for i in circor_order]
    circor_states = [states for run in runs for states in run.circor.states]
    circor_cycles = cycles_of(circor_files, circor_states)
    kaggle_files = [data.kaggle_files[i] for run in runs for i in run.fold.kaggle_test]
    kaggle_states = [states for run in runs for states in run.kaggle.states]
    return HeartEvaluation(
        called=called,
        seldom_right=tuple(str(name) for name, is_so in zip(CLASSES, seldom, strict=True) if is_so),
        balanced=evaluate(labels, scores, groups),
        accurate=evaluate(labels, calibrated, groups),
        set_a=_balanced_in(~data.in_set_b, labels, scores),
        set_b=_balanced_in(data.in_set_b, labels, scores),
        murmur_auc={
            name: murmur_auc(raw.mean(axis=0)[chosen], labels[chosen], groups[chosen])
            for name, chosen in (
                ("all", np.ones(len(labels), dtype=bool)),
                ("set_a", ~data.in_set_b),
                ("set_b", data.in_set_b),
            )
        },
        calibration_error=expected_calibration_error(
            calibrated.reshape(-1, len(CLASSES)), pooled_labels
        ),
        coverage={
            share: float(np.mean([balanced_accuracy_at(part, labels, share) for part in scores]))
            for share in COVERAGES
        },
        small_margin=limit,
        circor=_circor(data, repeats),
        moved=moved_score(data, runs),
        denoised=denoised_score(data, runs),
        said=said_of(data, kaggle_answers, circor_answers),
        said_by_part=said_by_part(data, kaggle_answers, circor_answers),
        sounds=score_sounds(circor_files, circor_states),
        early=score_early(circor_files, circor_cycles),
        circor_rate=score_rates(circor_rates(circor_files, circor_cycles)),
        kaggle_rate=score_rates(kaggle_rates(kaggle_files, cycles_of(kaggle_files, kaggle_states))),
        calibration=calibration,
        point=point,
    )


def murmur_auc(raw: np.ndarray, labels: np.ndarray, groups: np.ndarray) -> Interval:
    """Area under the ROC curve of murmur against normal, interval by bootstrap over groups."""
    both = np.isin(labels, (NORMAL, MURMUR))
    return auc_interval(labels[both] == MURMUR, murmur_score(raw[both]), groups[both])


def _circor(data: JointData, repeats: Sequence[Sequence[FoldRun]]) -> dict[str, Any]:
    """Visits with a murmur against those without, by the loudest of a visit's recordings; those of
    which nobody could tell are left out. The threshold of a fold comes from the other folds;
    intervals are by bootstrap over persons, of whom some came twice."""
    fold_of: dict[str, int] = {}
    by_file = np.zeros(len(data.circor_files))
    for number, run in enumerate(repeats[0]):
        by_file[run.fold.circor_test] = murmur_score(run.circor.classes)
        for index in run.fold.circor_test:
            fold_of[data.circor_files[index].person.number] = number
    found = visit_scores([file.person for file in data.circor_files], by_file)
    visits, truth, scores, persons = found.visits, found.truth, found.scores, found.persons
    folds = np.array([fold_of[visit.number] for visit in visits])
    called = np.zeros(len(visits), dtype=bool)
    for number in range(len(repeats[0])):
        inside = folds == number
        threshold = np.quantile(scores[~inside & ~truth], SPECIFICITY)
        called[inside] = scores[inside] > threshold
    result: dict[str, Any] = {
        "n_visits": len(visits),
        "n_persons": len(set(persons)),
        "ages": Counter(visit.age or "not told" for visit in visits if not visit.pregnant),
        "n_pregnant": sum(visit.pregnant for visit in visits),
        "n_pregnant_murmur": sum(visit.pregnant and visit.murmur == "Present" for visit in visits),
        "n_murmur": int(truth.sum()),
        "auc": found.auc,
        "sensitivity": rate_interval(truth, called, persons),
        "specificity": rate_interval(~truth, ~called, persons),
        "auc_by": {},
    }
    parts = {
        f"{what}: {value}": np.array([getattr(visit, what) == value for visit in visits])
        for what in ("sex", "age")
        for value in sorted({getattr(visit, what) for visit in visits} - {""})
    }
    if result["n_pregnant"]:
        parts["all but pregnant women"] = np.array([not visit.pregnant for visit in visits])
    for name, chosen in parts.items():
        if min(truth[chosen].sum(), (~truth[chosen]).sum()) >= MIN_SUBGROUP:
            entry = auc_interval(truth[chosen], scores[chosen], persons[chosen])
            result["auc_by"][f"{name} (n = {int(chosen.sum())} visits)"] = entry
    result["auc_by"] |= _by_site(data.circor_files, data.circor_persons, by_file)
    return result


def _circor_scores(
    data: JointData, runs: Sequence[FoldRun], calibration: Calibration, point: OperatingPoint
) -> np.ndarray:
    """By the bundle's own calibration and thresholds, which saw no CirCor recording."""
    scores = np.zeros((len(data.circor_files), len(CLASSES)))
    for run in runs:
        scores[run.fold.circor_test] = point.scores(calibration(run.circor.classes))
    return scores


def _by_site(
    files: Sequence[CircorFile], persons: np.ndarray, scores: np.ndarray
) -> dict[str, Interval]:
    found = {}
    known = np.array([file.murmur is not None for file in files])
    truth = np.array([bool(file.murmur) for file in files])
    sites = np.array([file.site for file in files])
    for site in sorted(set(sites)):
        chosen = known & (sites == site)
        if min(truth[chosen].sum(), (~truth[chosen]).sum()) >= MIN_SUBGROUP:
            found[f"site: {site} (n = {int(chosen.sum())} recordings)"] = auc_interval(
                truth[chosen], scores[chosen], persons[chosen]
            )
    return found


def _balanced_in(chosen: np.ndarray, labels: np.ndarray, scores: np.ndarray) -> float:
    """Mean over repeats of the balanced accuracy of some files."""
    found = [
        balanced_accuracies(confusion_matrix(labels[chosen], part[chosen].argmax(axis=1)))
        for part in scores
    ]
    return float(np.mean(found))
