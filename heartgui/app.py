"""The composition root: the one place that makes the parts and wires them together."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, QSettings, Qt, QTimer, Slot
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget

from heartgui import __version__
from heartgui.audio.device_watch import DeviceWatch
from heartgui.audio.devices import InputDevice, list_input_devices, refresh
from heartgui.audio.microphone import Microphone
from heartgui.audio.playback import Player
from heartgui.audio.sound_files import is_folder
from heartgui.display_server import no_display_reason
from heartgui.errors import HeartGUIError, StorageError
from heartgui.inference.analysis import Analyser, open_analyser
from heartgui.inference.bundle import load_bundles
from heartgui.library.store import Library
from heartgui.library.take import Take
from heartgui.logs import start_crash_file, start_log, stop_log
from heartgui.model_choice import MODELS_OF_CHOICE
from heartgui.one_instance import ALREADY_RUNNING, hold_library
from heartgui.paths import UserPaths, models_folder, user_paths
from heartgui.settings import Settings, load_settings, save_settings
from heartgui.ui import theme
from heartgui.ui.garbage import Garbage
from heartgui.ui.keys import key_name
from heartgui.ui.main_window import MainWindow
from heartgui.ui.menus import Menus
from heartgui.ui.record.controller import RecordController, Workers
from heartgui.ui.record.playing import Playing
from heartgui.ui.record.record_page import RecordPage
from heartgui.ui.review.controller import ReviewController
from heartgui.ui.review.review_page import ReviewPage
from heartgui.ui.widgets.banner import BannerArea
from heartgui.ui.window_state import WindowState
from heartgui.workers.analysis import AnalysisWorker
from heartgui.workers.capture import AudioDevices, CaptureWorker
from heartgui.workers.changes import Changes
from heartgui.workers.jobs import Job, JobRunner

log = logging.getLogger(__name__)

QUIT_VARIABLE = "HEARTGUI_QUIT_AFTER_S"
"""Environment variable: end by itself after so many seconds, for trying an installation."""
RECORD, REVIEW = 0, 1
FIRST_LOOK_S = 1.0
"""Longest wait for a sound server that does not answer, before inputs are listed all the same."""
SAVE_MS = 2000
"""How often settings are looked at, and written where they changed: a crash keeps them too."""


class Program(QObject):
    """The window with everything behind it. audio: the device calls, PortAudio's by default."""

    def __init__(
        self, application: QApplication, paths: UserPaths, *, audio: AudioDevices | None = None
    ) -> None:
        super().__init__()
        self._application = application
        self._paths = paths
        self.settings = load_settings(paths.settings)
        self._saved = deepcopy(self.settings)
        self._save_timer = QTimer(self)
        self._save_timer.setInterval(SAVE_MS)
        self._save_timer.timeout.connect(self._save_changed_settings)
        self._store = QSettings(str(paths.window), QSettings.Format.IniFormat)
        self._closed = False
        theme.load_fonts(application)
        palette = theme.resolve(self.settings.theme, application)
        theme.apply(application, palette)
        self.library, library_error = _open_library(paths, self.settings)
        self.window = MainWindow(palette)
        self.page = RecordPage(palette)
        self.review_page = ReviewPage(palette)
        self.window.add_page(self.page, "Record", "record", self.window.record_page)
        self.window.add_page(self.review_page, "Review", "review", self.window.review_page)
        self.window.finish_rail()
        self.window.restore(self._store)
        opening = threading.Lock()
        self._players = (Player(opening), Player(opening))
        self._device_watch = DeviceWatch() if audio is None else None
        self.capture = CaptureWorker(audio or self._audio_devices(opening))
        self.analysis = AnalysisWorker(self._make_analyser(self.settings))
        self.jobs = JobRunner()
        self._changes = Changes(self.jobs)
        self._n_recoveries = 0
        playing = Playing(self._players[0], self.page.transport, self.page.tracks, self.page.banner)
        self.record = RecordController(
            self.page, Workers(self.capture, self.analysis, self.jobs, self._changes), playing,
            self.library, self.settings,
        )  # fmt: skip
        review_playing = Playing(
            self._players[1], self.review_page.transport, self.review_page.tracks,
            self.review_page.banner,
        )  # fmt: skip
        self.review = ReviewController(
            self.review_page, self.jobs, self._changes, review_playing, self.library,
            open_models=lambda: self._make_analyser(self.settings)(),
            cards=lambda: [bundle.card for bundle in load_bundles(models_folder())],
        )  # fmt: skip
        self.menus = Menus(
            self.window, self.page, self.record, self.review, self.settings, self.jobs,
            standard_folder=paths.recordings,
        )  # fmt: skip
        self.window_state = WindowState(self.window, self.review_page, self.settings)
        self._connect(playing, review_playing)
        if library_error is not None:
            self.page.banner.show_error(library_error, key="library")
        elif self.library.damaged:
            self.page.banner.show_message(
                "warning", "The list of recordings was damaged and is made anew from the files.",
                "The damaged one is kept beside it. No recording is lost: one that is not listed "
                "is in a recordings folder used before, and is listed once that folder is chosen "
                "in Settings.", key="library",
            )  # fmt: skip

    def start(self, files: Sequence[Path] = ()) -> None:
        """Show the window; devices and models come up behind it."""
        self.window.show()
        self.page.setFocus()
        self.analysis.start(AnalysisWorker.Priority.LowPriority)
        if self._device_watch is not None:
            self._device_watch.start()
        self.capture.start(CaptureWorker.Priority.TimeCriticalPriority)
        self.capture.listen_to(self.settings.device_name)
        self._recover(then=self._earlier_folders() if self.library.damaged else ())
        if files or self.page.banner.texts:
            # A file is opened, and what went wrong so far is said, on the Record page.
            self.window.show_page(RECORD)
            self._open_files(list(files))
        else:
            self.window_state.show_page()
        self._save_timer.start()

    def close(self) -> None:
        """End every thread and save what is remembered. Takes are kept. May be called twice."""
        if self._closed:
            return
        self._closed = True
        self._save_timer.stop()
        self.window.remember(self._store)
        self.record.close()
        if self._device_watch is not None:
            self._device_watch.stop()
        # No thread runs any more; what they have sent is taken before the library closes.
        QCoreApplication.sendPostedEvents(self)
        self._changes.close()
        self.review.close()
        self._save_settings()
        self.library.close()

    @Slot()
    def _save_changed_settings(self) -> None:
        if self.record.recording:
            # On a slow disk the tracks would stand still meanwhile. It is done after the take.
            return
        self.window.remember(self._store)
        if self.settings != self._saved:
            self._save_settings()

    def _save_settings(self) -> None:
        # Also where it fails: it is tried again when they change, or at the end.
        self._saved = deepcopy(self.settings)
        try:
            save_settings(self.settings, self._paths.settings)
        except OSError as error:
            log.warning("settings not saved: %s", error.strerror)

    def _audio_devices(self, opening: threading.Lock) -> AudioDevices:
        """PortAudio's device calls. opening: held while a stream is opened for playing."""
        watch = self._device_watch
        assert watch is not None

        def playing() -> bool:
            return any(player.playing for player in self._players)

        def refresh_unless_playing() -> None:
            with opening:
                if not playing():
                    refresh()

        def list_inputs() -> list[InputDevice]:
            watch.wait_for_first_look(FIRST_LOOK_S)
            return list_input_devices()

        return AudioDevices(list_inputs, refresh_unless_playing, Microphone, watch.changed, playing)

    # --- wiring -------------------------------------------------------------------------

    def _connect(self, playing: Playing, review_playing: Playing) -> None:
        window, page, menus = self.window, self.page, self.menus
        window.closing.connect(self.close)
        window.files_dropped.connect(self._open_files)
        menus.files_chosen.connect(self._open_files)
        menus.models_changed.connect(self._use_models)
        menus.theme_changed.connect(self._dress)
        menus.folder_changed.connect(self._use_folder)
        page.take.model_chosen.connect(self._model_chosen)
        window.record.triggered.connect(self.record.record_or_stop)
        for play in (window.play, window.play_by_space):
            play.triggered.connect(
                lambda: (review_playing if self._reviewing else playing).toggle()
            )
        self.record.take_runs.connect(window.show_take)
        self.record.take_runs.connect(review_playing.hold)
        self.record.take_runs.connect(self._share_space)
        self.record.take_cut_short.connect(self._say_on_review)
        self._share_space()
        window.page_changed.connect(self._page_changed)
        self.record.take_stored.connect(self.review.take_changed)
        self.review.deletion.deleted.connect(self.record.takes_deleted)
        self.review.deletion.ended.connect(self.record.takes_restored)
        self.review.deletion.restored.connect(self.record.takes_restored)
        self._application.styleHints().colorSchemeChanged.connect(lambda _: self._dress())

    @property
    def _reviewing(self) -> bool:
        return self.window.pages.currentIndex() == REVIEW

    @property
    def _banner(self) -> BannerArea:
        """That of the page in front."""
        return self.review_page.banner if self._reviewing else self.page.banner

    @Slot()
    def _share_space(self) -> None:
        """Space stops a running take on every page. On the Review page it plays otherwise:
        recording without seeing the page would surprise."""
        plays = self._reviewing and not self.record.recording
        self.window.record.setEnabled(not plays)
        self.window.play_by_space.setEnabled(plays)

    @Slot(object)
    def _say_on_review(self, error: HeartGUIError) -> None:
        """The Record page says so too, but nobody looks at it now."""
        if self._reviewing:
            self.review_page.banner.show_error(error, key="take", said=True)

    @Slot(int)
    def _page_changed(self, index: int) -> None:
        self._share_space()
        if index == REVIEW:
            self.record.pause_playback()
            self.review.shown()
        else:
            self.review.pause_playback()

    @Slot(list)
    def _open_files(self, files: list[Path]) -> None:
        """One file is shown; several, or a folder of them, are added to the library."""
        if self._reviewing or len(files) > 1 or any(is_folder(file) for file in files):
            self.window.show_page(REVIEW)
            self.review.add_files(files)
        elif files:
            self.record.open_file(files[0])

    @Slot()
    def _dress(self) -> None:
        palette = theme.resolve(self.settings.theme, self._application)
        theme.apply(self._application, palette)
        for part in (self.window, self.page, self.review_page):
            part.set_palette(palette)

    @Slot(str)
    def _model_chosen(self, name: str) -> None:
        self.settings.model_choice = name
        self._use_models()

    @Slot()
    def _use_models(self) -> None:
        self.analysis.use(self._make_analyser(self.settings))
        self.record.use_models()

    @staticmethod
    def _make_analyser(settings: Settings) -> Callable[[], Analyser]:
        chosen = replace(settings)

        def make() -> Analyser:
            names = MODELS_OF_CHOICE[chosen.model_choice]
            return open_analyser(models_folder(), names, chosen.engine)

        return make

    @Slot()
    def _use_folder(self) -> None:
        """Another recordings folder was chosen: the next take is written there."""
        self.library.recordings = _recordings_folder(self._paths, self.settings).absolute()
        self._recover()

    def _earlier_folders(self) -> list[Path]:
        """Those that takes may be in beside the recordings folder."""
        folders = [self._paths.recordings, *map(Path, self.settings.earlier_folders)]
        return [folder for folder in folders if folder.absolute() != self.library.recordings]

    def _recover(self, folder: Path | None = None, *, then: Sequence[Path] = ()) -> None:
        """List what a folder, else the recordings folder, holds and the library does not know.
        then: those to look into after it; one after the other, so that a take of which each has a
        copy is listed once."""
        # Each has a name of its own: that of another folder does not end it. The log holds it, so
        # it must not tell the folder.
        self._n_recoveries += 1
        name = f"recovery {self._n_recoveries}"
        recovery = Job(name, lambda _progress, cancelled: self.library.recover(cancelled, folder))
        recovery.done.connect(lambda takes: self._recovered(takes, then))
        # One that was cut off has found what it has found.
        recovery.stopped.connect(lambda takes: self._recovered(takes or []))
        recovery.failed.connect(lambda error: self._not_recovered(error, folder, then))
        self.jobs.start(recovery)

    def _recover_rest(self, folders: Sequence[Path]) -> None:
        if folders:
            self._recover(folders[0], then=folders[1:])

    def _not_recovered(
        self, error: HeartGUIError, folder: Path | None, then: Sequence[Path]
    ) -> None:
        # Of an earlier folder the message says already that it may have to be chosen.
        if folder is None:
            self._banner.show_error(error, key="library")
        self._recover_rest(then)

    def _recovered(self, takes: Sequence[Take], then: Sequence[Path] = ()) -> None:
        self.review.refresh()
        self._recover_rest(then)
        interrupted = [take for take in takes if take.recovered]
        if not interrupted:
            return
        newest = max(interrupted, key=lambda take: take.created_at)
        what = "A take was" if len(interrupted) == 1 else f"{len(interrupted)} takes were"
        self._banner.show_message(
            "info", f"{what} recovered from before HeartGUI ended.",
            "Everything up to the last second is there.", key="recovered",
            actions=[("Show", lambda: self._show_recovered(newest))],
        )  # fmt: skip

    def _show_recovered(self, take: Take) -> None:
        self.window.show_page(RECORD)
        self.record.open_file(take.path, take=take)


