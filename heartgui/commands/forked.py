"""Tasks done by copies of this process, several at once. For Linux, which copies a process at once.

The standard library's ProcessPoolExecutor does the same, but to import it takes as long as three
recordings take, with nothing else going on meanwhile.
"""

from __future__ import annotations

import ctypes
import os
import pickle
import select
import signal
import struct
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NoReturn, TypeVar

_Task = TypeVar("_Task")
_Answer = TypeVar("_Answer")
Start = Callable[[], Callable[[_Task], _Answer]]
"""Called once in each process, before its first task: gives what does a task."""
_NUMBER = struct.Struct("=Q")
"""A task's number to the processes; the length of an answer from them."""
_PR_SET_PDEATHSIG = 1


class ProcessEndedError(Exception):
    """A process ended before it had done its task."""


def in_processes(
    tasks: Sequence[_Task],
    n_processes: int,
    start: Start[_Task, _Answer],
    *,
    await_end: bool = False,
) -> Iterator[_Answer]:
    """The tasks' answers, in the tasks' order. Whoever is free takes the next task.

    await_end: return when all that the processes held has been given back. That takes as long as a
    recording, wasted on who ends next, but keeps ended processes from piling up.

    Raises whatever `start` or a task raises, in its turn, and ProcessEndedError where an answer is
    missing after a process has ended. The others are ended then, as all are when the iterator is
    closed or this process ends, however it does.
    """
    taking, giving = os.pipe()
    processes: dict[int, int] = {}
    try:
        for _ in range(n_processes):
            reading, writing = os.pipe()
            process = os.fork()
            if not process:
                os.close(giving)
                _work(tasks, start, taking, writing)
            os.close(writing)
            processes[reading] = process
        yield from _in_order(tasks, giving, list(processes))
    finally:
        os.close(taking)
        os.close(giving)
        for process in processes.values():
            os.kill(process, signal.SIGKILL)
        for reading, process in processes.items():
            os.close(reading)
            if await_end:
                os.waitpid(process, 0)


def _in_order(tasks: Sequence[_Task], giving: int, answering: list[int]) -> Iterator[Any]:
    ready = select.poll()
    for reading in answering:
        ready.register(reading, select.POLLIN)
    answers: dict[int, tuple[Any, Exception | None]] = {}
    n_given = n_answered = 0
    ended = False
    for number in range(len(tasks)):
        while number not in answers:
            if ended:
                raise ProcessEndedError
            # One more for each process than it works on, so that none waits for us.
            while n_given < min(len(tasks), n_answered + 2 * len(answering)):
                os.write(giving, _NUMBER.pack(n_given))
                n_given += 1
            for reading, _ in ready.poll():
                try:
                    answered, answer, error = _received(reading)
                except EOFError:
                    ready.unregister(reading)
                    ended = True
                else:
                    answers[answered] = answer, error
                    n_answered += 1
        answer, error = answers.pop(number)
        if error is not None:
            raise error
        yield answer


def _work(
    tasks: Sequence[_Task], start: Start[_Task, _Answer], taking: int, writing: int
) -> NoReturn:
    """What a process does, to its end."""
    try:
        # Ctrl-C reaches all processes, and the first one decides. However that one ends, even
        # killed, Linux ends this one as well, at once.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        do = None
        # Nothing is read once the first process has ended, as it may have before it was asked for.
        while taken := os.read(taking, _NUMBER.size):
            (number,) = _NUMBER.unpack(taken)
            answer, failure = None, None
            try:
                do = do or start()
                answer = do(tasks[number])
            except Exception as error:
                failure = error
            _send(writing, (number, answer, failure))
    finally:
        # Nothing of the first process's may be run or written here.
        os._exit(1)


def _send(writing: int, answer: object) -> None:
    content = pickle.dumps(answer)
    left = memoryview(_NUMBER.pack(len(content)) + content)
    while left:
        left = left[os.write(writing, left) :]


def _received(reading: int) -> tuple[int, Any, Exception | None]:
    """Raises EOFError where the process has ended."""
    (length,) = _NUMBER.unpack(_exactly(reading, _NUMBER.size))
    received: tuple[int, Any, Exception | None] = pickle.loads(_exactly(reading, length))
    return received


def _exactly(reading: int, n: int) -> bytes:
    parts = []
    while n:
        part = os.read(reading, n)
        if not part:
            raise EOFError
        parts.append(part)
        n -= len(part)
    return b"".join(parts)
