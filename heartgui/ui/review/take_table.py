"""The table of takes: read from the library a page at a time, where it is looked at, so that
100,000 rows open at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from heartgui.domain import Decision
from heartgui.errors import StorageError
from heartgui.inference.wording import answer_title
from heartgui.library.store import Library
from heartgui.library.take import Take
from heartgui.quality.quality import MIN_DURATION_S, MIN_RATE_HZ
from heartgui.ui.record.quality_card import WITHOUT_A_SCORE
from heartgui.ui.review.on_their_way import OnTheirWay
from heartgui.ui.widgets.card import plain

PAGE = 200
Index = QModelIndex | QPersistentModelIndex


def finding_text(take: Take) -> str:
    """The answer in one cell."""
    if take.decision is None:
        return "not classified"
    if take.decision is Decision.RECORD_AGAIN:
        return "Record again"
    if take.decision is Decision.INCONCLUSIVE or take.label is None:
        return "Inconclusive"
    probability = "" if take.probability is None else f" {take.probability:.2f}"
    return f"{answer_title(take.label)}{probability}"


def _quality_text(take: Take) -> str:
    """The worst score; or what no score shows, as the quality card says it."""
    if take.quality is None:
        return ""
    if take.duration_s < MIN_DURATION_S:
        return WITHOUT_A_SCORE["too-short"]
    if take.sample_rate_hz < MIN_RATE_HZ:
        return WITHOUT_A_SCORE["low-rate"]
    return f"{take.quality:.2f}"


def _rate_text(take: Take) -> str:
    return "" if take.heart_rate_bpm is None else f"{take.heart_rate_bpm:.0f}"


COLUMNS: tuple[tuple[str, str, Callable[[Take], str]], ...] = (
    (
        "Recorded",
        "created_at",
        lambda take: take.created_at.astimezone().strftime("%Y-%m-%d %H:%M"),
    ),
    ("Name", "name", lambda take: take.name),
    ("Site", "site", lambda take: str(take.site or "").capitalize()),
    ("Patient", "patient_code", lambda take: take.patient_code),
    ("Finding", "finding", finding_text),
    ("BPM", "heart_rate_bpm", _rate_text),
    ("Quality", "quality", _quality_text),
    ("Length, s", "duration_s", lambda take: f"{take.duration_s:.1f}"),
)
"""Title, the library's sort key, and text of each column."""
RECORDED, NAME, SITE, RATE, QUALITY, LENGTH = 0, 1, 2, 5, 6, 7
NUMBERS = (RATE, QUALITY, LENGTH)
HEADING_TIPS = {
    RATE: "Heart rate, beats a minute",
    QUALITY: "Signal quality: the worst of its scores, 0 to 1",
}
OF_OTHERS = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
OF_NAME = OF_OTHERS | Qt.ItemFlag.ItemIsEditable
UNREAD = "(could not be read)"
TEXT_ROLES = (
    Qt.ItemDataRole.DisplayRole,
    Qt.ItemDataRole.EditRole,
    Qt.ItemDataRole.ToolTipRole,
)


class TakeTable(QAbstractTableModel):
    """Takes of the library that match the search, in the chosen order.

    It knows the numbers of all of them, so that all can be chosen and the last one is a key away.
    A name can be edited in place.
    """

    problem = Signal(object)
    """StorageError: the library could not be read."""
    name_edited = Signal(int, str)
    """Number of a take and its new name. It is shown; the library still has the old one."""

    def __init__(self, library: Library) -> None:
        super().__init__()
        self._library = library
        self._ids: list[int] = []
        self._takes: dict[int, Take | None] = {}
        """Those read so far; None for one that could not be."""
        self._new_names = OnTheirWay()
        """Names that are being written."""
        self._hidden: frozenset[int] = frozenset()
        """Takes that are being deleted."""
        self._search = ""
        self._order_by = "created_at"
        self._descending = True

    # --- content ------------------------------------------------------------------------

    def reload(self) -> None:
        """Read anew from the library."""
        self.beginResetModel()
        self._takes = {}
        try:
            self._ids = self._library.ids(
                self._search, order_by=self._order_by, descending=self._descending
            )
            if self._hidden:
                self._ids = [take_id for take_id in self._ids if take_id not in self._hidden]
        except StorageError as error:
            self._ids = []
            self.problem.emit(error)
        self.endResetModel()

    def search(self, words: str) -> None:
        self._search = words
        self.reload()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self._order_by = COLUMNS[column][1]
        self._descending = order == Qt.SortOrder.DescendingOrder
        self.reload()

    def read_again(self, take_id: int) -> None:
        """Show what has changed of one take; it stays in its row."""
        for row in self.rows_of([take_id]):
            self._takes.pop(take_id, None)
            self.dataChanged.emit(self.index(row, 0), self.index(row, len(COLUMNS) - 1))

    def name_written(self, take_id: int) -> None:
        """The library has a new name, or could not have it."""
        self._new_names.written(take_id)

    def hide(self, take_ids: frozenset[int]) -> None:
        """List these takes no more, and all others again; at the next reading."""
        self._hidden = take_ids

    def id_at(self, row: int) -> int:
        return self._ids[row]

    def rows_of(self, take_ids: Sequence[int]) -> list[int]:
        """The rows of those of the takes that are listed."""
        if len(take_ids) == 1:
            return [self._ids.index(take_ids[0])] if take_ids[0] in self._ids else []
        rows = {take_id: row for row, take_id in enumerate(self._ids)}
        return [rows[take_id] for take_id in take_ids if take_id in rows]

    def _take(self, row: int) -> Take | None:
        take_id = self._ids[row]
        if take_id not in self._takes:
            first = row // PAGE * PAGE
            page = [n for n in self._ids[first : first + PAGE] if n not in self._takes]
            self._takes |= dict.fromkeys(page)
            self._takes |= {take.id: self._newly_named(take) for take in self._read(page)}
        return self._takes[take_id]

    def _newly_named(self, take: Take) -> Take:
        return replace(take, name=self._new_names.of(take.id, take.name))

    def _read(self, take_ids: Sequence[int]) -> list[Take]:
        try:
            return self._library.read(take_ids)
        except StorageError as error:
            self.problem.emit(error)
        takes = []
        # A damaged row hides no other.
        for take_id in take_ids:
            with suppress(StorageError):
                takes += self._library.read([take_id])
        return takes

    # --- Qt's questions -----------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._ids)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(COLUMNS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() in NUMBERS:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if role not in TEXT_ROLES:
            return None
        take = self._take(index.row())
        if take is None:
            return UNREAD if index.column() == NAME else None
        text = COLUMNS[index.column()][2](take)
        return plain(take.notes or text) if role == Qt.ItemDataRole.ToolTipRole else text

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Horizontal:
            if role == Qt.ItemDataRole.DisplayRole:
                return COLUMNS[section][0]
            if role == Qt.ItemDataRole.ToolTipRole:
                return HEADING_TIPS.get(section)
            if role == Qt.ItemDataRole.TextAlignmentRole:
                side = (
                    Qt.AlignmentFlag.AlignRight
                    if section in NUMBERS
                    else Qt.AlignmentFlag.AlignLeft
                )
                return int(side | Qt.AlignmentFlag.AlignVCenter)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        return OF_NAME if index.column() == NAME else OF_OTHERS

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        take, name = self._take(index.row()), str(value).strip()
        if take is None or index.column() != NAME or not name or name == take.name:
            return False
        self._new_names.add(take.id, name)
        self._takes[take.id] = self._newly_named(take)
        self.dataChanged.emit(index, index)
        self.name_edited.emit(take.id, name)
        return True
