"""The two commands' work: train a bundle, evaluate and report."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from heartgui.training.baselines import Baseline, baselines
from heartgui.training.card import make_card
from heartgui.training.experiments import Laboratory, Run, shortened
from heartgui.training.export import export_bundle, without_training_state
from heartgui.training.fitting import PAPER, ROBUST, Tell, fit
from heartgui.training.metrics import Evaluation, evaluate
from heartgui.training.report import (
    LeakingResult,
    baseline_table,
    grouped_table,
    leaking_result,
    paper_table,
)
from heartgui.training.splits import Split, grouped_splits, holdout, paper_split

ARCHITECTURES = ("cnn", "lstm")
VERSION = "1.0.0"
FINAL_SEED = 0
APART = "Baselines with patients apart"


@dataclass(frozen=True, eq=False)
class GroupedResult:
    """A recipe under patient-grouped folds; out_of_fold has shape (n_repeats, n_clean, 5)."""

    evaluation: Evaluation
    out_of_fold: np.ndarray
    histories: list[dict[str, list[float]]]


def evaluate_paper(
    laboratory: Laboratory, architecture: str, n_seeds: int, epochs: int | None
) -> tuple[LeakingResult, list[Run]]:
    """The paper's protocol, with the run of each seed; after Ctrl-C the last one is interrupted."""
    runs = laboratory.paper_runs(architecture, shortened(PAPER, epochs), n_seeds)
    return leaking_result(laboratory.labels, runs), runs


def evaluate_grouped(
    laboratory: Laboratory, architecture: str, recipe_name: str, n_repeats: int, epochs: int | None
) -> GroupedResult:
    """The patient-grouped protocol with the paper's recipe or the bundled models'."""
    recipe = shortened(PAPER if recipe_name == "paper" else ROBUST, epochs)
    repeats = laboratory.grouped_runs(architecture, recipe, n_repeats)
    answers = laboratory.out_of_fold(repeats)
    clean = laboratory.clean
    result = evaluate(laboratory.labels[clean], answers, laboratory.groups[clean])
    return GroupedResult(result, answers, [run.history for runs in repeats for run in runs])


def reproduction_report(
    laboratory: Laboratory,
    paper: dict[str, LeakingResult],
    grouped: dict[tuple[str, str], GroupedResult],
) -> str:
    """All tables, as Markdown."""
    labels, groups = laboratory.labels, laboratory.groups
    random_splits = [paper_split(labels, seed) for seed in range(20)]
    parts = [
        "# The paper reproduced, and what patients apart leave of it",
        "",
        "Made by `heartgui evaluate`.",
        "",
        laboratory.data.describe(),
        "",
        f"{len(np.unique(groups))} groups; {len(laboratory.conflicting)} files left out of the"
        " grouped protocol as near copies under two labels.",
        "",
        "## The paper's protocol",
        "",
        *(paper_table(architecture, result) for architecture, result in paper.items()),
        baseline_table(
            "Baselines on the same random splits (20 seeds)",
            baselines(laboratory.data, groups, random_splits),
        ),
        "## Patients apart",
        "",
    ]
    titles = {
        "paper": "the paper's recipe, patient-grouped five folds",
        "robust": "the bundled models' recipe, patient-grouped five folds",
    }
    parts += [
        grouped_table(
            f"{architecture.upper()}: {titles[recipe]}{_repeated(result)}",
            result.evaluation,
        )
        for (architecture, recipe), result in grouped.items()
    ]
    parts.append(baseline_table(APART, baselines_apart(laboratory)))
    return "\n".join(parts)


def _repeated(result: GroupedResult) -> str:
    n = len(result.out_of_fold)
    return f", {n} repeats" if n > 1 else ""


def baselines_apart(laboratory: Laboratory) -> list[Baseline]:
    """The baselines in the patient-grouped five folds."""
    labels, groups, clean = laboratory.labels, laboratory.groups, laboratory.clean
    apart = [_in_all(split, clean) for split in grouped_splits(labels[clean], groups[clean], 0)]
    return baselines(laboratory.data, groups, apart)


def train_bundle(
    laboratory: Laboratory,
    architecture: str,
    result: GroupedResult,
    out: Path,
    tell: Tell,
    epochs: int | None = None,
) -> None:
    """Train the network to be bundled on the grouped training data and write its bundle.

    A fifth of the groups stops training; the rest is fitted on. Ctrl-C keeps the best epoch.
    """
    recipe = shortened(ROBUST, epochs)
    clean = laboratory.clean
    split = _in_all(holdout(laboratory.labels[clean], laboratory.groups[clean], FINAL_SEED), clean)
    fitted = fit(
        architecture,
        recipe,
        laboratory.windows(recipe),
        laboratory.labels,
        split.fit,
        split.validation,
        seed=FINAL_SEED,
        tell=lambda line: tell(f"{architecture}, bundled model: {line}"),
    )
    card = make_card(
        architecture,
        recipe,
        result.evaluation,
        laboratory.labels[clean],
        result.out_of_fold,
        baselines_apart(laboratory),
        VERSION,
    )
    export_bundle(without_training_state(fitted.model), card, out)


def _in_all(split: Split, clean: np.ndarray) -> Split:
    """A split of the clean files as indices into all files."""
    return Split(clean[split.fit], clean[split.validation], clean[split.test])
