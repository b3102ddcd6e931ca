"""The table of takes: read from the library a page at a time, so that 100,000 rows open at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from heartgui.domain import Decision
from heartgui.errors import StorageError
from heartgui.inference.wording import class_title
from heartgui.library.store import Library
from heartgui.library.take import Take

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
    return f"{class_title(take.label)}{probability}"


def _quality_text(take: Take) -> str:
    return "" if take.quality is None else f"{take.quality:.2f}"


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
    ("Rate, /min", "heart_rate_bpm", _rate_text),
    ("Quality", "quality", _quality_text),
    ("Length, s", "duration_s", lambda take: f"{take.duration_s:.1f}"),
)
"""Title, the library's sort key, and text of each column."""
NAME, SITE, RATE, QUALITY, LENGTH = 1, 2, 5, 6, 7
NUMBERS = (RATE, QUALITY, LENGTH)


class TakeTable(QAbstractTableModel):
    """Takes of the library that match the search, in the chosen order.

    A name can be edited in place.
    """

    problem = Signal(object)
    """StorageError: the library could not be read or written."""
    renamed = Signal(int)

    def __init__(self, library: Library) -> None:
        super().__init__()
        self._library = library
        self._takes: list[Take] = []
        self._search = ""
        self._order_by = "created_at"
        self._descending = True
        self.total = 0

    # --- content ------------------------------------------------------------------------

    def reload(self) -> None:
        """Read anew from the library; as many rows as were shown, at least a page."""
        self.beginResetModel()
        n = max(PAGE, len(self._takes))
        try:
            self.total = self._library.count(self._search)
            self._takes = self._page(0, n)
        except StorageError as error:
            self.total, self._takes = 0, []
            self.problem.emit(error)
        self.endResetModel()

    def search(self, words: str) -> None:
        self._search = words
        self._takes = []
        self.reload()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self._order_by = COLUMNS[column][1]
        self._descending = order == Qt.SortOrder.DescendingOrder
        self.reload()

    def take(self, row: int) -> Take:
        return self._takes[row]

    def row_of(self, take_id: int) -> int | None:
        """The row of a take among those read so far."""
        return next((n for n, take in enumerate(self._takes) if take.id == take_id), None)

    def _page(self, offset: int, limit: int) -> list[Take]:
        return self._library.takes(
            self._search, order_by=self._order_by, descending=self._descending,
            limit=limit, offset=offset,
        )  # fmt: skip

    # --- Qt's questions -----------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._takes)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(COLUMNS)

    def canFetchMore(self, parent: Index) -> bool:
        return not parent.isValid() and len(self._takes) < self.total

    def fetchMore(self, parent: Index) -> None:
        try:
            more = self._page(len(self._takes), PAGE)
        except StorageError as error:
            self.total = len(self._takes)
            self.problem.emit(error)
            return
        if not more:
            self.total = len(self._takes)
            return
        self.beginInsertRows(QModelIndex(), len(self._takes), len(self._takes) + len(more) - 1)
        self._takes += more
        self.endInsertRows()

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        take = self._takes[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return COLUMNS[index.column()][2](take)
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() in NUMBERS:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if role == Qt.ItemDataRole.ToolTipRole:
            return take.notes or COLUMNS[index.column()][2](take)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Horizontal:
            if role == Qt.ItemDataRole.DisplayRole:
                return COLUMNS[section][0]
            if role == Qt.ItemDataRole.TextAlignmentRole:
                side = (
                    Qt.AlignmentFlag.AlignRight
                    if section in NUMBERS
                    else Qt.AlignmentFlag.AlignLeft
                )
                return int(side | Qt.AlignmentFlag.AlignVCenter)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return flags | Qt.ItemFlag.ItemIsEditable if index.column() == NAME else flags

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        take, name = self._takes[index.row()], str(value).strip()
        if index.column() != NAME or not name or name == take.name:
            return False
        try:
            self._library.rename(take.id, name)
            self._takes[index.row()] = self._library.get(take.id)
        except StorageError as error:
            self.problem.emit(error)
            return False
        self.dataChanged.emit(index, index)
        self.renamed.emit(take.id)
        return True
