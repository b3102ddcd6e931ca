"""Puts a take that has ended into the library; its answer follows."""

from __future__ import annotations

from datetime import datetime

from heartgui.errors import SidecarError, StorageError
from heartgui.library.store import Library
from heartgui.library.take import TakeLabels
from heartgui.workers.live_take import LiveTake, Stored


def store_take(library: Library, take: LiveTake, labels: TakeLabels, ended_at: datetime) -> Stored:
    """On any thread. ended_at: aware.

    On a full disk the row may have room and the sidecar none: such a take has its number, so that
    what is said of it afterwards is kept in the row.
    """
    try:
        added = library.add(
            take.path,
            duration_s=take.duration_s,
            sample_rate_hz=take.sample_rate_hz,
            created_at=ended_at,
            labels=labels,
            gaps=take.gaps,
        )
    except StorageError as error:
        return Stored(error.take_id if isinstance(error, SidecarError) else None, error)
    return Stored(added.id)
