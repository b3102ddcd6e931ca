"""Arrays that grow at the end while another thread reads them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


class GrowingArray:
    """Rows appended by one thread and read by others, without a lock.

    Memory doubles when it is full; the count is published after the rows are in place, so a
    reader sees either the old or the new end, never half-written rows.
    """

    def __init__(self, row_shape: tuple[int, ...], dtype: npt.DTypeLike, capacity: int = 1024):
        self._rows = np.zeros((capacity, *row_shape), dtype=dtype)
        self._n = 0

    def __len__(self) -> int:
        return self._n

    @property
    def values(self) -> np.ndarray:
        """The rows so far, shape (n, *row_shape): a view, not to be written to."""
        n = self._n
        return self._rows[:n]

    def append(self, rows: np.ndarray) -> None:
        self.replace_from(self._n, rows)

    def replace_from(self, start: int, rows: np.ndarray) -> None:
        """Write rows at `start`, growing as needed; what lay behind is cut off."""
        end = start + len(rows)
        if end > len(self._rows):
            capacity = max(end, 2 * len(self._rows))
            grown = np.zeros((capacity, *self._rows.shape[1:]), dtype=self._rows.dtype)
            grown[:start] = self._rows[:start]
            grown[start:end] = rows
            self._rows = grown
        else:
            self._rows[start:end] = rows
        self._n = end
