"""`heartgui classify`: files and folders to findings, as JSON lines or as a table."""

from __future__ import annotations

import argparse
import ctypes
import json
import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import (
    BrokenExecutor,
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
)
from pathlib import Path
from typing import Any

from heartgui.audio.files import AUDIO_SUFFIXES, read_recording, sound_files
from heartgui.commands.numbers import positive
from heartgui.errors import HeartGUIError
from heartgui.inference.analysis import Analyser, Prepared, open_analyser
from heartgui.inference.result_json import finding_to_json
from heartgui.paths import models_folder
from heartgui.settings import MODELS_OF_CHOICE

GROUP = 5
"""Files whose windows a network answers for in one batch; few, so that no process has much more to
do than another."""
LONG_S = 60.0
"""Longer recordings go one by one, so that a group of them fits into memory."""
_Work = Prepared | dict[str, Any]
_PR_SET_PDEATHSIG = 1
_worker = threading.local()
"""A worker's analyser, be it a thread or a process."""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "classify",
        help="classify sound files and folders of them",
        description="Classifies each file and prints a table, or with --json one JSON object a"
        " line on standard output. Progress goes to standard error. Exit code 1 if a file could"
        " not be classified, whose line then holds file and error only; the others are still done."
        " In the JSON, label and probabilities are null where the recording is too short or silent"
        " and no model was run; model and model_version name the models chosen all the same.",
    )
    parser.add_argument("paths", type=Path, nargs="+", metavar="PATH", help="sound file or folder")
    parser.add_argument(
        "--model",
        default=next(iter(MODELS_OF_CHOICE)),
        help="name of a bundled model, or both: the mean of the paper's CNN and LSTM",
    )
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument(
        "--jobs", type=positive, default=os.cpu_count() or 1, help="files to work on at once"
    )


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0; 1 if any file failed. Raises ModelError for an unknown or changed model."""
    names = MODELS_OF_CHOICE.get(arguments.model, (arguments.model,))
    files = sound_files(arguments.paths)
    if not files:
        endings = ", ".join(sorted(AUDIO_SUFFIXES))
        print(f"heartgui: no sound files there ({endings}).", file=sys.stderr)
        return 1
    analyser = open_analyser(models_folder(), names)
    failed = 0
    table = None if arguments.json else _Table(files)
    progress = _Progress(len(files))
    for result in _results(analyser, files, arguments.jobs):
        progress.clear()
        if table is None:
            result = _print_json(result)
        else:
            table.print_row(result)
        failed += "error" in result
        progress.step()
    progress.clear()
    if failed:
        print(f"{failed} of {len(files)} files could not be classified.", file=sys.stderr)
    return 1 if failed else 0


def _results(analyser: Analyser, files: Sequence[Path], jobs: int) -> Iterator[dict[str, Any]]:
    """Results in the files' order, several groups of files at once."""
    groups = [files[start : start + GROUP] for start in range(0, len(files), GROUP)]
    n_done = 0
    jobs = min(jobs, len(groups))
    with _pool(analyser, jobs, processes=jobs > 1) as pool:
        running: deque[Future[list[dict[str, Any]]]] = deque()
        try:
            while groups or running:
                while groups and len(running) <= 2 * jobs:
                    running.append(pool.submit(_group, groups.pop(0)))
                results = running.popleft().result()
                n_done += len(results)
                yield from results
        except (KeyboardInterrupt, GeneratorExit):
            # Not waited for, long recordings take a while; the processes end with this one.
            pool.shutdown(wait=False, cancel_futures=True)
            raise
        except BrokenExecutor:
            yield from _apart(analyser, files[n_done:])


def _apart(analyser: Analyser, files: Sequence[Path]) -> Iterator[dict[str, Any]]:
    """Each file in a process of its own, after one of them has brought a process down."""
    for path in files:
        with _pool(analyser, 1, processes=True) as pool:
            try:
                yield from pool.submit(_group, [path]).result()
            except BrokenExecutor:
                yield {
                    "file": str(path),
                    "error": "Not classified (the process that worked on it ended unexpectedly).",
                }


