"""Fitting one HeartNet: AdamW, a cosine of the learning rate, a fixed number of steps."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from heartgui.training.dataset import class_counts
from heartgui.training.fitting import Tell
from heartgui.training.heartnet import build_heartnet
from heartgui.training.heartnet_inputs import MURMUR, Batch, Example, Kind, Mixer
from heartgui.training.recipe import HeartRecipe

WARM_UP_STEPS = 50
MURMUR_CHANCE = 1.5
"""Recordings with a murmur are drawn so much more often than others of CirCor."""
TELL_EVERY = 50


def fit_heartnet(
    recipe: HeartRecipe, kaggle: list[Example], circor: list[Example], seed: int, tell: Tell
) -> Any:
    """A trained network in single precision. Raises KeyboardInterrupt on Ctrl-C.

    Training computes in bfloat16, twice as fast where the processor knows it; weights are kept in
    single precision, and the answers are computed in it.
    """
    import keras

    keras.utils.set_random_seed(seed)
    model = _in_bfloat16()
    rate = keras.optimizers.schedules.CosineDecay(
        0.0, max(1, recipe.steps - WARM_UP_STEPS), alpha=0.01,
        warmup_target=recipe.learning_rate, warmup_steps=min(WARM_UP_STEPS, recipe.steps),
    )  # fmt: skip
    model.compile(
        optimizer=keras.optimizers.AdamW(rate, weight_decay=recipe.weight_decay),
        loss={"classes": "categorical_crossentropy", "states": "categorical_crossentropy"},
        loss_weights={"classes": 1.0, "states": recipe.states_weight},
    )
    mixer = Mixer(
        seed,
        ectopic_share=recipe.ectopic_share,
        exchanged_share=recipe.exchanged_share,
        made_murmur_share=recipe.made_murmur_share,
        mix=recipe.mix,
    )
    kinds = _kinds(recipe, kaggle, circor)
    started_s = time.monotonic()
    for step, batch in enumerate(_ahead(lambda: mixer.batch(kinds), recipe.steps), start=1):
        inputs, targets, weights = _smoothed(batch, recipe.label_smoothing)
        losses = model.train_on_batch(inputs, targets, sample_weight=weights)
        if step % TELL_EVERY == 0 or step == recipe.steps:
            left_s = (time.monotonic() - started_s) / step * (recipe.steps - step)
            tell(
                f"step {step}/{recipe.steps}  loss {float(losses[0]):.3f}"
                f" (classes {float(losses[1]):.3f}, states {float(losses[2]):.3f})"
                f"  {left_s:.0f} s left"
            )
            model.reset_metrics()
    exact = build_heartnet()
    exact.set_weights(model.get_weights())
    return exact


def _in_bfloat16() -> Any:
    """A network that computes in bfloat16."""
    import keras

    before = keras.mixed_precision.dtype_policy()
    keras.mixed_precision.set_dtype_policy("mixed_bfloat16")
    try:
        return build_heartnet()
    finally:
        keras.mixed_precision.set_dtype_policy(before)


def _smoothed(batch: Batch, smoothing: float) -> Batch:
    """Label smoothing (Szegedy et al. 2016)."""
    inputs, targets, weights = batch
    labels = targets["classes"]
    even = smoothing / labels.shape[1]
    return inputs, {**targets, "classes": (1.0 - smoothing) * labels + even}, weights


def _kinds(recipe: HeartRecipe, kaggle: list[Example], circor: list[Example]) -> list[Kind]:
    labels = np.array([example.label for example in kaggle])
    chances = 1.0 / class_counts(labels)[labels] ** recipe.class_balance
    kinds: list[Kind] = [(kaggle, chances / chances.sum(), recipe.kaggle_windows)]
    if circor:
        others = np.where([example.label == MURMUR for example in circor], MURMUR_CHANCE, 1.0)
        kinds.append((circor, others / others.sum(), recipe.batch - recipe.kaggle_windows))
    return kinds


def _ahead(make: Callable[[], Batch], n: int) -> Iterator[Batch]:
    """n batches, the next ones made while one is used."""
    ready: queue.Queue[Batch] = queue.Queue(4)
    ended = threading.Event()

    def work() -> None:
        for _ in range(n):
            batch = make()
            while not ended.is_set():
                try:
                    ready.put(batch, timeout=0.2)
                    break
                except queue.Full:
                    continue
            if ended.is_set():
                return

    thread = threading.Thread(target=work, name="batches", daemon=True)
    thread.start()
    try:
        for _ in range(n):
            yield ready.get()
    finally:
        ended.set()
        thread.join()
