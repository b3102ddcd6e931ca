"""The window: menus, the rail of pages, files dropped anywhere."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QByteArray, QEvent, QSettings, QSize, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QActionGroup,
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QIcon,
    QKeySequence,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QHBoxLayout,
    QMainWindow,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from heartgui.audio.sound_files import is_audio_path, is_folder
from heartgui.ui.keys import key_name
from heartgui.ui.theme import LIGHT, Palette, icon_path
from heartgui.ui.widgets.card import plain
from heartgui.ui.widgets.icons import two_state_icon

FIRST_SIZE = QSize(1280, 800)
SMALLEST_SIZE = QSize(1080, 640)
THEMES = ("system", "light", "dark")


class MainWindow(QMainWindow):
    """Pages and actions; what the actions do is connected elsewhere.

    The title never names a patient or a file.
    """

    files_dropped = Signal(list)
    theme_chosen = Signal(str)
    sample_chosen = Signal(str)
    recent_chosen = Signal(object)
    recent_cleared = Signal()
    page_changed = Signal(int)
    closing = Signal()

    def __init__(self, palette: Palette = LIGHT) -> None:
        super().__init__()
        self.setWindowTitle("HeartGUI")
        self.setWindowIcon(QIcon(str(icon_path("heartgui.svg"))))
        self.setAcceptDrops(True)
        self.setMinimumSize(SMALLEST_SIZE)
        self.resize(FIRST_SIZE)
        self.pages = QStackedWidget()
        self._rail = QWidget()
        self._rail.setObjectName("navRail")
        self._rail.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._buttons: list[tuple[QToolButton, str]] = []
        self._rail_rows = QVBoxLayout(self._rail)
        self._rail_rows.setContentsMargins(6, 10, 6, 10)
        self._rail_rows.setSpacing(6)
        self._palette = palette
        self._take_runs = False
        self._make_actions()
        self._make_menus()
        centre = QWidget()
        columns = QHBoxLayout(centre)
        columns.setContentsMargins(0, 0, 0, 0)
        columns.setSpacing(0)
        columns.addWidget(self._rail)
        columns.addWidget(self.pages, 1)
        self.setCentralWidget(centre)
        QApplication.instance().focusChanged.connect(self._focus_changed)  # type: ignore[union-attr]

    # --- pages --------------------------------------------------------------------------

    def add_page(self, page: QWidget, title: str, icon: str, action: QAction) -> None:
        """Add a page with its button on the rail."""
        index = self.pages.addWidget(page)
        for kind in (QAbstractButton, QComboBox):
            for control in page.findChildren(kind):
                if control.focusPolicy() != Qt.FocusPolicy.NoFocus:
                    control.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button = self._rail_button(title, icon)
        button.setCheckable(True)
        button.setAutoExclusive(True)
        button.setChecked(index == 0)
        button.setToolTip(f"{title} ({key_name(action.shortcut())})")
        button.clicked.connect(lambda: self.show_page(index))
        action.triggered.connect(lambda: self.show_page(index))

    def finish_rail(self) -> None:
        """Put Settings at the rail's end."""
        self._rail_rows.addStretch(1)
        button = self._rail_button("Settings", "settings")
        button.setToolTip(f"Settings ({key_name(self.preferences.shortcut())})")
        button.clicked.connect(self.preferences.trigger)

    def show_page(self, index: int) -> None:
        if index != self.pages.currentIndex():
            self.pages.setCurrentIndex(index)
        self._buttons[index][0].setChecked(True)
        page = self.pages.widget(index)
        if page is not None:
            page.setFocus()
        self.page_changed.emit(index)

    def set_palette(self, palette: Palette) -> None:
        self._palette = palette
        for button, icon in self._buttons:
            button.setIcon(two_state_icon(icon, palette.muted, palette.accent_text, 22))
        self._show_take()

    def show_take(self, running: bool) -> None:
        """Mark the Record page's button while a take runs, as it is seen from every page."""
        self._take_runs = running
        self.next_patient.setEnabled(not running)
        self._show_take()

    def _show_take(self) -> None:
        button, icon = self._buttons[0]
        p, keys = self._palette, key_name(self.record_page.shortcut())
        if self._take_runs:
            button.setIcon(two_state_icon("recording", p.bad, p.accent_text, 22))
            button.setAccessibleName("Record: a take is being recorded")
            button.setToolTip(f"A take is being recorded. Space stops it, {keys} shows it.")
        else:
            button.setIcon(two_state_icon(icon, p.muted, p.accent_text, 22))
            button.setAccessibleName(button.text())
            button.setToolTip(f"{button.text()} ({keys})")

    def _rail_button(self, title: str, icon: str) -> QToolButton:
        button = QToolButton()
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setText(title)
        button.setProperty("nav", "true")
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        button.setIconSize(QSize(22, 22))
        button.setMinimumWidth(button.fontMetrics().horizontalAdvance("Settings") + 14)
        button.setIcon(two_state_icon(icon, self._palette.muted, self._palette.accent_text, 22))
        button.setAccessibleName(title)
        self._buttons.append((button, icon))
        self._rail_rows.addWidget(button)
        return button

    # --- actions ------------------------------------------------------------------------

    def _action(self, text: str, keys: object = None, tip: str = "") -> QAction:
        action = QAction(text, self)
        # A key that is held would record one take after another.
        action.setAutoRepeat(False)
        if keys is not None:
            action.setShortcut(QKeySequence(keys))  # type: ignore[call-overload]
        if tip:
            action.setToolTip(tip)
        return action

    def _make_actions(self) -> None:
        standard = QKeySequence.StandardKey
        self.open = self._action("&Open…", standard.Open)
        self.clear_recent = self._action("&Clear the list", tip="The files themselves stay")
        self.clear_recent.triggered.connect(self.recent_cleared)
        self.next_patient = self._action(
            "&Next patient", "Ctrl+N", "Empty patient code and site for the coming take"
        )
        self.save_copy = self._action("Save a &copy…", "Ctrl+Shift+S")
        self.quit = self._action("&Quit", "Ctrl+Q")
        self.quit.setMenuRole(QAction.MenuRole.QuitRole)
        self.quit.triggered.connect(self.close)
        self.undo = self._action("&Undo delete", standard.Undo)
        self.undo.setEnabled(False)
        self.preferences = self._action("&Settings…", "Ctrl+,")
        self.preferences.setMenuRole(QAction.MenuRole.PreferencesRole)
        self.record_page = self._action("&Record", "Ctrl+1")
        self.review_page = self._action("Re&view", "Ctrl+2")
        self.zoom_in = self._action("Zoom &in", "Ctrl++")
        self.zoom_out = self._action("Zoom &out", "Ctrl+-")
        for zoom in (self.zoom_in, self.zoom_out):
            zoom.setAutoRepeat(True)
        self.fit = self._action("&Fit", "Ctrl+0")
        self.full_screen = self._action("F&ull screen", "F11")
        self.full_screen.setCheckable(True)
        self.full_screen.triggered.connect(
            lambda: self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)
        )
        self.record = self._action("&Record or stop", "Space")
        self.play = self._action("&Play or pause", "P")
        self.play_by_space = self._action("Play or pause", "Space")
        self.sites = [self._action(f"Site {n}", str(n)) for n in range(1, 5)]
        self.refresh_devices = self._action("Look for &devices again", "F5")
        self.reset_clip = self._action("Reset the &clip lamp")
        self.self_test = self._action("Run a &self-test")
        self.shortcuts = self._action("&Keyboard shortcuts", "F1")
        self.about = self._action("&About HeartGUI and its models")
        self.about.setMenuRole(QAction.MenuRole.AboutRole)

    def _make_menus(self) -> None:
        bar = self.menuBar()
        file = bar.addMenu("&File")
        file.addAction(self.next_patient)
        file.addSeparator()
        file.addAction(self.open)
        self.recent_menu = file.addMenu("Open &recent")
        # Two files of one name differ in their folders only.
        self.recent_menu.setToolTipsVisible(True)
        file.addAction(self.save_copy)
        file.addSeparator()
        file.addAction(self.quit)
        edit = bar.addMenu("&Edit")
        edit.addAction(self.undo)
        edit.addSeparator()
        edit.addAction(self.preferences)
        view = bar.addMenu("&View")
        view.addAction(self.record_page)
        view.addAction(self.review_page)
        view.addSeparator()
        theme = view.addMenu("&Theme")
        group = QActionGroup(self)
        self.theme_actions = {}
        for name in THEMES:
            action = QAction(name.capitalize(), self)
            action.setCheckable(True)
            action.triggered.connect(lambda _=False, name=name: self.theme_chosen.emit(name))
            group.addAction(action)
            theme.addAction(action)
            self.theme_actions[name] = action
        view.addSeparator()
        view.addActions([self.zoom_in, self.zoom_out, self.fit])
        view.addSeparator()
        view.addAction(self.full_screen)
        audio = bar.addMenu("&Audio")
        audio.addActions([self.record, self.play])
        audio.addSeparator()
        audio.addAction(self.refresh_devices)
        audio.addAction(self.reset_clip)
        help_menu = bar.addMenu("&Help")
        self.samples_menu = help_menu.addMenu("&Try a sample")
        help_menu.addAction(self.self_test)
        help_menu.addAction(self.shortcuts)
        help_menu.addSeparator()
        help_menu.addAction(self.about)
        # These have no menu; their keys work all the same.
        self.addActions([*self.sites, self.play_by_space])

    def show_samples(self, samples: Sequence[tuple[str, str]]) -> None:
        """Fill Help, Try a sample. samples: file name and title."""
        self.samples_menu.clear()
        for name, title in samples:
            action = self.samples_menu.addAction(title)
            action.triggered.connect(lambda _=False, name=name: self.sample_chosen.emit(name))

    def show_recent(self, files: Sequence[str]) -> None:
        """Fill File, Open recent; its last entry empties it."""
        self.recent_menu.clear()
        for name in files:
            action = self.recent_menu.addAction(Path(name).name.replace("&", "&&"))
            action.setToolTip(plain(name))
            action.triggered.connect(lambda _=False, name=name: self.recent_chosen.emit(Path(name)))
        if files:
            self.recent_menu.addSeparator()
            self.recent_menu.addAction(self.clear_recent)
        self.recent_menu.setEnabled(bool(files))

    def _focus_changed(self, _old: QWidget | None, new: QWidget | None) -> None:
        # Text fields take letters and spaces themselves. Space also presses the button or opens the
        # list that was reached by Tab; a click gives them no focus, so after one Space records.
        pressing = isinstance(new, (QAbstractButton, QComboBox)) and not new.property("records")
        for action in (self.record, self.play_by_space):
            action.setShortcutContext(
                Qt.ShortcutContext.WidgetShortcut if pressing else Qt.ShortcutContext.WindowShortcut
            )

    # --- files and closing --------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _audio_paths(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = _audio_paths(event)
        if paths:
            event.acceptProposedAction()
            self.files_dropped.emit(paths)

    def restore(self, store: QSettings) -> None:
        """Place and size of the last time."""
        geometry = store.value("geometry")
        # A damaged file may hold anything.
        if isinstance(geometry, QByteArray):
            self.restoreGeometry(geometry)

    def remember(self, store: QSettings) -> None:
        """Write place and size where they have changed."""
        geometry = self.saveGeometry()
        if geometry != store.value("geometry"):
            store.setValue("geometry", geometry)
            store.sync()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.WindowStateChange:
            # It may have been remembered, or changed by the system.
            self.full_screen.setChecked(self.isFullScreen())

    def closeEvent(self, event: QCloseEvent) -> None:
        self.closing.emit()
        event.accept()


def _audio_paths(event: QDragEnterEvent | QDropEvent) -> list[Path]:
    """Local sound files and folders in a drag; any file when there is none of these, so that it can
    be refused with a reason."""
    paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
    return [path for path in paths if is_audio_path(path) or is_folder(path)] or paths
