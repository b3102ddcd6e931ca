"""Jobs: one outcome each, errors in words, a newer one supersedes."""

from __future__ import annotations

import contextlib
import threading

import pytest

from heartgui.errors import AudioFileError, Cancelled
from heartgui.workers.jobs import Job, JobRunner


@pytest.fixture
def runner():
    runner = JobRunner()
    yield runner
    runner.close()


def waits_to_be_cancelled(progress, cancelled):
    stop = threading.Event()
    while not cancelled():
        stop.wait(0.005)
    raise Cancelled


def test_result_and_progress_arrive(runner, qtbot):
    job = Job("open", lambda progress, cancelled: (progress(1, 2), "opened")[1])
    with (
        qtbot.waitSignal(job.done, timeout=5000) as done,
        qtbot.waitSignal(job.progressed, timeout=5000) as progressed,
    ):
        runner.start(job)
    assert done.args == ["opened"]
    assert progressed.args == [1, 2]
    qtbot.waitUntil(lambda: not runner.busy, timeout=5000)


def test_an_error_for_people_passes_through(runner, qtbot):
    def work(progress, cancelled):
        raise AudioFileError("The file is empty.", remedy="Open another one.")

    job = Job("open", work)
    with qtbot.waitSignal(job.failed, timeout=5000) as failed:
        runner.start(job)
    assert failed.args[0].message == "The file is empty."


def test_a_fault_becomes_words_and_a_log_entry(runner, qtbot, caplog):
    job = Job("open", lambda progress, cancelled: 1 / 0)
    with qtbot.waitSignal(job.failed, timeout=5000) as failed:
        runner.start(job)
    assert "did not work" in failed.args[0].message
    assert "ZeroDivisionError" in caplog.text
    caplog.clear()


def test_a_newer_job_of_the_same_name_supersedes(runner, qtbot):
    older = Job("open", waits_to_be_cancelled)
    newer = Job("open", lambda progress, cancelled: "newer")
    runner.start(older)
    with (
        qtbot.waitSignal(older.stopped, timeout=5000),
        qtbot.waitSignal(newer.done, timeout=5000),
    ):
        runner.start(newer)


def outcomes(job: Job) -> list:
    """What the job reports, as it comes."""
    told: list = []
    job.done.connect(lambda result: told.append(("done", result)))
    job.failed.connect(lambda error: told.append(("failed", error.message)))
    job.stopped.connect(lambda part: told.append(("stopped", part)))
    job.finished.connect(lambda: told.append("finished"))
    return told


def fails(error: Exception):
    raise error


@pytest.mark.parametrize(
    ("end", "part"),
    [
        (lambda: ["the first"], ["the first"]),
        (lambda: fails(AudioFileError("The file is empty.")), None),
        (lambda: fails(ZeroDivisionError()), None),
    ],
    ids=["returns what it has done", "fails", "has a fault"],
)
def test_a_cancelled_job_has_only_stopped(runner, qtbot, caplog, end, part):
    def work(progress, cancelled):
        with contextlib.suppress(Cancelled):
            waits_to_be_cancelled(progress, cancelled)
        return end()

    job = Job("add", work)
    told = outcomes(job)
    runner.start(job)
    runner.cancel("add")
    qtbot.waitUntil(lambda: "finished" in told, timeout=5000)
    assert told == [("stopped", part), "finished"]
    caplog.clear()


def test_a_job_that_ended_before_it_was_cancelled_has_only_stopped_too(runner, qtbot):
    ended = threading.Event()
    job = Job("open", lambda progress, cancelled: ended.set())
    told = outcomes(job)
    runner.start(job)
    # Its end waits to be taken by this thread.
    assert ended.wait(5)
    job.wait()
    runner.cancel("open")
    qtbot.waitUntil(lambda: "finished" in told, timeout=5000)
    assert told == [("stopped", None), "finished"]


def test_the_end_of_one_job_does_not_swallow_what_another_has_to_report(runner, qtbot):
    go_on = threading.Event()
    first = Job("recover", lambda progress, cancelled: None)
    second = Job("open", lambda progress, cancelled: (go_on.wait(5), "opened")[1])
    told = outcomes(second)
    runner.start(first)
    runner.start(second)
    # Both ends wait to be taken by this thread, the first one's in front.
    first.wait()
    go_on.set()
    second.wait()
    del second
    qtbot.waitUntil(lambda: not runner.busy, timeout=5000)
    assert told == [("done", "opened"), "finished"]


def test_closing_ends_running_jobs(runner, qtbot):
    job = Job("open", waits_to_be_cancelled)
    runner.start(job)
    runner.close()
    assert job.isFinished()
    assert not runner.busy
