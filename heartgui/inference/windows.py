"""Which stretches of a recording a model looks at."""

from __future__ import annotations

WINDOW_S = 10.0
HOP_S = 2.5
"""Windows of a long recording start this far apart."""


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
