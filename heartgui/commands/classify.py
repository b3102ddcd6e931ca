"""`heartgui classify`: files and folders to findings, as JSON lines or as a table."""

from __future__ import annotations

import argparse
import functools
import gc
import json
import os
import re
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from heartgui.audio.sound_files import AUDIO_SUFFIXES, sound_files
from heartgui.commands.classify_files import results
from heartgui.commands.numbers import positive
from heartgui.model_choice import MODELS_OF_CHOICE
from heartgui.paths import models_folder

_Line = tuple[str, bool]
"""A result as a line, and whether it is a failure."""
NAME_WIDTH = 48
"""Of a file's name in the table."""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "classify",
        help="classify sound files and folders of them",
        description="Classifies each file and prints a table, or with --json one JSON object a"
        " line on standard output. Progress goes to standard error. Exit code 1 if a file could"
        " not be classified, whose line then holds file and error only; the others are still done."
        " In the JSON, label and probabilities are null where the recording is silent or under 1 s"
        " and no model was run; model and model_version name the models chosen all the same. What"
        " is to be recorded again for another reason has them, and is no finding.",
    )
    parser.add_argument("paths", type=_path, nargs="+", metavar="PATH", help="sound file or folder")
    parser.add_argument(
        "--model",
        default=next(iter(MODELS_OF_CHOICE)),
        help="name of a bundled model, or both: the mean of the paper's CNN and LSTM",
    )
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument(
        "--jobs", type=positive, default=os.cpu_count() or 1, help="files to work on at once"
    )


def _path(text: str) -> Path:
    """Path would take nothing, as of a variable that is not set, for the folder we are in."""
    if not text:
        raise argparse.ArgumentTypeError("the path is empty")
    return Path(text)


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0; 1 if any file failed. Raises ModelError for an unknown or changed model."""
    files = sound_files(arguments.paths)
    if not files:
        endings = ", ".join(sorted(AUDIO_SUFFIXES))
        print(f"heartgui: no sound files there ({endings}).", file=sys.stderr)
        return 1
    gc.enable()
    names = MODELS_OF_CHOICE.get(arguments.model, (arguments.model,))
    table = None if arguments.json else _Table(files)
    finish = _json_line if table is None else table.row
    failed = 0
    progress = _Progress(len(files))
    for line, is_failure in results(functools.partial(_load, names), files, arguments.jobs, finish):
        progress.clear()
        if table is not None and not progress.n_done:
            print(table.head)
        print(line, flush=True)
        failed += is_failure
        progress.step()
    progress.clear()
    if failed:
        print(f"{failed} of {len(files)} files could not be classified.", file=sys.stderr)
    return 1 if failed else 0


def _load(names: tuple[str, ...]) -> Callable[[Sequence[Path]], list[dict[str, Any]]]:
    """What makes results of files, with these models."""
    # All that is imported and loaded stays: to look through it, now and ever after, finds nothing.
    gc.disable()
    from heartgui.commands.file_results import results_of
    from heartgui.inference.analysis import open_analyser

    analyser = open_analyser(models_folder(), names)
    gc.freeze()
    gc.enable()
    return functools.partial(results_of, analyser)


def _json_line(result: dict[str, Any]) -> _Line:
    try:
        line = json.dumps(result, allow_nan=False)
    except ValueError as error:
        from heartgui.commands.file_results import failure

        result = failure(Path(result["file"]), error)
        line = json.dumps(result)
    return line, "error" in result


class _Progress:
    """A counter on standard error, where that is a terminal."""

    def __init__(self, total: int) -> None:
        self.n_done, self._total = 0, total
        self._shown = sys.stderr.isatty() and total > 1

    def step(self) -> None:
        self.n_done += 1
        if self._shown:
            print(f"\r{self.n_done} of {self._total} files", end="", file=sys.stderr, flush=True)

    def clear(self) -> None:
        if self._shown:
            print("\r\033[K", end="", file=sys.stderr, flush=True)


class _Table:
    """Rows for people."""

    def __init__(self, files: Sequence[Path]) -> None:
        self._names = _names(files)
        self._width = max(map(len, self._names.values()))

    @property
    def head(self) -> str:
        return (
            f"{'file':{self._width}}  {'length':>8}  {'decision':13}  {'class':11}  {'p':>5}  why"
        )

    def row(self, result: dict[str, Any]) -> _Line:
        head = f"{self._names[result['file']]:{self._width}}"
        if "error" in result:
            error = _one_line(result["error"])
            return f"{head}  {'':>8}  {'error':13}  {error}", True
        probabilities = result["probabilities"] or {}
        label = result["label"] or "-"
        p = f"{probabilities[label]:.2f}" if label in probabilities else "-"
        why = ", ".join(reason["code"] for reason in result["reasons"])
        line = (
            f"{head}  {result['duration_s']:6.1f} s  {result['decision']:13}  {label:11}  {p:>5}"
            f"  {why}"
        )
        return line.rstrip(), False


def _names(files: Sequence[Path]) -> dict[str, str]:
    """What each file is called in the table, by its path: its name, or all of the path where
    several have that name. Of a long one the middle is left out."""
    n = Counter(path.name for path in files)
    names = {str(path): _one_line(path.name if n[path.name] == 1 else str(path)) for path in files}
    half = NAME_WIDTH // 2
    return {
        path: name if len(name) <= NAME_WIDTH else f"{name[: half - 1]}…{name[-half:]}"
        for path, name in names.items()
    }


def _one_line(text: str) -> str:
    """Without control characters: a name may hold a line's end."""
    return re.sub(r"[\x00-\x1f\x7f-\x9f]", "\N{REPLACEMENT CHARACTER}", text)
