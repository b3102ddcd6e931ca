"""Puts a take that has ended into the library; its answer follows."""

from __future__ import annotations

from datetime import datetime

from heartgui.errors import SidecarError, StorageError
from heartgui.library.store import Library
from heartgui.library.take import TakeLabels
from heartgui.ui.widgets.banner import BannerArea
from heartgui.workers.live_take import LiveTake


def store_take(
    library: Library, take: LiveTake, labels: TakeLabels, ended_at: datetime, banner: BannerArea
) -> int | None:
    """The take's number in the library, None where it is not listed; the banner says what failed.

    ended_at: aware. On a full disk the row may have room and the sidecar none: such a take has its
    number, so that what is said of it afterwards is kept in the row.
    """
    try:
        return library.add(
            take.path,
            duration_s=take.duration_s,
            sample_rate_hz=take.sample_rate_hz,
            created_at=ended_at,
            labels=labels,
            gaps=take.gaps,
        ).id
    except StorageError as error:
        banner.show_error(error, key="library")
        return error.take_id if isinstance(error, SidecarError) else None
