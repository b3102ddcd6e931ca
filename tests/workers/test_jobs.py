"""Jobs: one outcome each, errors in words, a newer one supersedes."""

from __future__ import annotations

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


def test_closing_ends_running_jobs(runner, qtbot):
    job = Job("open", waits_to_be_cancelled)
    runner.start(job)
    runner.close()
    assert job.isFinished()
    assert not runner.busy
