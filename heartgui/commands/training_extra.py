"""What `train` and `evaluate` share: the training extra, its noise, the runs folder."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Sequence
from pathlib import Path

NEEDED = ("tensorflow", "keras", "sklearn", "matplotlib", "tf2onnx")
"""To train. A bundled model is run without most of them."""


def training_missing(needed: Sequence[str] = NEEDED) -> bool:
    """Say in one line what is missing. False where all that is needed is installed."""
    missing = [name for name in needed if importlib.util.find_spec(name) is None]
    if missing:
        what = "Training" if needed is NEEDED else "This"
        print(
            f"{what} needs {', '.join(missing)}: install the extra with"
            " `pip install heartgui[train]`, or run `make test` once in the source tree.",
            file=sys.stderr,
        )
    return bool(missing)


def quiet_tensorflow() -> None:
    """Keep TensorFlow's start-up messages off the terminal. Before its first import only."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")


def runs_folder(chosen: Path | None) -> Path:
    """The chosen folder, or one in the user's cache."""
    if chosen is not None:
        return chosen
    import platformdirs

    return Path(platformdirs.user_cache_dir("HeartGUI", appauthor=False)) / "runs"
