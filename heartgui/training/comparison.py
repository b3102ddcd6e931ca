"""HeartNet beside the paper's models: on the same folds, and on a device never trained on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from heartgui.training.bootstrap import auc_interval, paired_difference
from heartgui.training.experiments import Laboratory
from heartgui.training.fitting import Recipe, Tell
from heartgui.training.heartnet_evaluate import HeartEvaluation
from heartgui.training.joint_data import JointData
from heartgui.training.metrics import evaluate
from heartgui.training.operating_point import answers_apart
from heartgui.training.recipe import HeartRecipe
from heartgui.training.transfer import Transfer

PAPER_MODELS = ("cnn", "lstm")
SECTION = "Beside the paper's models"


def compare(
    data: JointData, found: HeartEvaluation, recipe: HeartRecipe, paper: Recipe,
    runs_folder: Path, tell: Tell,
) -> dict[str, Any]:  # fmt: skip
    """A section of a card, see `card_page`: paired differences on the same folds, and the other
    device. paper: how their models are trained. Raises KeyboardInterrupt on Ctrl-C; finished
    runs are kept."""
    laboratory = Laboratory(data.kaggle, runs_folder, tell)
    return {
        "title": SECTION,
        "text": [
            *_paired(data, found, paper, laboratory, recipe),
            "",
            "Murmur against normal on the other device, AUC: trained on one of the two Kaggle sets"
            " alone, tested on the other as recorded and through a random equaliser (SD 6 dB at six"
            " frequencies). HeartNet heard CirCor, a third device, in training as well.",
        ],
        "rows": [
            ["model", "set A to B", "A to B, equalised", "set B to A", "B to A, equalised"],
            *_transfer_rows(Transfer(data, recipe, paper, runs_folder, tell)),
        ],
    }


def _paired(
    data: JointData, found: HeartEvaluation, paper: Recipe, laboratory: Laboratory,
    recipe: HeartRecipe,
) -> list[str]:  # fmt: skip
    how = (
        "as the paper describes them"
        if paper.name == "paper"
        else "trained as the bundled ones are"
    )
    lines = [
        f"The paper's models, {how}, on the same {recipe.repeats} x 5 folds; the difference is"
        " HeartNet's balanced accuracy less theirs, by paired bootstrap over groups of patients.",
        "",
    ]
    for name in PAPER_MODELS:
        runs = laboratory.grouped_runs(name, paper, recipe.repeats, first_seed=recipe.seed)
        theirs = laboratory.out_of_fold(runs)
        alone = evaluate(data.kaggle_labels, theirs, data.kaggle_groups)
        difference = paired_difference(
            data.kaggle_labels, found.called, theirs.argmax(axis=-1), data.kaggle_groups
        )
        tuned = _at_our_point(data, theirs, recipe)
        tuned_alone = evaluate(data.kaggle_labels, tuned, data.kaggle_groups)
        tuned_difference = paired_difference(
            data.kaggle_labels, found.called, tuned.argmax(axis=-1), data.kaggle_groups
        )
        lines.append(
            f"- {name.upper()}: balanced accuracy {alone.balanced_accuracy}, accuracy"
            f" {alone.accuracy}; HeartNet less it {difference}. With calibration and thresholds for"
            " balanced accuracy fitted on the other folds, as HeartNet's are: balanced accuracy"
            f" {tuned_alone.balanced_accuracy}; HeartNet less it {tuned_difference}."
        )
    return lines


def _at_our_point(data: JointData, raw: np.ndarray, recipe: HeartRecipe) -> np.ndarray:
    """Scores of answers out of fold, both of shape (n_repeats, n, 5): so that networks are
    compared, not the rules by which a class is called."""
    return np.stack(
        [
            answers_apart(
                answers,
                data.kaggle_labels,
                [fold.kaggle_test for fold in data.folds(recipe.seed + number)],
            )[1]
            for number, answers in enumerate(raw)
        ]
    )


def _transfer_rows(transfer: Transfer) -> list[list[str]]:
    rows = []
    for name in ("heartnet", *PAPER_MODELS):
        cells = ["HeartNet" if name == "heartnet" else name.upper()]
        for from_set_b in (False, True):
            answers = transfer.answers(name, from_set_b=from_set_b)
            for scores in (answers.plain, answers.changed):
                cells.append(str(auc_interval(answers.truth, scores, answers.groups)))
        rows.append(cells)
    return rows
