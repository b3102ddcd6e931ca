"""Tells that inputs came or went, without asking PortAudio, whose list is frozen until it starts
anew.

PulseAudio, or PipeWire in its place, tells of its sources, and the kernel lists its sound cards.
Other systems are not watched; there the person asks for a new look.
"""

from __future__ import annotations

import logging
import sys
import threading
import time
from pathlib import Path
from typing import Any

log = logging.getLogger(__name__)

LOOK_S = 0.5
"""The server tells of changes at once; this is how often cards are looked at."""
SETTLE_S = 0.5
"""A device comes in several steps, and the server must have opened it before PortAudio tries to."""
RETRY_S = 5.0
"""How long until a server that was not there is looked for again."""
CARDS = Path("/proc/asound/cards")

Inputs = tuple[str, ...]


class DeviceWatch:
    """Watches on a thread of its own from `start` to `stop`.

    The thread may hang with the server; nobody waits for it long, and it ends with the process.
    """

    def __init__(self) -> None:
        self._changed = threading.Event()
        self._looked = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._sources: Inputs = ()
        self._known: Inputs | None = None
        self._unsettled_since_s: float | None = None

    def start(self) -> None:
        if not sys.platform.startswith("linux"):
            return
        self._thread = threading.Thread(target=self._watch, name="device watch", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(2 * LOOK_S)

    def wait_for_first_look(self, timeout_s: float) -> None:
        """Changes are told from the first look on: what lists inputs must do so after it, or an
        input that comes between the two is never told of."""
        if self._thread is not None:
            self._looked.wait(timeout_s)

    def changed(self) -> bool:
        """Whether inputs came or went since the last call."""
        if not self._changed.is_set():
            return False
        self._changed.clear()
        return True

    # --- on the watching thread ---------------------------------------------------------

    def _watch(self) -> None:
        while not self._stopping.is_set():
            try:
                import pulsectl

                with pulsectl.Pulse("HeartGUI", connect=False) as server:
                    server.connect(autospawn=False)
                    self._follow(server, pulsectl)
            except Exception as error:
                log.debug("no sound server is watched: %s", type(error).__name__)
            self._sources = ()
            self._look()
            end_s = time.monotonic() + RETRY_S
            while time.monotonic() < end_s and not self._stopping.wait(LOOK_S):
                self._look()

    def _follow(self, server: Any, pulsectl: Any) -> None:
        server.event_mask_set("source")

        def stop_listening(_event: Any) -> None:
            raise pulsectl.PulseLoopStop

        server.event_callback_set(stop_listening)
        while not self._stopping.is_set():
            self._sources = tuple(sorted(source.name for source in server.source_list()))
            self._look()
            server.event_listen(timeout=LOOK_S)

    def _look(self) -> None:
        now = (*self._sources, _cards())
        if self._known is None:
            self._known = now
            self._looked.set()
        if now != self._known:
            self._known = now
            self._unsettled_since_s = time.monotonic()
        if self._unsettled_since_s is None:
            return
        if time.monotonic() - self._unsettled_since_s >= SETTLE_S:
            self._unsettled_since_s = None
            self._changed.set()


def _cards() -> str:
    try:
        return CARDS.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
