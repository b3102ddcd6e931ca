"""What the menus do: files, samples, zoom, theme, settings, self-test, about."""

from __future__ import annotations

import json
import os
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QDialog, QFileDialog

from heartgui.audio.sound_files import AUDIO_SUFFIXES
from heartgui.domain import AuscultationSite
from heartgui.errors import HeartGUIError
from heartgui.inference.bundle import load_bundles
from heartgui.inference.engines import available_engines
from heartgui.inference.self_test import WHAT_PASSES, self_test
from heartgui.inference.wording import model_title
from heartgui.paths import models_folder, resources_folder
from heartgui.settings import Settings
from heartgui.ui.dialogs.about import AboutDialog
from heartgui.ui.dialogs.preferences import PreferencesDialog
from heartgui.ui.dialogs.take_bar import TakeBar
from heartgui.ui.dialogs.text import TextDialog, shortcuts_page
from heartgui.ui.main_window import MainWindow
from heartgui.ui.plots.track_view import TrackView
from heartgui.ui.record.controller import RecordController
from heartgui.ui.record.record_page import RecordPage
from heartgui.ui.review.controller import ReviewController
from heartgui.ui.saving import Saving
from heartgui.ui.widgets.banner import BannerArea
from heartgui.workers.jobs import Job, JobRunner

FILE_FILTER = f"Sound files ({' '.join('*' + suffix for suffix in sorted(AUDIO_SUFFIXES))})"
REVIEW = 1


