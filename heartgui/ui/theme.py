"""Colours, fonts and the style sheet, light and dark.

Text reaches a contrast of 4.5 : 1 on its ground in both palettes. Sizes are in points or follow
the font, so that the system's text size is kept.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

from heartgui.paths import resources_folder

FONT_FILES = ("Inter-Regular.otf", "Inter-SemiBold.otf", "Inter-Bold.otf")
FONT_FAMILY = "Inter"
SMALLEST_POINTS = 10.0


@dataclass(frozen=True)
class Palette:
    """Colours as #rrggbb. window: the ground; card: panels on it; accent_text: on accent;
    bad_bg: ground of a warning card; waveform, ste, zcr: the tracks."""

    name: str
    dark: bool
    window: str
    card: str
    border: str
    text: str
    muted: str
    accent: str
    accent_hover: str
    accent_text: str
    good: str
    warn: str
    bad: str
    bad_bg: str
    warn_bg: str
    good_bg: str
    waveform: str
    ste: str
    zcr: str
    playhead: str
    grid: str
    empty: str


LIGHT = Palette(
    name="light",
    dark=False,
    window="#f3f5f7",
    card="#ffffff",
    border="#d9dfe5",
    text="#16202a",
    muted="#56646f",
    accent="#1d6d89",
    accent_hover="#175a72",
    accent_text="#ffffff",
    good="#187a45",
    warn="#9a4a00",
    bad="#b3261e",
    bad_bg="#fdeceb",
    warn_bg="#fff3e2",
    good_bg="#e7f5ec",
    waveform="#1d6d89",
    ste="#1d6d89",
    zcr="#b0610f",
    playhead="#c8234f",
    grid="#e8ecf0",
    empty="#d9dfe5",
)
DARK = Palette(
    name="dark",
    dark=True,
    window="#0e1317",
    card="#171d22",
    border="#2b343c",
    text="#e9eef2",
    muted="#9aa8b4",
    accent="#5cc1e3",
    accent_hover="#7dd0ec",
    accent_text="#06202b",
    good="#57d08a",
    warn="#f2a955",
    bad="#ff8a80",
    bad_bg="#3a1513",
    warn_bg="#33240f",
    good_bg="#10301f",
    waveform="#5cc1e3",
    ste="#5cc1e3",
    zcr="#f0a85c",
    playhead="#ff5c8a",
    grid="#232b32",
    empty="#2f3a43",
)


def resolve(mode: str, application: QApplication) -> Palette:
    """The palette for `system`, `light` or `dark`."""
    if mode == "light":
        return LIGHT
    if mode == "dark":
        return DARK
    scheme = application.styleHints().colorScheme()
    return DARK if scheme == Qt.ColorScheme.Dark else LIGHT


def load_fonts(application: QApplication) -> None:
    """Use the bundled font where the system has no good one of its own (Linux)."""
    if sys.platform in ("win32", "darwin"):
        return
    folder = resources_folder() / "fonts"
    for name in FONT_FILES:
        QFontDatabase.addApplicationFont(str(folder / name))
    font = QFont(application.font())
    font.setFamily(FONT_FAMILY)
    font.setPointSizeF(max(SMALLEST_POINTS, font.pointSizeF()))
    application.setFont(font)


def apply(application: QApplication, palette: Palette) -> None:
    """Dress the whole program."""
    colours = QPalette()
    role = QPalette.ColorRole
    for target, value in (
        (role.Window, palette.window),
        (role.Base, palette.card),
        (role.AlternateBase, palette.window),
        (role.Text, palette.text),
        (role.WindowText, palette.text),
        (role.Button, palette.card),
        (role.ButtonText, palette.text),
        (role.Highlight, palette.accent),
        (role.HighlightedText, palette.accent_text),
        (role.ToolTipBase, palette.card),
        (role.ToolTipText, palette.text),
        (role.PlaceholderText, palette.muted),
        (role.Link, palette.accent),
    ):
        colours.setColor(target, QColor(value))
    for target in (role.Text, role.WindowText, role.ButtonText):
        colours.setColor(QPalette.ColorGroup.Disabled, target, QColor(palette.muted))
    application.setPalette(colours)
    application.setStyleSheet(style_sheet(palette))


def tabular(font: QFont, *, points: float | None = None, weight: int | None = None) -> QFont:
    """The font with figures of equal width, so that changing numbers do not jump."""
    figures = QFont(font)
    figures.setFeature(QFont.Tag("tnum"), 1)
    if points is not None:
        figures.setPointSizeF(points)
    if weight is not None:
        figures.setWeight(QFont.Weight(weight))
    return figures


def style_sheet(p: Palette) -> str:
    """The one style sheet of the program; widgets name themselves by object name or property."""
    arrow = (resources_folder() / "icons" / f"chevron-{p.name}.svg").as_posix()
    return f"""
    QWidget {{ color: {p.text}; }}
    QMainWindow, QDialog, #page, #scrollContent {{ background: {p.window}; }}
    QToolTip {{ background: {p.card}; color: {p.text}; border: 1px solid {p.border};
        padding: 4px 6px; }}
    QMenuBar {{ background: {p.card}; border-bottom: 1px solid {p.border}; padding: 2px 4px; }}
    QMenuBar::item {{ padding: 4px 10px; border-radius: 5px; background: transparent; }}
    QMenuBar::item:selected {{ background: {p.window}; }}
    QMenu {{ background: {p.card}; border: 1px solid {p.border}; padding: 4px; }}
    QMenu::item {{ padding: 5px 26px 5px 22px; border-radius: 4px; }}
    QMenu::item:selected {{ background: {p.accent}; color: {p.accent_text}; }}
    QMenu::item:disabled {{ color: {p.muted}; background: transparent; }}
    QMenu::separator {{ height: 1px; background: {p.border}; margin: 4px 8px; }}
    QFrame[card="true"] {{ background: {p.card}; border: 1px solid {p.border};
        border-radius: 10px; }}
    QFrame[card="true"][tone="bad"] {{ background: {p.bad_bg}; border-color: {p.bad}; }}
    QFrame[card="true"][tone="warn"] {{ background: {p.warn_bg}; border-color: {p.warn}; }}
    QFrame[banner="info"] {{ background: {p.card}; border: 1px solid {p.accent};
        border-radius: 8px; }}
    QFrame[banner="success"] {{ background: {p.good_bg}; border: 1px solid {p.good};
        border-radius: 8px; }}
    QFrame[banner="warning"] {{ background: {p.warn_bg}; border: 1px solid {p.warn};
        border-radius: 8px; }}
    QFrame[banner="error"] {{ background: {p.bad_bg}; border: 1px solid {p.bad};
        border-radius: 8px; }}
    QLabel {{ background: transparent; }}
    QLabel[role="muted"] {{ color: {p.muted}; }}
    QLabel[role="bad"] {{ color: {p.bad}; font-weight: 600; }}
    QLabel[role="warn"] {{ color: {p.warn}; font-weight: 600; }}
    QLabel[role="good"] {{ color: {p.good}; font-weight: 600; }}
    QLabel[role="heading"] {{ font-weight: 600; }}
    QPushButton {{ background: {p.card}; border: 1px solid {p.border}; border-radius: 7px;
        padding: 6px 12px; }}
    QPushButton:hover {{ border-color: {p.accent}; }}
    QPushButton:pressed {{ background: {p.window}; }}
    QPushButton:focus {{ border: 2px solid {p.text}; padding: 5px 11px; }}
    QPushButton:disabled {{ color: {p.muted}; background: {p.window}; }}
    QPushButton[role="primary"] {{ background: {p.accent}; color: {p.accent_text};
        border: 1px solid {p.accent}; font-weight: 600; padding: 9px 14px; }}
    QPushButton[role="primary"]:hover {{ background: {p.accent_hover}; }}
    QPushButton[role="primary"]:focus {{ border: 2px solid {p.text}; padding: 8px 13px; }}
    QPushButton[role="primary"]:disabled {{ background: {p.border}; color: {p.muted};
        border-color: {p.border}; }}
    QPushButton[role="link"], QToolButton[role="link"] {{ background: transparent; border: none;
        color: {p.accent}; padding: 3px 4px; text-align: left; }}
    QPushButton[role="link"]:hover {{ text-decoration: underline; }}
    QPushButton[role="link"]:focus {{ border: 2px solid {p.accent}; padding: 1px 2px; }}
    QPushButton[segment] {{ border-radius: 0; padding: 6px 8px; }}
    QPushButton[segment="first"] {{ border-top-left-radius: 7px; border-bottom-left-radius: 7px; }}
    QPushButton[segment="last"] {{ border-top-right-radius: 7px; border-bottom-right-radius: 7px;
        }}
    QPushButton[segment="middle"] {{ border-left: none; border-right: none; }}
    QPushButton[segment]:checked {{ background: {p.accent}; color: {p.accent_text};
        border-color: {p.accent}; }}
    QPushButton[segment]:focus {{ border: 2px solid {p.text}; padding: 5px 7px; }}
    QComboBox, QLineEdit, QSpinBox {{ background: {p.window}; border: 1px solid {p.border};
        border-radius: 7px; padding: 6px 9px; selection-background-color: {p.accent};
        selection-color: {p.accent_text}; }}
    QPlainTextEdit {{ background: {p.window}; border: 1px solid {p.border}; border-radius: 7px;
        padding: 4px; selection-background-color: {p.accent};
        selection-color: {p.accent_text}; }}
    QComboBox:hover, QLineEdit:hover {{ border-color: {p.accent}; }}
    QComboBox:focus, QLineEdit:focus, QPlainTextEdit:focus {{ border: 2px solid {p.accent};
        padding: 5px 8px; }}
    QComboBox:disabled, QLineEdit:disabled {{ color: {p.muted}; }}
    QComboBox::drop-down {{ border: none; width: 22px; }}
    QComboBox::down-arrow {{ image: url({arrow}); width: 12px; height: 12px; }}
    QComboBox QAbstractItemView {{ background: {p.card}; border: 1px solid {p.border};
        selection-background-color: {p.accent}; selection-color: {p.accent_text}; }}
    QTableView {{ background: {p.card}; border: 1px solid {p.border}; border-radius: 8px;
        gridline-color: {p.grid}; selection-background-color: {p.accent};
        selection-color: {p.accent_text}; alternate-background-color: {p.window}; outline: none; }}
    QTableView::item {{ padding: 0 8px; }}
    QTableView::item:focus {{ border: 1px solid {p.text}; padding: 0 7px; }}
    QTableView::item:selected {{ background: {p.accent}; color: {p.accent_text}; }}
    QTableView::item:selected:focus {{ border: 1px solid {p.accent_text}; }}
    QTableView:focus {{ border: 1px solid {p.accent}; }}
    QHeaderView {{ background: {p.card}; }}
    QHeaderView::section {{ background: {p.card}; color: {p.muted}; border: none;
        border-bottom: 1px solid {p.border}; padding: 6px 8px; font-weight: 600; }}
    QTableCornerButton::section {{ background: {p.card}; border: none; }}
    QTabWidget::pane {{ border: 1px solid {p.border}; border-radius: 8px; background: {p.card}; }}
    QTabBar::tab {{ padding: 7px 14px; border: none; color: {p.muted}; }}
    QTabBar::tab:selected {{ color: {p.text}; border-bottom: 2px solid {p.accent}; }}
    QTabBar::tab:focus {{ color: {p.accent}; }}
    QTextBrowser {{ background: {p.card}; border: none; padding: 6px; }}
    QScrollArea {{ background: transparent; border: none; }}
    QScrollArea#sideColumn {{ border: 1px solid transparent; }}
    QScrollArea#sideColumn:focus {{ border-color: {p.accent}; }}
    QScrollBar:vertical {{ background: transparent; width: 10px; margin: 0; }}
    QScrollBar::handle:vertical {{ background: {p.border}; border-radius: 4px; min-height: 24px;
        margin: 1px; }}
    QScrollBar:horizontal {{ background: transparent; height: 10px; margin: 0; }}
    QScrollBar::handle:horizontal {{ background: {p.border}; border-radius: 4px; min-width: 24px;
        margin: 1px; }}
    QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
    QProgressBar {{ background: {p.empty}; border: none; border-radius: 3px; max-height: 6px; }}
    QProgressBar::chunk {{ background: {p.accent}; border-radius: 3px; }}
    #navRail {{ background: {p.card}; border-right: 1px solid {p.border}; }}
    QToolButton[nav="true"] {{ background: transparent; border: none; border-radius: 9px;
        padding: 8px 4px 6px 4px; color: {p.muted}; }}
    QToolButton[nav="true"]:hover {{ background: {p.window}; color: {p.text}; }}
    QToolButton[nav="true"]:checked {{ background: {p.accent}; color: {p.accent_text}; }}
    QToolButton[nav="true"]:focus {{ border: 2px solid {p.text}; padding: 6px 2px 4px 2px; }}
    QToolButton {{ background: transparent; border: 1px solid transparent; border-radius: 6px;
        padding: 4px; }}
    QToolButton:hover {{ background: {p.window}; }}
    QToolButton:focus {{ border: 2px solid {p.accent}; padding: 3px; }}
    /* The stock ones do not follow the theme. */
    QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
    QSplitter::handle {{ background: transparent; }}
    """


def icon_path(name: str) -> Path:
    return resources_folder() / "icons" / name
