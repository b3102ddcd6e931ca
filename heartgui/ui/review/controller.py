"""The Review page's logic: choose, hear and see a take; rename, note, classify, delete, undo."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import (
    QCoreApplication,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPoint,
    Qt,
    QTimer,
    Signal,
    Slot,
)
from PySide6.QtWidgets import QFileDialog

from heartgui.audio.sound_files import AUDIO_SUFFIXES
from heartgui.domain import Recording
from heartgui.errors import HeartGUIError, StorageError
from heartgui.inference.analysis import Analyser
from heartgui.inference.card import ModelCard
from heartgui.library.store import Library
from heartgui.ui.plots.track_view import TrackView
from heartgui.ui.record.playing import Playing
from heartgui.ui.review import batch
from heartgui.ui.review.deletion import Deletion
from heartgui.ui.review.long_work import LongWork
from heartgui.ui.review.review_page import ReviewPage
from heartgui.ui.review.shown_take import ShownTake
from heartgui.ui.review.take_menu import TakeMenu
from heartgui.ui.review.take_table import NAME, TakeTable
from heartgui.ui.transport import TransportBar
from heartgui.ui.widgets.banner import BannerArea
from heartgui.workers.changes import Changes
from heartgui.workers.jobs import IsCancelled, JobRunner, Progress

OPEN_AFTER_MS = 120
"""Walking through the table with the arrow keys opens only where the walk stops."""
SEARCH_AFTER_MS = 150
FEW = 50
"""Takes that are labelled before other long work is done, and without being counted."""


class ReviewController(QObject):
    """Connects the page with the library.

    open_models: loads the chosen models; called in a job. cards: the cards of all bundled models.
    """

    details_requested = Signal(str)

    def __init__(
        self,
        page: ReviewPage,
        jobs: JobRunner,
        changes: Changes,
        playing: Playing,
        library: Library,
        *,
        open_models: Callable[[], Analyser],
        cards: Callable[[], Sequence[ModelCard]],
    ) -> None:
        super().__init__()
        self._page = page
        self._playing = playing
        self._library = library
        self._changes = changes
        self._open_models = open_models
        self._shown = ShownTake(page, jobs, playing, library, changes, cards)
        self._shown.notes_kept.connect(self._changed)
        self.deletion = Deletion(library, page.banner, jobs)
        self.deletion.began.connect(self._remember_place)
        self.deletion.restored.connect(self._came_back)
        self.deletion.ended.connect(self._deleted)
        self._table = TakeTable(library)
        page.table.setModel(self._table)
        page.table.size_columns()
        self._open_timer = self._timer(OPEN_AFTER_MS, self._open_chosen)
        self._search_timer = self._timer(SEARCH_AFTER_MS, self._search)
        self._kept: tuple[list[int], int | None] = [], None
        """The chosen takes and the one with the keyboard's place, while the table is read anew."""
        self._place: tuple[list[int], int | None] = [], None
        """The same when takes were last deleted or brought back."""
        self._focus_lost = False
        """Whether the table had the keyboard when its last row was deleted."""
        self._outdated = False
        """Whether the table is to be read anew when the name in it is no longer edited."""
        self._work = LongWork(page, jobs)
        self._work.piece_done.connect(self._piece_done)
        self._work.ended.connect(self.refresh)
        self._connect()
        self._shown.show_nothing()
        self.refresh()

    # --- public -------------------------------------------------------------------------

    @property
    def tracks(self) -> TrackView:
        return self._page.tracks

    @property
    def transport(self) -> TransportBar:
        return self._page.transport

    @property
    def banner(self) -> BannerArea:
        return self._page.banner

    @property
    def shown_recording(self) -> Recording | None:
        return self._shown.recording

    @Slot()
    def shown(self) -> None:
        """The page came to the front: the newest take is chosen where none is."""
        self._page.table.setFocus()
        if not self._chosen_ids() and self._table.rowCount():
            self._page.table.choose_rows([0], 0)
        # What could not be opened before may be there now, as with a drive that is back.
        self._open_timer.start()

    @Slot()
    def refresh(self) -> None:
        """Read the table anew, not while a name is edited in it; the same takes stay chosen."""
        self._outdated = self._page.table.editing
        if self._outdated:
            return
        self._table.reload()
        self._show_count()

    @Slot(int)
    def take_changed(self, take_id: int) -> None:
        """A take was added or changed elsewhere."""
        self.refresh()
        if self._shown.take is not None and self._shown.take.id == take_id:
            self._open_timer.start()

    def add_files(self, paths: Sequence[Path]) -> None:
        """Copy sound files into the library, and classify them."""
        self._work.do(
            "Adding", lambda progress, cancelled: batch.add_files(
                self._library, self._open_models, paths, progress, cancelled
            ),
        )  # fmt: skip

    def pause_playback(self) -> None:
        self._shown.keep_notes()
        self._shown.pause()

    def close(self) -> None:
        """Called when no job runs any more."""
        self._work.close()
        for receiver in (self, self._shown):
            QCoreApplication.sendPostedEvents(receiver)
        self.deletion.close()
        self._shown.close()
        self._search_timer.stop()
        self._open_timer.stop()
        self._playing.close()

    # --- wiring -------------------------------------------------------------------------

    def _timer(self, interval_ms: int, act: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(interval_ms)
        timer.timeout.connect(act)
        return timer

    def _connect(self) -> None:
        page = self._page
        self._table.modelAboutToBeReset.connect(self._keep_chosen)
        self._table.modelReset.connect(self._choose_kept)
        page.table.horizontalHeader().sortIndicatorChanged.connect(lambda *_: self._show_chosen())
        page.table.selectionModel().selectionChanged.connect(lambda *_: self._selection_changed())
        page.table.delete_requested.connect(self._delete_chosen)
        page.table.edited.connect(self._edited)
        page.table.customContextMenuRequested.connect(self._show_menu)
        page.table.open_requested.connect(self._open_and_play)
        page.table.doubleClicked.connect(lambda _: self._open_and_play())
        page.search.textChanged.connect(lambda _: self._search_timer.start())
        page.add_files.clicked.connect(self._choose_files)
        page.classify.clicked.connect(self._classify_chosen)
        page.rename.clicked.connect(self._rename_chosen)
        page.table.rename_requested.connect(self._rename_current)
        page.delete.clicked.connect(self._delete_chosen)
        page.result.analyse_anyway_requested.connect(self._analyse)
        page.result.details_requested.connect(self.details_requested)
        # Later: it may be noticed while the table is drawn.
        self._table.problem.connect(self._table_failed, Qt.ConnectionType.QueuedConnection)
        self._table.name_edited.connect(self._rename_take)

    # --- choosing -----------------------------------------------------------------------

    def _chosen_ids(self) -> list[int]:
        return [self._table.id_at(row) for row in self._page.table.chosen_rows()]

    def _choose(self, take_ids: Sequence[int], current: int | None = None) -> None:
        """Choose these takes and no others. current: the one with the keyboard's place; else the
        uppermost."""
        rows = sorted(self._table.rows_of(take_ids))
        (row,) = (self._table.rows_of([current]) if current is not None else []) or rows[:1] or [-1]
        self._page.table.choose_rows(rows, row)
        # A table that is made anew loses its selection without telling.
        self._selection_changed()

    @property
    def _chosen(self) -> tuple[list[int], int | None]:
        """The chosen takes and the one with the keyboard's place."""
        current = self._page.table.currentIndex()
        return (
            self._chosen_ids(),
            self._table.id_at(current.row()) if current.isValid() else None,
        )

    @Slot()
    def _keep_chosen(self) -> None:
        self._kept = self._chosen

    @Slot()
    def _choose_kept(self) -> None:
        self._choose(*self._kept)

    def _show_chosen(self) -> None:
        """Scroll to the chosen takes; where they have no room, to the one with the keyboard's
        place."""
        table = self._page.table
        rows = table.chosen_rows()
        for row in (*rows[:1], *rows[-1:], table.currentIndex().row()):
            if row >= 0:
                table.scrollTo(self._table.index(row, NAME))

    @Slot()
    def _remember_place(self) -> None:
        self._place = self._chosen

    @Slot(object)
    def _came_back(self, take_ids: Sequence[int]) -> None:
        """Takes are in the list again. They are shown, unless the person has gone on meanwhile."""
        page = self._page
        if self._chosen == self._place and not (page.notes.hasFocus() or page.table.editing):
            self._bring_forward(take_ids)
        else:
            self.refresh()
        if self._focus_lost and self._table.rowCount():
            self._focus_lost = False
            page.table.setFocus()

    def _bring_forward(self, take_ids: Sequence[int]) -> None:
        """Choose and show what has come or come back, if the search does not hide it."""
        self.refresh()
        if self._table.rows_of(take_ids):
            self._choose(take_ids)
            self._show_chosen()

    def _selection_changed(self) -> None:
        n = len(self._page.table.chosen_rows())
        self._page.rename.setEnabled(n == 1)
        self._page.classify.setEnabled(n > 0)
        self._page.delete.setEnabled(self._page.table.selectionModel().hasSelection())
        self._open_timer.start()

    @Slot(object)
    def _table_failed(self, error: HeartGUIError) -> None:
        self._page.banner.show_error(error, key="library")

    def _show_count(self) -> None:
        n = self._table.rowCount()
        searching = bool(self._page.search.text().strip())
        what = "recording" if n == 1 else "recordings"
        if not self._work.active:
            self._page.count.setText(f"{n} {what}{' found' if searching else ''}")
        self._page.empty.setVisible(n == 0)
        self._page.table.setVisible(n > 0)
        self._page.empty.setText(
            "No recording holds these words."
            if searching
            else "No recordings yet. Takes appear here by themselves; sound files can be added."
        )

    def _search(self) -> None:
        self._page.table.clearSelection()
        self._table.search(self._page.search.text())
        self._show_count()
        if self._table.rowCount():
            self._page.table.choose_rows([0], 0)

    # --- one take -----------------------------------------------------------------------

    def _open_chosen(self) -> None:
        ids = self._chosen_ids()
        shown = self._shown.take
        if not ids:
            # The row of a take that is written about may go, as of a search for words in its notes.
            if not self._page.notes.hasFocus():
                self._shown.show_nothing()
        elif len(ids) == 1 or shown is None or shown.id not in ids:
            # Of several, one is shown: never one that what is done next is not about.
            current = self._page.table.currentIndex()
            here = self._table.id_at(current.row()) if current.isValid() else None
            take_id = here if here in ids else ids[0]
            # The file of one that is being deleted is there no more, or soon will not be.
            if take_id not in self.deletion.moving:
                self._shown.show(take_id)
        elif shown.id not in self.deletion.moving:
            # It may have got another answer.
            self._shown.show(shown.id)

    def _open_and_play(self) -> None:
        self._open_timer.stop()
        self._open_chosen()
        self._shown.play()

    def _rename_chosen(self) -> None:
        self._rename(self._chosen_ids())

    def _rename(self, ids: Sequence[int]) -> None:
        rows = self._table.rows_of(ids)
        if len(rows) == 1:
            self._edit_name(self._table.index(rows[0], NAME))

    @Slot(int, str)
    def _rename_take(self, take_id: int, name: str) -> None:
        self._changes.make(
            lambda: self._library.rename(take_id, name),
            lambda _: self._renamed(take_id),
            lambda error: self._renamed(take_id, error),
        )

    def _renamed(self, take_id: int, error: HeartGUIError | None = None) -> None:
        self._table.name_written(take_id)
        if error is not None:
            self._table_failed(error)
        self._show_row(take_id)
        self._shown.renamed(take_id)

    def _rename_current(self) -> None:
        current = self._page.table.currentIndex()
        if current.isValid():
            self._edit_name(current.siblingAtColumn(NAME))

    def _edit_name(self, index: QModelIndex) -> None:
        table = self._page.table
        table.setFocus()
        table.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
        table.edit(index)

    @Slot()
    def _edited(self) -> None:
        if self._outdated:
            self.refresh()

    # --- several ------------------------------------------------------------------------

    def _delete_chosen(self) -> None:
        self._delete(self._chosen_ids())

    def _delete(self, ids: Sequence[int]) -> None:
        if not ids:
            return
        row = min(self._table.rows_of(ids), default=0)
        had_focus = self._page.table.hasFocus()
        self._shown.show_nothing()
        self.deletion.delete(ids)
        # They go from the list at once, and what is next in it can be deleted meanwhile.
        self._table.hide(self.deletion.being_deleted)
        self.refresh()
        if not self._chosen_ids() and self._table.rowCount():
            row = min(row, self._table.rowCount() - 1)
            self._page.table.choose_rows([row], row)
        self._focus_lost = had_focus and not self._table.rowCount()
        self._remember_place()

    @Slot(object)
    def _deleted(self, left: Sequence[int]) -> None:
        """left: what could not be deleted; it is chosen, to try again."""
        self._table.hide(self.deletion.being_deleted)
        if left:
            self._came_back(left)
        else:
            self.refresh()

    @Slot(QPoint)
    def _show_menu(self, place: QPoint) -> None:
        if self._chosen_ids():
            self.menu().popup(self._page.table.viewport().mapToGlobal(place))

    def menu(self) -> TakeMenu:
        """The context menu for the chosen takes; it goes when it is closed.

        It stays about these: an undo that ends meanwhile chooses others.
        """
        ids = self._chosen_ids()
        try:
            labels = self._library.labels(ids)
        except StorageError as error:
            labels = set()
            self._table_failed(error)
        menu = TakeMenu(self._page.table, len(ids), labels)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.labels_chosen.connect(lambda changed: self._set_labels(ids, changed))
        menu.rename_chosen.connect(lambda: self._rename(ids))
        menu.classify_chosen.connect(lambda: self._classify(ids, anyway=False))
        menu.delete_chosen.connect(lambda: self._delete(ids))
        return menu

    def _set_labels(self, ids: Sequence[int], changed: dict[str, Any]) -> None:
        def work(progress: Progress, cancelled: IsCancelled) -> batch.Outcome:
            return batch.set_labels(self._library, ids, changed, progress, cancelled)

        if len(ids) > FEW:
            self._work.do("Labelling", work)
            return
        self._changes.make(
            lambda: work(lambda *_: None, lambda: False), self._labelled, self._not_labelled
        )

    def _labelled(self, outcome: batch.Outcome) -> None:
        self._work.tell(outcome)
        self.refresh()

    def _not_labelled(self, error: HeartGUIError) -> None:
        self._table_failed(error)
        # Some may be.
        self.refresh()

    def _analyse(self) -> None:
        # The same button classifies what has no answer, and analyses in spite of a refusal.
        take = self._shown.take
        if take is None:
            return
        try:
            anyway = self._library.finding(take) is not None
        except StorageError as error:
            self._table_failed(error)
            return
        self._classify([take.id], anyway=anyway)

    @Slot()
    def _classify_chosen(self) -> None:
        # A second click, before the button is gone, asks for nothing more.
        if not self._work.active:
            self._classify(self._chosen_ids(), anyway=False)

    def _classify(self, ids: Sequence[int], *, anyway: bool) -> None:
        if ids:
            self._work.do(
                "Classifying", lambda progress, cancelled: batch.classify_takes(
                    self._library, self._open_models, ids, progress, cancelled, anyway=anyway
                ), lambda n: self._changed(ids[n]),
            )  # fmt: skip

    @Slot(int)
    def _changed(self, take_id: int) -> None:
        """A take has another answer or notes: its row shows it, and the page if it is shown."""
        self._show_row(take_id)
        if self._shown.take is not None and self._shown.take.id == take_id:
            self._open_timer.start()

    def _show_row(self, take_id: int) -> None:
        """Show what has changed of a take in its row.

        It stays where it is, whatever is searched, and waits while a name is edited in the table,
        whose editor would begin anew.
        """
        if self._page.table.editing:
            self._outdated = True
        else:
            self._table.read_again(take_id)

    @Slot()
    def _choose_files(self) -> None:
        patterns = " ".join(f"*{suffix}" for suffix in sorted(AUDIO_SUFFIXES))
        names, _ = QFileDialog.getOpenFileNames(
            self._page, "Add sound files", "", f"Sound files ({patterns});;All files (*)"
        )
        if names:
            self.add_files([Path(name) for name in names])

    @Slot(object)
    def _piece_done(self, outcome: batch.Outcome) -> None:
        if len(outcome.done) == 1 and self._shown.take is None:
            self._bring_forward(outcome.done)
        else:
            self.refresh()
