"""The reproduction's tables as Markdown: the paper's figures, ours, and the baselines."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from heartgui.domain import CLASSES
from heartgui.training.baselines import Baseline
from heartgui.training.experiments import Run
from heartgui.training.metrics import (
    Evaluation,
    accuracies,
    balanced_accuracies,
    confusion_matrix,
    sensitivities,
    specificities,
)

PAPER_SENSITIVITY = {
    "cnn": {"normal": 0.76, "murmur": 0.62, "extrastole": 0.12},
    "lstm": {"normal": 0.80, "murmur": 0.54, "extrastole": 0.12},
}
PAPER_ACCURACY = "about 0.70"


@dataclass(frozen=True, eq=False)
class LeakingResult:
    """The paper protocol over its seeds: shape (n_seeds,) and (n_seeds, 5); nan if absent."""

    confusion: np.ndarray
    accuracy: np.ndarray
    balanced_accuracy: np.ndarray
    sensitivity: np.ndarray
    specificity: np.ndarray


def leaking_result(labels: np.ndarray, runs: list[Run]) -> LeakingResult:
    """Figures of each random split; `confusion` is the sum over all."""
    each = np.stack(
        [confusion_matrix(labels[run.test], run.probabilities.argmax(axis=1)) for run in runs]
    )
    return LeakingResult(
        each.sum(axis=0),
        accuracies(each),
        balanced_accuracies(each),
        sensitivities(each),
        specificities(each),
    )


def paper_table(architecture: str, result: LeakingResult) -> str:
    """The paper's figures beside the reproduction, mean ± SD over seeds."""
    reported = PAPER_SENSITIVITY[architecture]
    n = len(result.accuracy)
    lines = [
        f"### {architecture.upper()}: the paper's random 80/20 split, {n} seeds (leaking)",
        "",
        "Pieces of one patient's recording lie on both sides and training stops early on the"
        " files it is then scored on. These figures flatter.",
        "",
        "| | paper | here, mean ± SD |",
        "|---|---|---|",
        f"| accuracy | {PAPER_ACCURACY} | {_mean_sd(result.accuracy)} |",
        f"| balanced accuracy | not reported | {_mean_sd(result.balanced_accuracy)} |",
    ]
    for index, name in enumerate(CLASSES):
        said = reported.get(str(name))
        lines.append(
            f"| sensitivity {name} | {'not reported' if said is None else f'{said:.2f}'}"
            f" | {_mean_sd(result.sensitivity[:, index])} |"
        )
    for index, name in enumerate(CLASSES):
        lines.append(f"| specificity {name} | high | {_mean_sd(result.specificity[:, index])} |")
    return "\n".join([*lines, "", _confusion(result.confusion / n, " (mean of the test sets)")])


def grouped_table(title: str, evaluation: Evaluation, groups: str = "groups of patients") -> str:
    """One model under patient-grouped folds, or on a data set, with 95 % intervals. groups: what
    these are taken over."""
    lines = [
        f"### {title}",
        "",
        f"n = {evaluation.n_files} recordings; 95 % intervals by bootstrap over"
        f" {evaluation.n_groups} {groups}.",
        "",
        f"- accuracy {evaluation.accuracy}",
        f"- balanced accuracy {evaluation.balanced_accuracy}",
        f"- macro F1 {evaluation.macro_f1}",
        "",
        "| class | sensitivity | specificity |",
        "|---|---|---|",
    ]
    lines += [
        f"| {name} | {evaluation.sensitivity[i]} | {evaluation.specificity[i]} |"
        for i, name in enumerate(CLASSES)
    ]
    note = " (mean over repeats)" if evaluation.n_repeats > 1 else ""
    return "\n".join([*lines, "", _confusion(evaluation.confusion, note)])


def baseline_table(title: str, entries: list[Baseline]) -> str:
    lines = [
        f"### {title}",
        "",
        "| without listening | accuracy | balanced accuracy | accuracy on set B |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| {e.name} | {e.accuracy:.2f} | {e.balanced_accuracy:.2f}"
        f" | {'-' if math.isnan(e.accuracy_set_b) else f'{e.accuracy_set_b:.2f}'} |"
        for e in entries
    ]
    return "\n".join([*lines, ""])


def _confusion(confusion: np.ndarray, note: str) -> str:
    lines = [
        f"Confusion matrix{note}, rows true, columns answered:",
        "",
        "| | " + " | ".join(CLASSES) + " |",
        "|---" * (len(CLASSES) + 1) + "|",
    ]
    lines += [
        f"| {name} | " + " | ".join(_count(value) for value in row) + " |"
        for name, row in zip(CLASSES, confusion, strict=True)
    ]
    return "\n".join([*lines, ""])


def _count(value: float) -> str:
    """Recordings; with a decimal where it is a mean of several counts."""
    return f"{value:.1f}".removesuffix(".0")


def _mean_sd(values: np.ndarray) -> str:
    values = values[np.isfinite(values)]
    if not len(values):
        return "none in the test sets"
    spread = f" ± {np.std(values, ddof=1):.2f}" if len(values) > 1 else ""
    return f"{values.mean():.2f}{spread}"
