"""About the program, the model cards, the licences."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QTabWidget,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from heartgui import __version__
from heartgui.inference.wording import STATEMENT

ABOUT = f"""# HeartGUI {__version__}

Records heart sounds from a USB digital stethoscope or opens sound files, draws waveform,
short-time energy, zero-crossing rate and Mel-spectrogram, and shows five class probabilities with
what is known of their worth.

**{STATEMENT}**

It makes no network connection. Recordings stay on this computer.

It grew out of Syed Mahdi's paper *Heart Murmur Classification: Utilizing Mel-Spectrograms with
Machine Learning Techniques* (University of Texas at Austin).
"""
LICENCES = """# Licences

HeartGUI: MIT. Font Inter: SIL Open Font License 1.1.

Built with PySide6 (LGPL), pyqtgraph (MIT), PortAudio and sounddevice (MIT), libsndfile (LGPL) and
soundfile (BSD), soxr (LGPL), NumPy and SciPy (BSD), ONNX Runtime (MIT), platformdirs (MIT).

Training data: Kaggle Heartbeat Sounds, from the PASCAL Classifying Heart Sounds challenge
(Bentley, Nordehn, Coimbra, Mannor 2011), listed as CC0; and, for HeartNet, a part of the CirCor
DigiScope data set 1.0.3 (Oliveira and others, IEEE JBHI 2022), Open Data Commons Attribution
License 1.0. No recording of either is in this program.
"""


class AboutDialog(QDialog):
    """pages: title and Markdown of each model card. first: the tab to begin with."""

    def __init__(
        self, pages: Sequence[tuple[str, str]], parent: QWidget | None = None, *, first: int = 0
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("About HeartGUI")
        self.tabs = QTabWidget()
        for title, text in (("About", ABOUT), *pages, ("Licences", LICENCES)):
            browser = QTextBrowser()
            browser.setOpenLinks(False)
            browser.setMarkdown(text)
            browser.setAccessibleName(title)
            self.tabs.addTab(browser, title)
        self.tabs.setCurrentIndex(first)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        rows = QVBoxLayout(self)
        rows.addWidget(self.tabs)
        rows.addWidget(buttons)
        self.resize(QSize(720, 560))
