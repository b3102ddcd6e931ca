"""When Python looks for objects that only hold each other: between two events, never within one."""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer, Slot

EVERY_MS = 1000
MIDDLE_EVERY, ALL_EVERY = 10, 60
"""Turns after which what is older is looked through too, and after which all is."""


class Garbage(QObject):
    """Takes garbage away on the GUI thread, in turns of its own, instead of Python.

    Python does it on any thread, wherever an object is made, as within a call of Qt that holds the
    lock of an object's connections: a QObject that goes just then may wait for that very lock, and
    the window stands still for good.
    """

    def __init__(self) -> None:
        super().__init__()
        self._n = 0
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self._collect)

    @Slot()
    def start(self) -> None:
        """What was made so far stays, and need not be looked through each time."""
        gc.disable()
        gc.freeze()
        self._timer.start()

    @Slot()
    def _collect(self) -> None:
        self._n += 1
        gc.collect(2 if self._n % ALL_EVERY == 0 else 1 if self._n % MIDDLE_EVERY == 0 else 0)
