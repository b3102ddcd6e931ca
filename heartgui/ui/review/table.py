"""The view of the table of takes: its keys, and what of it is shown in a narrow window."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import (
    QAbstractItemModel,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QHeaderView,
    QTableView,
    QWidget,
)

from heartgui.ui.review.take_table import LENGTH, NAME, QUALITY, RATE, RECORDED

WIDEST_TEXTS = (
    "2026-12-30 20:00",
    "",
    "Tricuspid",
    "K-00000",
    "No murmur pattern 0.00",
    "",
    "",
    "",
)
"""What each column has room for; a heading always fits."""
FIRST_TO_GO = ((LENGTH, 18), (QUALITY, 18), (RATE, 18), (RECORDED, 14))
"""Columns that make room for the name where the window is narrow or the text large, and the name's
width in letters below which each goes. When it was recorded stands over the tracks as well."""
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

    def setModel(self, model: QAbstractItemModel) -> None:  # type: ignore[override]
        super().setModel(model)
        # The table's own selection would be gone through row by row whenever the header is drawn.
        self.horizontalHeader().setSelectionModel(QItemSelectionModel(model, self))

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
        width, em = self.viewport().width(), self.fontMetrics().averageCharWidth()
        for column, _ in FIRST_TO_GO:
            header.setSectionHidden(column, False)
        for column, name_ems in FIRST_TO_GO:
            if sum(header.sectionSize(n) for n in others) > width - name_ems * em:
                header.setSectionHidden(column, True)
        # A message above the table takes height; the current row stays in view.
        self.scrollTo(self.currentIndex())

    def chosen_rows(self) -> list[int]:
        """The chosen rows, from above; quick for 100,000, unlike Qt's selectedRows."""
        chosen = self.selectionModel().selection()
        parts = [chosen.at(n) for n in range(chosen.count())]
        return sorted({row for part in parts for row in range(part.top(), part.bottom() + 1)})

    def choose_rows(self, rows: Sequence[int], current: int) -> None:
        """Choose these rows and no others. rows: from above. current: the keyboard's place."""
        model, selection = self.model(), QItemSelection()
        last = model.columnCount() - 1
        for first, end in _runs(rows):
            selection.select(model.index(first, 0), model.index(end - 1, last))
        flag = QItemSelectionModel.SelectionFlag
        self.selectionModel().setCurrentIndex(model.index(current, NAME), flag.NoUpdate)
        self.selectionModel().select(selection, flag.ClearAndSelect)

    @property
    def editing(self) -> bool:
        return self.state() == QAbstractItemView.State.EditingState

    def moveCursor(
        self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        """Home and End are of the list, as rows are chosen whole, not of the row."""
        ends = QAbstractItemView.CursorAction.MoveHome, QAbstractItemView.CursorAction.MoveEnd
        if action in ends:
            modifiers |= Qt.KeyboardModifier.ControlModifier
        return super().moveCursor(action, modifiers)

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


def _runs(rows: Sequence[int]) -> Iterator[tuple[int, int]]:
    """First and end of each run of rows without a gap."""
    starts = [n for n, row in enumerate(rows) if n == 0 or row != rows[n - 1] + 1]
    for start, end in zip(starts, [*starts[1:], len(rows)], strict=False):
        yield rows[start], rows[end - 1] + 1
