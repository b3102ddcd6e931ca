"""What the program remembers between starts, as one JSON file.

A damaged or newer file never stops the program: what cannot be read is left at its default.
"""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from heartgui.model_choice import MODELS_OF_CHOICE

log = logging.getLogger(__name__)

TAKE_LENGTHS_S = (10, 15, 20, 30)
THEMES = ("system", "light", "dark")
ENGINES = ("onnx", "keras")
RECENT_FILES_KEPT = 10
EARLIER_FOLDERS_KEPT = 10
PAGES = ("record", "review")
LIST_SHARES = (0.05, 0.95)
"""The smallest and the largest share of the list of recordings that can be remembered."""


@dataclass
class Settings:
    """theme: system, light or dark. device_name: the input's name, empty for the system default.
    take_length_s: one of TAKE_LENGTHS_S. engine: onnx or keras. recordings_folder: empty for the
    standard one. earlier_folders: those chosen before it, newest first. volume: 0 to 1.
    recent_files: newest first. page: the one in front, of PAGES. sorted_by: the library's sort key,
    empty for the newest first. list_share: of the height that the list of recordings and the tracks
    have together, 0 where nobody moved the line between."""

    theme: str = "system"
    device_name: str = ""
    take_length_s: int = 15
    model_choice: str = "heartnet"
    engine: str = "onnx"
    recordings_folder: str = ""
    earlier_folders: list[str] = field(default_factory=list)
    volume: float = 0.8
    posture: str = "sitting"
    recent_files: list[str] = field(default_factory=list)
    page: str = "record"
    sorted_by: str = ""
    sorted_descending: bool = True
    list_share: float = 0.0

    def choose_folder(self, folder: str) -> None:
        """Use another recordings folder, and remember the one before."""
        if folder != self.recordings_folder:
            former = [self.recordings_folder, *self.earlier_folders]
            rest = dict.fromkeys(name for name in former if name not in ("", folder))
            self.earlier_folders = list(rest)[:EARLIER_FOLDERS_KEPT]
            self.recordings_folder = folder

    def remember_file(self, path: Path) -> None:
        """Put a file at the head of the recent files."""
        name = str(path)
        rest = [other for other in self.recent_files if other != name]
        self.recent_files = [name, *rest][:RECENT_FILES_KEPT]

    def forget_file(self, path: Path) -> None:
        """Take a file out of the recent files, as when it no longer exists."""
        self.recent_files = [other for other in self.recent_files if other != str(path)]


def load_settings(path: Path) -> Settings:
    """Read the settings; anything missing, damaged or of the wrong type stays at its default."""
    settings = Settings()
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return settings
    except (OSError, ValueError) as error:
        log.info("settings not read, defaults are used: %s", error)
        return settings
    if not isinstance(stored, dict):
        return settings
    for entry in fields(Settings):
        if entry.name in stored and _same_kind(stored[entry.name], getattr(settings, entry.name)):
            setattr(settings, entry.name, stored[entry.name])
    if settings.take_length_s not in TAKE_LENGTHS_S:
        settings.take_length_s = Settings.take_length_s
    if settings.theme not in THEMES:
        settings.theme = Settings.theme
    if settings.engine not in ENGINES:
        settings.engine = Settings.engine
    if settings.model_choice not in MODELS_OF_CHOICE:
        settings.model_choice = Settings.model_choice
    if settings.page not in PAGES:
        settings.page = Settings.page
    # Not for NaN either, which JSON may hold.
    if not 0.0 <= settings.volume <= 1.0:
        settings.volume = Settings.volume
    if not LIST_SHARES[0] <= settings.list_share <= LIST_SHARES[1]:
        settings.list_share = Settings.list_share
    settings.recordings_folder = folder_of(settings.recordings_folder) or ""
    settings.earlier_folders = [name for name in settings.earlier_folders if folder_of(name)]
    return settings


def save_settings(settings: Settings, path: Path) -> None:
    """Write the settings whole or not at all, so that a crash leaves the older ones."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".new")
    unfinished.write_text(json.dumps(asdict(settings), indent=2) + "\n", encoding="utf-8")
    unfinished.replace(path)


def folder_of(typed: str) -> str | None:
    """The folder that was typed, empty where nothing was; ~ is the person's home. None for a path
    that does not begin at a root: it would mean another folder wherever the program is started."""
    if not typed.strip():
        return ""
    try:
        folder = Path(typed.strip()).expanduser()
    except RuntimeError:  # The home of somebody who is not there.
        return None
    return str(folder) if folder.is_absolute() else None


def _same_kind(value: Any, default: Any) -> bool:
    if isinstance(default, float):
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    if isinstance(default, list):
        return isinstance(value, list) and all(isinstance(entry, str) for entry in value)
    return type(value) is type(default)
