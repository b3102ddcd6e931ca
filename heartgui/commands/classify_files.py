"""Many files to results, several at once."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import (
    BrokenExecutor,
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
)
from pathlib import Path
from typing import Any, TypeVar

from heartgui.audio.files import read_recording
from heartgui.errors import HeartGUIError
from heartgui.inference.analysis import Analyser, Prepared
from heartgui.inference.result_json import finding_to_json

GROUP = 5
"""Files whose windows a network answers for in one batch; few, so that no process has much more to
do than another."""
LONG_S = 60.0
"""Longer recordings go one by one, so that a group of them fits into memory."""
_Result = dict[str, Any]
_Work = Prepared | _Result
_PR_SET_PDEATHSIG = 1
_worker = threading.local()
"""A worker's analyser and what it makes of results, be it a thread or a process."""
_T = TypeVar("_T")
Finish = Callable[[_Result], _T]
"""What becomes of a result."""


def results(
    analyser: Analyser, files: Sequence[Path], jobs: int, finish: Finish[_T]
) -> Iterator[_T]:
    """Results in the files' order, several groups of files at once. jobs: how many. finish: what
    becomes of each; the worker that has it does it, for there are more of these than of us."""
    jobs = min(jobs, -(-len(files) // GROUP))
    groups = _groups(files, jobs)
    n_done = 0
    pool = _pool(analyser, finish, jobs, processes=jobs > 1)
    running: deque[Future[list[_T]]] = deque()
    try:
        while groups or running:
            while groups and len(running) <= 2 * jobs:
                running.append(pool.submit(_group, groups.popleft()))
            done = running.popleft().result()
            n_done += len(done)
            yield from done
    except BrokenExecutor:
        yield from _apart(analyser, finish, files[n_done:])
    finally:
        # Never waited for: after Ctrl-C long recordings would take a while, and whatever the
        # interrupt left half done could last for ever. The processes end with this one.
        pool.shutdown(wait=False, cancel_futures=True)


def _groups(files: Sequence[Path], jobs: int) -> deque[Sequence[Path]]:
    """Smaller ones towards the end, so that all workers end at about the same time."""
    groups: deque[Sequence[Path]] = deque()
    start = 0
    while start < len(files):
        n = max(1, min(GROUP, (len(files) - start) // (2 * jobs)))
        groups.append(files[start : start + n])
        start += n
    return groups


def _apart(analyser: Analyser, finish: Finish[_T], files: Sequence[Path]) -> Iterator[_T]:
    """Each file in a process of its own, after one of them has brought a process down."""
    for path in files:
        with _pool(analyser, finish, 1, processes=True) as pool:
            try:
                yield from pool.submit(_group, [path]).result()
            except BrokenExecutor:
                words = "Not classified (the process that worked on it ended unexpectedly)."
                yield finish({"file": str(path), "error": words})


def _pool(analyser: Analyser, finish: Finish[Any], jobs: int, *, processes: bool) -> Executor:
    """What runs `_group`. Processes, where they start at once: so many small steps between the
    Fourier transforms and the network hold the interpreter's lock that threads gain nothing. They
    are copies of this process, loaded models included."""
    if processes and sys.platform == "linux":
        context = multiprocessing.get_context("fork")
        return ProcessPoolExecutor(
            jobs, context, initializer=_begin_process, initargs=(analyser, finish, os.getpid())
        )
    return ThreadPoolExecutor(jobs, initializer=_begin, initargs=(analyser, finish))


def _begin(analyser: Analyser, finish: Finish[Any]) -> None:
    """What a worker knows before its first group."""
    _worker.analyser, _worker.finish = analyser, finish


def _begin_process(analyser: Analyser, finish: Finish[Any], parent: int) -> None:
    _begin(analyser, finish)
    # Ctrl-C reaches all processes, and the first one decides. However that one ends, even killed,
    # Linux ends this one as well: left alone, it would wait for work for ever.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def _group(files: Sequence[Path]) -> list[Any]:
    return [_worker.finish(result) for result in _results_of(_worker.analyser, files)]


def _results_of(analyser: Analyser, files: Sequence[Path]) -> list[_Result]:
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
        return failure(path, error)


def _answer_alone(analyser: Analyser, path: Path, work: Prepared) -> _Result:
    try:
        return finding_to_json(analyser.answer([work])[0], str(path))
    except Exception as error:
        return failure(path, error)


def failure(path: Path, error: Exception) -> _Result:
    # Whatever one file brings about, the others are still done.
    if isinstance(error, HeartGUIError):
        return {"file": str(path), "error": str(error)}
    return {"file": str(path), "error": f"Not classified ({type(error).__name__}: {error})."}
