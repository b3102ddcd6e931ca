"""Murmurs in diastole to test with, of which hardly any was recorded: left-out recordings in which
systole and diastole have changed places."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from heartgui.domain import Recording, Samples
from heartgui.heart.cycle import DIASTOLE, SYSTOLE
from heartgui.training.circor import CircorFile
from heartgui.training.diastolic import as_long

EDGE_S = 0.03
"""Beside a sound, which stays as it is."""
FADE_S = 0.01
GAP_S = 0.03
"""Annotations further apart do not follow on one another."""
MIN_BEATS = 3

Span = tuple[float, float, int]


def can_be_moved(file: CircorFile) -> bool:
    """Whether it is known if a murmur is heard, and enough of the recording is annotated."""
    return file.murmur is not None and len(_beats(_stretch(file.spans))) >= MIN_BEATS


def stretch(file: CircorFile) -> Recording:
    """The longest part that is annotated without a gap."""
    return _cut(file, file.recording.samples)


def moved(file: CircorFile) -> Recording:
    """That part, with what lies between the sounds of each whole beat exchanged: systole's in
    diastole, to and fro as often as it takes, and diastole's middle in systole."""
    samples, rate_hz = file.recording.samples, file.recording.sample_rate_hz
    changed = samples.copy()
    for systole, diastole in _beats(_stretch(file.spans)):
        inner, filled = (
            slice(round((start_s + EDGE_S) * rate_hz), round((end_s - EDGE_S) * rate_hz))
            for start_s, end_s, _ in (systole, diastole)
        )
        n_fade = round(FADE_S * rate_hz)
        for place, source in ((filled, inner), (inner, filled)):
            changed[place] = _faded(as_long(samples[source], place.stop - place.start), n_fade)
    return _cut(file, changed)


def _cut(file: CircorFile, samples: Samples) -> Recording:
    spans, rate_hz = _stretch(file.spans), file.recording.sample_rate_hz
    first, end = round(spans[0][0] * rate_hz), round(spans[-1][1] * rate_hz)
    return replace(file.recording, samples=samples[first:end])


def _stretch(spans: tuple[Span, ...]) -> list[Span]:
    """The longest run of spans that follow on one another."""
    runs: list[list[Span]] = [[]]
    for span in spans:
        if runs[-1] and abs(span[0] - runs[-1][-1][1]) > GAP_S:
            runs.append([])
        runs[-1].append(span)
    return max(runs, key=len)


def _beats(spans: list[Span]) -> list[tuple[Span, Span]]:
    """Each systole and the diastole after it, where both are longer than their edges."""
    return [
        (systole, diastole)
        for systole, diastole in zip(spans, spans[2:], strict=False)
        if (systole[2], diastole[2]) == (SYSTOLE, DIASTOLE)
        and min(systole[1] - systole[0], diastole[1] - diastole[0]) > 2 * (EDGE_S + FADE_S)
    ]


def _faded(sound: Samples, n_fade: int) -> Samples:
    steps = np.arange(len(sound))
    return sound * np.minimum(1.0, np.minimum(steps, steps[::-1]) / n_fade).astype(np.float32)
