"""HeartNet with whole days of set A apart: who was recorded there is not known, and takes of one
day may be of one heart."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from heartgui.domain import CLASSES
from heartgui.training.fitting import Tell
from heartgui.training.groups import CHAIN
from heartgui.training.heartnet_evaluate import HeartEvaluation, evaluate_heartnet
from heartgui.training.heartnet_lab import HeartLaboratory
from heartgui.training.joint_data import JointData
from heartgui.training.recipe import HeartRecipe
from heartgui.training.refusals import QualityReasons

SECTION = "With whole days of set A apart"


def days_section(
    folder: Path, recipe: HeartRecipe, usual: JointData, found: HeartEvaluation,
    reasons: QualityReasons, runs_folder: Path, tell: Tell,
) -> dict[str, Any]:  # fmt: skip
    """A section of a card, see `card_page`. usual, found, reasons: the data as they are otherwise
    split, the figures then, and the recordings' reasons. Raises KeyboardInterrupt on Ctrl-C;
    finished runs are kept."""
    data = JointData(folder, tell, whole_days=True)
    repeats = HeartLaboratory(data, recipe, runs_folder, tell).runs(recipe.repeats)
    # Both have the same recordings in the same order, and so the same reasons.
    before, after = _figures(found), _figures(evaluate_heartnet(data, repeats, reasons))
    minutes = CHAIN.total_seconds() / 60
    return {
        "title": SECTION,
        "text": [
            "Who was recorded in set A is not known. The same recipe on the folds as above, with"
            f" takes of set A within {minutes:.0f} minutes of each other on one side"
            f" ({_n_groups(usual)} groups there), and on folds in which each of its days is on one"
            f" side ({_n_groups(data)} groups), with networks trained anew."
        ],
        "rows": [
            ["figure", f"{minutes:.0f} minutes", "whole days"],
            *[[name, value, after[name]] for name, value in before.items()],
        ],
    }


def _n_groups(data: JointData) -> int:
    return len(np.unique(data.kaggle_groups[~data.in_set_b]))


def _figures(found: HeartEvaluation) -> dict[str, str]:
    return {
        "balanced accuracy": str(found.balanced.balanced_accuracy),
        **{
            f"{name}, sensitivity": str(found.balanced.sensitivity[index])
            for index, name in enumerate(CLASSES)
        },
        "set A, balanced accuracy": f"{found.set_a:.2f}",
        "set A, murmur against normal, AUC": str(found.murmur_auc["set_a"]),
    }
