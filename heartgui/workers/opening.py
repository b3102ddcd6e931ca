"""Opening a recording: read it, compute what the four tracks show. Runs in a job."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

from heartgui.audio.files import read_recording
from heartgui.domain import Recording, Samples
from heartgui.errors import Cancelled
from heartgui.features.display import DisplayFeatures, FeatureStream
from heartgui.workers.jobs import IsCancelled, Progress


@dataclass(frozen=True, eq=False)
class OpenedRecording:
    recording: Recording
    features: DisplayFeatures


def open_recording(path: Path, progress: Progress, cancelled: IsCancelled) -> OpenedRecording:
    """Read a file and compute its tracks, the one while the other goes on.

    progress(samples done, samples announced). Raises AudioFileError for what cannot be read,
    Cancelled when asked to stop.
    """
    parts: SimpleQueue[tuple[Samples, int, int] | None] = SimpleQueue()

    def arrived(so_far: Samples, rate_hz: int, announced: int) -> None:
        if cancelled():
            raise Cancelled
        parts.put((so_far, rate_hz, announced))

    def read() -> Recording:
        try:
            return read_recording(path, arrived=arrived)
        finally:
            parts.put(None)

    stream: FeatureStream | None = None
    with ThreadPoolExecutor(1, "read") as pool:
        reading = pool.submit(read)
        while (part := parts.get()) is not None:
            if cancelled():
                raise Cancelled
            so_far, rate_hz, announced = part
            stream = stream or FeatureStream(rate_hz)
            stream.grow(so_far)
            progress(min(len(so_far), announced), announced)
        recording = reading.result()
    assert stream is not None  # What was read holds sound, or it would not have been read.
    stream.finish()
    return OpenedRecording(recording, stream.features)
