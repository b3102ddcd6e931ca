"""What can be done with the chosen takes: the table's context menu."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QInputDialog, QLineEdit, QMenu, QMessageBox, QWidget

from heartgui.domain import AuscultationSite, Posture
from heartgui.library.take import LONGEST_CODE, TakeLabels
from heartgui.ui.review.wording import recordings


class TakeMenu(QMenu):
    """Labels that were set by mistake are set right here, for one take or several."""

    labels_chosen = Signal(dict)
    """Fields of TakeLabels and what they shall hold."""
    rename_chosen = Signal()
    classify_chosen = Signal()
    delete_chosen = Signal()

    def __init__(self, parent: QWidget, n_takes: int, labels: Collection[TakeLabels]) -> None:
        """labels: what the takes hold, each once."""
        super().__init__(parent)
        self._n_takes = n_takes
        self._labels = labels
        sites = [("None", None), *((str(site).capitalize(), site) for site in AuscultationSite)]
        self._add_choice("Site", "site", sites)
        postures = [(str(posture).capitalize(), posture) for posture in Posture]
        self._add_choice("Posture", "posture", postures)
        self.addAction("Patient code…", self._ask_code)
        self.addSeparator()
        if n_takes == 1:
            self.addAction("Rename", self.rename_chosen.emit)
        self.addAction("Classify again", self.classify_chosen.emit)
        self.addAction("Delete", self.delete_chosen.emit)

    def _add_choice(self, title: str, field: str, choices: Sequence[tuple[str, Any]]) -> None:
        """A submenu in which what all chosen takes hold is ticked."""
        menu = self.addMenu(title)
        held = {getattr(labels, field) for labels in self._labels}
        for text, value in choices:
            action = QAction(text, menu)
            action.setCheckable(True)
            action.setChecked(held == {value})
            action.triggered.connect(
                lambda _checked, chosen=value: self.labels_chosen.emit({field: chosen})
            )
            menu.addAction(action)

    def _ask_code(self) -> None:
        held = {labels.patient_code for labels in self._labels}
        before = next(iter(held)) if len(held) == 1 else ""
        dialog = QInputDialog(self.parentWidget())
        dialog.setWindowTitle("Patient code")
        dialog.setLabelText(f"Code, no name, of {LONGEST_CODE} characters at most:")
        dialog.setTextValue(before)
        (line,) = dialog.findChildren(QLineEdit)
        # What another program wrote into the file beside a take may be longer.
        line.setMaxLength(max(LONGEST_CODE, len(before)))
        if len(held) > 1:
            line.setPlaceholderText("several codes")
        accepted = bool(dialog.exec())
        code = dialog.textValue().strip()
        # The field does not show codes that differ: empty and untouched, it says nothing of them.
        if accepted and line.isModified() and (code or len(held) == 1 or self._may_remove()):
            self.labels_chosen.emit({"patient_code": code})
        dialog.deleteLater()

    def _may_remove(self) -> bool:
        buttons = QMessageBox.StandardButton
        answer = QMessageBox.question(
            self.parentWidget(), "Patient code",
            f"Remove the patient codes of {recordings(self._n_takes)}? This cannot be undone.",
            buttons.Yes | buttons.No, buttons.No,
        )  # fmt: skip
        return answer == buttons.Yes
