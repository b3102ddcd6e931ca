"""The Review page's layout: search and buttons, the table, tracks and answer of the chosen take."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFocusEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from heartgui.ui.keys import key_name
from heartgui.ui.plots.track_view import TrackView
from heartgui.ui.record.heart_card import HeartCard
from heartgui.ui.record.quality_card import QualityCard
from heartgui.ui.record.result_card import ResultCard
from heartgui.ui.review.table import Table
from heartgui.ui.theme import LIGHT, Palette
from heartgui.ui.transport import TransportBar
from heartgui.ui.widgets.banner import BannerArea
from heartgui.ui.widgets.caption import Caption
from heartgui.ui.widgets.card import Card, label
from heartgui.ui.widgets.kept_split import KeptSplit
from heartgui.ui.widgets.side_column import SideColumn


class ReviewPage(QWidget):
    """Lays the parts out; holds no logic. The parts are public attributes."""

    def __init__(self, palette: Palette = LIGHT, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        # Where the focus goes when the control that had it disappears.
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.banner = BannerArea(palette)
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search names, codes, sites, findings, notes")
        self.search.setAccessibleName("Search recordings")
        self.search.setToolTip(f"Every word must occur ({key_name('Ctrl+F')})")
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
        self.table = Table()
        self.empty = label(
            "No recordings yet. Takes appear here by themselves; sound files can be added.", "muted"
        )
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.tracks = TrackView(palette)
        self.tracks.set_empty_text("Choose a recording above.")
        self.caption = Caption()
        self.result = ResultCard(palette, can_record=False)
        self.heart = HeartCard(palette)
        self.quality = QualityCard(palette)
        self.notes = QPlainTextEdit()
        self.notes.setPlaceholderText("Notes on this recording")
        self.notes.setAccessibleName("Notes on this recording")
        self.notes.setToolTip("Kept with the recording as they are typed; search finds them")
        self.notes.setTabChangesFocus(True)
        self.notes.setMaximumHeight(self.fontMetrics().height() * 3)
        self.transport = TransportBar(palette)
        self.split = KeptSplit()
        QShortcut(QKeySequence("Ctrl+F"), self, self.search.setFocus)
        self._lay_out()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self.table.isVisible():
            self.table.setFocus(event.reason())

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

    def _lay_out(self) -> None:
        tools = QHBoxLayout()
        tools.setSpacing(8)
        self.search.setMinimumWidth(240)
        tools.addWidget(self.search, 1)
        tools.addWidget(self.count)
        for button in (self.add_files, self.classify, self.rename, self.delete, self.stop):
            tools.addWidget(button)
        columns = QHBoxLayout()
        columns.setSpacing(12)
        columns.addWidget(self._left(), 7)
        columns.addWidget(SideColumn(self.result, self.notes, self.heart, self.quality), 3)
        inner = QVBoxLayout()
        inner.setContentsMargins(12, 8, 12, 8)
        inner.setSpacing(8)
        inner.addLayout(tools)
        inner.addWidget(self.banner)
        inner.addLayout(columns, 1)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addLayout(inner, 1)
        rows.addWidget(self.transport)

    def _left(self) -> KeptSplit:
        """The table above the tracks. The answer stands beside both, so that it need not scroll."""
        listed = QWidget()
        rows = QVBoxLayout(listed)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(self.empty, 1)
        rows.addWidget(self.table, 1)
        frame = Card()
        frame.body.setContentsMargins(6, 6, 6, 6)
        frame.body.setSpacing(2)
        frame.body.addWidget(self.caption)
        frame.body.addWidget(self.tracks, 1)
        split = self.split
        split.setChildrenCollapsible(False)
        split.setHandleWidth(8)
        split.addWidget(listed)
        split.addWidget(frame)
        split.setStretchFactor(0, 1)
        split.setStretchFactor(1, 2)
        split.setSizes([190, 380])
        return split

    def sizeHint(self) -> QSize:
        return QSize(1200, 700)


def _button(text: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setToolTip(tip)
    return button
