"""Many files to results, several at once.

Nothing here needs a model, NumPy or a sound library: the processes that work on the files are made
before any of that is imported, and import and load it at the same time. Made afterwards they would
cost more than that: each page of memory that one of them writes to is copied for it then.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

from heartgui.commands.forked import ProcessEndedError, in_processes

GROUP = 8
"""Files whose windows a network answers for in one batch; few, so that no process has much more to
do than another."""
_Result = dict[str, Any]
_T = TypeVar("_T")
_Files = Sequence[Path]
Load = Callable[[], Callable[[_Files], list[_Result]]]
"""Imports and loads what is needed, and gives what makes results of files."""
Finish = Callable[[_Result], _T]
"""What becomes of a result."""


def results(load: Load, files: _Files, jobs: int, finish: Finish[_T]) -> Iterator[_T]:
    """Results in the files' order, several groups of files at once. load: called once in each
    process. jobs: how many. finish: what becomes of each result; the worker that has it does it,
    for there are more of these than of us.

    Raises whatever `load` raises."""
    jobs = min(jobs, -(-len(files) // GROUP))
    groups = _groups(files, jobs)

    @functools.cache
    def start() -> Callable[[_Files], list[_T]]:
        results_of = load()
        return lambda group: [finish(result) for result in results_of(group)]

    if jobs == 1:
        do = start()
        for group in groups:
            yield from do(group)
    elif sys.platform == "linux":
        # So many small steps between the Fourier transforms and the network hold the interpreter's
        # lock that threads gain nothing.
        n_done = 0
        try:
            for done in in_processes(groups, jobs, start):
                yield from done
                n_done += len(done)
        except ProcessEndedError:
            yield from _apart(start, files[n_done:], finish)
    else:
        yield from _in_threads(start(), groups, jobs)


def _groups(files: _Files, jobs: int) -> list[_Files]:
    """Smaller ones towards the end, so that all workers end at about the same time."""
    groups: list[_Files] = []
    start = 0
    while start < len(files):
        n = max(1, min(GROUP, (len(files) - start) // (2 * jobs)))
        groups.append(files[start : start + n])
        start += n
    return groups


def _apart(
    start: Callable[[], Callable[[_Files], list[_T]]], files: _Files, finish: Finish[_T]
) -> Iterator[_T]:
    """Each file in a process of its own, after one of them has brought a process down."""
    # Here, once: the processes are copies of this one.
    start()
    for path in files:
        try:
            for done in in_processes([[path]], 1, start, await_end=True):
                yield from done
        except ProcessEndedError:
            words = "Not classified (the process that worked on it ended unexpectedly)."
            yield finish({"file": str(path), "error": words})


def _in_threads(
    do: Callable[[_Files], list[_T]], groups: Sequence[_Files], jobs: int
) -> Iterator[_T]:
    from concurrent.futures import ThreadPoolExecutor

    pool = ThreadPoolExecutor(jobs)
    try:
        for done in pool.map(do, groups):
            yield from done
    finally:
        # Never waited for: after Ctrl-C long recordings would take a while.
        pool.shutdown(wait=False, cancel_futures=True)
