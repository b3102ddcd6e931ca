"""The Review page's layout: search and buttons, the table, tracks and answer of the chosen take."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QSplitter,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from heartgui.ui.plots.track_view import TrackView
from heartgui.ui.record.heart_card import HeartCard
from heartgui.ui.record.quality_card import QualityCard
from heartgui.ui.record.result_card import ResultCard
from heartgui.ui.theme import LIGHT, Palette
from heartgui.ui.transport import TransportBar
from heartgui.ui.widgets.banner import BannerArea
from heartgui.ui.widgets.card import Card, label
from heartgui.ui.widgets.side_column import SideColumn

COLUMN_WIDTHS = (130, 200, 90, 110, 140, 80, 70, 75)


class Table(QTableView):
    """A table with the keys of a list of files."""

    open_requested = Signal()
    delete_requested = Signal()
    rename_requested = Signal()
    """The row with the keyboard's place, whichever its column is."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        editing = self.state() == QAbstractItemView.State.EditingState
        if event.key() == Qt.Key.Key_Delete and not editing:
            self.delete_requested.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not editing:
            self.open_requested.emit()
        elif event.key() == Qt.Key.Key_F2 and not editing:
            self.rename_requested.emit()
        else:
            super().keyPressEvent(event)


class ReviewPage(QWidget):
    """Lays the parts out; holds no logic. The parts are public attributes."""

    def __init__(self, palette: Palette = LIGHT, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self.banner = BannerArea(palette)
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search names, codes, sites, findings, notes")
        self.search.setAccessibleName("Search recordings")
        self.search.setToolTip("Every word must occur (Ctrl+F)")
        self.search.setClearButtonEnabled(True)
        self.count = label("", "muted")
        self.add_files = _button("Add files…", "Copy sound files into the library")
        self.classify = _button(
            "Classify again", "Ask the models about the chosen recordings again"
        )
        self.rename = _button("Rename", "Give the chosen recording another name (F2)")
        self.delete = _button("Delete", "Delete the chosen recordings; can be undone (Del)")
        self.stop = _button("Cancel", "Stop; what is done stays done")
        self.stop.setVisible(False)
        self.table = self._table()
        self.empty = label(
            "No recordings yet. Takes appear here by themselves; sound files can be added.", "muted"
        )
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.tracks = TrackView(palette)
        self.tracks.set_empty_text("Choose a recording above.")
        self.caption = label("", "muted")
        self.result = ResultCard(palette, can_record=False)
        self.heart = HeartCard(palette)
        self.quality = QualityCard(palette)
        self.notes = QPlainTextEdit()
        self.notes.setPlaceholderText("Notes on this recording")
        self.notes.setAccessibleName("Notes on this recording")
        self.notes.setTabChangesFocus(True)
        self.notes.setMaximumHeight(self.fontMetrics().height() * 5)
        self.transport = TransportBar(palette)
        QShortcut(QKeySequence("Ctrl+F"), self, self.search.setFocus)
        self._lay_out()

    def set_palette(self, palette: Palette) -> None:
        for part in (
            self.banner,
            self.tracks,
            self.result,
            self.heart,
            self.quality,
            self.transport,
        ):
            part.set_palette(palette)

    def _table(self) -> Table:
        table = Table()
        table.setAccessibleName("Recordings")
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSortingEnabled(True)
        table.setShowGrid(False)
        table.setAlternatingRowColors(True)
        table.setWordWrap(False)
        table.setTabKeyNavigation(False)
        table.verticalHeader().setVisible(False)
        table.verticalHeader().setDefaultSectionSize(table.fontMetrics().height() + 10)
        table.horizontalHeader().setHighlightSections(False)
        table.horizontalHeader().setStretchLastSection(False)
        return table

    def size_columns(self) -> None:
        """Widths that fit what the columns hold; the name takes what is left."""
        header = self.table.horizontalHeader()
        scale = self.fontMetrics().averageCharWidth() / 7
        for column, width in enumerate(COLUMN_WIDTHS):
            header.resizeSection(column, round(width * max(1.0, scale)))
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        header.setSortIndicator(0, Qt.SortOrder.DescendingOrder)

    def _lay_out(self) -> None:
        tools = QHBoxLayout()
        tools.setSpacing(8)
        self.search.setMinimumWidth(240)
        tools.addWidget(self.search, 1)
        tools.addWidget(self.count)
        for button in (self.add_files, self.classify, self.rename, self.delete, self.stop):
            tools.addWidget(button)
        top = QWidget()
        top_rows = QVBoxLayout(top)
        top_rows.setContentsMargins(0, 0, 0, 0)
        top_rows.setSpacing(8)
        top_rows.addLayout(tools)
        top_rows.addWidget(self.banner)
        top_rows.addWidget(self.empty, 1)
        top_rows.addWidget(self.table, 1)
        split = QSplitter(Qt.Orientation.Vertical)
        split.setChildrenCollapsible(False)
        split.setHandleWidth(8)
        split.addWidget(top)
        split.addWidget(self._detail())
        split.setStretchFactor(0, 2)
        split.setStretchFactor(1, 3)
        split.setSizes([250, 400])
        inner = QVBoxLayout()
        inner.setContentsMargins(12, 10, 12, 10)
        inner.addWidget(split)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addLayout(inner, 1)
        rows.addWidget(self.transport)

    def _detail(self) -> QWidget:
        detail = QWidget()
        columns = QHBoxLayout(detail)
        columns.setContentsMargins(0, 0, 0, 0)
        columns.setSpacing(12)
        frame = Card()
        frame.body.setContentsMargins(6, 6, 6, 6)
        frame.body.setSpacing(2)
        frame.body.addWidget(self.caption)
        self.caption.setContentsMargins(8, 0, 0, 0)
        frame.body.addWidget(self.tracks, 1)
        columns.addWidget(frame, 1)
        columns.addWidget(SideColumn(self.result, self.notes, self.heart, self.quality))
        return detail

    def sizeHint(self) -> QSize:
        return QSize(1200, 700)


def _button(text: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setToolTip(tip)
    return button
