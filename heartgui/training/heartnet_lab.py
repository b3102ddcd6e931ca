"""HeartNet's folds: in each it is taught; its weights and its answers for the left-out are kept."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from heartgui.domain import Recording
from heartgui.features.heart_input import WINDOW_FRAMES
from heartgui.inference.calibration import with_timbre
from heartgui.inference.classifier import WindowedRecording, joined_states
from heartgui.inference.inputs import HEART_MEL_KIND
from heartgui.training.fitting import Tell
from heartgui.training.gated import gated
from heartgui.training.heartnet import TIMBRE, build_heartnet, fixed_length
from heartgui.training.heartnet_fit import fit_heartnet
from heartgui.training.heartnet_inputs import Example
from heartgui.training.joint_data import Fold, JointData
from heartgui.training.moved import can_be_moved, moved, stretch
from heartgui.training.recipe import HeartRecipe
from heartgui.training.splits import N_FOLDS

VERSION = 7
"""Raised when training itself changes, so that older runs are not taken for new ones."""
ANSWERS = 5
"""Raised when what a trained network is asked changes, so that it is asked anew."""
INPUT_KEY = (HEART_MEL_KIND, "mark")


@dataclass(frozen=True, eq=False)
class Answers:
    """Answers for recordings left out. classes, timbre: of the one network and the other, raw
    means over windows, shape (n, 5). states: for each recording, shape (n_frames, 4)."""

    classes: np.ndarray
    timbre: np.ndarray
    states: list[np.ndarray]


@dataclass(frozen=True, eq=False)
class FoldRun:
    """Answers of one fold. in_place, moved: classes of the left-out CirCor recordings
    that `moved.can_be_moved`, of a part as it is and with systole and diastole exchanged, shape
    (n, 5). denoised: of all left-out CirCor recordings once they are `gated.gated`."""

    fold: Fold
    kaggle: Answers
    circor: Answers
    in_place: np.ndarray
    moved: np.ndarray
    denoised: np.ndarray


class HeartLaboratory:
    """Runs of a recipe on both data sets. runs_folder: where they are kept; made when needed."""

    def __init__(self, data: JointData, recipe: HeartRecipe, runs_folder: Path, tell: Tell) -> None:
        self.data = data
        self.recipe = recipe
        self._tell = tell
        # The folds too: how they are drawn is another library's.
        tested = [
            (fold.kaggle_test.tolist(), fold.circor_test.tolist())
            for fold in data.folds(recipe.seed)
        ]
        decided_by = json.dumps([VERSION, data.digest(), tested, recipe.of_the_networks()])
        digest = hashlib.sha256(decided_by.encode()).hexdigest()[:16]
        self._folder = runs_folder / f"{recipe.name}-{digest}"

    def runs(self, n_repeats: int) -> list[list[FoldRun]]:
        """Five runs for each repeat, the timbre's share in their classes; finished ones are read.
        Raises KeyboardInterrupt on Ctrl-C, with the finished ones kept."""
        return [self._repeat(repeat, n_repeats) for repeat in range(n_repeats)]

    def _repeat(self, repeat: int, n_repeats: int) -> list[FoldRun]:
        return [
            self._with_timbre(
                self._run(
                    repeat, number, fold,
                    f"repeat {repeat + 1} of {n_repeats}, fold {number + 1} of {N_FOLDS}",
                )
            )
            for number, fold in enumerate(self.data.folds(self.recipe.seed + repeat))
        ]  # fmt: skip

    def _run(self, repeat: int, number: int, fold: Fold, title: str) -> FoldRun:
        kept = self._folder / f"{repeat}-{number}.answers-{ANSWERS}.npz"
        data = self.data
        if not kept.exists():
            kaggle = _without(data.kaggle_examples, fold.kaggle_test)
            circor = _without(data.circor_examples, fold.circor_test)
            seed = 1000 * (self.recipe.seed + repeat) + number
            network = self._network(f"{repeat}-{number}", title, kaggle, circor, seed)
            kaggle_left_out = [data.kaggle_files[i].recording for i in fold.kaggle_test]
            circor_left_out = [data.circor_files[i] for i in fold.circor_test]
            circor_recordings = [file.recording for file in circor_left_out]
            usable = [file for file in circor_left_out if can_be_moved(file)]
            answers = {
                "kaggle": answers_of(network, kaggle_left_out),
                "circor": answers_of(network, circor_recordings),
                "in_place": answers_of(network, [stretch(file) for file in usable]),
                "moved": answers_of(network, [moved(file) for file in usable]),
                "denoised": answers_of(network, [gated(entry) for entry in circor_recordings]),
            }
            _write(kept, answers)
        read = _read(kept)
        parts = (read[name].classes for name in ("in_place", "moved", "denoised"))
        return FoldRun(fold, read["kaggle"], read["circor"], *parts)

    def _network(
        self, name: str, title: str, kaggle: list[Example], circor: list[Example], seed: int
    ) -> Any:
        """HeartNet with the weights kept under a name; fitted where there are none yet."""
        weights = self._folder / f"{name}.weights.h5"
        if weights.exists():
            model = build_heartnet()
            model.load_weights(weights)
            return model
        model = fit_heartnet(
            self.recipe, kaggle, circor, seed,
            lambda line: self._tell(f"{self.recipe.name}, {title}: {line}"),
        )  # fmt: skip
        self._folder.mkdir(parents=True, exist_ok=True)
        unfinished = weights.with_name(f"new.{weights.name}")
        model.save_weights(unfinished)
        unfinished.replace(weights)
        return model

    def _with_timbre(self, run: FoldRun) -> FoldRun:
        kaggle, circor = (
            replace(
                answers,
                classes=with_timbre(answers.classes, answers.timbre, self.recipe.timbre_share),
            )
            for answers in (run.kaggle, run.circor)
        )
        return replace(run, kaggle=kaggle, circor=circor)

    def bundled(self) -> Any:
        """HeartNet to be bundled, which hears all recordings."""
        data = self.data
        network = self._network(
            "bundled", "all recordings", data.kaggle_examples, data.circor_examples,
            self.recipe.seed,
        )  # fmt: skip
        return fixed_length(network, WINDOW_FRAMES)


def answers_of(model: Any, recordings: Sequence[Recording]) -> Answers:
    """HeartNet's answers, by the windows that the program uses."""
    cut = [WindowedRecording(recording) for recording in recordings]
    inputs = [entry.inputs(0, len(entry.windows), INPUT_KEY) for entry in cut]
    answers = model.predict(np.concatenate(inputs), batch_size=64, verbose=0)
    ends = np.cumsum([len(entry.windows) for entry in cut])[:-1]
    classes, timbre = (
        np.array([part.mean(axis=0) for part in np.split(answers[name], ends)])
        for name in ("classes", TIMBRE)
    )
    states = np.split(answers["states"], ends)
    return Answers(
        classes,
        timbre,
        [joined_states(entry.windows, part) for entry, part in zip(cut, states, strict=True)],
    )


def _without(examples: list[Any], left_out: np.ndarray) -> list[Any]:
    hidden = set(left_out.tolist())
    return [example for index, example in enumerate(examples) if index not in hidden]


def _write(path: Path, answers: dict[str, Answers]) -> None:
    arrays = {}
    for name, entry in answers.items():
        arrays[f"{name}_classes"] = entry.classes
        arrays[f"{name}_timbre"] = entry.timbre
        arrays[f"{name}_states"] = np.concatenate(entry.states).astype(np.float16)
        arrays[f"{name}_lengths"] = np.array([len(states) for states in entry.states])
    unfinished = path.with_suffix(".new.npz")
    np.savez(unfinished, allow_pickle=False, **arrays)
    unfinished.replace(path)


def _read(path: Path) -> dict[str, Answers]:
    with np.load(path) as arrays:
        return {
            name: Answers(
                arrays[f"{name}_classes"],
                arrays[f"{name}_timbre"],
                np.split(
                    arrays[f"{name}_states"].astype(np.float32),
                    np.cumsum(arrays[f"{name}_lengths"])[:-1],
                ),
            )
            for name in ("kaggle", "circor", "in_place", "moved", "denoised")
        }
