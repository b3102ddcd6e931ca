"""Spectrograms of a data set, and the changes made to them while training.

Training works on decibels before Min-Max scaling, where a filter in the signal path is an
addition: another stethoscope is then a smooth curve added to every frame.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from heartgui.audio.resampling import resample
from heartgui.domain import CLASSES, Recording, Samples
from heartgui.features.mel import mel_spectrogram, power_to_db
from heartgui.features.model_input import (
    PAPER_MEL,
    PAPER_SAMPLE_RATE_HZ,
    PAPER_SHAPE,
    PAPER_WINDOW_S,
    TOP_DB,
    ShortWindow,
    fill_window,
)
from heartgui.inference.windows import plan_windows

Windows = list[np.ndarray]
"""For each file its windows in decibels below the maximum, shape (n_windows, 128, 431)."""


def windows_of(recording: Recording, short: ShortWindow, *, first_only: bool) -> np.ndarray:
    """Spectrograms in dB (-80 to 0), shape (n_windows, 128, 431), float32.

    first_only: the first ten seconds alone, as the paper's files were cut.
    """
    samples = resample(recording.samples, recording.sample_rate_hz, PAPER_SAMPLE_RATE_HZ)
    starts = [0.0] if first_only else [s for s, _ in plan_windows(recording.duration_s)]
    return np.stack([_decibels(samples, start, short) for start in starts])


def scaled(decibels: np.ndarray) -> np.ndarray:
    """Min-Max of each spectrogram of shape (n, 128, 431), as `paper_input` gives it."""
    low = decibels.min(axis=(1, 2), keepdims=True)
    high = decibels.max(axis=(1, 2), keepdims=True)
    return np.asarray((decibels - low) / np.maximum(high - low, 1e-6), dtype=np.float32)


def _decibels(samples: Samples, start_s: float, short: ShortWindow) -> np.ndarray:
    start = round(start_s * PAPER_SAMPLE_RATE_HZ)
    n_window = round(PAPER_WINDOW_S * PAPER_SAMPLE_RATE_HZ)
    window = fill_window(samples[start : start + n_window], n_window, short)
    power = mel_spectrogram(window, PAPER_MEL)
    return power_to_db(power, ref=float(power.max(initial=0.0)), top_db=TOP_DB)


class Augmenter:
    """Random equaliser, low-pass, time shift, masks and mixing of two recordings."""

    def __init__(self, seed: int) -> None:
        self._rng = np.random.default_rng(seed)

    def batch(
        self, windows: Windows, labels: np.ndarray, chosen: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Inputs of shape (n, 128, 431) and mixed one-hot labels of shape (n, 5)."""
        inputs = scaled(np.stack([self._varied(windows[index]) for index in chosen]))
        targets = np.eye(len(CLASSES), dtype=np.float32)[labels[chosen]]
        share = self._rng.beta(0.2, 0.2, size=len(inputs)).astype(np.float32)
        share = np.maximum(share, 1.0 - share)
        other = self._rng.permutation(len(inputs))
        mixed = share[:, None, None] * inputs + (1.0 - share)[:, None, None] * inputs[other]
        return mixed, share[:, None] * targets + (1.0 - share)[:, None] * targets[other]

    def _varied(self, windows: np.ndarray) -> np.ndarray:
        rng = self._rng
        spectrogram = windows[rng.integers(len(windows))]
        spectrogram = np.roll(spectrogram, rng.integers(PAPER_SHAPE[1]), axis=1)
        spectrogram = np.maximum(spectrogram + self._equaliser()[:, None], -TOP_DB)
        for axis, widest in ((0, 16), (1, 48)):
            width = rng.integers(widest)
            start = rng.integers(PAPER_SHAPE[axis] - width)
            hidden = slice(start, start + width)
            if axis == 0:
                spectrogram[hidden, :] = -TOP_DB
            else:
                spectrogram[:, hidden] = -TOP_DB
        return spectrogram

    def _equaliser(self) -> np.ndarray:
        """Smooth gain in dB by band (SD 6 dB at six knots), half the time with a low-pass."""
        rng = self._rng
        bands = np.arange(PAPER_SHAPE[0])
        knots = np.linspace(0, PAPER_SHAPE[0] - 1, 6)
        gain = np.interp(bands, knots, rng.normal(0.0, 6.0, size=len(knots)))
        if rng.random() < 0.5:
            cutoff = rng.uniform(0.15, 0.9) * PAPER_SHAPE[0]
            gain -= np.clip(bands - cutoff, 0.0, None) * rng.uniform(2.0, 8.0)
        return gain.astype(np.float32)


def augmented_batches(
    windows: Windows, labels: np.ndarray, *, batch_size: int, seed: int, balance: bool
) -> Any:
    """A Keras data set of one epoch's batches after another, made anew each epoch.

    balance: draw files so that every class is equally likely; otherwise each file once.
    """
    import keras

    class Batches(keras.utils.PyDataset):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self._augmenter = Augmenter(seed)
            self._rng = np.random.default_rng(seed + 1)
            self.on_epoch_end()

        def __len__(self) -> int:
            return -(-len(labels) // batch_size)

        def on_epoch_end(self) -> None:
            n = len(labels)
            if not balance:
                self._order = self._rng.permutation(n)
                return
            share = 1.0 / np.bincount(labels, minlength=len(CLASSES))[labels]
            self._order = self._rng.choice(n, size=n, p=share / share.sum())

        def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
            chosen = self._order[index * batch_size : (index + 1) * batch_size]
            return self._augmenter.batch(windows, labels, chosen)

    return Batches()