class Menus(QObject):
    """Connects the window's actions.

    standard_folder: where recordings go while the settings name no other folder.
    """

    files_chosen = Signal(list)
    theme_changed = Signal()
    models_changed = Signal()
    folder_changed = Signal()

    def __init__(
        self,
        window: MainWindow,
        page: RecordPage,
        record: RecordController,
        review: ReviewController,
        settings: Settings,
        jobs: JobRunner,
        *,
        standard_folder: Path,
    ) -> None:
        super().__init__()
        self._window = window
        self._page = page
        self._record = record
        self._review = review
        self._settings = settings
        self._jobs = jobs
        self._standard_folder = standard_folder
        self._dialogs: list[QDialog] = []
        self._saving = Saving(window, jobs, lambda: self._banner)
        self._connect()
        self._samples = _samples()
        window.show_samples([(str(path), title) for path, title in self._samples])
        window.show_recent(settings.recent_files)
        self._mark_theme()

    def _connect(self) -> None:
        window, page = self._window, self._page
        window.open.triggered.connect(self._choose_files)
        window.recent_chosen.connect(self._open_recent)
        window.recent_cleared.connect(self._clear_recent)
        window.sample_chosen.connect(self._open_sample)
        window.next_patient.triggered.connect(self._next_patient)
        window.save_copy.triggered.connect(self._save_copy)
        window.undo.triggered.connect(self._review.deletion.undo)
        self._review.deletion.undo_available.connect(window.undo.setEnabled)
        window.preferences.triggered.connect(self._preferences)
        window.theme_chosen.connect(self._choose_theme)
        window.zoom_in.triggered.connect(lambda: self._tracks.zoom_in())
        window.zoom_out.triggered.connect(lambda: self._tracks.zoom_out())
        window.fit.triggered.connect(lambda: self._tracks.fit())
        window.refresh_devices.triggered.connect(page.devices.refresh_requested)
        window.reset_clip.triggered.connect(page.devices.meter.clip_reset)
        window.self_test.triggered.connect(self._self_test)
        window.shortcuts.triggered.connect(
            lambda: self._show(TextDialog("Keyboard shortcuts", shortcuts_page(), window))
        )
        window.about.triggered.connect(lambda: self.show_about())
        for action, site in zip(window.sites, AuscultationSite, strict=True):
            action.triggered.connect(lambda _=False, site=site: self._record.choose_site(site))
        window.page_changed.connect(self._page_changed)
        page.result.sample_requested.connect(self._open_first_sample)
        page.result.details_requested.connect(self.show_about)
        self._review.details_requested.connect(self.show_about)
        self._record.file_opened.connect(self._remember_file)
        for transport in (page.transport, self._review.transport):
            transport.set_volume(self._settings.volume)
            transport.volume_changed.connect(self._remember_volume)

    @property
    def open_dialog(self) -> QDialog | None:
        """The one in front."""
        return self._dialogs[-1] if self._dialogs else None

    @property
    def _reviewing(self) -> bool:
        return self._window.pages.currentIndex() == REVIEW

    @property
    def _tracks(self) -> TrackView:
        return self._review.tracks if self._reviewing else self._page.tracks

    @property
    def _banner(self) -> BannerArea:
        return self._review.banner if self._reviewing else self._page.banner

    @Slot(int)
    def _page_changed(self, index: int) -> None:
        # The sites are those of the next take; on the Review page nobody would see them change.
        for action in self._window.sites:
            action.setEnabled(index != REVIEW)

    @Slot()
    def _next_patient(self) -> None:
        if self._record.next_patient():
            self._window.show_page(0)
            self._page.take.patient_code.setFocus(Qt.FocusReason.ShortcutFocusReason)

    # --- files --------------------------------------------------------------------------

    @Slot()
    def _choose_files(self) -> None:
        if self._record.recording and not self._reviewing:
            # It would be refused all the same, and Space does not stop a take from a file dialog.
            self._record.refuse_to_open()
            return
        recent = self._settings.recent_files
        folder = str(Path(recent[0]).parent) if recent else ""
        names, _ = QFileDialog.getOpenFileNames(
            self._window, "Open sound files", folder, f"{FILE_FILTER};;All files (*)"
        )
        if names:
            self.files_chosen.emit([Path(name) for name in names])

    @Slot(object)
    def _open_recent(self, path: Path) -> None:
        # Path.is_file raises on a dead mount.
        if not os.path.isfile(path):  # noqa: PTH113
            self._settings.forget_file(path)
            self._window.show_recent(self._settings.recent_files)
            self._banner.show_message(
                "warning", f"{path.name} was not found in {path.parent}.",
                "It was moved, renamed or deleted, and is no longer listed under Open recent.",
                key="open",
            )  # fmt: skip
            return
        self._window.show_page(0)
        self._record.open_file(path)

    @Slot()
    def _clear_recent(self) -> None:
        self._settings.recent_files = []
        self._window.show_recent([])

    @Slot(object)
    def _remember_file(self, path: Path) -> None:
        self._settings.remember_file(path.absolute())
        self._window.show_recent(self._settings.recent_files)

    @Slot(float)
    def _remember_volume(self, volume: float) -> None:
        """One volume for both pages: the ears and the headphones are the same."""
        self._settings.volume = volume
        for transport in (self._page.transport, self._review.transport):
            transport.set_volume(volume)

    @Slot()
    def _open_first_sample(self) -> None:
        if self._samples:
            self._open_sample(str(self._samples[0][0]))

    @Slot(str)
    def _open_sample(self, name: str) -> None:
        titles = {str(path): title for path, title in self._samples}
        self._window.show_page(0)
        self._record.open_file(Path(name), title=titles.get(name, Path(name).stem))

    @Slot()
    def _save_copy(self) -> None:
        if self._record.recording and not self._reviewing:
            self._banner.show_message(
                "warning", "A take is being recorded.", "Stop it first, then save a copy.",
                key="save",
            )  # fmt: skip
            return
        shown = self._review.shown_recording if self._reviewing else self._record.shown_recording
        if shown is None:
            self._banner.show_message("info", "There is no recording to save yet.", key="save")
            return
        self._saving.ask(shown)

    # --- appearance and settings --------------------------------------------------------

    @Slot(str)
    def _choose_theme(self, name: str) -> None:
        self._settings.theme = name
        self._mark_theme()
        self.theme_changed.emit()

    def _mark_theme(self) -> None:
        self._window.theme_actions[self._settings.theme].setChecked(True)

    @Slot()
    def _preferences(self) -> None:
        dialog = PreferencesDialog(
            self._settings, available_engines(), self._standard_folder, self._window
        )
        dialog.accepted.connect(lambda: self._use_settings(dialog.chosen))
        self._show(dialog)

    def _use_settings(self, chosen: Settings) -> None:
        engine, folder = self._settings.engine, self._settings.recordings_folder
        self._settings.theme = chosen.theme
        self._settings.engine = chosen.engine
        self._settings.choose_folder(chosen.recordings_folder)
        self._settings.take_length_s = chosen.take_length_s
        self._page.take.set_length(chosen.take_length_s)
        self._mark_theme()
        self.theme_changed.emit()
        if chosen.engine != engine:
            self.models_changed.emit()
        if chosen.recordings_folder != folder:
            self.folder_changed.emit()

    # --- help ---------------------------------------------------------------------------

    @Slot(str)
    def show_about(self, model: str = "") -> None:
        """The About dialog, beginning with a model's card where one is named."""
        names: list[str] = []
        try:
            bundles = load_bundles(models_folder())
            pages = [
                (f"Model {model_title(bundle.name)}", bundle.read("card.md").decode("utf-8"))
                for bundle in bundles
            ]
            names = [bundle.name for bundle in bundles]
        except HeartGUIError as error:
            pages = [("Models", f"# Models\n\n{error}")]
        first = names.index(model) + 1 if model in names else 0
        self._show(AboutDialog(pages, self._window, first=first))

    @Slot()
    def _self_test(self) -> None:
        job = Job(
            "self-test",
            lambda _progress, cancelled: list(
                self_test(models_folder(), resources_folder(), cancelled)
            ),
        )
        job.done.connect(self._show_self_test)
        job.failed.connect(self._self_test_failed)
        self._say_no_self_test()
        self._banner.show_message("info", "The self-test is running…", key="self-test")
        self._jobs.start(job)

    def _say_no_self_test(self) -> None:
        """On neither page: another may be in front than when it was begun."""
        for banner in (self._page.banner, self._review.banner):
            banner.dismiss("self-test")

    @Slot(object)
    def _self_test_failed(self, error: HeartGUIError) -> None:
        self._say_no_self_test()
        self._banner.show_error(error, key="self-test")

    @Slot(object)
    def _show_self_test(self, steps: list) -> None:  # type: ignore[type-arg]
        self._say_no_self_test()
        failed = sum(not step.passed for step in steps)
        verdict = "All steps passed." if not failed else f"{failed} of {len(steps)} steps failed."
        rows = "\n".join(
            f"| {'pass' if step.passed else '**FAIL**'} | {step.name} | {step.detail} |"
            for step in steps
        )
        table = f"| | step | measured |\n|---|---|---|\n{rows}\n"
        text = f"# Self-test\n\n{verdict} {WHAT_PASSES}\n\n{table}"
        self._show(TextDialog("Self-test", text, self._window))

    def _show(self, dialog: QDialog) -> None:
        """Show without blocking, so that recording and closing go on. It comes over a dialog that
        is open, as Settings may be when the self-test ends; that one stays as it is."""
        self._dialogs.append(dialog)
        bar = TakeBar(dialog, running=self._record.recording)
        self._record.take_runs.connect(bar.setVisible)
        bar.stop_requested.connect(self._record.stop)
        dialog.finished.connect(lambda: self._dialog_closed(dialog))
        dialog.open()

    def _dialog_closed(self, dialog: QDialog) -> None:
        self._dialogs.remove(dialog)
        dialog.deleteLater()


def _samples() -> list[tuple[Path, str]]:
    """Bundled synthetic recordings: file and title."""
    folder = resources_folder() / "samples"
    try:
        entries = json.loads((folder / "samples.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    return [(folder / entry["file"], entry["title"]) for entry in entries]
