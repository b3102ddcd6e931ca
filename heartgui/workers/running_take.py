"""A take on its way to disk: its file, and what the screen sees of it."""

from __future__ import annotations

import logging
from pathlib import Path

import numpy as np

from heartgui.audio.take_writer import TakeWriter, free_space_s
from heartgui.domain import Samples
from heartgui.errors import DeviceError, HeartGUIError, StorageError
from heartgui.workers.live_take import FinishedTake, LiveTake, Store, Stored

log = logging.getLogger(__name__)

LOW_SPACE_S = 600.0


class RunningTake:
    """Written by one thread, from its first block to its end. store: see Store. Raises StorageError
    where its file cannot be begun."""

    def __init__(
        self, path: Path, sample_rate_hz: int, length_s: float, store: Store | None = None
    ) -> None:
        self._store = store
        self.live = LiveTake(path, sample_rate_hz, length_s)
        # Last: from here on there is a file that has to be closed.
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._writer = TakeWriter(path, sample_rate_hz)
        except OSError as error:
            raise StorageError(
                f"The folder {path.parent} cannot be written to ({error.strerror}).",
                remedy="Choose another recordings folder in Settings.",
            ) from error
        self._space_told = False

    def keep(self, raw: np.ndarray, samples: Samples, lost: int) -> tuple[float, float] | None:
        """Write a block before anything is computed from it; what is beyond the take's length is
        left out. raw: int16; samples: the same as floats, -1 to 1; both of shape (n,). lost: frames
        missing before it. Returns the gap they left, start and end in seconds into the take.
        Raises StorageError where it cannot be written."""
        take, gap = self.live, None
        lost = min(lost, take.n_planned - take.n_frames)
        if lost:
            start_s = take.duration_s
            self._writer.mark_gap(lost)
            take.append(np.zeros(lost, dtype=np.float32))
            gap = start_s, take.duration_s
            take.gaps.append(gap)
        wanted = take.n_planned - take.n_frames
        self._writer.write(raw[:wanted])
        take.append(samples[:wanted])
        return gap

    def low_space_s(self) -> float | None:
        """Seconds that still fit on the disk, once, when they have become few."""
        if self._space_told:
            return None
        try:
            left_s = free_space_s(self.live.path.parent, self.live.sample_rate_hz)
        except OSError as error:
            # The folder was moved or removed. The open file can still be written to.
            log.warning("free space is not known: %s", error.strerror)
            self._space_told = True
            return None
        self._space_told = left_s < LOW_SPACE_S
        return left_s if self._space_told else None

    def finish(self, error: HeartGUIError | None) -> FinishedTake:
        """Close the file, whatever happens. error: why it ends, if not as planned."""
        for end in (self._writer.close, self.live.finish):
            try:
                end()
            except StorageError as problem:
                error = error or problem
            except Exception as fault:
                log.exception("the take did not end well")
                error = error or own_fault(fault, kept="Everything up to then is kept.")
        take = self.live
        log.info("take finished: %.2f s, %d gaps", take.duration_s, len(take.gaps))
        return FinishedTake(take, error, self._stored())

    def _stored(self) -> Stored | None:
        if self._store is None or not self.live.n_frames:
            return None
        try:
            return self._store(self.live)
        except Exception as fault:
            log.exception("the take was not stored")
            return Stored(
                None,
                StorageError(
                    f"The take could not be put into the library ({type(fault).__name__}).",
                    kept="Its file is kept.",
                    remedy="It is listed at the next start; the log file holds the details.",
                ),
            )


def own_fault(fault: Exception, *, kept: str) -> DeviceError:
    """What is said of an error that nobody foresaw."""
    return DeviceError(
        f"Listening was interrupted by a fault in HeartGUI ({type(fault).__name__}).",
        kept=kept,
        remedy="It goes on by itself; the log file holds the details.",
    )
