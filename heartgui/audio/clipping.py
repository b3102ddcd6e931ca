"""Sound that is cut off at full scale."""

from __future__ import annotations

import numpy as np

from heartgui.domain import Samples

CLIP_LEVEL = 0.999
CLIP_RUN = 3
"""So many samples in a row at full scale are clipping; single ones occur in normalised files."""


def clipped_samples(samples: Samples) -> int:
    """Number of samples in flat runs of at least three at full scale. samples: shape (n,)."""
    flat = np.abs(samples) >= CLIP_LEVEL
    if not flat.any():
        return 0
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flat, [False]]).astype(np.int8)))
    runs = edges[1::2] - edges[::2]
    return int(runs[runs >= CLIP_RUN].sum())
