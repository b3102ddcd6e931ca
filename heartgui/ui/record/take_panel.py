"""Patient code, length of the take, and the models to ask."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLineEdit,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from heartgui.library.take import LONGEST_CODE
from heartgui.settings import TAKE_LENGTHS_S
from heartgui.ui.segments import Segments
from heartgui.ui.widgets.card import Card, label
from heartgui.ui.widgets.combo_box import ComboBox

MODEL_TITLES = {
    "heartnet": "HeartNet",
    "both": "CNN and LSTM (paper)",
    "cnn": "CNN (paper)",
    "lstm": "LSTM (paper)",
}


class TakePanel(Card):
    """What belongs to the next take."""

    length_chosen = Signal(int)
    model_chosen = Signal(str)
    patient_code_edited = Signal(str)
    """A code that is typed to its end."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.code_stored = True
        """False where the code should have been stored and was not: Return, or leaving the field,
        tries again."""
        self.patient_code = QLineEdit()
        self.patient_code.setPlaceholderText("Patient code, optional")
        self.patient_code.setMaxLength(LONGEST_CODE)
        self.patient_code.setAccessibleName("Patient code, optional")
        self.patient_code.setToolTip("A code of yours, kept in the library only; never a file name")
        self.patient_code.setClearButtonEnabled(True)
        for button in self.patient_code.findChildren(QToolButton):
            button.setAccessibleName("Clear the patient code")
            button.setToolTip("Clear the patient code")
        # Not editingFinished: it comes also when another window is in front for a while.
        self.patient_code.returnPressed.connect(self.finish_code)
        QApplication.instance().focusChanged.connect(self._focus_changed)  # type: ignore[union-attr]
        self.body.addWidget(self.patient_code)
        self.lengths = Segments(
            [(str(length), f"Record for {length} seconds") for length in TAKE_LENGTHS_S], "Length"
        )
        self.lengths.chosen.connect(lambda index: self.length_chosen.emit(TAKE_LENGTHS_S[index]))
        self.body.addLayout(_row("Length, s", self.lengths))
        self.models = ComboBox()
        self.models.setAccessibleName("Models")
        self.models.setToolTip("Which models are asked: HeartGUI's own, or the paper's")
        for name, title in MODEL_TITLES.items():
            self.models.addItem(title, name)
        self.models.activated.connect(
            lambda index: self.model_chosen.emit(self.models.itemData(index))
        )
        self.body.addLayout(_row("Models", self.models))
        # A cramped window takes height from the torso and the button, never from the fields.
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    @property
    def code(self) -> str:
        """The patient code; none while one is typed: half of one may be another person's."""
        return "" if self.patient_code.isModified() else self.patient_code.text().strip()

    @property
    def length_s(self) -> int:
        return TAKE_LENGTHS_S[self.lengths.current]

    def set_length(self, length_s: int) -> None:
        self.lengths.set_current(TAKE_LENGTHS_S.index(length_s))

    def set_model(self, name: str) -> None:
        self.models.setCurrentIndex(max(0, self.models.findData(name)))

    def finish_code(self) -> None:
        """The code is typed: Return was pressed, or the field left."""
        # Return in the field ends an edit that may have been none.
        if self.patient_code.isModified() or not self.code_stored:
            self.patient_code.setModified(False)
            self.patient_code_edited.emit(self.patient_code.text())

    def _focus_changed(self, old: QWidget | None, new: QWidget | None) -> None:
        field = self.patient_code
        # Who comes back from another window types on, unless it is to another control.
        elsewhere = new is not None and new is not field and new.window() is self.window()
        if elsewhere and (old is field or field.isModified()):
            self.finish_code()

    def set_locked(self, locked: bool) -> None:
        """While a take is recorded its length stays."""
        self.lengths.setEnabled(not locked)


def _row(title: str, field: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    name = label(title, "muted")
    # On Linux the name of a list is that of its label.
    name.setBuddy(field)
    row.addWidget(name)
    row.addWidget(field, 1)
    return row
