"""Errors a person can act on.

Every message says what happened; `kept` what was kept; `remedy` what to do. The window
and the command line show all three and never a traceback.
"""

from __future__ import annotations


class HeartGUIError(Exception):
    """Base of all errors meant for people.

    message: what happened. remedy: what to do. kept: what was kept, where that matters.
    """

    def __init__(self, message: str, *, remedy: str = "", kept: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.kept = kept

    def __str__(self) -> str:
        return " ".join(part for part in (self.message, self.kept, self.remedy) if part)


class AudioUnavailableError(HeartGUIError):
    """PortAudio is missing, or there is no input device at all."""


class DeviceError(HeartGUIError):
    """A device could not be opened, or disappeared while in use."""


class AudioFileError(HeartGUIError):
    """A file is missing, empty, no audio, damaged, or outside the limits."""


class StorageError(HeartGUIError):
    """A take, its sidecar or the library could not be written or read."""


class SidecarError(StorageError):
    """A take is in the library, but its sidecar could not be written. take_id: its number."""

    def __init__(self, message: str, take_id: int, *, remedy: str = "", kept: str = "") -> None:
        super().__init__(message, remedy=remedy, kept=kept)
        self.take_id = take_id


class ModelError(HeartGUIError):
    """A model bundle is missing, changed or cannot be run."""


class DataSetError(HeartGUIError):
    """A training data set is missing, empty or not laid out as expected."""


class Cancelled(Exception):  # noqa: N818 - it is no error
    """The person, or a newer request, asked for the work to stop. Never an error."""
