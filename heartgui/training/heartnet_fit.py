"""Fitting one HeartNet: AdamW, a cosine of the learning rate, a fixed number of steps. A small
network learns from a large one's answers as well as from the labels (distillation, Hinton et al.
2015)."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from heartgui.training.dataset import class_counts
from heartgui.training.fitting import Tell
from heartgui.training.heartnet import STUDENT, TEACHER, Size, build_heartnet
from heartgui.training.heartnet_inputs import MURMUR, Batch, Example, Kind, Mixer
from heartgui.training.recipe import HeartRecipe

WARM_UP_STEPS = 50
MURMUR_CHANCE = 1.5
"""Recordings with a murmur are drawn so much more often than others of CirCor."""
TAUGHT = 0.5
"""A teacher's share of a student's targets; where nobody labelled, it alone decides."""
UNLABELLED_STATES = 0.5
"""Weight of a frame's state that only a teacher told."""
TELL_EVERY = 50


def fit_teacher(
    recipe: HeartRecipe, kaggle: list[Example], circor: list[Example], seed: int, tell: Tell
) -> Any:
    """A large network taught by the labels. See `_fit`."""
    return _fit(TEACHER, recipe, recipe.steps, kaggle, circor, seed, tell, ())


def fit_student(
    recipe: HeartRecipe,
    teachers: Sequence[Any],
    kaggle: list[Example],
    circor: list[Example],
    seed: int,
    tell: Tell,
) -> Any:
    """A small network taught by the labels and by large networks, each asked in turn. See
    `_fit`."""
    return _fit(STUDENT, recipe, recipe.student_steps, kaggle, circor, seed, tell, teachers)


def _fit(
    size: Size,
    recipe: HeartRecipe,
    steps: int,
    kaggle: list[Example],
    circor: list[Example],
    seed: int,
    tell: Tell,
    teachers: Sequence[Any],
) -> Any:
    """A trained network in single precision. Raises KeyboardInterrupt on Ctrl-C.

    Training computes in bfloat16, twice as fast where the processor knows it; weights are kept in
    single precision, and the answers are computed in it.
    """
    import keras

    keras.utils.set_random_seed(seed)
    model = _in_bfloat16(size)
    asked = [_in_bfloat16(TEACHER, teacher) for teacher in teachers]
    rate = keras.optimizers.schedules.CosineDecay(
        0.0, max(1, steps - WARM_UP_STEPS), alpha=0.01,
        warmup_target=recipe.learning_rate, warmup_steps=min(WARM_UP_STEPS, steps),
    )  # fmt: skip
    model.compile(
        optimizer=keras.optimizers.AdamW(rate, weight_decay=recipe.weight_decay),
        loss={"classes": "categorical_crossentropy", "states": "categorical_crossentropy"},
        loss_weights={"classes": 1.0, "states": recipe.states_weight},
    )
    mixer = Mixer(seed, ectopic_share=recipe.ectopic_share, mix=recipe.mix)
    kinds = _kinds(recipe, kaggle, circor)
    started_s = time.monotonic()
    for step, batch in enumerate(_ahead(lambda: mixer.batch(kinds), steps), start=1):
        inputs, targets, weights = _smoothed(batch, recipe.label_smoothing)
        if asked:
            answers = asked[step % len(asked)].predict_on_batch(inputs)
            inputs, targets, weights = taught((inputs, targets, weights), answers)
        losses = model.train_on_batch(inputs, targets, sample_weight=weights)
        if step % TELL_EVERY == 0 or step == steps:
            left_s = (time.monotonic() - started_s) / step * (steps - step)
            tell(
                f"step {step}/{steps}  loss {float(losses[0]):.3f}"
                f" (classes {float(losses[1]):.3f}, states {float(losses[2]):.3f})"
                f"  {left_s:.0f} s left"
            )
            model.reset_metrics()
    exact = build_heartnet(size)
    exact.set_weights(model.get_weights())
    return exact


def _in_bfloat16(size: Size, like: Any | None = None) -> Any:
    """A network that computes in bfloat16, with the weights of another one."""
    import keras

    before = keras.mixed_precision.dtype_policy()
    keras.mixed_precision.set_dtype_policy("mixed_bfloat16")
    try:
        model = build_heartnet(size)
    finally:
        keras.mixed_precision.set_dtype_policy(before)
    if like is not None:
        model.set_weights(like.get_weights())
    return model


def _smoothed(batch: Batch, smoothing: float) -> Batch:
    """Label smoothing (Szegedy et al. 2016)."""
    inputs, targets, weights = batch
    labels = targets["classes"]
    even = smoothing / labels.shape[1]
    return inputs, {**targets, "classes": (1.0 - smoothing) * labels + even}, weights


def taught(batch: Batch, answers: dict[str, np.ndarray]) -> Batch:
    """The batch with a teacher's answers in its targets. Windows without a class and frames
    without a state get the teacher's alone."""
    inputs, targets, weights = batch

    def mixed(name: str) -> np.ndarray:
        labelled = (weights[name] > 0)[..., None]
        answer = np.asarray(answers[name], dtype=np.float32)
        both = (1.0 - TAUGHT) * targets[name] + TAUGHT * answer
        return np.where(labelled, both, answer).astype(np.float32)

    sounds = inputs[..., -1] > 0
    trusted = np.where(weights["states"] > 0, 1.0, UNLABELLED_STATES)
    return (
        inputs,
        {name: mixed(name) for name in targets},
        {
            "classes": np.ones_like(weights["classes"]),
            "states": (sounds * trusted).astype(np.float32),
        },
    )


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
