"""The card of a bundled model, filled from its evaluation."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np

from heartgui.domain import CLASSES
from heartgui.features.model_input import PAPER_SAMPLE_RATE_HZ, PAPER_SHAPE, PAPER_WINDOW_S
from heartgui.training.architectures import PARAMETERS
from heartgui.training.baselines import Baseline
from heartgui.training.dataset import class_counts
from heartgui.training.fitting import Recipe
from heartgui.training.metrics import Evaluation, youden_thresholds

SMALL_MARGIN = 0.10
CREDIT = (
    "Bentley P., Nordehn G., Coimbra M., Mannor S. (2011): The PASCAL Classifying Heart Sounds"
    " Challenge."
)
INTENDED_USE = (
    "Decision support for research and teaching of auscultation: five class probabilities for a"
    " heart sound of 3 s or more."
)
NOT_FOR = (
    "diagnosis, screening, or ruling out disease. It is not a cleared device. It never says that a"
    " heart is normal, only that it found no murmur pattern."
)
TITLES = {"cnn": "CNN of the paper", "lstm": "LSTM of the paper"}


def make_card(
    architecture: str,
    recipe: Recipe,
    evaluation: Evaluation,
    truth: np.ndarray,
    out_of_fold: np.ndarray,
    beside: list[Baseline],
    version: str,
) -> dict[str, Any]:
    """Everything of card.json but the files and the input.

    truth: class indices, shape (n_files,). out_of_fold: shape (n_repeats, n_files, 5), the
    answers that the evaluation was made from; the thresholds are chosen on them.
    """
    counts = class_counts(truth)
    return {
        "name": architecture,
        "title": TITLES[architecture],
        "version": version,
        "parameters": PARAMETERS[architecture],
        "summary": (
            f"The {architecture.upper()} of Syed Mahdi, Heart Murmur Classification: Utilizing"
            " Mel-Spectrograms with Machine Learning Techniques, with exactly its number of"
            " parameters, trained anew with patients kept apart."
        ),
        "intended_use": INTENDED_USE,
        "not_for": NOT_FOR,
        "protocol": (
            f"{len(out_of_fold)} x 5 patient-grouped folds on the Kaggle Heartbeat Sounds part"
            " described below: no patient of set B and no near copy of a recording lies on both"
            " sides, nor do recordings of set A made within fifteen minutes of each other; who was"
            " recorded there is not known. Training stops early on a fifth of the training groups,"
            " never on the tested fold. The bundled network is trained by the same recipe on four"
            " fifths of all groups, with the last fifth for early stopping."
        ),
        "metrics": metrics_json(evaluation, counts),
        "input": {
            "kind": "paper-mel",
            "sample_rate_hz": PAPER_SAMPLE_RATE_HZ,
            "window_s": PAPER_WINDOW_S,
            "short": recipe.short,
            "shape": list(PAPER_SHAPE),
        },
        "baselines": [asdict(baseline) for baseline in beside],
        "thresholds": youden_thresholds(truth, out_of_fold),
        "threshold_rule": (
            "largest sensitivity + specificity - 1 on the out-of-fold answers of each class"
        ),
        "small_margin": SMALL_MARGIN,
        "limits": [
            "Artifact and extra heart sound come from one device only (set A), extrasystole only"
            " from the other (set B): the device gives part of the class away, and figures on"
            " other devices can be much lower.",
            "Extrasystoles are found seldom; an answer without one does not exclude them.",
            "Murmurs of set A come mostly from one evening and few persons.",
            "The thresholds were chosen on the answers that the figures are made from.",
            "Ages, sexes and diagnoses of the persons are not known.",
        ],
        "data": [
            "Kaggle Heartbeat Sounds (Ed King), from the PASCAL Classifying Heart Sounds"
            " challenge: set A 44.1 kHz from a phone app, set B 4 kHz from a hospital"
            f" stethoscope. Used: {evaluation.n_files} labelled recordings of 3 s or more ("
            + ", ".join(f"{name} {counts[i]}" for i, name in enumerate(CLASSES))
            + "). Listed as CC0.",
        ],
        "recipe": asdict(recipe),
        "training": (
            f"Recipe `{recipe.name}`: Adam, learning rate {recipe.learning_rate:g}, halved on a"
            f" plateau; at most {recipe.epochs} epochs, early stopping after {recipe.patience}"
            " without a better validation loss; classes drawn equally often; random equaliser"
            " and low-pass, time shift, masks and mixup on the spectrogram. Windows of 10 s"
            " every 2.5 s; shorter recordings are repeated to 10 s."
            if recipe.augment
            else f"Recipe `{recipe.name}`."
        ),
        "credit": [
            CREDIT,
            "Architecture: Syed Mahdi, University of Texas at Austin.",
        ],
    }


def metrics_json(evaluation: Evaluation, counts: np.ndarray) -> dict[str, Any]:
    """The card's `metrics`. counts: recordings of each class, shape (5,)."""
    return {
        "n_files": evaluation.n_files,
        "n_groups": evaluation.n_groups,
        "accuracy": evaluation.accuracy.as_json(),
        "balanced_accuracy": evaluation.balanced_accuracy.as_json(),
        "macro_f1": evaluation.macro_f1.as_json(),
        "classes": {
            str(name): {
                "n": int(counts[index]),
                "sensitivity": evaluation.sensitivity[index].as_json(),
                "specificity": evaluation.specificity[index].as_json(),
            }
            for index, name in enumerate(CLASSES)
        },
        "confusion_matrix": np.round(evaluation.confusion, 2).tolist(),
    }
