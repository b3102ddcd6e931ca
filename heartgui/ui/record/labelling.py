"""Site, posture and patient code of the next take, and of the one on screen where it lacks them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal, Slot

from heartgui.domain import AuscultationSite, Posture
from heartgui.errors import HeartGUIError, SidecarError
from heartgui.library.store import Library
from heartgui.library.take import LONGEST_CODE, Take, TakeLabels
from heartgui.settings import Settings
from heartgui.ui.record.record_page import RecordPage
from heartgui.workers.changes import Changes


class Labelling(QObject):
    """take_on_screen: number of the library's take that is on screen, None without one and while
    another one is recorded."""

    take_labelled = Signal(int)
    """Number of a take whose labels were filled in."""
    site_chosen = Signal()
    said = Signal()
    """Something was said of the coming take, or of the running one."""

    def __init__(
        self,
        page: RecordPage,
        library: Library,
        changes: Changes,
        settings: Settings,
        take_on_screen: Callable[[], int | None],
    ) -> None:
        super().__init__()
        self._page = page
        self._library = library
        self._changes = changes
        self._settings = settings
        self._take_on_screen = take_on_screen
        self._n_said: Counter[str] = Counter()
        page.sites.posture.setCurrentText(settings.posture)
        page.sites.site_chosen.connect(self._site_chosen)
        page.sites.posture_chosen.connect(self._posture_chosen)
        page.take.patient_code_edited.connect(self._patient_code_edited)
        page.take.patient_code.inputRejected.connect(self._code_cut)
        page.take.patient_code.textChanged.connect(self._code_changed)

    def labels(self) -> TakeLabels:
        """What the panels say. What is still being said is filled in at its end."""
        return TakeLabels(
            site=self._page.sites.chosen_site,
            posture=Posture(self._page.sites.posture.currentText()),
            patient_code=self._page.take.code,
        )

    def suggest(self, take: Take) -> None:
        """The next take is likely of the same site and person as one that was opened. What was
        already said of it stays."""
        if self._page.sites.site is None:
            self._page.sites.set_site(take.site)
        code = self._page.take.patient_code
        # A code that does not fit would be cut, and be another person's.
        if not code.text() and len(take.patient_code) <= LONGEST_CODE:
            code.setText(take.patient_code)
        # Nor is what was said of another take tried again on this one.
        code.setModified(False)
        self._page.take.code_stored = True
        self._page.sites.torso.stored = True
        self._page.sites.torso.moving = False

    def next_patient(self) -> None:
        """Forget site and code: the coming take is of another person. Posture stays."""
        # Not cleared: that could be undone, and be the wrong person's again.
        self._page.take.patient_code.setText("")
        self._page.sites.set_site(None)
        self.site_chosen.emit()

    @Slot(object)
    def _site_chosen(self, site: AuscultationSite | None) -> None:
        self.site_chosen.emit()
        self._fill_in(self._unless_newer(self._page.sites.torso, "stored"), site=site)
        self.said.emit()

    @Slot(str)
    def _patient_code_edited(self, code: str) -> None:
        not_stored = self._unless_newer(self._page.take, "code_stored")
        self._fill_in(not_stored, patient_code=code.strip())
        self.said.emit()

    @Slot()
    def _code_cut(self) -> None:
        self._page.banner.show_message(
            "warning", f"A patient code has {LONGEST_CODE} characters at most.",
            "What goes beyond was left out. Check the code.", key="code",
        )  # fmt: skip

    @Slot(str)
    def _code_changed(self, code: str) -> None:
        if len(code) < LONGEST_CODE:
            self._page.banner.dismiss("code")

    @Slot(str)
    def _posture_chosen(self, posture: str) -> None:
        # No take is without a posture, so another one is the next take's.
        self._settings.posture = posture
        self.said.emit()

    def _unless_newer(self, part: QObject, stored: str) -> Callable[[], None]:
        """Takes for stored what is now said, and what to call if it was not: that counts only
        where nothing else was said there since."""
        setattr(part, stored, True)
        self._n_said[stored] += 1
        n = self._n_said[stored]

        def not_stored() -> None:
            if self._n_said[stored] == n:
                setattr(part, stored, False)

        return not_stored

    def say_the_last(self, take_id: int) -> None:
        """What was said of a take after it was stored, and before this thread was told."""
        labels = self.labels()
        self._change(take_id, lambda: self._library.set_labels(take_id, labels))

    def _fill_in(
        self,
        not_stored: Callable[[], None],
        site: AuscultationSite | None = None,
        patient_code: str = "",
    ) -> None:
        """Say of the take on screen what it was recorded without. What it has stays: it is the
        next take that the panels are about. not_stored: called where the library failed and the
        same take is still on screen."""
        take_id = self._take_on_screen()
        if take_id is None:
            return

        def filled(labels: TakeLabels) -> TakeLabels:
            return replace(
                labels, site=labels.site or site, patient_code=labels.patient_code or patient_code
            )

        self._change(take_id, lambda: self._library.change_labels(take_id, filled), not_stored)

    def _change(
        self, take_id: int, change: Callable[[], bool], not_stored: Callable[[], None] | None = None
    ) -> None:
        """change: returns whether anything is another than before."""

        def done(changed: bool) -> None:
            if changed:
                self.take_labelled.emit(take_id)

        def failed(error: HeartGUIError) -> None:
            self._page.banner.show_error(error, key="library")
            # Where only the sidecar could not be written, the table has it all the same.
            if isinstance(error, SidecarError):
                self.take_labelled.emit(take_id)
            elif not_stored is not None and self._take_on_screen() == take_id:
                not_stored()

        self._changes.make(change, done, failed)
