"""What HeartNet is taught with: windows of both data sets, varied, with classes and states."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from heartgui.domain import CLASSES, HeartSoundClass
from heartgui.features.heart_input import FRAMES_A_SECOND, heart_window
from heartgui.training.denoising import denoised
from heartgui.training.devices import NoisePower, through_another_device
from heartgui.training.diastolic import exchanged, with_made_murmur
from heartgui.training.ectopic import with_ectopic_beat
from heartgui.training.tempo import at_another_rate

TRAINED_FRAMES = 6 * FRAMES_A_SECOND
NORMAL, MURMUR, EXTRASTOLE = (
    CLASSES.index(name)
    for name in (HeartSoundClass.NORMAL, HeartSoundClass.MURMUR, HeartSoundClass.EXTRASTOLE)
)
NO_CLASS = -1


@dataclass(frozen=True, eq=False)
class Example:
    """One recording. decibels: shape (n_frames, 48). label: index into CLASSES, NO_CLASS where
    unknown. states: shape (n_frames,), index into STATES, -1 where not annotated."""

    decibels: np.ndarray
    label: int
    states: np.ndarray


Batch = tuple[np.ndarray, dict[str, np.ndarray], dict[str, np.ndarray]]
"""Inputs, targets and sample weights by output name."""
Kind = tuple[list[Example], np.ndarray, int]
"""Examples, how likely each is drawn, and how many windows of them a batch holds."""


class Mixer:
    """Draws batches: so many windows of each kind, varied at random."""

    def __init__(
        self,
        seed: int,
        *,
        denoised_share: float = 0.0,
        tempo_share: float = 0.0,
        ectopic_share: float = 0.0,
        exchanged_share: float = 0.0,
        made_murmur_share: float = 0.0,
        mix: float = 0.2,
    ) -> None:
        self._rng = np.random.default_rng(seed)
        self._noise_power = NoisePower(self._rng)
        self._denoised_share = denoised_share
        self._tempo_share = tempo_share
        self._ectopic_share = ectopic_share
        self._exchanged_share = exchanged_share
        self._made_murmur_share = made_murmur_share
        self._mix = mix

    def window(self, example: Example) -> tuple[np.ndarray, int, np.ndarray]:
        """A varied window: input (300, 49), class, states (300,)."""
        rng = self._rng
        stretch = rng.uniform(0.85, 1.18)
        n_wanted = min(len(example.decibels), int(TRAINED_FRAMES / stretch) + 1)
        start = rng.integers(len(example.decibels) - n_wanted + 1)
        frames = start + np.minimum(
            (np.arange(min(TRAINED_FRAMES, int(n_wanted * stretch))) / stretch).astype(int),
            n_wanted - 1,
        )
        if rng.random() < self._tempo_share:
            order = at_another_rate(example.states[frames], rng)
            frames = frames if order is None else frames[order]
        label = example.label
        if label == NORMAL and rng.random() < self._ectopic_share:
            premature = with_ectopic_beat(example.states[frames], rng)
            if premature is not None:
                frames, label = frames[premature], EXTRASTOLE
        known = example.states[frames]
        if rng.random() < self._exchanged_share and (order := exchanged(known, rng)) is not None:
            # Only what is annotated: in the rest everything is in its place still.
            annotated = known >= 0
            frames, known = frames[order[annotated]], known[annotated]
            sound = example.decibels[frames]
            if label == NORMAL and rng.random() < self._made_murmur_share:
                sound, label = with_made_murmur(sound, known, rng), MURMUR
        else:
            sound = example.decibels[frames]
        sound = through_another_device(sound, self._noise_power, rng)
        if rng.random() < self._denoised_share:
            sound = denoised(sound, rng)
        states = np.full(TRAINED_FRAMES, -1, dtype=np.int8)
        states[: len(frames)] = known
        window = heart_window(sound, TRAINED_FRAMES)
        self._hide_parts(window[: len(frames)], states)
        return window, label, states

    def _hide_parts(self, heard: np.ndarray, states: np.ndarray) -> None:
        """Hide some frames and some bands behind the bands' own means (Park et al. 2019)."""
        for axis, widest in ((0, 25), (1, 8)):
            width = self._rng.integers(widest)
            first = self._rng.integers((len(heard) if axis == 0 else heard.shape[1] - 1) - width)
            part = slice(first, first + width)
            if axis == 0:
                heard[part, :-1] = heard[:, :-1].mean(axis=0)
                states[part] = -1
            else:
                heard[:, part] = heard[:, part].mean(axis=0)

    def batch(self, kinds: list[Kind]) -> Batch:
        """So many windows of each kind, in pairs mixed up (mixup, Zhang et al. 2018)."""
        drawn = [
            self.window(examples[index])
            for examples, chances, n in kinds
            for index in self._rng.choice(len(examples), size=n, p=chances)
        ]
        inputs = np.stack([window for window, _, _ in drawn])
        labels = np.array([label for _, label, _ in drawn])
        states = np.stack([states for _, _, states in drawn]).astype(np.int64)
        targets = np.eye(len(CLASSES), dtype=np.float32)[np.maximum(labels, 0)]
        weight = (labels != NO_CLASS).astype(np.float32)
        state_weight = (states >= 0).astype(np.float32)
        state_targets = np.eye(4, dtype=np.float32)[np.maximum(states, 0)]
        share = self._rng.beta(self._mix, self._mix, size=len(drawn)).astype(np.float32)
        share = np.maximum(share, 1.0 - share)
        # A window without a class may lend none.
        share[weight == 0.0] = 1.0
        other = self._rng.permutation(len(drawn))
        share[weight[other] == 0.0] = 1.0
        a, b = share[:, None, None], (1.0 - share)[:, None, None]
        state_weight *= share[:, None] > 0.7
        lent = inputs[other]
        sound = np.maximum(inputs[..., -1], (share < 1.0)[:, None] * lent[..., -1])
        # In place: a batch is a million numbers.
        inputs *= a
        lent *= b
        inputs += lent
        inputs[..., -1] = sound
        return (
            inputs,
            {
                "classes": share[:, None] * targets + (1 - share)[:, None] * targets[other],
                "states": state_targets,
            },
            {"classes": weight, "states": state_weight},
        )
