"""Lets sounddevice find the PortAudio that is in the folder, not one of the system's."""

import ctypes.util
import sys
from pathlib import Path

if sys.platform.startswith("linux"):
    bundled = Path(sys._MEIPASS) / "libportaudio.so.2"
    find_elsewhere = ctypes.util.find_library

    def find_library(name):
        return str(bundled) if name == "portaudio" else find_elsewhere(name)

    ctypes.util.find_library = find_library
