"""Settings: appearance, models' engine, where recordings go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from heartgui.library.places import why_unusable
from heartgui.settings import TAKE_LENGTHS_S, Settings, folder_of
from heartgui.ui.widgets.card import label
from heartgui.ui.widgets.combo_box import ComboBox

ENGINE_TITLES = {"onnx": "ONNX Runtime (fast)", "keras": "TensorFlow (reference, slow to start)"}


class PreferencesDialog(QDialog):
    """Edits a copy of the settings; `chosen` holds it after acceptance."""

    def __init__(
        self,
        settings: Settings,
        engines: Sequence[str],
        standard_folder: Path,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Settings")
        self._settings = settings
        self.theme = _combo(
            [(n.capitalize(), n) for n in ("system", "light", "dark")], settings.theme
        )
        self.length = _combo([(f"{n} s", n) for n in TAKE_LENGTHS_S], settings.take_length_s)
        self.engine = _combo([(ENGINE_TITLES[n], n) for n in engines], settings.engine)
        self.engine.setToolTip("TensorFlow appears here where it is installed")
        self.theme.setToolTip("Light or dark, or as the system is")
        self.length.setToolTip("A take ends by itself after this time")
        self.folder = QLineEdit(settings.recordings_folder)
        self.folder.setToolTip("Where takes and added files are kept; empty for the standard one")
        self.folder.setPlaceholderText(str(standard_folder))
        self.folder.setMinimumWidth(320)
        browse = QPushButton("Browse…")
        browse.setToolTip("Choose the recordings folder")
        browse.clicked.connect(self._browse)
        folder_row = QHBoxLayout()
        folder_row.addWidget(self.folder, 1)
        folder_row.addWidget(browse)
        form = QFormLayout()
        for name, field in (
            ("Theme", self.theme), ("Length of a take", self.length), ("Engine", self.engine),
        ):  # fmt: skip
            field.setAccessibleName(name)
            form.addRow(name, field)
        form.addRow("Recordings folder", folder_row)
        self.problem = label(role="bad", wrap=True)
        self.problem.hide()
        form.addRow(self.problem)
        self.folder.textEdited.connect(self.problem.hide)
        self.folder.setAccessibleName("Recordings folder")
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        rows = QVBoxLayout(self)
        rows.setSpacing(14)
        rows.addLayout(form)
        rows.addWidget(
            label(
                "A new recordings folder is used from the next take on; older takes stay where they"
                " are. HeartNet always runs on ONNX Runtime; the engine is for the paper's CNN and"
                " LSTM.",
                "muted",
                wrap=True,
            )
        )
        rows.addWidget(buttons)

    @property
    def chosen(self) -> Settings:
        """The settings as edited."""
        return replace(
            self._settings,
            theme=self.theme.currentData(),
            take_length_s=self.length.currentData(),
            engine=self.engine.currentData(),
            recordings_folder=folder_of(self.folder.text()) or "",
        )

    def accept(self) -> None:
        """Close with the settings as edited; not with a folder that cannot be meant or used."""
        problem = self._what_is_wrong()
        if not problem:
            super().accept()
            return
        self.problem.setText(problem)
        self.problem.show()
        # Room for its lines.
        self.resize(self.width(), max(self.height(), self.heightForWidth(self.width())))
        self.folder.setFocus()

    def _what_is_wrong(self) -> str:
        """With the folder as typed; empty where nothing is. One that was chosen before may be on a
        drive that is not there now."""
        folder = folder_of(self.folder.text())
        if folder is None:
            return (
                f"“{self.folder.text().strip()}” is not a full path. Give the recordings folder"
                f" from its beginning, as {Path.home() / 'HeartGUI'}, or choose it with Browse."
            )
        if folder in ("", self._settings.recordings_folder):
            return ""
        why = why_unusable(Path(folder))
        if why:
            return (
                f"No recordings can be written to “{folder}” ({why}). Choose another folder with"
                " Browse, or leave it empty for the standard one."
            )
        return ""

    def _browse(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, "Recordings folder", self.folder.text())
        if folder:
            self.folder.setText(folder)


def _combo(entries: Sequence[tuple[str, object]], current: object) -> ComboBox:
    combo = ComboBox()
    for title, value in entries:
        combo.addItem(title, value)
    combo.setCurrentIndex(max(0, combo.findData(current)))
    return combo
