"""Which answer the library keeps, and what comes late after Cancel or while a file is opened."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import Qt, QTimer

from heartgui.domain import Decision
from heartgui.inference.wording import headline
from heartgui.workers.opening import open_recording
from tests.helpers import findings
from tests.helpers.driving import (
    drop,
    finding,
    record,
    sample,
    settled,
    wait_for_finding,
    wait_for_jobs,
)
from tests.helpers.findings import HUM

KEEP = "another answer"


def choose(program, qtbot, name: str) -> None:
    """Other models, as from the list, to their answer."""
    program.page.take.model_chosen.emit(name)
    wait_for_models(program, qtbot, name)


def wait_for_models(program, qtbot, *names: str) -> None:
    qtbot.waitUntil(
        lambda: (found := finding(program)) is not None and models_of(found) == [*names],
        timeout=30_000,
    )
    wait_for_jobs(program, qtbot)


def models_of(answer) -> list[str]:
    return [name for name, _ in answer.models]


def stored(program) -> list[str]:
    (take,) = program.library.takes()
    return models_of(program.library.finding(take))


@pytest.fixture
def taken(program, qtbot):
    """A take that is answered and on screen."""
    program.page.take.set_length(10)
    record(program, qtbot)
    return program


def test_models_chosen_for_the_next_patient_leave_the_stored_answer(taken, qtbot):
    banner = taken.page.banner
    (before,) = taken.library.takes()
    choose(taken, qtbot, "lstm")
    assert taken.page.result.subline.text().startswith("by LSTM")
    assert stored(taken) == ["heartnet"]
    assert taken.library.takes() == [before]
    (text,) = banner.texts
    assert text.startswith("LSTM's answer is shown; the library keeps HeartNet's.")
    # The first models' answer is the library's again: nothing is left to say.
    choose(taken, qtbot, "heartnet")
    assert banner.texts == []
    choose(taken, qtbot, "lstm")
    (keep,) = banner.action_buttons(KEEP)
    assert keep.text() == "Keep this one"
    with qtbot.waitSignal(taken.record.take_stored):
        qtbot.mouseClick(keep, Qt.MouseButton.LeftButton)
    assert stored(taken) == ["lstm"]
    assert banner.texts == []


def test_the_offer_to_keep_an_answer_goes_with_it(taken, qtbot):
    (take,) = taken.library.takes()
    choose(taken, qtbot, "lstm")
    drop(taken, sample("normal"))
    qtbot.waitUntil(lambda: "normal.flac" in taken.page.caption.text(), timeout=10_000)
    assert taken.page.banner.texts == []
    taken.record.open_file(take.path, take=take)
    qtbot.waitUntil(lambda: bool(taken.page.banner.action_buttons(KEEP)), timeout=10_000)
    taken.review.deletion.delete([take.id])
    settled(taken)
    assert taken.page.banner.texts == []


@pytest.mark.parametrize("again", [False, True], ids=["first", "same"])
def test_another_takes_late_answer_leaves_the_offer(taken, qtbot, again):
    other = taken.library.add_file(sample("normal"), datetime.now(UTC))
    answer = findings.finding()
    if again:
        taken.library.set_finding(other.id, answer)
    choose(taken, qtbot, "lstm")
    said = taken.page.banner.texts
    taken.record._answers._on_late_answer((other.id, answer))
    wait_for_jobs(taken, qtbot)
    assert models_of(taken.library.finding(other)) == ["cnn"]
    assert taken.page.banner.texts == said
    (keep,) = taken.page.banner.action_buttons(KEEP)
    qtbot.mouseClick(keep, Qt.MouseButton.LeftButton)
    wait_for_jobs(taken, qtbot)
    (take,) = (take for take in taken.library.takes() if take.id != other.id)
    assert models_of(taken.library.finding(take)) == ["lstm"]


def test_a_take_that_waits_for_its_first_answer_gets_the_chosen_models(program, qtbot, answering):
    program.page.take.set_length(10)

    def choose_others() -> None:
        program.page.take.model_chosen.emit("lstm")
        answering.set()

    program.record.take_stored.connect(
        lambda _: QTimer.singleShot(0, choose_others), Qt.ConnectionType.SingleShotConnection
    )
    program.page.record_button.clicked.emit()
    wait_for_models(program, qtbot, "lstm")
    assert stored(program) == ["lstm"]
    assert program.page.banner.texts == []


def test_a_take_opened_again_keeps_its_answer(taken, qtbot):
    (take,) = taken.library.takes()
    taken.library.set_finding(take.id, findings.finding())
    taken.record.open_file(taken.library.get(take.id).path, take=taken.library.get(take.id))
    qtbot.waitUntil(lambda: taken.record.shown.attempt == 0, timeout=10_000)
    wait_for_finding(taken, qtbot)
    assert stored(taken) == ["cnn"]
    assert "the library keeps CNN's" in taken.page.banner.texts[0]


def test_another_answer_that_comes_late_is_not_kept(taken, qtbot):
    choose(taken, qtbot, "lstm")
    taken.page.take.model_chosen.emit("cnn")
    drop(taken, sample("normal"))
    wait_for_models(taken, qtbot, "cnn")
    qtbot.waitUntil(lambda: not taken.jobs.busy, timeout=10_000)
    assert stored(taken) == ["heartnet"]


def test_what_is_analysed_anyway_is_kept(taken, qtbot):
    (take,) = taken.library.takes()
    refused = findings.finding(decision=Decision.RECORD_AGAIN, quality=HUM)
    taken.library.set_finding(take.id, refused)
    taken.page.result.analyse_anyway_requested.emit()
    wait_for_finding(taken, qtbot)
    assert finding(taken).analysed_anyway
    assert stored(taken) == ["heartnet"]
    assert taken.page.banner.texts == []


def test_cancelled_stays_cancelled(program, qtbot):
    result = program.page.result
    drop(program, sample("normal"))
    answer = wait_for_finding(program, qtbot)
    program.record._answers.classify()
    token = program.record.shown.token
    result.cancel_requested.emit()
    # What the models had sent by then arrives now.
    program.analysis.progressed.emit(token, 96, 117)
    program.analysis.finished_answer.emit(token, answer)
    qtbot.wait(300)
    assert result.headline.text() == "Not classified"
    assert not result.cancel.isVisible()
    assert finding(program) is None
    # It is so, too, when something else could not be shown in between.
    program.record._answers.show_again()
    assert result.headline.text() == "Not classified"
    # Classify asks as usual, not in spite of a poor signal.
    assert result.anyway.text() == "Classify"
    result.anyway.click()
    assert not wait_for_finding(program, qtbot).analysed_anyway


@pytest.fixture
def long_file(tmp_path, monkeypatch):
    """A file of which half is read; the rest when the event is set."""
    go_on = threading.Event()
    path = tmp_path / "long.flac"
    path.write_bytes(sample("murmur").read_bytes())

    def slow(opened, progress, cancelled):
        if opened == path:
            progress(1000, 2000)
            go_on.wait(20.0)
        return open_recording(opened, progress, cancelled)

    monkeypatch.setattr("heartgui.ui.record.opening.open_recording", slow)
    yield path, go_on
    go_on.set()


def test_a_long_file_is_cancelled_while_it_opens(program, qtbot, long_file):
    path, go_on = long_file
    result = program.page.result
    drop(program, sample("normal"))
    answer = wait_for_finding(program, qtbot)
    features = program.page.tracks.features
    drop(program, path)
    assert result.headline.text() == "Opening…"
    assert result.cancel.isVisible()
    qtbot.waitUntil(lambda: result.subline.text() == "50 %", timeout=5000)
    assert (result.progress.value(), result.progress.maximum()) == (50, 100)
    qtbot.mouseClick(result.cancel, Qt.MouseButton.LeftButton)
    assert result.headline.text() == headline(answer)
    assert program.page.transport.isEnabled()
    go_on.set()
    qtbot.waitUntil(lambda: not program.jobs.busy, timeout=10_000)
    assert result.headline.text() == headline(answer)
    assert program.page.tracks.features is features
    assert "normal.flac" in program.page.caption.text()


def test_the_first_file_is_cancelled_while_it_opens(program, qtbot, long_file):
    drop(program, long_file[0])
    qtbot.mouseClick(program.page.result.cancel, Qt.MouseButton.LeftButton)
    assert program.page.result.headline.text() == "Ready"


def test_models_chosen_while_a_file_opens_are_asked_afterwards(program, qtbot, long_file):
    path, go_on = long_file
    result = program.page.result
    drop(program, sample("normal"))
    wait_for_finding(program, qtbot)
    drop(program, path)
    program.page.take.model_chosen.emit("lstm")
    qtbot.wait(500)
    assert result.headline.text() == "Opening…"
    # The recording that was there before comes back with their answer.
    qtbot.mouseClick(result.cancel, Qt.MouseButton.LeftButton)
    wait_for_models(program, qtbot, "lstm")
    assert "normal.flac" in program.page.caption.text()
    go_on.set()
    drop(program, path)
    qtbot.waitUntil(lambda: "long.flac" in program.page.caption.text(), timeout=10_000)
    wait_for_models(program, qtbot, "lstm")