def _pool(analyser: Analyser, jobs: int, *, processes: bool) -> Executor:
    """What runs `_group`. Processes, where they start at once: so many small steps between the
    Fourier transforms and the network hold the interpreter's lock that threads gain nothing. They
    are copies of this process, loaded models included."""
    if processes and sys.platform == "linux":
        context = multiprocessing.get_context("fork")
        return ProcessPoolExecutor(
            jobs, context, initializer=_begin_process, initargs=(analyser, os.getpid())
        )
    return ThreadPoolExecutor(jobs, initializer=_begin, initargs=(analyser,))


def _begin(analyser: Analyser) -> None:
    """What a worker knows before its first group."""
    _worker.analyser = analyser


def _begin_process(analyser: Analyser, parent: int) -> None:
    _begin(analyser)
    # Ctrl-C reaches all processes, and the first one decides. However that one ends, even killed,
    # Linux ends this one as well: left alone, it would wait for work for ever.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def _group(files: Sequence[Path]) -> list[dict[str, Any]]:
    analyser: Analyser = _worker.analyser
    done = [(path, _prepare(analyser, path)) for path in files]
    try:
        findings = iter(analyser.answer([work for _, work in done if isinstance(work, Prepared)]))
        return [
            finding_to_json(next(findings), str(path)) if isinstance(work, Prepared) else work
            for path, work in done
        ]
    except Exception:
        # One of them cannot be answered, and it is not told which: each is asked about alone.
        return [
            _answer_alone(analyser, path, work) if isinstance(work, Prepared) else work
            for path, work in done
        ]


def _prepare(analyser: Analyser, path: Path) -> _Work:
    """What remains to be answered, or the result where nothing remains."""
    try:
        recording = read_recording(path)
        if recording.duration_s <= LONG_S:
            return analyser.prepare(recording)
        return finding_to_json(analyser.analyse(recording), str(path))
    except Exception as error:
        return _failure(path, error)


def _answer_alone(analyser: Analyser, path: Path, work: Prepared) -> dict[str, Any]:
    try:
        return finding_to_json(analyser.answer([work])[0], str(path))
    except Exception as error:
        return _failure(path, error)


def _failure(path: Path, error: Exception) -> dict[str, Any]:
    # Whatever one file brings about, the others are still done.
    if isinstance(error, HeartGUIError):
        return {"file": str(path), "error": str(error)}
    return {"file": str(path), "error": f"Not classified ({type(error).__name__}: {error})."}


def _print_json(result: dict[str, Any]) -> dict[str, Any]:
    """Print a result as a line; returns what was printed."""
    try:
        line = json.dumps(result, allow_nan=False)
    except ValueError as error:
        result = _failure(Path(result["file"]), error)
        line = json.dumps(result)
    print(line, flush=True)
    return result


class _Progress:
    """A counter on standard error, where that is a terminal."""

    def __init__(self, total: int) -> None:
        self._total, self._done = total, 0
        self._shown = sys.stderr.isatty() and total > 1

    def step(self) -> None:
        self._done += 1
        if self._shown:
            print(f"\r{self._done} of {self._total} files", end="", file=sys.stderr, flush=True)

    def clear(self) -> None:
        if self._shown:
            print("\r\033[K", end="", file=sys.stderr, flush=True)


class _Table:
    """Rows for people, printed as they come."""

    def __init__(self, files: Sequence[Path]) -> None:
        self._width = min(48, max(len(path.name) for path in files))
        print(
            f"{'file':{self._width}}  {'length':>8}  {'decision':13}  {'class':11}  {'p':>5}  why"
        )

    def print_row(self, result: dict[str, Any]) -> None:
        name = Path(result["file"]).name
        if len(name) > self._width:
            name = name[: self._width - 1] + "…"
        head = f"{name:{self._width}}"
        if "error" in result:
            print(f"{head}  {'':>8}  {'error':13}  {result['error']}", flush=True)
            return
        probabilities = result["probabilities"] or {}
        label = result["label"] or "-"
        p = f"{probabilities[label]:.2f}" if label in probabilities else "-"
        why = ", ".join(reason["code"] for reason in result["reasons"])
        print(
            f"{head}  {result['duration_s']:6.1f} s  {result['decision']:13}  {label:11}  {p:>5}"
            f"  {why}".rstrip(),
            flush=True,
        )
