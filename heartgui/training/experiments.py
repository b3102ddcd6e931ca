"""Runs of the two protocols, each kept as one JSON file so that none is ever repeated.

A run's file is named by everything that decides its result: the data, the recipe, the
architecture, the protocol, the seed and the fold.
"""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from heartgui.training.dataset import KaggleSet
from heartgui.training.fitting import Recipe, Tell, fit, predict
from heartgui.training.groups import group_of_each
from heartgui.training.inputs import Windows, windows_of
from heartgui.training.splits import N_FOLDS, Split, grouped_splits, paper_split

VERSION = 1
"""Raised when training itself changes, so that older runs are not taken for new ones."""


@dataclass(frozen=True, eq=False)
class Run:
    """One trained network's answers for its test files, and its curves. interrupted: stopped by
    Ctrl-C; the answers are those of its best epoch until then."""

    test: np.ndarray
    probabilities: np.ndarray
    history: dict[str, list[float]]
    best_epoch: int
    seconds: float
    interrupted: bool = False


class Laboratory:
    """A data set with its groups and spectrograms, and the runs made on it.

    runs_folder: where runs are kept; made when needed.
    """

    def __init__(self, data: KaggleSet, runs_folder: Path, tell: Tell) -> None:
        groups, conflicting = group_of_each(data.files)
        self.data = data
        self.conflicting = conflicting
        self.groups = groups
        self.labels = data.labels
        self.clean = np.array([i for i in range(len(groups)) if i not in conflicting])
        self._runs_folder = runs_folder
        self._tell = tell
        self._windows: dict[tuple[str, bool], Windows] = {}
        names = "\n".join(f"{f.key} {len(f.recording.samples)}" for f in data.files)
        self._digest = hashlib.sha256(names.encode()).hexdigest()

    def windows(self, recipe: Recipe) -> Windows:
        """Spectrograms of every file, computed once for each way of cutting."""
        key = (recipe.short, recipe.first_only)
        if key not in self._windows:
            self._tell(f"computing Mel-spectrograms of {len(self.data.files)} files")
            self._windows[key] = [
                windows_of(file.recording, recipe.short, first_only=recipe.first_only)
                for file in self.data.files
            ]
        return self._windows[key]

    def paper_runs(self, architecture: str, recipe: Recipe, n_seeds: int) -> list[Run]:
        """The paper's random split, once for each seed; fewer after Ctrl-C, the last one with the
        best epoch it had."""
        runs = []
        for seed in range(n_seeds):
            run = self._run(
                architecture,
                recipe,
                f"paper-{seed}",
                paper_split(self.labels, seed),
                seed,
                f"{architecture}, random split {seed + 1} of {n_seeds}",
            )
            runs.append(run)
            if run.interrupted:
                self._tell(f"stopped in split {seed + 1} of {n_seeds}; its best epoch counts")
                break
        return runs

    def grouped_runs(
        self, architecture: str, recipe: Recipe, n_repeats: int, first_seed: int = 0
    ) -> list[list[Run]]:
        """Five patient-grouped folds, for each repeat; folds are drawn with first_seed, then the
        next. Raises KeyboardInterrupt after Ctrl-C:
        folds are worth nothing singly, but the finished ones are kept for the next time."""
        repeats = []
        for repeat in range(first_seed, first_seed + n_repeats):
            splits = grouped_splits(self.labels[self.clean], self.groups[self.clean], repeat)
            runs = []
            for fold, split in enumerate(splits):
                run = self._run(
                    architecture,
                    recipe,
                    f"grouped-{repeat}-{fold}",
                    self._among_clean(split),
                    repeat * N_FOLDS + fold,
                    f"{architecture} ({recipe.name} recipe), repeat {repeat - first_seed + 1} of"
                    f" {n_repeats}, fold {fold + 1} of {N_FOLDS}",
                )
                if run.interrupted:
                    raise KeyboardInterrupt
                runs.append(run)
            repeats.append(runs)
        return repeats

    def out_of_fold(self, repeats: list[list[Run]]) -> np.ndarray:
        """Each clean file's answer in each repeat, shape (n_repeats, n_clean, 5)."""
        answers = np.zeros((len(repeats), len(self.labels), 5))
        for repeat, runs in enumerate(repeats):
            for run in runs:
                answers[repeat, run.test] = run.probabilities
        return answers[:, self.clean]

    def _among_clean(self, split: Split) -> Split:
        return Split(self.clean[split.fit], self.clean[split.validation], self.clean[split.test])

    def _run(
        self, architecture: str, recipe: Recipe, name: str, split: Split, seed: int, title: str
    ) -> Run:
        decided_by = json.dumps(
            [VERSION, self._digest, self.groups.tolist(), architecture, asdict(recipe), name, seed]
        )
        digest = hashlib.sha256(decided_by.encode()).hexdigest()[:16]
        path = self._runs_folder / f"{architecture}-{recipe.name}-{name}-{digest}.json"
        if path.exists():
            return _read_run(path)
        started_s = time.monotonic()
        fitted = fit(
            architecture,
            recipe,
            self.windows(recipe),
            self.labels,
            split.fit,
            split.validation,
            seed=seed,
            tell=lambda line: self._tell(f"{title}: {line}"),
        )
        run = Run(
            test=split.test,
            probabilities=predict(fitted.model, self.windows(recipe), split.test),
            history=fitted.history,
            best_epoch=fitted.best_epoch,
            seconds=time.monotonic() - started_s,
            interrupted=fitted.interrupted,
        )
        # A run that was stopped is not the run that was asked for, so it is not kept.
        if not run.interrupted:
            _write_run(path, run)
        return run


def shortened(recipe: Recipe, epochs: int | None) -> Recipe:
    """The recipe with fewer epochs, for a quick look."""
    if epochs is None:
        return recipe
    return replace(recipe, epochs=epochs, settle=min(recipe.settle, epochs // 2))


def _write_run(path: Path, run: Run) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {
        "test": run.test.tolist(),
        "probabilities": np.round(run.probabilities, 6).tolist(),
        "history": run.history,
        "best_epoch": run.best_epoch,
        "seconds": round(run.seconds, 2),
    }
    unfinished = path.with_suffix(".new")
    unfinished.write_text(json.dumps(content), encoding="utf-8")
    unfinished.replace(path)


def _read_run(path: Path) -> Run:
    content = json.loads(path.read_text(encoding="utf-8"))
    return Run(
        np.array(content["test"], dtype=int),
        np.array(content["probabilities"]),
        content["history"],
        content["best_epoch"],
        content["seconds"],
    )
