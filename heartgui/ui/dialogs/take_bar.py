"""What a dialog shows while a take runs behind it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QPushButton, QVBoxLayout

from heartgui.ui.widgets.card import label


class TakeBar(QFrame):
    """At the top of a dialog: that a take is being recorded, and the way to stop it. A dialog keeps
    keys and clicks from the window behind it. No space while no take runs."""

    stop_requested = Signal()

    def __init__(self, dialog: QDialog, *, running: bool) -> None:
        """dialog: one whose layout is a column."""
        super().__init__(dialog)
        self.setProperty("banner", "error")
        words = "A take is being recorded."
        self.setAccessibleName(words)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 8, 6)
        row.addWidget(label("●", "bad"))
        row.addWidget(label(words, "heading"), 1)
        self.stop = QPushButton("Stop  (Space)")
        self.stop.setToolTip("End the take and keep it (Space)")
        # Enter stays the dialog's own.
        self.stop.setAutoDefault(False)
        self.stop.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.stop.clicked.connect(self.stop_requested)
        row.addWidget(self.stop)
        # Asleep while the bar is hidden. A text field takes the space itself; no other control
        # does, for in a dialog one has the focus without having been reached by Tab.
        space = QShortcut(QKeySequence(Qt.Key.Key_Space), self, self.stop_requested.emit)
        space.setAutoRepeat(False)
        rows = dialog.layout()
        assert isinstance(rows, QVBoxLayout)
        rows.insertWidget(0, self)
        self.setVisible(running)
