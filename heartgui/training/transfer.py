"""Murmur against normal on a device never trained on: from one Kaggle set to the other, as recorded
and through a random equaliser. HeartNet and the paper's two models alike."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from heartgui.domain import Recording
from heartgui.training.equaliser import equalised
from heartgui.training.fitting import Recipe, Tell, fit, predict
from heartgui.training.heartnet_fit import fit_heartnet
from heartgui.training.heartnet_inputs import MURMUR, NORMAL
from heartgui.training.heartnet_lab import answers_of
from heartgui.training.inputs import windows_of
from heartgui.training.joint_data import JointData
from heartgui.training.metrics import murmur_score
from heartgui.training.recipe import HeartRecipe
from heartgui.training.splits import holdout

VERSION = 5
"""Raised when training itself changes, so that older answers are not taken for new ones."""


@dataclass(frozen=True, eq=False)
class TransferAnswers:
    """Of the tested set's murmurs and normals, shape (n,) each. plain, changed: murmur against
    normal, 0 to 1, as recorded and through a random equaliser; nothing else differs."""

    truth: np.ndarray
    groups: np.ndarray
    plain: np.ndarray
    changed: np.ndarray


class Transfer:
    """Trains on one set and answers for the other. HeartNet also hears CirCor in training; the
    paper's models hear the Kaggle set alone, as in the paper. runs_folder: where answers are kept;
    made when needed."""

    def __init__(
        self, data: JointData, recipe: HeartRecipe, paper: Recipe, runs_folder: Path, tell: Tell
    ) -> None:
        self._data = data
        self._recipe = recipe
        self._paper_recipe = paper
        self._folder = runs_folder
        self._tell = tell

    def answers(self, model: str, *, from_set_b: bool) -> TransferAnswers:
        """model: heartnet, cnn or lstm. Kept answers are read. Raises KeyboardInterrupt on
        Ctrl-C."""
        data = self._data
        train = np.flatnonzero(data.in_set_b == from_set_b)
        test = np.flatnonzero(
            (data.in_set_b != from_set_b) & np.isin(data.kaggle_labels, (NORMAL, MURMUR))
        )
        path = self._path(model, from_set_b)
        if not path.exists():
            answer = self._heartnet(train) if model == "heartnet" else self._paper(model, train)
            plain = [data.kaggle_files[i].recording for i in test]
            rng = np.random.default_rng(self._recipe.seed)
            changed = [equalised(recording, rng) for recording in plain]
            self._folder.mkdir(parents=True, exist_ok=True)
            unfinished = path.with_suffix(".new.npz")
            np.savez(unfinished, plain=answer(plain), changed=answer(changed))
            unfinished.replace(path)
        with np.load(path) as kept:
            return TransferAnswers(
                data.kaggle_labels[test] == MURMUR,
                data.kaggle_groups[test],
                kept["plain"],
                kept["changed"],
            )

    def _heartnet(self, train: np.ndarray) -> Callable[[Sequence[Recording]], np.ndarray]:
        data, recipe = self._data, self._recipe
        kaggle, circor = [data.kaggle_examples[i] for i in train], data.circor_examples

        def tell(line: str) -> None:
            self._tell(f"{recipe.name}, to the other device: {line}")

        network = fit_heartnet(recipe, kaggle, circor, recipe.seed, tell)
        # Murmur against normal is the first network's alone, see `calibration.with_timbre`.
        return lambda recordings: murmur_score(answers_of(network, recordings).classes)

    def _paper(self, model: str, train: np.ndarray) -> Callable[[Sequence[Recording]], np.ndarray]:
        data, paper = self._data, self._paper_recipe

        def windows(recordings: Sequence[Recording]) -> list[np.ndarray]:
            return [
                windows_of(entry, paper.short, first_only=paper.first_only) for entry in recordings
            ]

        labels = data.kaggle_labels[train]
        split = holdout(labels, data.kaggle_groups[train], self._recipe.seed)
        fitted = fit(
            model,
            paper,
            windows([data.kaggle_files[i].recording for i in train]),
            labels,
            split.fit,
            split.validation,
            seed=self._recipe.seed,
            tell=lambda line: self._tell(f"{model}, to the other device: {line}"),
        )
        if fitted.interrupted:
            raise KeyboardInterrupt

        def answer(recordings: Sequence[Recording]) -> np.ndarray:
            spectrograms = windows(recordings)
            return murmur_score(predict(fitted.model, spectrograms, np.arange(len(spectrograms))))

        return answer

    def _path(self, model: str, from_set_b: bool) -> Path:
        data = self._data
        heartnet = model == "heartnet"
        how = self._recipe.of_the_networks() if heartnet else asdict(self._paper_recipe)
        decided_by = json.dumps([VERSION, data.digest(), how, self._recipe.seed])
        digest = hashlib.sha256(decided_by.encode()).hexdigest()[:16]
        source = "b" if from_set_b else "a"
        return self._folder / f"transfer-{model}-from-{source}-{digest}.npz"
