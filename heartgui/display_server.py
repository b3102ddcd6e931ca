"""Whether there is a screen to show a window on. Asked before Qt, which aborts without one."""

from __future__ import annotations

import ctypes
import ctypes.util
import os
import sys

HELP = (
    "Start it in a desktop session, or under `xvfb-run`; `heartgui classify FILE` needs no display."
)


def no_display_reason() -> str:
    """Why no window can be shown, in one line; empty when one can."""
    if not sys.platform.startswith("linux"):
        return ""
    # The person chose another way of drawing (offscreen, vnc, eglfs).
    platform = os.environ.get("QT_QPA_PLATFORM", "")
    if platform and not platform.startswith(("xcb", "wayland")):
        return ""
    if os.environ.get("WAYLAND_DISPLAY"):
        return ""
    display = os.environ.get("DISPLAY")
    if not display:
        return f"there is no display. {HELP}"
    if not _x_server_answers():
        return f"the display {display} does not answer. {HELP}"
    if ctypes.util.find_library("xcb-cursor") is None:
        return (
            "a library that Qt needs is missing. On Debian or Ubuntu:"
            " sudo apt install libxcb-cursor0; elsewhere install xcb-util-cursor."
        )
    return ""


def _x_server_answers() -> bool:
    name = ctypes.util.find_library("xcb")
    if name is None:
        return False
    xcb = ctypes.CDLL(name)
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(None, None))
    answers = bool(xcb.xcb_connection_has_error(connection) == 0)
    xcb.xcb_disconnect(connection)
    return answers
