"""Where in the sound an answer rests: hide a patch of time and frequency, and see what changes.

Occlusion after Zeiler and Fergus (2014). A hidden patch holds each band's mean over the window, so
that nothing sticks out there.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from heartgui.domain import CLASSES, HeartSoundClass, Recording
from heartgui.errors import Cancelled
from heartgui.features.heart_input import FRAMES_A_SECOND, HEART_MEL
from heartgui.features.mel import MelConfig, mel_centres_hz
from heartgui.features.model_input import PAPER_MEL
from heartgui.inference.classifier import Classifier, IsCancelled, Progress, WindowedRecording
from heartgui.inference.engines import Batch
from heartgui.inference.inputs import HEART_MEL_KIND
from heartgui.inference.windows import WINDOW_S, plan_windows

PATCH_S = 0.5
MAX_DURATION_S = 60.0
BATCH = 16
LEAST = 0.01
"""A smaller change of a probability is nothing to point at."""
HIGHEST_HZ = 2000.0
"""Stethoscopes pass next to nothing above; the paper's input goes on to 11 kHz."""


class Patch(NamedTuple):
    """A stretch of time and frequency. change: how much smaller the class's raw probability
    gets without it, mean over the windows that hold it; below 0 where it gets larger."""

    start_s: float
    end_s: float
    low_hz: float
    high_hz: float
    change: float


def occlusion(
    classifier: Classifier,
    recording: Recording,
    label: HeartSoundClass,
    *,
    progress: Progress | None = None,
    cancelled: IsCancelled | None = None,
) -> tuple[Patch, ...]:
    """What each patch of the first minute does for the probability of `label`.

    progress(patches done, patches in all). Raises Cancelled between batches when cancelled()
    turns true.
    """
    kind, _ = classifier.input_key
    time_axis, config, n_group = (0, HEART_MEL, 6) if kind == HEART_MEL_KIND else (1, PAPER_MEL, 8)
    frame_rate = FRAMES_A_SECOND if time_axis == 0 else config.sample_rate_hz / config.hop_length
    groups = [group for group in _band_groups(config, n_group) if group[1] < HIGHEST_HZ]
    duration_s = min(recording.duration_s, MAX_DURATION_S)
    windowed = WindowedRecording(recording)
    windowed.windows = plan_windows(duration_s, WINDOW_S, WINDOW_S)
    times = np.arange(0.0, duration_s, PATCH_S)
    changes = np.zeros((len(times), len(groups)))
    counts = np.zeros((len(times), 1))
    place = CLASSES.index(label)

    def said(windows: Batch) -> np.ndarray:
        return classifier.uncalibrated(classifier.answer(windows))[:, place]

    total, done = len(windowed.windows) * round(WINDOW_S / PATCH_S) * len(groups), 0
    for number, (start_s, end_s) in enumerate(windowed.windows):
        whole = windowed.inputs(number, number + 1, classifier.input_key)[0]
        before = said(whole[np.newaxis])[0]
        inside = [k for k, t in enumerate(times) if start_s - 1e-6 <= t < end_s - 1e-6]
        for column, (bands, _, _) in enumerate(groups):
            for first in range(0, len(inside), BATCH):
                if cancelled is not None and cancelled():
                    raise Cancelled
                part = inside[first : first + BATCH]
                firsts = np.round((times[part] - start_s) * frame_rate).astype(int)
                n_frames = round(PATCH_S * frame_rate)
                hidden = np.stack(
                    [_hidden(whole, slice(f, f + n_frames), bands, time_axis) for f in firsts]
                )
                after = said(hidden)
                changes[part, column] += before - after
                done += len(part)
                if progress is not None:
                    progress(min(done, total), total)
        counts[inside] += 1
    changes /= np.maximum(counts, 1)
    return tuple(
        Patch(float(t), float(min(t + PATCH_S, duration_s)), low_hz, high_hz, float(change))
        for t, row in zip(times, changes, strict=True)
        for (_, low_hz, high_hz), change in zip(groups, row, strict=True)
    )


def strongest(patches: tuple[Patch, ...], share: float = 0.5, most: int = 6) -> tuple[Patch, ...]:
    """The patches whose change is at least `share` of the largest, at most so many, largest
    first; none where nothing makes the class more likely by LEAST."""
    helping = sorted((p for p in patches if p.change >= LEAST), key=lambda p: -p.change)[:most]
    return tuple(p for p in helping if p.change >= share * helping[0].change)


def _band_groups(config: MelConfig, n_group: int) -> list[tuple[slice, float, float]]:
    """Neighbouring bands with the frequencies that they cover, Hz."""
    centres = mel_centres_hz(config)
    edges = [config.fmin_hz, *((centres[1:] + centres[:-1]) / 2), config.fmax_hz]
    firsts = [*range(0, config.n_mels, n_group), config.n_mels]
    return [
        (slice(first, end), float(edges[first]), float(edges[end]))
        for first, end in pairwise(firsts)
    ]


def _hidden(whole: Batch, span: slice, bands: slice, time_axis: int) -> Batch:
    changed = whole.copy()
    if time_axis == 0:
        sound = whole[:, -1] > 0
        changed[span, bands] = whole[sound, bands].mean(axis=0)
        changed[~sound] = 0.0
    else:
        changed[bands, span] = whole[bands].mean(axis=1, keepdims=True)
    return changed
