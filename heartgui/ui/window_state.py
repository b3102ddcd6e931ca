"""What comes back at the next start beside the window's place and size."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Slot

from heartgui.settings import PAGES, Settings
from heartgui.ui.main_window import MainWindow
from heartgui.ui.review.review_page import ReviewPage
from heartgui.ui.review.take_table import COLUMNS


class WindowState(QObject):
    """The page in front, the order of the list of recordings, and the line under the list: taken
    from the settings, and written there as they change, so that a crash keeps them too."""

    def __init__(self, window: MainWindow, page: ReviewPage, settings: Settings) -> None:
        super().__init__()
        self._window = window
        self._settings = settings
        self._keys = [key for _, key, _ in COLUMNS]
        header = page.table.horizontalHeader()
        # A key of another version, or of a damaged file, is none.
        if settings.sorted_by in self._keys:
            ways = Qt.SortOrder
            way = ways.DescendingOrder if settings.sorted_descending else ways.AscendingOrder
            header.setSortIndicator(self._keys.index(settings.sorted_by), way)
        page.split.set_share(settings.list_share)
        header.sortIndicatorChanged.connect(self._sorted)
        page.split.share_chosen.connect(self._share_chosen)
        window.page_changed.connect(self._page_changed)

    def show_page(self) -> None:
        """Put the page of the last time in front."""
        self._window.show_page(PAGES.index(self._settings.page))

    @Slot(int, Qt.SortOrder)
    def _sorted(self, column: int, way: Qt.SortOrder) -> None:
        self._settings.sorted_by = self._keys[column]
        self._settings.sorted_descending = way == Qt.SortOrder.DescendingOrder

    @Slot(float)
    def _share_chosen(self, share: float) -> None:
        self._settings.list_share = share

    @Slot(int)
    def _page_changed(self, index: int) -> None:
        self._settings.page = PAGES[index]
