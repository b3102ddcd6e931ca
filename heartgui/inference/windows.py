"""Which stretches of a recording a model looks at."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from heartgui.domain import Samples

WINDOW_S = 10.0
HOP_S = 2.5
"""Windows of a long recording start this far apart."""
LEAST_SHARE = 0.5
"""Of the sound that the fullest window holds."""


def plan_windows(
    duration_s: float, window_s: float = WINDOW_S, hop_s: float = HOP_S
) -> list[tuple[float, float]]:
    """Start and end of each window, seconds, covering the whole recording.

    One window for a recording that fits into it. The last window ends with the recording, so
    it overlaps its neighbour by more than the others do.
    """
    if duration_s <= window_s:
        return [(0.0, duration_s)]
    last_start_s = duration_s - window_s
    n_regular = int(last_start_s // hop_s) + 1
    starts_s = [k * hop_s for k in range(n_regular)]
    # A remainder shorter than a tenth of the hop would only repeat the last window.
    if last_start_s - starts_s[-1] > hop_s / 10:
        starts_s.append(last_start_s)
    return [(start_s, start_s + window_s) for start_s in starts_s]


def with_sound(
    windows: Sequence[tuple[float, float]], samples: Samples, sample_rate_hz: int
) -> list[tuple[float, float]]:
    """The windows with at least half as much sound as the fullest; the others are for the most
    part digital silence: a muted start, lost frames, a file filled up with zeros. A network that
    hears nothing answers all the same, and its answer would count as much as one of a heartbeat.

    samples: of the recording, shape (n,).
    """
    counts = [
        np.count_nonzero(samples[round(start_s * sample_rate_hz) : round(end_s * sample_rate_hz)])
        for start_s, end_s in windows
    ]
    least = LEAST_SHARE * max(counts)
    return [window for window, n in zip(windows, counts, strict=True) if n >= least]
