"""Tasks in copies of this process: order, errors, and processes that end."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import pytest

if sys.platform != "linux":
    pytest.skip("processes are copied on Linux only", allow_module_level=True)

from heartgui.commands.forked import ProcessEndedError, in_processes


def children() -> set[str]:
    """Processes that this one started and that are not reaped."""
    return set(Path(f"/proc/self/task/{os.getpid()}/children").read_text().split())


def test_answers_come_in_the_order_of_the_tasks_whoever_is_first(tmp_path):
    def do(number: int) -> tuple[int, int]:
        if number == 0:
            # The first is done last: only when another process has done all the others.
            while not (tmp_path / "last").exists():
                time.sleep(0.005)
        if number == 99:
            (tmp_path / "last").touch()
        return number, os.getpid()

    answers = list(in_processes(range(100), 2, lambda: do))
    assert [number for number, _ in answers] == list(range(100))
    assert len({process for _, process in answers} - {os.getpid()}) == 2


def test_large_answers_arrive_whole():
    answers = list(in_processes(range(6), 3, lambda: lambda number: bytes([number]) * 3_000_000))
    assert answers == [bytes([number]) * 3_000_000 for number in range(6)]


def test_each_process_starts_once():
    def start():
        started.append(os.getpid())
        return lambda _: (os.getpid(), list(started))

    started: list[int] = []
    for process, seen in in_processes(range(40), 2, start):
        assert seen == [process]
    assert started == []


@pytest.mark.parametrize("where", ["start", "task"])
def test_what_is_raised_there_is_raised_here_with_all_it_holds(where):
    from heartgui.errors import ModelError

    def fail():
        raise ModelError("The model was changed.", remedy="Install it again.")

    def start():
        if where == "start":
            fail()
        return lambda number: fail() if number == 3 else number

    answers = in_processes(range(9), 2, start)
    if where == "task":
        assert [next(answers) for _ in range(3)] == [0, 1, 2]
    with pytest.raises(ModelError) as raised:
        next(answers)
    assert raised.value.remedy == "Install it again."


@pytest.mark.parametrize("n_processes", [1, 3])
def test_a_process_that_ends_is_told_and_the_others_end_with_it(n_processes):
    before = children()

    def do(number: int) -> int:
        if number == 5:
            os.kill(os.getpid(), signal.SIGKILL)
        return number

    answers: list[int] = []
    with pytest.raises(ProcessEndedError):
        answers.extend(in_processes(range(50), n_processes, lambda: do, await_end=True))
    assert answers == list(range(len(answers)))
    assert len(answers) <= 5
    assert children() == before


def test_who_stops_asking_leaves_no_process_behind():
    before = children()
    answers = in_processes(range(1_000_000), 2, lambda: lambda number: number, await_end=True)
    assert next(answers) == 0
    assert len(children() - before) == 2
    answers.close()
    assert children() == before
