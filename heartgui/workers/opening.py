"""Opening a recording: read it, compute what the four tracks show. Runs in a job."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from heartgui.audio.files import read_recording
from heartgui.domain import Recording
from heartgui.errors import Cancelled
from heartgui.features.display import DisplayFeatures, display_features
from heartgui.workers.jobs import IsCancelled, Progress


@dataclass(frozen=True, eq=False)
class OpenedRecording:
    recording: Recording
    features: DisplayFeatures


def open_recording(path: Path, progress: Progress, cancelled: IsCancelled) -> OpenedRecording:
    """Read a file and compute its tracks.

    Raises AudioFileError for what cannot be read, Cancelled when asked to stop.
    """
    recording = read_recording(path)
    if cancelled():
        raise Cancelled
    features = display_features(
        recording.samples, recording.sample_rate_hz, progress=progress, cancelled=cancelled
    )
    return OpenedRecording(recording, features)
