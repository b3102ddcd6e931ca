"""Fitting one network: Adam, learning-rate schedule, early stopping, progress, Ctrl-C."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from heartgui.domain import CLASSES
from heartgui.features.model_input import ShortWindow
from heartgui.training.architectures import build
from heartgui.training.inputs import Windows, augmented_batches, scaled


@dataclass(frozen=True)
class Recipe:
    """How a network is trained.

    patience: epochs without a better validation loss before training stops; after a third of
    it the learning rate is halved. augment: see `inputs.Augmenter`; otherwise the spectrograms
    as they are. balance: every class equally often. first_only: only the first ten seconds of
    a file, as in the paper; otherwise windows over all of it. settle: first epochs whose
    weights are never kept, while the moving averages of batch normalisation still settle.
    """

    name: str
    epochs: int
    batch_size: int
    learning_rate: float
    patience: int
    augment: bool
    balance: bool
    first_only: bool
    short: ShortWindow
    settle: int = 0


PAPER = Recipe("paper", 40, 32, 3e-4, 8, False, False, True, "zero-pad")
"""What the paper describes."""
ROBUST = Recipe("robust", 200, 32, 1e-3, 50, True, True, False, "repeat", settle=10)
"""For the bundled models: the same networks, taught not to rely on device or class counts.
Shifted and mixed spectrograms take several times as many epochs as the plain ones."""


@dataclass
class Fitted:
    """A trained network with the weights of its best epoch, and the curves of all epochs."""

    model: Any
    history: dict[str, list[float]]
    best_epoch: int
    interrupted: bool = False
    recipe: dict[str, Any] = field(default_factory=dict)


Tell = Callable[[str], None]


def fit(
    architecture: str,
    recipe: Recipe,
    windows: Windows,
    labels: np.ndarray,
    fit_indices: np.ndarray,
    validation_indices: np.ndarray,
    *,
    seed: int,
    tell: Tell | None = None,
) -> Fitted:
    """Train a network; the same seed gives the same result on the same machine.

    windows: decibel spectrograms by file, see `inputs.windows_of`. labels: class indices,
    shape (n_files,). tell: receives one line of progress an epoch. Ctrl-C ends training and
    keeps the best epoch so far.
    """
    import keras

    keras.utils.set_random_seed(seed)
    keras.config.disable_traceback_filtering()
    model = build(architecture)
    model.compile(
        optimizer=keras.optimizers.Adam(recipe.learning_rate),
        loss="categorical_crossentropy",
        metrics=["accuracy"],
    )
    best = _best_epoch_callback(recipe, tell)
    schedule = keras.callbacks.ReduceLROnPlateau(
        monitor="val_loss", factor=0.5, patience=max(2, recipe.patience // 3)
    )
    stop = keras.callbacks.EarlyStopping(
        monitor="val_loss", patience=recipe.patience, start_from_epoch=recipe.settle
    )
    one_hot = np.eye(len(CLASSES), dtype=np.float32)[labels]
    fit_windows = [windows[i] for i in fit_indices]
    batches = (
        augmented_batches(
            fit_windows,
            labels[fit_indices],
            batch_size=recipe.batch_size,
            seed=seed,
            balance=recipe.balance,
        )
        if recipe.augment
        else None
    )
    validation: tuple[np.ndarray, ...] = _all_windows(windows, one_hot, validation_indices)
    if recipe.balance:
        validation = (*validation, _class_weights(validation[1]))
    interrupted = False
    try:
        options: dict[str, Any] = {
            "epochs": recipe.epochs,
            "validation_data": validation,
            "callbacks": [best, schedule, stop],
            "verbose": 0,
        }
        if batches is not None:
            model.fit(batches, **options)
        else:
            inputs, targets = _all_windows(windows, one_hot, fit_indices)
            model.fit(inputs, targets, batch_size=recipe.batch_size, **options)
    except KeyboardInterrupt:
        if best.weights is None:
            raise
        interrupted = True
    model.set_weights(best.weights)
    return Fitted(model, best.history, best.best_epoch, interrupted, asdict(recipe))


def predict(model: Any, windows: Windows, indices: np.ndarray) -> np.ndarray:
    """Mean probabilities over each file's windows, shape (n_indices, 5)."""
    chosen = [windows[i] for i in indices]
    answers = model.predict(scaled(np.concatenate(chosen)), verbose=0, batch_size=64)
    owners = np.repeat(np.arange(len(chosen)), [len(w) for w in chosen])
    sums = np.zeros((len(chosen), len(CLASSES)))
    np.add.at(sums, owners, answers)
    return np.asarray(sums / np.array([len(w) for w in chosen])[:, None])


def print_line(line: str) -> None:
    """Progress on standard error, over the last line on a terminal."""
    end = "\r" if sys.stderr.isatty() else "\n"
    print(f"\x1b[2K{line}" if end == "\r" else line, end=end, file=sys.stderr, flush=True)


def _all_windows(
    windows: Windows, one_hot: np.ndarray, indices: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    inputs = scaled(np.concatenate([windows[i] for i in indices]))
    targets = np.concatenate([np.repeat(one_hot[[i]], len(windows[i]), axis=0) for i in indices])
    return inputs, targets


def _class_weights(targets: np.ndarray) -> np.ndarray:
    """Sample weights by the inverse root of the class's count; their mean is 1.

    Between counting every file and every class the same: with two extra-heart-sound files in
    a validation fold, the latter would let those two decide when to stop.
    """
    counts = targets.sum(axis=0)
    weights = 1.0 / np.sqrt(counts[targets.argmax(axis=1)])
    return np.asarray(weights / weights.mean(), dtype=np.float32)


def _best_epoch_callback(recipe: Recipe, tell: Tell | None) -> Any:
    """Keeps the weights with the smallest validation loss, and tells how long is left."""
    import keras

    class BestEpoch(keras.callbacks.Callback):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.weights: list[np.ndarray] | None = None
            self.best_epoch = 0
            self.best_loss = np.inf
            self.history: dict[str, list[float]] = {}
            self._started_s = time.monotonic()

        def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
            logs = logs or {}
            for name in ("loss", "accuracy", "val_loss", "val_accuracy"):
                self.history.setdefault(name, []).append(float(logs[name]))
            settled = epoch >= recipe.settle
            if self.weights is None or (settled and logs["val_loss"] < self.best_loss):
                self.best_loss = logs["val_loss"] if settled else np.inf
                self.best_epoch = epoch
                self.weights = self.model.get_weights()
            if tell is not None:
                each_s = (time.monotonic() - self._started_s) / (epoch + 1)
                left_s = each_s * (recipe.epochs - epoch - 1)
                tell(
                    f"epoch {epoch + 1}/{recipe.epochs}  loss {logs['loss']:.3f}"
                    f"  validation loss {logs['val_loss']:.3f}"
                    f" accuracy {logs['val_accuracy']:.3f}"
                    f"  best epoch {self.best_epoch + 1}  at most {left_s:.0f} s left"
                )

    return BestEpoch()
