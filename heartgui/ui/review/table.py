"""The view of the table of takes: its keys, and what of it is shown in a narrow window."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QHeaderView,
    QTableView,
    QWidget,
)

from heartgui.ui.review.take_table import LENGTH, NAME, QUALITY

WIDEST_TEXTS = ("2026-12-30 20:00", "", "Tricuspid", "K-00000", "Extrasystole 0.00", "", "", "")
"""What each column has room for; a heading always fits."""
FIRST_TO_GO = (LENGTH, QUALITY)
"""Columns that make room for the name in a narrow window."""
NAME_EMS = 18
CELL_PX = 24


class Table(QTableView):
    """A table with the keys of a list of files."""

    open_requested = Signal()
    delete_requested = Signal()
    rename_requested = Signal()
    """The row with the keyboard's place, whichever its column is."""
    edited = Signal()
    """The editor of a name was closed."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Recordings")
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSortingEnabled(True)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setWordWrap(False)
        # Names of takes differ at their end.
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setTabKeyNavigation(False)
        self.verticalHeader().setVisible(False)
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 10)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setStretchLastSection(False)

    def size_columns(self) -> None:
        """Widths that fit what the columns hold; the name takes what is left."""
        header = self.horizontalHeader()
        metrics = self.fontMetrics()
        for column, text in enumerate(WIDEST_TEXTS):
            wide = max(header.sectionSizeHint(column), metrics.horizontalAdvance(text) + CELL_PX)
            header.resizeSection(column, wide)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        header.setSortIndicator(0, Qt.SortOrder.DescendingOrder)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        header = self.horizontalHeader()
        others = [n for n in range(header.count()) if n != NAME]
        room = self.viewport().width() - NAME_EMS * self.fontMetrics().averageCharWidth()
        for column in FIRST_TO_GO:
            header.setSectionHidden(column, False)
        for column in FIRST_TO_GO:
            if sum(header.sectionSize(n) for n in others) > room:
                header.setSectionHidden(column, True)
        # A message above the table takes height; the current row stays in view.
        self.scrollTo(self.currentIndex())

    @property
    def editing(self) -> bool:
        return self.state() == QAbstractItemView.State.EditingState

    def closeEditor(self, editor: QWidget, hint: QAbstractItemDelegate.EndEditHint) -> None:
        super().closeEditor(editor, hint)
        self.edited.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        editing = self.editing
        if event.key() == Qt.Key.Key_Delete and not editing:
            self.delete_requested.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not editing:
            self.open_requested.emit()
        elif event.key() == Qt.Key.Key_F2 and not editing:
            self.rename_requested.emit()
        else:
            super().keyPressEvent(event)
