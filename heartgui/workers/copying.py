"""Saving a copy of a recording. Runs in a job."""

from __future__ import annotations

from pathlib import Path

from heartgui.audio.files import write_wav
from heartgui.audio.whole_files import whole_or_not
from heartgui.domain import Recording
from heartgui.errors import Cancelled, StorageError
from heartgui.workers.jobs import IsCancelled, Progress

PART_BYTES = 1 << 20


def save_copy(
    recording: Recording, target: Path, progress: Progress, cancelled: IsCancelled
) -> Path:
    """Write a recording as a WAV file; its own, where that is still there, byte by byte. Returns
    where it is.

    progress: of its bytes, or of its samples. Raises StorageError, and Cancelled when asked to
    stop; then nothing of the copy is left, and what was there before still is.
    """

    def written(done: int, total: int) -> None:
        if cancelled():
            raise Cancelled
        progress(done, total)

    source = recording.path
    try:
        if source is not None and source.suffix.lower() == ".wav" and source.is_file():
            with whole_or_not(target) as new:
                _copy(source, new, written)
        else:
            write_wav(target, recording.samples, recording.sample_rate_hz, written=written)
    except (OSError, StorageError) as error:
        why = error.message if isinstance(error, StorageError) else error.strerror or error
        raise StorageError(
            f"The copy was not saved ({why}).",
            kept="The recording itself is unchanged.",
            remedy="Choose another folder.",
        ) from error
    return target


def _copy(source: Path, new: Path, written: Progress) -> None:
    """Copy a file part by part, so that it can be stopped."""
    with source.open("rb") as old, new.open("xb") as file:
        total = max(source.stat().st_size, 1)
        while part := old.read(PART_BYTES):
            file.write(part)
            written(min(file.tell(), total), total)
