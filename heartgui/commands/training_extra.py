"""What `train` and `evaluate` share: the training extra, its noise, the runs folder,
options without bearing."""

from __future__ import annotations

import argparse
import importlib.util
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
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
    """Import TensorFlow, with its start-up messages kept off the terminal. Raises ImportError."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")
    # Its libraries write a few lines before they look at that.
    with _nothing_written():
        import tensorflow  # noqa: F401


def say_what_is_not_heeded(arguments: argparse.Namespace, names: Sequence[str], place: str) -> None:
    """names: options without bearing on what is done, which may be given all the same. place: such
    as `to --recipe`."""
    for name in names:
        if getattr(arguments, name) not in (None, False):
            option = "--" + name.replace("_", "-")
            print(f"{option} does not apply {place}: it is not heeded.", file=sys.stderr)


@contextmanager
def _nothing_written() -> Iterator[None]:
    """Nothing reaches the process's standard error, from libraries either."""
    sys.stderr.flush()
    kept = os.dup(2)
    try:
        with Path(os.devnull).open("wb") as nowhere:
            os.dup2(nowhere.fileno(), 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def runs_folder(chosen: Path | None) -> Path:
    """The chosen folder, or one in the user's cache."""
    if chosen is not None:
        return chosen
    import platformdirs

    return Path(platformdirs.user_cache_dir("HeartGUI", appauthor=False)) / "runs"
