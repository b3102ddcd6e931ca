"""Messages at the top of a page: what happened, what was kept, what to do."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from heartgui.errors import HeartGUIError
from heartgui.ui.theme import LIGHT, Palette
from heartgui.ui.widgets.announce import announce
from heartgui.ui.widgets.card import label
from heartgui.ui.widgets.focus import release_focus
from heartgui.ui.widgets.icons import icon, pixmap

MOST = 2
KINDS = ("info", "success", "warning", "error")
"""The mildest first."""
_ICONS = {"info": "listen", "success": "check", "warning": "alert", "error": "alert"}
Action = tuple[str, Callable[[], object]]


class BannerArea(QWidget):
    """Up to two messages, the newest on top; no space while there is none.

    A message with the key of a shown one, or with its words, replaces it; else a third one takes
    the place of the mildest. Esc dismisses the newest.
    """

    def __init__(self, palette: Palette = LIGHT, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._palette = palette
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(6)
        self._shown: dict[str, _Banner] = {}
        self.setVisible(False)
        # Asleep while this area is hidden, and behind any editor, list or dialog that uses Esc.
        QShortcut(QKeySequence(Qt.Key.Key_Escape), self, self.dismiss_newest)

    def set_palette(self, palette: Palette) -> None:
        self._palette = palette
        for banner in self._shown.values():
            banner.set_palette(palette)

    def show_message(
        self, kind: str, message: str, detail: str = "", *, key: str = "",
        actions: Sequence[Action] = (), said: bool = False,
    ) -> None:  # fmt: skip
        """Show a message. kind: one of KINDS. actions: button texts and what they do. said:
        whether a screen reader has said it, as on another page."""
        key = key or message
        self.dismiss(key)
        banner = _Banner(kind, message, detail, actions, self._palette)
        # One event may be told from two sides, such as an unplugged device by device and take.
        for other in [k for k, shown in self._shown.items() if shown.text == banner.text]:
            self.dismiss(other)
            said = True
        while len(self._shown) >= MOST:
            # The oldest of the mildest: several may come at the start, and what went wrong stays.
            self.dismiss(min(self._shown, key=lambda k: KINDS.index(self._shown[k].kind)))
        for button in (banner.close_button, *banner.action_buttons):
            button.clicked.connect(lambda: self._clicked(key, banner))
        self._shown[key] = banner
        self._rows.insertWidget(0, banner)
        self.setVisible(True)
        if not said:
            announce(banner, banner.text, at_once=kind in ("warning", "error"))

    def show_error(
        self, error: HeartGUIError, *, key: str = "", kind: str = "error", said: bool = False
    ) -> None:
        """Show an error's message with what was kept and what to do."""
        detail = " ".join(part for part in (error.kept, error.remedy) if part)
        self.show_message(kind, error.message, detail, key=key, said=said)

    def set_text(self, key: str, message: str) -> None:
        """Change the words of a shown message, as those of progress; its buttons stay."""
        if key in self._shown:
            self._shown[key].set_text(message)

    def dismiss(self, key: str) -> None:
        banner = self._shown.pop(key, None)
        if banner is not None:
            for button in (*banner.action_buttons, banner.close_button):
                release_focus(button)
            self._rows.removeWidget(banner)
            banner.hide()
            banner.deleteLater()
        self.setVisible(bool(self._shown))

    def _clicked(self, key: str, banner: _Banner) -> None:
        # What the button did may have shown another message under the same key, which stays.
        if self._shown.get(key) is banner:
            self.dismiss(key)

    def dismiss_newest(self) -> None:
        if self._shown:
            self.dismiss(next(reversed(self._shown)))

    def dismiss_all(self) -> None:
        for key in list(self._shown):
            self.dismiss(key)

    @property
    def texts(self) -> list[str]:
        """What is shown, newest first."""
        return [banner.text for banner in reversed(self._shown.values())]

    def action_buttons(self, key: str) -> list[QPushButton]:
        return self._shown[key].action_buttons if key in self._shown else []


class _Banner(QFrame):
    def __init__(
        self, kind: str, message: str, detail: str, actions: Sequence[Action], palette: Palette
    ) -> None:
        super().__init__()
        self.kind = kind
        self._detail = detail
        self._message = label(message, "heading", wrap=True)
        self.setProperty("banner", kind)
        self.set_text(message)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 8, 8)
        row.setSpacing(10)
        self._icon = QLabel()
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignVCenter)
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(self._message)
        if detail:
            words.addWidget(label(detail, wrap=True))
        row.addLayout(words, 1)
        self.action_buttons: list[QPushButton] = []
        for text, act in actions:
            button = QPushButton(text)
            button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
            # A click moves no focus: what Space does stays what it was.
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(lambda _=False, act=act: act())
            self.action_buttons.append(button)
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
        self.close_button = QToolButton()
        self.close_button.setAccessibleName("Dismiss message")
        self.close_button.setToolTip("Dismiss (Esc)")
        self.close_button.setIconSize(QSize(16, 16))
        row.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignVCenter)
        self.set_palette(palette)

    def set_text(self, message: str) -> None:
        self.text = f"{message} {self._detail}".strip()
        self._message.setText(message)
        self.setAccessibleName(f"{self.kind.capitalize()}: {self.text}")

    def set_palette(self, palette: Palette) -> None:
        colour = {
            "info": palette.accent,
            "success": palette.good,
            "warning": palette.warn,
            "error": palette.bad,
        }[self.kind]
        self._icon.setPixmap(pixmap(_ICONS[self.kind], colour, 22, 3.0))
        self.close_button.setIcon(icon("close", palette.text, 16))
