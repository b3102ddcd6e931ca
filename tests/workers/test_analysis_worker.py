"""The analysis worker: newest request wins, nothing hangs, errors arrive as words."""

from __future__ import annotations

import threading
from importlib import import_module

import numpy as np
import pytest

from heartgui.domain import CLASSES, Decision, Finding, Prediction, Quality, Recording
from heartgui.errors import Cancelled, ModelError
from heartgui.workers.analysis import AnalysisWorker


class SlowAnalyser:
    """Stands at the classifier boundary: answers when told to, looks for cancellation."""

    def __init__(self) -> None:
        self.begun = threading.Event()
        self.go_on = threading.Event()
        self.cancelled_durations: list[float] = []

    def analyse(self, recording, *, anyway=False, progress=None, cancelled=None) -> Finding:
        self.begun.set()
        while not self.go_on.wait(0.005):
            if cancelled():
                self.cancelled_durations.append(recording.duration_s)
                raise Cancelled
        progress(1, 1)
        return Finding(
            Decision.FINDING,
            CLASSES[0],
            (1.0, 0, 0, 0, 0),
            (),
            Quality(()),
            duration_s=recording.duration_s,
            analysed_anyway=anyway,
        )

    def live(self, samples, sample_rate_hz, start_s) -> tuple[Prediction, ...]:
        if not len(samples):
            raise ZeroDivisionError
        return (Prediction("cnn", "1", (0.2,) * 5),)


@pytest.fixture
def analyser() -> SlowAnalyser:
    return SlowAnalyser()


@pytest.fixture
def worker(analyser, qtbot):
    worker = AnalysisWorker(lambda: analyser)
    with qtbot.waitSignal(worker.ready, timeout=5000):
        worker.start()
    yield worker
    worker.close()


def recording(duration_s: float) -> Recording:
    return Recording(np.zeros(round(duration_s * 4000), dtype=np.float32), 4000)


def test_answer_carries_its_token(worker, analyser, qtbot):
    analyser.go_on.set()
    with qtbot.waitSignal(worker.finished_answer, timeout=5000) as answer:
        token = worker.classify(recording(4.0), anyway=True)
    assert answer.args[0] == token
    assert answer.args[1].duration_s == pytest.approx(4.0)
    assert answer.args[1].analysed_anyway


def test_newer_request_supersedes_the_running_one(worker, analyser, qtbot):
    answers = []
    worker.finished_answer.connect(lambda token, finding: answers.append(token))
    first = worker.classify(recording(5.0))
    assert analyser.begun.wait(5)
    with qtbot.waitSignal(worker.finished_answer, timeout=5000):
        second = worker.classify(recording(6.0))
        qtbot.waitUntil(lambda: analyser.cancelled_durations == [5.0], timeout=5000)
        analyser.go_on.set()
    assert answers == [second]
    assert first != second


def test_closing_while_running_ends_at_once(worker, analyser):
    worker.classify(recording(5.0))
    assert analyser.begun.wait(5)
    worker.close()
    assert worker.isFinished()
    assert analyser.cancelled_durations == [5.0]


def test_a_fault_in_a_model_is_told_and_the_next_request_is_answered(worker, qtbot, caplog):
    with qtbot.waitSignal(worker.failed, timeout=5000) as failed:
        worker.classify_live(np.zeros(0, np.float32), 4000, 0.0)
    assert "could not be classified" in failed.args[1].message
    assert failed.args[1].kept == "The recording is kept."
    caplog.clear()
    with qtbot.waitSignal(worker.live_answer, timeout=5000):
        worker.classify_live(np.ones(8, np.float32), 4000, 0.0)


def test_models_that_cannot_be_loaded_are_named(qtbot, caplog):
    def broken():
        raise ModelError("models/cnn/model.onnx was changed.", remedy="Install HeartGUI again.")

    worker = AnalysisWorker(broken)
    with qtbot.waitSignal(worker.failed, timeout=5000) as failed:
        worker.start()
    assert failed.args[0] == 0
    assert "model.onnx" in failed.args[1].message
    with qtbot.waitSignal(worker.failed, timeout=5000) as failed:
        token = worker.classify(recording(4.0))
    assert failed.args[0] == token
    worker.close()
    caplog.clear()


def test_an_engine_that_cannot_be_imported_is_told_and_other_models_answer(analyser, qtbot, caplog):
    def broken():
        import_module("an_engine_that_is_not_there")

    worker = AnalysisWorker(broken)
    with qtbot.waitSignal(worker.failed, timeout=5000) as failed:
        worker.start()
    assert failed.args[0] == 0
    assert isinstance(failed.args[1], ModelError)
    assert "ModuleNotFoundError" in failed.args[1].message
    assert failed.args[1].remedy
    assert "Traceback" in caplog.text
    caplog.clear()
    analyser.go_on.set()
    worker.use(lambda: analyser)
    with qtbot.waitSignal(worker.finished_answer, timeout=5000):
        worker.classify(recording(4.0))
    worker.close()


def test_other_models_are_used_from_the_next_request(worker, analyser, qtbot):
    other = SlowAnalyser()
    with qtbot.waitSignal(worker.ready, timeout=5000) as ready:
        worker.use(lambda: other)
    assert ready.args[0] is other
