"""Both data sets as HeartNet sees them, and the folds in which no patient is on both sides."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from heartgui.features.heart_input import FRAMES_A_SECOND, heart_decibels
from heartgui.training.circor import CircorFile, read_circor
from heartgui.training.dataset import KaggleSet, LabelledFile, read_kaggle
from heartgui.training.fitting import Tell
from heartgui.training.groups import group_of_each
from heartgui.training.heartnet_inputs import NO_CLASS, Example
from heartgui.training.splits import N_FOLDS, grouped_splits


@dataclass(frozen=True, eq=False)
class Fold:
    """Indices into the recordings of each set, tested on in this fold; the rest is trained on."""

    kaggle_test: np.ndarray
    circor_test: np.ndarray


class JointData:
    """Kaggle recordings (near copies under two labels left out) and CirCor recordings. whole_days:
    no day of set A is on both sides of a fold."""

    def __init__(self, folder: Path, tell: Tell, *, whole_days: bool = False) -> None:
        self.kaggle: KaggleSet = read_kaggle(folder)
        for name, reason in self.kaggle.corrupt:
            tell(f"skipped {name}: {reason}")
        groups, conflicting = group_of_each(self.kaggle.files, whole_days=whole_days)
        clean = [i for i in range(len(groups)) if i not in conflicting]
        self.n_conflicting = len(conflicting)
        self.kaggle_files: list[LabelledFile] = [self.kaggle.files[i] for i in clean]
        self.clean_kaggle = replace(self.kaggle, files=tuple(self.kaggle_files))
        self.kaggle_labels = self.kaggle.labels[clean]
        self.kaggle_groups = groups[clean]
        self.in_set_b = np.array([file.data_set == "set_b" for file in self.kaggle_files])
        self.circor_files: tuple[CircorFile, ...] = read_circor(folder, tell)
        self.circor_persons = np.array([file.person.identity for file in self.circor_files])
        self.circor_murmur = np.array([file.person.murmur for file in self.circor_files])
        self.kaggle_examples = [
            _example(file.recording.samples, file.recording.sample_rate_hz, int(label))
            for file, label in zip(self.kaggle_files, self.kaggle_labels, strict=True)
        ]
        self.circor_examples = [_circor_example(file) for file in self.circor_files]

    def digest(self) -> str:
        """Of all that decides what is taught of which recording, but for the samples: names,
        lengths, classes, states, and who was recorded."""
        found = hashlib.sha256()
        names = [file.key for file in self.kaggle_files]
        names += [file.path.name for file in self.circor_files]
        persons = [self.kaggle_groups.tolist(), self.circor_persons.tolist()]
        murmurs = [self.circor_murmur.tolist(), self.in_set_b.tolist()]
        found.update(json.dumps([names, persons, murmurs]).encode())
        for example in (*self.kaggle_examples, *self.circor_examples):
            found.update(json.dumps([example.decibels.shape, int(example.label)]).encode())
            found.update(example.states.tobytes())
        return found.hexdigest()

    def folds(self, seed: int) -> list[Fold]:
        """Five folds of both sets, by patient."""
        from sklearn.model_selection import StratifiedGroupKFold

        circor = StratifiedGroupKFold(N_FOLDS, shuffle=True, random_state=seed)
        return [
            Fold(split.test, test)
            for split, (_, test) in zip(
                grouped_splits(self.kaggle_labels, self.kaggle_groups, seed),
                circor.split(self.circor_murmur, self.circor_murmur, self.circor_persons),
                strict=True,
            )
        ]


def _example(samples: np.ndarray, sample_rate_hz: int, label: int) -> Example:
    decibels = heart_decibels(samples, sample_rate_hz)
    return Example(decibels, label, np.full(len(decibels), -1, dtype=np.int8))


def _circor_example(file: CircorFile) -> Example:
    decibels = heart_decibels(file.recording.samples, file.recording.sample_rate_hz)
    # Normal and murmur stand first among the classes.
    label = NO_CLASS if file.murmur is None else int(file.murmur)
    return Example(decibels, label, file.states(len(decibels), FRAMES_A_SECOND))
