"""HeartNet on several draws of the folds: how much of a figure is the luck of one draw."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from heartgui.domain import CLASSES
from heartgui.training.heartnet_evaluate import ANSWERED, HeartEvaluation, evaluate_heartnet
from heartgui.training.heartnet_lab import FoldRun
from heartgui.training.joint_data import JointData
from heartgui.training.refusals import QualityReasons

SECTION = "On other draws of the folds"


def draws_section(
    data: JointData, repeats: Sequence[Sequence[FoldRun]], reasons: QualityReasons
) -> dict[str, Any]:
    """A section of a card, see `card_page`: the figures of each repeat alone, and their mean."""
    draws = [_figures(evaluate_heartnet(data, [runs], reasons)) for runs in repeats]
    names = [f"draw {number + 1}" for number in range(len(draws))]
    return {
        "title": SECTION,
        "text": [
            f"The same recipe on {len(draws)} draws of the five folds; both networks are"
            " trained anew in each. Whatever was chosen after looking at answers was chosen on the"
            " first draw."
        ],
        "rows": [
            ["figure", *names, "mean"],
            *[
                [name, *(f"{draw[name]:.3f}" for draw in draws), f"{mean:.3f}"]
                for name, mean in (
                    (name, float(np.mean([draw[name] for draw in draws]))) for name in draws[0]
                )
            ],
        ],
    }


def _figures(found: HeartEvaluation) -> dict[str, float]:
    return {
        "balanced accuracy": found.balanced.balanced_accuracy.value,
        **{
            f"{name}, sensitivity": found.balanced.sensitivity[index].value
            for index, name in enumerate(CLASSES)
        },
        "set A, balanced accuracy": found.set_a,
        "set B, balanced accuracy": found.set_b,
        "accuracy, largest probability called": found.accurate.accuracy.value,
        "murmur against normal, AUC": found.murmur_auc["all"].value,
        "expected calibration error": found.calibration_error,
        f"balanced accuracy, {ANSWERED:.0%} answered": found.coverage[ANSWERED],
        "CirCor visits, AUC": found.circor["auc"].value,
        "CirCor visits, sensitivity": found.circor["sensitivity"].value,
        "CirCor visits, specificity": found.circor["specificity"].value,
        **{
            f"{said.kind}, {name}": n / max(said.n, 1)
            for said in found.said
            if said.kind.startswith("CirCor")
            for name, n in (("found right", said.right), ("the opposite", said.opposite))
        },
        "S1, F1": found.sounds.f1_s1,
        "S2, F1": found.sounds.f1_s2,
    }
