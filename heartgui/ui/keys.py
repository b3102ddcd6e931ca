"""How keys are written on this system."""

from __future__ import annotations

from PySide6.QtGui import QKeySequence


def key_name(keys: QKeySequence | str) -> str:
    """Ctrl+O as people here know it: ⌘O on macOS."""
    return QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
