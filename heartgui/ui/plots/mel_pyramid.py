"""The Mel-spectrogram at any zoom: blocks of 4, 16, 64 … frames, each band's loudest kept."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from heartgui.features.display import DisplayFeatures
from heartgui.features.growing import GrowingArray

Levels = npt.NDArray[np.uint8]

_POOL = 4
_N_POOLED = 5


class MelPyramid:
    """Follows the Mel levels of growing DisplayFeatures.

    A view costs time in proportion to its columns, so an hour is drawn as fast as a second.
    The loudest frame stands for its block: beats stay visible when minutes share a pixel.
    """

    def __init__(self, features: DisplayFeatures) -> None:
        self._features = features
        n_mels = features.mel_levels.shape[1]
        self._pooled = [GrowingArray((n_mels,), np.uint8) for _ in range(_N_POOLED)]

    def update(self) -> None:
        """Take in the frames that arrived since the last call."""
        below: Levels = self._features.mel_levels
        for pooled in self._pooled:
            done = len(pooled)
            blocks = len(below) // _POOL - done
            if blocks > 0:
                part = below[done * _POOL : (done + blocks) * _POOL]
                pooled.append(part.reshape(blocks, _POOL, -1).max(axis=1))
            below = pooled.values

    def view(self, first: int, past: int, most_columns: int) -> tuple[Levels, int, int]:
        """Columns covering frames [first, past), at most about most_columns of them.

        Returns the levels, shape (n_columns, n_mels); the frame the first column begins at;
        and how many frames a column covers.
        """
        frames_per_column = 1
        below: Levels = self._features.mel_levels
        for pooled in self._pooled:
            if (past - first) / frames_per_column <= most_columns:
                break
            frames_per_column *= _POOL
            below = pooled.values
        begin = first // frames_per_column
        end = -(-past // frames_per_column)
        return below[begin:end], begin * frames_per_column, frames_per_column
