"""Fitting HeartNet: AdamW, a cosine of the learning rate, a fixed number of steps."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from heartgui.training.dataset import class_counts
from heartgui.training.fitting import Tell
from heartgui.training.heartnet import (
    CYCLE,
    TIMBRE,
    build_cycle_network,
    build_heartnet,
    build_timbre_network,
)
from heartgui.training.heartnet_inputs import MURMUR, Batch, Example, Kind, Mixer
from heartgui.training.recipe import HeartRecipe

WARM_UP_STEPS = 50
MURMUR_CHANCE = 1.5
"""Recordings with a murmur are drawn so much more often than others of CirCor."""
TELL_EVERY = 50
AHEAD = 4
"""Batches made before they are used."""


def fit_heartnet(
    recipe: HeartRecipe, kaggle: list[Example], circor: list[Example], seed: int, tell: Tell
) -> Any:
    """Both networks trained, in single precision. Raises KeyboardInterrupt on Ctrl-C."""
    cycle = _fit_cycle(recipe, kaggle, circor, seed, tell)
    timbre = fit_timbre(recipe, kaggle, circor, seed, lambda line: tell(f"timbre, {line}"))
    whole = build_heartnet()
    whole.get_layer(CYCLE).set_weights(cycle.get_weights())
    whole.get_layer(TIMBRE).set_weights(timbre.get_weights())
    return whole


def _fit_cycle(
    recipe: HeartRecipe, kaggle: list[Example], circor: list[Example], seed: int, tell: Tell
) -> Any:
    """The network for the cycle. It computes in bfloat16 while it is trained, twice as fast where
    the processor knows it; weights are kept in single precision."""
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
        denoised_share=recipe.denoised_share,
        tempo_share=recipe.tempo_share,
        ectopic_share=recipe.ectopic_share,
        exchanged_share=recipe.exchanged_share,
        made_murmur_share=recipe.made_murmur_share,
        mix=recipe.mix,
    )
    others = recipe.batch - recipe.kaggle_windows
    kinds = [_kaggle(kaggle, recipe.class_balance, recipe.kaggle_windows), *_circor(circor, others)]
    _train(model, mixer, kinds, recipe.steps, recipe.label_smoothing, tell)
    exact = build_cycle_network()
    exact.set_weights(model.get_weights())
    return exact


def fit_timbre(
    recipe: HeartRecipe, kaggle: list[Example], circor: list[Example], seed: int, tell: Tell
) -> Any:
    """The network for the timbre."""
    import keras

    keras.utils.set_random_seed(seed)
    model = build_timbre_network()
    rate = keras.optimizers.schedules.CosineDecay(
        recipe.timbre_learning_rate, recipe.timbre_steps, alpha=0.01
    )
    model.compile(
        optimizer=keras.optimizers.AdamW(rate, weight_decay=recipe.weight_decay),
        loss="categorical_crossentropy",
    )
    mixer = Mixer(seed, denoised_share=recipe.denoised_share, mix=recipe.mix)
    n = recipe.timbre_kaggle_windows
    kinds = [
        _kaggle(kaggle, recipe.timbre_class_balance, n),
        *_circor(circor, recipe.timbre_batch - n),
    ]
    _train(model, mixer, kinds, recipe.timbre_steps, recipe.label_smoothing, tell)
    return model


def _train(
    model: Any, mixer: Mixer, kinds: list[Kind], n_steps: int, smoothing: float, tell: Tell
) -> None:
    """Steps of training. A network that does not tell the states is given the classes alone."""
    tells_states = len(model.outputs) > 1
    clock = _Clock(n_steps, tell)
    for step, batch in enumerate(_ahead(lambda: mixer.batch(kinds), n_steps), start=1):
        inputs, targets, weights = _smoothed(batch, smoothing)
        if tells_states:
            losses = model.train_on_batch(inputs, targets, sample_weight=weights)
        else:
            losses = model.train_on_batch(
                inputs, targets["classes"], sample_weight=weights["classes"]
            )
        if clock.says(step):
            whole, *parts = np.ravel(losses)
            told = f" (classes {parts[0]:.3f}, states {parts[1]:.3f})" if tells_states else ""
            clock.tell(step, f"{whole:.3f}{told}")
            model.reset_metrics()


class _Clock:
    """Tells now and then how far training is and how long it still takes."""

    def __init__(self, n_steps: int, tell: Tell) -> None:
        self._n_steps = n_steps
        self._tell = tell
        self._started_s = time.monotonic()

    def says(self, step: int) -> bool:
        return step % TELL_EVERY == 0 or step == self._n_steps

    def tell(self, step: int, loss: str) -> None:
        left_s = (time.monotonic() - self._started_s) / step * (self._n_steps - step)
        self._tell(f"step {step}/{self._n_steps}  loss {loss}  {left_s:.0f} s left")


def _in_bfloat16() -> Any:
    """A network for the cycle that computes in bfloat16."""
    import keras

    before = keras.mixed_precision.dtype_policy()
    keras.mixed_precision.set_dtype_policy("mixed_bfloat16")
    try:
        return build_cycle_network()
    finally:
        keras.mixed_precision.set_dtype_policy(before)


def _smoothed(batch: Batch, smoothing: float) -> Batch:
    """Label smoothing (Szegedy et al. 2016)."""
    inputs, targets, weights = batch
    labels = targets["classes"]
    even = smoothing / labels.shape[1]
    return inputs, {**targets, "classes": (1.0 - smoothing) * labels + even}, weights


def _kaggle(examples: list[Example], class_balance: float, n: int) -> Kind:
    labels = np.array([example.label for example in examples])
    chances = 1.0 / class_counts(labels)[labels] ** class_balance
    return examples, chances / chances.sum(), n


def _circor(examples: list[Example], n: int) -> list[Kind]:
    if not examples:
        return []
    chances = np.where([example.label == MURMUR for example in examples], MURMUR_CHANCE, 1.0)
    return [(examples, chances / chances.sum(), n)]


def _ahead(make: Callable[[], Batch], n: int) -> Iterator[Batch]:
    """n batches, the next ones made while one is used. Raises what make raises."""
    pool = ThreadPoolExecutor(1, thread_name_prefix="batches")
    ready = deque(pool.submit(make) for _ in range(min(AHEAD, n)))
    try:
        for left in range(n - 1, -1, -1):
            batch = ready.popleft().result()
            if left > len(ready):
                ready.append(pool.submit(make))
            yield batch
    finally:
        pool.shutdown(cancel_futures=True)
