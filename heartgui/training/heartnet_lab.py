"""HeartNet's folds: in each a network is taught; its weights and its answers for the left-out are
kept."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from heartgui.domain import Recording
from heartgui.features.heart_input import WINDOW_FRAMES
from heartgui.inference.calibration import with_forest
from heartgui.inference.classifier import WindowedRecording, joined_states
from heartgui.inference.inputs import HEART_MEL_KIND
from heartgui.training.devices import with_fewer_lows
from heartgui.training.fitting import Tell
from heartgui.training.forest import features_of, fit_forest, forest_probabilities
from heartgui.training.heartnet import build_heartnet, fixed_length
from heartgui.training.heartnet_fit import fit_heartnet
from heartgui.training.heartnet_inputs import Example
from heartgui.training.joint_data import Fold, JointData
from heartgui.training.moved import can_be_moved, moved, stretch
from heartgui.training.recipe import HeartRecipe
from heartgui.training.splits import N_FOLDS

VERSION = 4
"""Raised when training itself changes, so that older runs are not taken for new ones."""
ANSWERS = 3
"""Raised when what a trained network is asked changes, so that it is asked anew."""
INPUT_KEY = (HEART_MEL_KIND, "mark")


@dataclass(frozen=True, eq=False)
class Answers:
    """Answers for recordings left out. classes: raw mean over windows, shape (n, 5). states: for
    each recording, shape (n_frames, 4)."""

    classes: np.ndarray
    states: list[np.ndarray]


@dataclass(frozen=True, eq=False)
class FoldRun:
    """Answers of one fold's network. in_place, moved: classes of the left-out CirCor recordings
    that `moved.can_be_moved`, of a part as it is and with systole and diastole exchanged, shape
    (n, 5)."""

    fold: Fold
    kaggle: Answers
    circor: Answers
    in_place: np.ndarray
    moved: np.ndarray


class HeartLaboratory:
    """Runs of a recipe on both data sets. runs_folder: where they are kept; made when needed."""

    def __init__(self, data: JointData, recipe: HeartRecipe, runs_folder: Path, tell: Tell) -> None:
        self.data = data
        self.recipe = recipe
        self._tell = tell
        names = [file.key for file in data.kaggle_files]
        names += [file.path.name for file in data.circor_files]
        groups = data.kaggle_groups.tolist()
        decided_by = json.dumps([VERSION, names, groups, recipe.of_the_networks()])
        digest = hashlib.sha256(decided_by.encode()).hexdigest()[:16]
        self._folder = runs_folder / f"{recipe.name}-{digest}"

    def runs(self, n_repeats: int) -> list[list[FoldRun]]:
        """Five runs for each repeat, the forest's share in their answers; finished networks are
        read. Raises KeyboardInterrupt on Ctrl-C, with the finished ones kept."""
        return [self._repeat(repeat, n_repeats) for repeat in range(n_repeats)]

    def _repeat(self, repeat: int, n_repeats: int) -> list[FoldRun]:
        return [
            self._with_forest(
                self._run(
                    repeat, number, fold,
                    f"repeat {repeat + 1} of {n_repeats}, fold {number + 1} of {N_FOLDS}",
                ),
                repeat,
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
            usable = [file for file in circor_left_out if can_be_moved(file)]
            answers = {
                "kaggle": answers_of(network, kaggle_left_out),
                "circor": answers_of(network, [file.recording for file in circor_left_out]),
                "in_place": answers_of(network, [stretch(file) for file in usable]),
                "moved": answers_of(network, [moved(file) for file in usable]),
            }
            _write(kept, answers)
        read = _read(kept)
        return FoldRun(
            fold, read["kaggle"], read["circor"], read["in_place"].classes, read["moved"].classes
        )

    def _network(
        self, name: str, title: str, kaggle: list[Example], circor: list[Example], seed: int
    ) -> Any:
        """The network whose weights are kept under a name; fitted where there are none yet."""
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

    def _with_forest(self, run: FoldRun, repeat: int) -> FoldRun:
        """The run with a forest's answers mixed into its network's; the forest saw what the
        network saw of the Kaggle set."""
        labels, fold = self.data.kaggle_labels, run.fold
        train = np.setdiff1d(np.arange(len(labels)), fold.kaggle_test)
        kaggle, circor = self.features
        forest = fit_forest(
            self.recipe,
            [self.taught_features[i] for i in train],
            labels[train],
            self.recipe.seed + repeat,
        )
        share = self.recipe.forest_share

        def mixed(answers: Answers, features: list[np.ndarray]) -> Answers:
            said = np.array([forest_probabilities(forest, part).mean(axis=0) for part in features])
            return replace(answers, classes=with_forest(answers.classes, said, share))

        return replace(
            run,
            kaggle=mixed(run.kaggle, [kaggle[i] for i in fold.kaggle_test]),
            circor=mixed(run.circor, [circor[i] for i in fold.circor_test]),
        )

    @cached_property
    def features(self) -> tuple[list[np.ndarray], list[np.ndarray]]:
        """The forest's features of each Kaggle and each CirCor recording, (n_windows, 102)."""
        self._tell("computing the forest's features")
        return (
            [features_of(forest_windows(file.recording)) for file in self.data.kaggle_files],
            [features_of(forest_windows(file.recording)) for file in self.data.circor_files],
        )

    @cached_property
    def taught_features(self) -> list[np.ndarray]:
        """Those of each Kaggle recording as it is and as another stethoscope would hear it, shape
        (2 n_windows, 102)."""
        rng = np.random.default_rng(self.recipe.seed)
        taught = []
        for file, features in zip(self.data.kaggle_files, self.features[0], strict=True):
            changed = [with_fewer_lows(window, rng) for window in forest_windows(file.recording)]
            taught.append(np.concatenate([features, features_of(np.stack(changed))]))
        return taught

    def forest(self) -> Any:
        """The forest to be bundled, fitted on all Kaggle recordings."""
        labels, seed = self.data.kaggle_labels, self.recipe.seed
        return fit_forest(self.recipe, self.taught_features, labels, seed)

    def bundled(self) -> Any:
        """The network to be bundled, which hears all recordings."""
        data = self.data
        network = self._network(
            "bundled", "all recordings", data.kaggle_examples, data.circor_examples,
            1000 * self.recipe.seed + N_FOLDS,
        )  # fmt: skip
        return fixed_length(network, WINDOW_FRAMES)


