"""Is it still the same microphone, and does it come over Bluetooth? Sound servers answer an
unplugged device by moving the recording to another one, and bring a headset's 8 or 16 kHz to any
rate, with no sign of either in the stream.

PulseAudio, and PipeWire in its place, are asked which source this process records from. Other
systems end the stream instead, and need no watch.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
from typing import Any

log = logging.getLogger(__name__)

BLUETOOTH = "bluez_"
"""How the server's names of Bluetooth sources begin."""
LOOK_S = 0.5
"""The server tells of changes at once; this is how soon a stop is noticed."""


class SourceIdentity:
    """Watches on a thread of its own from `start` to `stop`; `moved` and `bluetooth` tell what it
    saw.

    The thread may hang with the server; nobody waits for it, and it ends with the process.
    """

    def __init__(self) -> None:
        self.moved = False
        self.bluetooth = False
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin, where there is a sound server; otherwise nothing is watched."""
        if not sys.platform.startswith("linux"):
            return
        self._thread = threading.Thread(target=self._watch, name="source identity", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(2 * LOOK_S)

    def _watch(self) -> None:
        try:
            import pulsectl
        except (ImportError, OSError):
            return
        try:
            with pulsectl.Pulse("HeartGUI", connect=False) as server:
                server.connect(autospawn=False)
                self._follow(server, pulsectl)
        except Exception as error:
            # No server, or it went away; PortAudio tells of that.
            log.debug("the sound server is not watched: %s", type(error).__name__)

    def _follow(self, server: Any, pulsectl: Any) -> None:
        server.event_mask_set("source", "source_output")

        def stop_listening(_event: Any) -> None:
            raise pulsectl.PulseLoopStop

        server.event_callback_set(stop_listening)
        first: tuple[int, int] | None = None
        while not self._stopping.is_set():
            now = _own_stream(server)
            if first is None:
                first = now
                self.bluetooth = now is not None and _is_bluetooth(server, now[1])
            elif now is not None and now[0] == first[0] and now[1] != first[1]:
                self.moved = True
                return
            server.event_listen(timeout=LOOK_S)


def _is_bluetooth(server: Any, source: int) -> bool:
    names = {known.index: str(known.name) for known in server.source_list()}
    return names.get(source, "").startswith(BLUETOOTH)


def _own_stream(server: Any) -> tuple[int, int] | None:
    """Number of this process's recording stream and of the source it records from; the newest
    stream, where an older one is still being closed."""
    own = str(os.getpid())
    streams = [
        (stream.index, stream.source)
        for stream in server.source_output_list()
        if stream.proplist.get("application.process.id") == own
    ]
    return max(streams, default=None)
