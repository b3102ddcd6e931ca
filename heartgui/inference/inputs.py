"""What a network is given for one window, by the kind of input that its card names."""

from __future__ import annotations

from heartgui.audio.resampling import resample
from heartgui.domain import Samples
from heartgui.features.heart_input import heart_decibels, heart_window, without_silence
from heartgui.features.model_input import PAPER_SAMPLE_RATE_HZ, paper_input
from heartgui.inference.engines import Batch

PAPER_MEL_KIND = "paper-mel"
HEART_MEL_KIND = "heart-mel"
KINDS = (PAPER_MEL_KIND, HEART_MEL_KIND)
InputKey = tuple[str, str]
"""The card's `input.kind` and `input.short`."""


def window_input(
    samples: Samples, sample_rate_hz: int, key: InputKey, *, decibels: Batch | None = None
) -> Batch:
    """Model input of up to ten seconds at any rate: shape (128, 431) for `paper-mel`, (500, 49)
    for `heart-mel`. decibels: `heart_decibels` of the samples, where they are known already."""
    kind, short = key
    if kind == HEART_MEL_KIND:
        if decibels is None:
            decibels = heart_decibels(samples, sample_rate_hz)
        return without_silence(heart_window(decibels), decibels)
    at_rate = resample(samples, sample_rate_hz, PAPER_SAMPLE_RATE_HZ)
    return paper_input(at_rate, short=short)  # type: ignore[arg-type]
