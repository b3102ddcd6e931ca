"""Writing a take while it is recorded, so that a crash at any moment leaves a readable file.

soundfile's unfinished files cannot be read by the standard library's `wave`, so the header is
written here and put right twice a second.
"""

from __future__ import annotations

import os
import shutil
import struct
import time
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from heartgui.audio.source import RawSamples
from heartgui.audio.whole_files import whole_or_not
from heartgui.errors import StorageError

HEADER_BYTES = 44
BYTES_PER_SAMPLE = 2
PATCH_S = 0.5


@dataclass(frozen=True)
class TakeFile:
    """A finished take. gaps: first frame and number of frames of each stretch of lost sound."""

    path: Path
    n_frames: int
    gaps: tuple[tuple[int, int], ...]


class TakeWriter:
    """A mono 16-bit WAV file that is complete up to the last half second at any moment.

    It is brought to the disk twice a second on a thread of its own: a slow disk takes a second for
    that, and whoever writes here also shows what is heard.

    Raises StorageError from every call when the disk is full or the file cannot be written;
    what was written until then stays readable.
    """

    def __init__(self, path: Path, sample_rate_hz: int) -> None:
        self.path = path
        self._rate_hz = sample_rate_hz
        self._n_frames = 0
        self._gaps: list[tuple[int, int]] = []
        self._disk = ThreadPoolExecutor(1, thread_name_prefix="take to disk")
        self._synced: Future[None] | None = None
        try:
            # Unbuffered: what is written survives the death of this process. Readable, for it may
            # have to be written again.
            self._file = path.open("x+b", buffering=0)
        except OSError as error:
            raise self._problem(error) from error
        try:
            self._write_all(self._header())
        except OSError as error:
            # The disk is full already. It is the file that was made now, and nothing is in it.
            self._file.close()
            with suppress(OSError):
                path.unlink()
            raise self._problem(error) from error
        self._patched_s = time.monotonic()

    @property
    def n_frames(self) -> int:
        return self._n_frames

    def write(self, samples: RawSamples) -> None:
        """Append samples, shape (n,), int16."""
        try:
            self._write_all(np.ascontiguousarray(samples, dtype="<i2").tobytes())
            self._n_frames += len(samples)
            if time.monotonic() - self._patched_s > PATCH_S:
                self._patch()
                self._bring_to_disk()
        except OSError as error:
            raise self._problem(error) from error

    def mark_gap(self, n_frames: int) -> None:
        """Write silence where frames were lost, so that time stays true, and note it."""
        self._gaps.append((self._n_frames, n_frames))
        self.write(np.zeros(n_frames, dtype=np.int16))

    def close(self) -> TakeFile:
        """Put the header right and close the file. One that was removed meanwhile, alone or with
        its folder, is written again."""
        try:
            self._patch()
            self._disk.shutdown()
            if self._synced is not None:
                # An error is told once, to whoever was first to ask.
                self._synced.result()
            os.fsync(self._file.fileno())
            if self._is_gone():
                self._write_again()
        except OSError as error:
            raise self._problem(error) from error
        finally:
            # The number of a closed file may be another file's.
            self._disk.shutdown()
            self._file.close()
        return TakeFile(self.path, self._n_frames, tuple(self._gaps))

    def _patch(self) -> None:
        self._file.seek(0)
        self._write_all(self._header())
        self._file.seek(HEADER_BYTES + self._n_frames * BYTES_PER_SAMPLE)
        self._patched_s = time.monotonic()

    def _bring_to_disk(self) -> None:
        """Not while it is still at it. Raises OSError where the last time failed."""
        if self._synced is not None:
            if not self._synced.done():
                return
            self._synced.result()
        self._synced = self._disk.submit(os.fsync, self._file.fileno())

    def _is_gone(self) -> bool:
        try:
            return not self.path.exists()
        except OSError:
            # Its folder may not be looked into any more. What was written there is written.
            return False

    def _write_again(self) -> None:
        # The system keeps what is in a file as long as it is open.
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file.seek(0)
            with whole_or_not(self.path) as new, new.open("xb") as copy:
                shutil.copyfileobj(self._file, copy)
        except OSError as error:
            raise StorageError(
                "The file of the take was removed while it was recorded, and could not be written "
                f"again ({error.strerror or error}).",
                kept="The take is still open.",
                remedy="Save a copy of it in another folder.",
            ) from error

    def _write_all(self, content: bytes) -> None:
        rest = memoryview(content)
        while rest:
            rest = rest[self._file.write(rest) :]

    def _header(self) -> bytes:
        n_bytes = self._n_frames * BYTES_PER_SAMPLE
        return struct.pack(
            "<4sI4s4sIHHIIHH4sI",
            b"RIFF",
            HEADER_BYTES - 8 + n_bytes,
            b"WAVE",
            b"fmt ",
            16,
            1,
            1,
            self._rate_hz,
            self._rate_hz * BYTES_PER_SAMPLE,
            BYTES_PER_SAMPLE,
            8 * BYTES_PER_SAMPLE,
            b"data",
            n_bytes,
        )

    def _problem(self, error: OSError) -> StorageError:
        seconds = self._n_frames / self._rate_hz
        return StorageError(
            f"The take could not be written ({error.strerror or error}).",
            kept=f"The first {seconds:.1f} s are kept." if self._n_frames else "",
            remedy="Free some space or choose another recordings folder in Settings.",
        )


def free_space_s(folder: Path, sample_rate_hz: int) -> float:
    """Seconds of takes that still fit on the folder's disk."""
    return shutil.disk_usage(folder).free / (sample_rate_hz * BYTES_PER_SAMPLE)