def answers_of(model: Any, recordings: Sequence[Recording]) -> Answers:
    """A network's answers, by the windows that the program uses."""
    cut = [WindowedRecording(recording) for recording in recordings]
    inputs = [entry.inputs(0, len(entry.windows), INPUT_KEY) for entry in cut]
    answers = model.predict(np.concatenate(inputs), batch_size=64, verbose=0)
    ends = np.cumsum([len(entry.windows) for entry in cut])[:-1]
    classes = np.split(answers["classes"], ends)
    states = np.split(answers["states"], ends)
    return Answers(
        np.array([part.mean(axis=0) for part in classes]),
        [joined_states(entry.windows, part) for entry, part in zip(cut, states, strict=True)],
    )


def forest_windows(recording: Recording) -> np.ndarray:
    """The windows that the program uses, shape (n_windows, 500, 49)."""
    cut = WindowedRecording(recording)
    return cut.inputs(0, len(cut.windows), INPUT_KEY)


def _without(examples: list[Any], left_out: np.ndarray) -> list[Any]:
    hidden = set(left_out.tolist())
    return [example for index, example in enumerate(examples) if index not in hidden]


def _write(path: Path, answers: dict[str, Answers]) -> None:
    arrays = {}
    for name, entry in answers.items():
        arrays[f"{name}_classes"] = entry.classes
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
                np.split(
                    arrays[f"{name}_states"].astype(np.float32),
                    np.cumsum(arrays[f"{name}_lengths"])[:-1],
                ),
            )
            for name in ("kaggle", "circor", "in_place", "moved")
        }
