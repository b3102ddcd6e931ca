"""Where the program's own files lie, and where a person's do."""

from __future__ import annotations

import os
import sys
import sysconfig
from pathlib import Path
from typing import NamedTuple

HOME_VARIABLE = "HEARTGUI_HOME"
"""Environment variable that moves everything of the user's below one folder."""


def program_folder() -> Path:
    """The folder that holds `models` and `resources`: the project's, the installer's, or where
    pip put them."""
    frozen = getattr(sys, "_MEIPASS", None)
    if frozen:
        return Path(frozen)
    project = Path(__file__).resolve().parent.parent
    if (project / "models").is_dir():
        return project
    return Path(sysconfig.get_path("data")) / "share" / "heartgui"


def models_folder() -> Path:
    return program_folder() / "models"


def resources_folder() -> Path:
    return program_folder() / "resources"


class UserPaths(NamedTuple):
    """Folders of the person at the screen; made when first written to."""

    recordings: Path
    database: Path
    settings: Path
    window: Path
    logs: Path


def user_paths() -> UserPaths:
    """The platform's usual places, or all below $HEARTGUI_HOME."""
    home = os.environ.get(HOME_VARIABLE)
    if home:
        base = Path(home)
        documents, data, config, logs = base / "recordings", base, base, base / "logs"
    else:
        import platformdirs

        places = platformdirs.PlatformDirs("HeartGUI", appauthor=False)
        documents = Path(places.user_documents_dir) / "HeartGUI"
        data, config = Path(places.user_data_dir), Path(places.user_config_dir)
        logs = Path(places.user_log_dir)
    return UserPaths(
        recordings=documents,
        database=data / "library.sqlite",
        settings=config / "settings.json",
        window=config / "window.ini",
        logs=logs,
    )
