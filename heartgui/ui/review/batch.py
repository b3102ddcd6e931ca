"""Long work on takes, run in jobs: classify, label, add files. What is done stays done."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from traceback import format_tb
from typing import Any, TypeVar

from heartgui.audio.files import read_recording
from heartgui.audio.sound_files import sound_files
from heartgui.errors import Cancelled, HeartGUIError, SidecarError
from heartgui.inference.analysis import Analyser
from heartgui.library.store import Library
from heartgui.workers.jobs import IsCancelled, Progress

log = logging.getLogger(__name__)

T = TypeVar("T")


@dataclass
class Outcome:
    """done: numbers of the takes that were classified, labelled or added. failed: what went wrong,
    each with the file's name in front. cancelled: whether it was stopped before the end."""

    done: list[int] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    cancelled: bool = False


def classify_takes(
    library: Library,
    open_models: Callable[[], Analyser],
    take_ids: Sequence[int],
    progress: Progress,
    cancelled: IsCancelled,
    *,
    anyway: bool = False,
) -> Outcome:
    """Ask the models about takes and keep the answers. Raises ModelError before the first."""
    analyser = open_models()
    outcome = Outcome()
    for take_id in _until_cancelled(take_ids, outcome, progress, cancelled):
        name = f"Take {take_id}"
        try:
            take = library.get(take_id)
            name = take.name
            finding = analyser.analyse(
                read_recording(take.path), anyway=anyway, cancelled=cancelled
            )
            library.set_finding(take_id, finding)
            if anyway:
                log.info("analysed anyway by request")
        except Cancelled:
            outcome.cancelled = True
            break
        except Exception as error:
            outcome.failed.append(_told(name, error))
        else:
            outcome.done.append(take_id)
    return outcome


def set_labels(
    library: Library,
    take_ids: Sequence[int],
    changed: Mapping[str, Any],
    progress: Progress,
    cancelled: IsCancelled,
) -> Outcome:
    """Set some labels of takes right. changed: fields of TakeLabels. Raises StorageError where the
    table fails: it would for the others as well."""
    outcome = Outcome()
    for take_id in _until_cancelled(take_ids, outcome, progress, cancelled):
        take = library.get(take_id)
        try:
            library.change_labels(take_id, lambda labels: replace(labels, **changed))
        except SidecarError as error:
            # The others may be in another folder.
            outcome.failed.append(_told(take.name, error))
        else:
            outcome.done.append(take_id)
    return outcome


def add_files(
    library: Library,
    open_models: Callable[[], Analyser],
    paths: Sequence[Path],
    progress: Progress,
    cancelled: IsCancelled,
) -> Outcome:
    """Copy sound files, and those in folders, into the library and classify each."""
    analyser = open_models()
    files = sound_files(paths)
    outcome = Outcome()
    for path in _until_cancelled(files, outcome, progress, cancelled):
        try:
            take = library.add_file(path, datetime.now(UTC))
            finding = analyser.analyse(read_recording(take.path), cancelled=cancelled)
            library.set_finding(take.id, finding)
        except Cancelled:
            # It is added; it has no answer yet.
            outcome.done.append(take.id)
            outcome.cancelled = True
            break
        except Exception as error:
            outcome.failed.append(_told(path.name, error))
        else:
            outcome.done.append(take.id)
    return outcome


def _told(name: str, error: Exception) -> str:
    """With the name in front, where the message does not begin with it itself. What nobody foresaw
    of one take or file keeps no other from its turn; it is logged."""
    if not isinstance(error, HeartGUIError):
        # Its own words may hold the name of a file, which the log must not.
        kind = type(error).__name__
        log.error("one of several failed: %s\n%s", kind, "".join(format_tb(error.__traceback__)))
        return f"{name}: This did not work ({kind}); the log file holds the details."
    return error.message if error.message.startswith(name) else f"{name}: {error.message}"


def _until_cancelled(
    things: Sequence[T], outcome: Outcome, progress: Progress, cancelled: IsCancelled
) -> Iterator[T]:
    """Each in turn, told to progress; ends early where it is cancelled, and the outcome says so."""
    for n, thing in enumerate(things):
        if cancelled():
            outcome.cancelled = True
            return
        progress(n, len(things))
        yield thing
