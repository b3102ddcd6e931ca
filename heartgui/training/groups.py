"""Whose heart is it: files that must never lie on both sides of a split.

Set B: one group a patient number. Set A: names are times, so takes at most 15 minutes apart
are chained into one group. Near copies (normalised cross-correlation over 0.95 across 2 s) are
joined in both, since one heart also stands under two patient numbers. Near copies under two labels
are left out, since one label must be wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise

import numpy as np

from heartgui.audio.resampling import resample
from heartgui.domain import Samples
from heartgui.training.dataset import LabelledFile

CHAIN = timedelta(minutes=15)
COPY_CORRELATION = 0.95
COPY_S = 2.0
COPY_RATE_HZ = 1000
N_FFT = 8192
"""Signals are cut to overlapping blocks of this length, so that short ones cost little."""


def group_of_each(
    files: Sequence[LabelledFile], *, whole_days: bool = False
) -> tuple[np.ndarray, set[int]]:
    """Group number of each file, shape (n_files,), and the indices of conflicting near copies.

    whole_days: all takes of a day in set A are one group.
    """
    joined = _Joined(len(files))
    by_patient: dict[str, int] = {}
    for index, file in enumerate(files):
        if file.patient:
            joined.join(by_patient.setdefault(file.patient, index), index)
    timed = sorted(
        (file.recorded_at, index) for index, file in enumerate(files) if file.recorded_at
    )
    for (earlier, first), (later, second) in pairwise(timed):
        if later - earlier <= CHAIN or (whole_days and later.date() == earlier.date()):
            joined.join(first, second)
    conflicting: set[int] = set()
    for first, second in near_copies([_at_copy_rate(file) for file in files]):
        joined.join(first, second)
        if files[first].label != files[second].label:
            conflicting |= {first, second}
    return joined.numbers(), conflicting


def near_copies(signals: Sequence[Samples]) -> list[tuple[int, int]]:
    """Pairs of signals (at 1 kHz) of which some 2 s of one reappear in the other."""
    from scipy.fft import irfft, rfft

    n_part = round(COPY_S * COPY_RATE_HZ)
    n_starts = N_FFT - n_part
    blocks, scales, owners = [], [], []
    for index, signal in enumerate(signals):
        norms = _sliding_norm(signal, n_part)
        for start in range(0, len(norms), n_starts):
            blocks.append(_filled(signal[start : start + N_FFT], N_FFT))
            scales.append(_filled(1.0 / norms[start : start + n_starts], n_starts))
            owners.append(index)
    if not blocks:
        return []
    spectra = rfft(np.stack(blocks), axis=1)
    scale, owner = np.stack(scales), np.array(owners)
    found = set()
    for first, signal in enumerate(signals):
        for start in range(0, len(signal) - n_part + 1, n_part):
            part = signal[start : start + n_part]
            norm = float(np.sqrt(np.sum(part.astype(np.float64) ** 2)))
            if norm < 1e-6:
                continue
            products = irfft(spectra * np.conj(rfft(part, N_FFT)), axis=1, workers=-1)
            best = (products[:, :n_starts] * scale).max(axis=1) / norm
            for second in owner[(best > COPY_CORRELATION) & (owner != first)].tolist():
                found.add((min(first, second), max(first, second)))
    return sorted(found)


def _at_copy_rate(file: LabelledFile) -> Samples:
    recording = file.recording
    signal = resample(recording.samples, recording.sample_rate_hz, COPY_RATE_HZ)
    return signal - signal.mean()


def _filled(values: np.ndarray, n: int) -> np.ndarray:
    """With zeros up to a length."""
    return np.pad(values, (0, n - len(values))).astype(np.float32)


def _sliding_norm(signal: Samples, n_part: int) -> np.ndarray:
    """Root of the energy of every stretch of n_part samples; never below a small floor."""
    energy = np.concatenate([[0.0], np.cumsum(signal.astype(np.float64) ** 2)])
    return np.sqrt(np.maximum(energy[n_part:] - energy[:-n_part], 1e-9))


class _Joined:
    """Union-find over file indices."""

    def __init__(self, n: int) -> None:
        self._parent = list(range(n))

    def _root(self, index: int) -> int:
        while self._parent[index] != index:
            index = self._parent[index]
        return index

    def join(self, first: int, second: int) -> None:
        self._parent[self._root(second)] = self._root(first)

    def numbers(self) -> np.ndarray:
        roots = [self._root(index) for index in range(len(self._parent))]
        order = {root: number for number, root in enumerate(dict.fromkeys(roots))}
        return np.array([order[root] for root in roots])
