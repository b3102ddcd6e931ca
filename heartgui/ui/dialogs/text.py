"""Plain dialogs that only tell: keyboard shortcuts, the self-test's result."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout, QWidget

from heartgui.ui.keys import key_name


def shortcuts_page() -> str:
    """The keys and what they do, as Markdown."""
    return f"""# Keyboard

| key | does |
|---|---|
| Space | record, stop, record again; on the Review page: play, or stop a take; in a dialog: stop |
| P | play or pause |
| 1, 2, 3, 4 | on the Record page: aortic, pulmonic, tricuspid, mitral |
| ← → ↑ ↓, Enter | on the torso: move over the sites, choose |
| {key_name("Ctrl+N")} | next patient: empty patient code and site for the coming take |
| {key_name("Ctrl+O")} | open sound files |
| {key_name("Ctrl+Shift+S")} | save a copy of the recording |
| {key_name("Ctrl+1")}, {key_name("Ctrl+2")} | Record page, Review page |
| {key_name("Ctrl++")}, {key_name("Ctrl+-")}, {key_name("Ctrl+0")} | zoom in, out, fit |
| ← → Home End + − 0 | in the tracks: pan, ends, zoom, fit |
| Shift+← Shift+→, Enter | there: move the cursor, move playback to it |
| F2, Del, Enter | in the table of recordings: rename, delete, open |
| Menu, right click | there: site, posture and patient code of what is chosen |
| {key_name("Ctrl+F")} | search recordings |
| {key_name("Ctrl+Z")} | undo a delete |
| F5 | look for devices again |
| F11 | full screen |
| Esc | dismiss a message |
| {key_name("Ctrl+,")} | settings |
| F1 | this page |
"""


class TextDialog(QDialog):
    """A titled page of Markdown."""

    def __init__(self, title: str, markdown: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.browser = QTextBrowser()
        self.browser.setOpenLinks(False)
        self.browser.setMarkdown(markdown)
        self.browser.setAccessibleName(title)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        rows = QVBoxLayout(self)
        rows.addWidget(self.browser)
        rows.addWidget(buttons)
        self.resize(QSize(520, 560))
