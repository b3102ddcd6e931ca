"""Changes: in order, each told of, none left out."""

from __future__ import annotations

import threading

import pytest

from heartgui.errors import HeartGUIError, StorageError
from heartgui.workers.changes import Changes
from heartgui.workers.jobs import JobRunner


@pytest.fixture
def jobs():
    jobs = JobRunner()
    yield jobs
    jobs.close()


@pytest.fixture
def changes(jobs):
    return Changes(jobs)


class Told:
    """What is done, and what the person who asked for it is told."""

    def __init__(self) -> None:
        self.made: list[int] = []
        self.words: list[str] = []

    def make(self, changes: Changes, n: int, held: threading.Event | None = None) -> None:
        def change() -> int:
            if held is not None:
                assert held.wait(10.0)
            if n % 2:
                raise StorageError(f"{n} failed.")
            self.made.append(n)
            return n

        changes.make(change, lambda n: self.words.append(f"{n} is done."), self._failed)

    def _failed(self, error: HeartGUIError) -> None:
        self.words.append(error.message)


def test_they_are_made_one_after_the_other_and_a_failure_ends_none_after_it(changes, jobs, qtbot):
    told, held = Told(), threading.Event()
    told.make(changes, 0, held)
    for n in range(1, 5):
        told.make(changes, n)
    assert told.words == []
    held.set()
    qtbot.waitUntil(lambda: len(told.words) == 5, timeout=10_000)
    assert told.made == [0, 2, 4]
    assert told.words == [
        "0 is done.", "1 failed.", "2 is done.", "3 failed.", "4 is done.",
    ]  # fmt: skip
    # One that is asked for when all are made is made too.
    qtbot.waitUntil(lambda: not jobs.busy, timeout=10_000)
    told.make(changes, 6)
    qtbot.waitUntil(lambda: told.made[-1] == 6, timeout=10_000)


def test_those_that_wait_at_the_end_are_made_and_so_are_those_after_it(changes, jobs):
    told, held = Told(), threading.Event()
    told.make(changes, 0, held)
    for n in (1, 2):
        told.make(changes, n)
    held.set()
    jobs.close()
    assert told.made == [0]
    changes.close()
    assert told.made == [0, 2]
    told.make(changes, 4)
    assert told.made == [0, 2, 4]