def run_gui(files: Sequence[Path]) -> int:
    """Show the window until it is closed; returns the exit code."""
    reason = no_display_reason()
    if reason:
        print(f"heartgui: {reason}", file=sys.stderr)
        return 1
    paths = user_paths()
    lock = hold_library(paths.database)
    if lock is None:
        _say_already_running(files)
        return 1
    handler = start_log(paths.logs)
    crash_file, crashed = start_crash_file(paths.logs)
    log.info("HeartGUI %s starts%s", __version__, ", the last run did not end well" * crashed)
    application = QApplication.instance() or QApplication([sys.argv[0]])
    assert isinstance(application, QApplication)
    application.setApplicationName("HeartGUI")
    application.setApplicationVersion(__version__)
    application.setAttribute(Qt.ApplicationAttribute.AA_DontShowIconsInMenus)
    program = Program(application, paths)
    _end_on_signals(program.window)
    program.start(files)
    garbage = Garbage()
    QTimer.singleShot(0, garbage.start)
    _quit_by_itself(program.window)
    code = application.exec()
    program.close()
    log.info("HeartGUI ends")
    crash_file.clean_end()
    stop_log(handler)
    lock.unlock()
    return code


def _say_already_running(files: Sequence[Path]) -> None:
    """In the terminal, and in a window where there are windows. files: those that were to be
    opened."""
    words = ALREADY_RUNNING
    if files:
        what, it = ("file", "it") if len(files) == 1 else ("files", "them")
        words += f" Open the {what} there with {key_name('Ctrl+O')}, or drop {it} onto the window."
    print(f"heartgui: {words}", file=sys.stderr)
    application = QApplication.instance() or QApplication([sys.argv[0]])
    assert isinstance(application, QApplication)
    if application.platformName() in ("offscreen", "minimal"):
        return
    message = QMessageBox(QMessageBox.Icon.Information, "HeartGUI", words)
    _quit_by_itself(message)
    message.exec()


def _recordings_folder(paths: UserPaths, settings: Settings) -> Path:
    chosen = settings.recordings_folder
    return Path(chosen) if chosen else paths.recordings


def _open_library(paths: UserPaths, settings: Settings) -> tuple[Library, StorageError | None]:
    """The library, or one in memory with the reason, so that recording goes on."""
    recordings = _recordings_folder(paths, settings)
    try:
        return Library(paths.database, recordings), None
    except StorageError as error:
        log.error("the library was not opened: %s", error.message)
        return Library(Path(":memory:"), recordings), error


def _end_on_signals(window: MainWindow) -> None:
    """Ctrl-C in the terminal and a logout close the window as a click would."""
    # The frame timers run the interpreter often enough for the handler to be called.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: window.close())


def _quit_by_itself(window: QWidget) -> None:
    seconds = os.environ.get(QUIT_VARIABLE)
    if seconds:
        QTimer.singleShot(int(float(seconds) * 1000), window.close)
