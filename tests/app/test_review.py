"""The Review page: find, hear, rename, annotate, classify, delete and bring back."""

from __future__ import annotations

import errno
import json
import logging
import shutil
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QSize, Qt, QTimer
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QApplication, QInputDialog, QLineEdit, QMessageBox

from heartgui.audio.files import read_recording, write_wav
from heartgui.domain import AuscultationSite, HeartSoundClass
from heartgui.errors import AudioFileError
from heartgui.inference.classifier import Classifier
from heartgui.library.places import TRASH
from heartgui.library.sidecar import sidecar_path
from heartgui.library.take import LONGEST_CODE, TakeLabels
from heartgui.ui.main_window import SMALLEST_SIZE
from heartgui.ui.record import result_card
from heartgui.ui.review.controller import OPEN_AFTER_MS
from heartgui.ui.review.take_table import COLUMNS, LENGTH, NAME, PAGE, QUALITY, RATE, SITE
from heartgui.workers.opening import open_recording
from tests.helpers.driving import drop, press, sample, settled
from tests.helpers.findings import finding
from tests.helpers.synthetic_heart import SyntheticHeart

NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
FINDING = [title for title, _, _ in COLUMNS].index("Finding")


def add(program, n: int, *, answered: bool = True) -> int:
    library = program.library
    library.recordings.mkdir(exist_ok=True)
    path = library.new_take_path(NOW + timedelta(minutes=n))
    write_wav(path, SyntheticHeart(heart_rate_bpm=60 + 10 * n, seed=n).samples(6.0), 4000)
    labels = TakeLabels(list(AuscultationSite)[n % 4], None, f"K-{n}")
    take = library.add(
        path, duration_s=6.0, sample_rate_hz=4000, created_at=NOW + timedelta(minutes=n),
        labels=labels, name=f"take {n}",
    )  # fmt: skip
    if answered:
        library.set_finding(take.id, finding())
    return take.id


@pytest.fixture
def reviewing(program, qtbot):
    """Three takes, the page in front, the newest chosen."""
    for n in range(3):
        add(program, n)
    program.window.review_page.trigger()
    program.review.refresh()
    program.review.shown()
    qtbot.waitUntil(lambda: program.review.shown_recording is not None, timeout=10_000)
    return program


def cell(program, row: int, column: int) -> str:
    return program.review_page.table.model().index(row, column).data()


def names(program) -> list[str]:
    model = program.review_page.table.model()
    return [cell(program, row, NAME) for row in range(model.rowCount())]


def test_the_table_shows_the_takes_and_opens_the_newest(reviewing, qtbot):
    page = reviewing.review_page
    assert names(reviewing) == ["take 2", "take 1", "take 0"]
    assert page.count.text() == "3 recordings"
    titles = [title for title, _, _ in COLUMNS]
    assert cell(reviewing, 0, titles.index("Site")) == "Tricuspid"
    assert cell(reviewing, 0, titles.index("Finding")) == "Murmur 0.80"
    assert cell(reviewing, 0, titles.index("Patient")) == "K-2"
    reviewing.library.set_finding(reviewing.library.takes()[2].id, finding(HeartSoundClass.NORMAL))
    reviewing.review.refresh()
    assert cell(reviewing, 2, titles.index("Finding")) == "No murmur pattern 0.80"
    assert page.caption.text().startswith("take 2 · ")
    assert " · K-2 · " in page.caption.text()
    assert page.result.headline.text() == "Murmur pattern found"
    assert page.tracks.features.duration_s == pytest.approx(6.0)
    assert page.transport.isEnabled()


@pytest.mark.parametrize(
    ("seconds", "rate_hz", "words"), [(2.9, 4000, "too short"), (6.0, 1500, "low sample rate")]
)
def test_no_good_score_stands_beside_a_take_refused_for_what_no_score_shows(
    reviewing, qtbot, tmp_path, seconds, rate_hz, words
):
    assert cell(reviewing, 0, QUALITY) == "0.80"
    file = tmp_path / "refused.wav"
    write_wav(file, SyntheticHeart(sample_rate_hz=rate_hz).samples(seconds), rate_hz)
    drop(reviewing, file)
    qtbot.waitUntil(lambda: cell(reviewing, 0, FINDING) == "Record again", timeout=30_000)
    assert cell(reviewing, 0, NAME) == "refused"
    assert cell(reviewing, 0, QUALITY) == words


def type_code(qtbot, code):
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, QInputDialog)
    (line,) = dialog.findChildren(QLineEdit)
    line.selectAll()
    qtbot.keyClicks(line, code)
    qtbot.keyClick(line, Qt.Key.Key_Return)


def test_a_site_and_a_code_set_by_mistake_are_set_right(reviewing, qtbot):
    page, library = reviewing.review_page, reviewing.library
    first, _, third = sorted(library.takes(), key=lambda take: take.name)
    page.table.selectAll()
    menu = reviewing.review.menu()
    (sites,) = (action.menu() for action in menu.actions() if action.text() == "Site")
    assert not any(action.isChecked() for action in sites.actions()), "they differ"
    next(action for action in sites.actions() if action.text() == "Mitral").trigger()
    assert [take.site for take in settled(reviewing).takes()] == ["mitral"] * 3
    assert {take.patient_code for take in library.takes()} == {"K-0", "K-1", "K-2"}
    assert {cell(reviewing, row, SITE) for row in range(3)} == {"Mitral"}
    page.table.selectRow(0)
    qtbot.waitUntil(lambda: "mitral" in page.caption.text(), timeout=10_000)
    menu = reviewing.review.menu()
    (sites,) = (action.menu() for action in menu.actions() if action.text() == "Site")
    assert [action.text() for action in sites.actions() if action.isChecked()] == ["Mitral"]
    QTimer.singleShot(0, lambda: type_code(qtbot, " K-9 " + 99 * "9"))
    next(action for action in menu.actions() if action.text() == "Patient code…").trigger()
    assert settled(reviewing).get(third.id).patient_code == ("K-9 " + 99 * "9")[: LONGEST_CODE - 1]
    QTimer.singleShot(0, lambda: type_code(qtbot, " K-9 "))
    next(action for action in menu.actions() if action.text() == "Patient code…").trigger()
    assert settled(reviewing).get(third.id).patient_code == "K-9"
    assert library.get(first.id).patient_code == "K-0"
    assert json.loads(third.path.with_suffix(".json").read_text())["take"]["site"] == "mitral"


def ask_code(reviewing):
    menu = reviewing.review.menu()
    next(action for action in menu.actions() if action.text() == "Patient code…").trigger()


def codes(reviewing) -> list[str]:
    return sorted(take.patient_code for take in settled(reviewing).takes())


def test_a_code_field_that_is_left_as_it_is_changes_no_code(reviewing, qtbot):
    reviewing.review_page.table.selectAll()
    shown = []

    def accept():
        (line,) = QApplication.activeModalWidget().findChildren(QLineEdit)
        shown.append((line.text(), line.placeholderText()))
        qtbot.keyClick(line, Qt.Key.Key_Return)

    QTimer.singleShot(0, accept)
    ask_code(reviewing)
    assert codes(reviewing) == ["K-0", "K-1", "K-2"]
    QTimer.singleShot(0, lambda: type_code(qtbot, "K-9"))
    ask_code(reviewing)
    assert codes(reviewing) == ["K-9"] * 3
    QTimer.singleShot(0, accept)
    ask_code(reviewing)
    assert codes(reviewing) == ["K-9"] * 3
    assert shown == [("", "several codes"), ("K-9", "")]


def test_codes_that_differ_are_only_removed_when_it_is_meant(reviewing, qtbot):
    reviewing.review_page.table.selectAll()
    asked = []

    def empty_it(button):
        (line,) = QApplication.activeModalWidget().findChildren(QLineEdit)
        qtbot.keyClicks(line, "K")
        qtbot.keyClick(line, Qt.Key.Key_Backspace)
        QTimer.singleShot(0, lambda: answer(button))
        qtbot.keyClick(line, Qt.Key.Key_Return)

    def answer(button, tries=100):
        question = QApplication.activeModalWidget()
        if not isinstance(question, QMessageBox) and tries:
            # The dialog before it is not gone yet.
            QTimer.singleShot(20, lambda: answer(button, tries - 1))
            return
        asked.append(question.text())
        question.button(button).click()

    buttons = QMessageBox.StandardButton
    QTimer.singleShot(0, lambda: empty_it(buttons.No))
    ask_code(reviewing)
    assert codes(reviewing) == ["K-0", "K-1", "K-2"]
    QTimer.singleShot(0, lambda: empty_it(buttons.Yes))
    ask_code(reviewing)
    assert codes(reviewing) == [""] * 3
    assert asked == ["Remove the patient codes of 3 recordings? This cannot be undone."] * 2


def test_the_labels_of_many_are_set_in_a_job(program, qtbot):
    add_rows(program, PAGE)
    program.library.recordings.mkdir(exist_ok=True)
    program.review_page.table.selectAll()
    menu = program.review.menu()
    (sites,) = (action.menu() for action in menu.actions() if action.text() == "Site")
    next(action for action in sites.actions() if action.text() == "Mitral").trigger()
    qtbot.waitUntil(lambda: not program.jobs.busy, timeout=120_000)
    assert program.library.count("mitral") == PAGE
    assert len(chosen(program)) == PAGE
    assert cell(program, PAGE - 1, SITE) == "Mitral"


@pytest.mark.parametrize("few", [50, 1], ids=["few", "many"])
def test_a_take_whose_folder_is_gone_keeps_no_other_from_its_labels(
    reviewing, qtbot, tmp_path, monkeypatch, few
):
    monkeypatch.setattr("heartgui.ui.review.controller.FEW", few)
    page, library = reviewing.review_page, reviewing.library
    library.recordings = tmp_path / "drive"
    add(reviewing, 4)
    # It is taken out. Its take is the first in the list.
    shutil.rmtree(library.recordings)
    reviewing.review.refresh()
    page.table.selectAll()
    menu = reviewing.review.menu()
    (sites,) = (action.menu() for action in menu.actions() if action.text() == "Site")
    next(action for action in sites.actions() if action.text() == "Mitral").trigger()
    qtbot.waitUntil(lambda: not reviewing.jobs.busy, timeout=30_000)
    assert [take.site for take in library.takes()] == ["mitral"] * 4
    for take in library.takes()[1:]:
        told = json.loads(take.path.with_suffix(".json").read_text())["take"]
        assert told["site"] == "mitral"
    assert {cell(reviewing, row, SITE) for row in range(4)} == {"Mitral"}
    said = " ".join(page.banner.texts)
    assert "1 of 4 recordings went wrong. take 4: Name, labels and notes are in the library" in said


def test_the_menu_is_about_the_takes_it_was_opened_for_though_others_are_chosen_then(
    reviewing, qtbot
):
    page, library = reviewing.review_page, reviewing.library
    page.table.selectRow(0)
    menu = reviewing.review.menu()
    entries = {action.text(): action for action in menu.actions()}

    def type_after_an_undo():
        reviewing.review.deletion.began.emit()
        reviewing.review.deletion.restored.emit([take.id for take in library.takes()[1:]])
        type_code(qtbot, "K-99")

    QTimer.singleShot(0, type_after_an_undo)
    entries["Patient code…"].trigger()
    settled(reviewing)
    assert chosen(reviewing) == ["take 0", "take 1"]
    assert [take.patient_code for take in library.takes()] == ["K-99", "K-1", "K-0"]
    entries["Classify again"].trigger()
    qtbot.waitUntil(lambda: not reviewing.jobs.busy, timeout=30_000)
    models = [library.finding(take).predictions[0].model for take in library.takes()]
    assert models == ["heartnet", "cnn", "cnn"]
    entries["Rename"].trigger()
    editor = page.table.findChild(QLineEdit)
    assert editor.text() == "take 2"
    qtbot.keyClick(editor, Qt.Key.Key_Escape)
    entries["Delete"].trigger()
    settled(reviewing)
    assert names(reviewing) == ["take 1", "take 0"]


def test_in_a_narrow_window_lesser_columns_make_room_for_the_name(reviewing, qtbot):
    table = reviewing.review_page.table
    for size, hidden in (
        (QSize(1600, 900), []),
        (QSize(1280, 720), [LENGTH]),
        (SMALLEST_SIZE, [RATE, QUALITY, LENGTH]),
    ):
        reviewing.window.resize(size)
        QApplication.processEvents()
        assert [n for n in range(len(COLUMNS)) if table.isColumnHidden(n)] == hidden
        assert table.columnWidth(NAME) >= 145
        assert table.horizontalScrollBar().maximum() == 0


def test_arrow_keys_walk_and_open_where_the_walk_stops(reviewing, qtbot):
    page = reviewing.review_page
    qtbot.keyClick(page.table, Qt.Key.Key_Down)
    qtbot.keyClick(page.table, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: "take 0" in page.caption.text(), timeout=10_000)


def test_each_takes_answer_is_said_though_it_has_the_words_of_the_last(
    reviewing, qtbot, monkeypatch
):
    page, said = reviewing.review_page, []
    monkeypatch.setattr(result_card, "announce", lambda _card, words: said.append(words))
    for name in ("take 1", "take 0"):
        qtbot.keyClick(page.table, Qt.Key.Key_Down)
        qtbot.waitUntil(lambda name=name: name in page.caption.text(), timeout=10_000)
        qtbot.waitUntil(lambda: reviewing.review.shown_recording is not None, timeout=10_000)
    assert len(said) == 2
    assert said[0] == said[1]


def test_search_and_sort(reviewing, qtbot):
    page = reviewing.review_page
    qtbot.keyClicks(page.search, "k-1 pulmonic")
    qtbot.waitUntil(lambda: names(reviewing) == ["take 1"], timeout=10_000)
    assert page.count.text() == "1 recording found"
    page.search.setText("nothing like it")
    qtbot.waitUntil(lambda: not page.table.isVisible(), timeout=10_000)
    assert page.empty.text() == "No recording holds these words."
    page.search.clear()
    qtbot.waitUntil(lambda: len(names(reviewing)) == 3, timeout=10_000)
    page.table.sortByColumn(NAME, Qt.SortOrder.AscendingOrder)
    assert names(reviewing) == ["take 0", "take 1", "take 2"]


def test_sorting_keeps_the_chosen_takes_chosen_and_in_view(program, qtbot):
    add_rows(program, 3 * PAGE)
    page = program.review_page
    page.table.selectRow(1)
    qtbot.keyClick(page.table, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert chosen(program) == ["t1", "t2"]
    header = page.table.horizontalHeader()
    for _ in range(2):
        place = QPoint(header.sectionViewportPosition(0) + 5, header.height() // 2)
        qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place)
        assert chosen(program) == ["t1", "t2"]
        qtbot.waitUntil(lambda: {"t1", "t2"} <= set(in_view(program)), timeout=5000)
    # The keyboard's place is kept too.
    qtbot.keyClick(page.table, Qt.Key.Key_Down)
    assert chosen(program) == ["t3"]


@pytest.mark.parametrize("column", range(len(COLUMNS)))
def test_rename_with_f2_from_any_column(reviewing, qtbot, column):
    table = reviewing.review_page.table
    table.setCurrentIndex(table.model().index(0, column))
    qtbot.keyClick(table, Qt.Key.Key_F2)
    editor = table.findChild(QLineEdit)
    assert editor is not None
    editor.selectAll()
    qtbot.keyClicks(editor, "Ward 3")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    QApplication.processEvents()
    assert names(reviewing)[0] == "Ward 3"
    assert settled(reviewing).takes()[0].name == "Ward 3"
    qtbot.waitUntil(lambda: "Ward 3" in reviewing.review_page.caption.text(), timeout=5000)


def test_notes_are_kept_without_asking(reviewing, qtbot):
    page = reviewing.review_page
    page.notes.setFocus()
    qtbot.keyClicks(page.notes, "louder when sitting P 1")
    take = reviewing.library.takes()[0]
    qtbot.waitUntil(
        lambda: reviewing.library.get(take.id).notes == "louder when sitting P 1", timeout=5000
    )
    page.table.selectRow(1)
    qtbot.waitUntil(lambda: page.notes.toPlainText() == "", timeout=5000)
    page.table.selectRow(0)
    qtbot.waitUntil(lambda: "louder" in page.notes.toPlainText(), timeout=5000)


def test_a_note_is_shown_as_it_was_written(reviewing, qtbot):
    page = reviewing.review_page
    said = "<b>S3</b> suspected <img>\nP1 > P2 & split"
    reviewing.library.set_notes(reviewing.library.takes()[0].id, said)
    reviewing.review.refresh()
    tip = page.table.model().index(0, NAME).data(Qt.ItemDataRole.ToolTipRole)
    document = QTextDocument()
    document.setHtml(tip)
    assert document.toPlainText() == said


def test_delete_can_be_undone_from_the_banner_and_by_key(reviewing, qtbot):
    page = reviewing.review_page
    qtbot.keyClick(page.table, Qt.Key.Key_Delete)
    settled(reviewing)
    assert names(reviewing) == ["take 1", "take 0"]
    assert "deleted" in page.banner.texts[0]
    undo = page.banner.action_buttons("deleted")[0]
    undo.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(undo, Qt.Key.Key_Space)
    settled(reviewing)
    assert names(reviewing) == ["take 2", "take 1", "take 0"]
    assert page.table.hasFocus()
    page.table.selectAll()
    qtbot.keyClick(page.table, Qt.Key.Key_Delete)
    settled(reviewing)
    assert names(reviewing) == []
    assert reviewing.window.undo.isEnabled()
    reviewing.window.undo.trigger()
    settled(reviewing)
    assert len(names(reviewing)) == 3
    assert not reviewing.window.undo.isEnabled()


def test_what_an_undo_brings_back_is_chosen_alone(reviewing, qtbot):
    page = reviewing.review_page
    qtbot.keyClick(page.table, Qt.Key.Key_Delete)
    settled(reviewing)
    assert chosen(reviewing) == ["take 1"]
    reviewing.window.undo.trigger()
    settled(reviewing)
    assert chosen(reviewing) == ["take 2"]
    qtbot.waitUntil(lambda: "take 2" in page.caption.text(), timeout=5000)
    # Several: none is shown that is not among them.
    page.table.selectRow(1)
    qtbot.keyClick(page.table, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(page.table, Qt.Key.Key_Delete)
    settled(reviewing)
    qtbot.waitUntil(lambda: "take 2" in page.caption.text(), timeout=5000)
    reviewing.window.undo.trigger()
    settled(reviewing)
    assert chosen(reviewing) == ["take 0", "take 1"]
    qtbot.waitUntil(lambda: "take 1" in page.caption.text(), timeout=5000)
    qtbot.keyClick(page.table, Qt.Key.Key_Delete)
    settled(reviewing)
    assert names(reviewing) == ["take 2"]


def test_when_one_cannot_be_deleted_the_others_can_be_brought_back(reviewing, qtbot):
    page, library = reviewing.review_page, reviewing.library
    stuck = library.takes()[1]
    # A folder with the file's name stands in the trash.
    in_the_way = library.recordings / TRASH / stuck.path.name
    in_the_way.mkdir(parents=True)
    page.table.selectAll()
    qtbot.keyClick(page.table, Qt.Key.Key_Delete)
    settled(reviewing)
    assert names(reviewing) == ["take 1"]
    (said,) = page.banner.texts
    assert said.startswith("2 recordings were deleted, 1 recording could not be.")
    assert "take 1 could not be deleted (File exists)." in said
    assert "take 2" not in said
    # What is left stays chosen, to try again.
    assert len(page.table.selectionModel().selectedRows()) == 1
    assert reviewing.window.undo.isEnabled()
    qtbot.mouseClick(page.banner.action_buttons("deleted")[0], Qt.MouseButton.LeftButton)
    settled(reviewing)
    assert names(reviewing) == ["take 2", "take 1", "take 0"]
    assert not reviewing.window.undo.isEnabled()


def test_what_cannot_be_brought_back_can_be_tried_again(reviewing, qtbot):
    page, library = reviewing.review_page, reviewing.library
    stuck = library.takes()[0]
    page.table.selectAll()
    qtbot.keyClick(page.table, Qt.Key.Key_Delete)
    settled(reviewing)
    stuck.path.mkdir()
    # By the message's own button, which takes that message away and not the one it brings.
    qtbot.mouseClick(page.banner.action_buttons("deleted")[0], Qt.MouseButton.LeftButton)
    settled(reviewing)
    assert names(reviewing) == ["take 1", "take 0"]
    (said,) = page.banner.texts
    assert said.startswith("1 recording could not be brought back. take 2 could not")
    stuck.path.rmdir()
    reviewing.window.undo.trigger()
    settled(reviewing)
    assert names(reviewing) == ["take 2", "take 1", "take 0"]
    assert not reviewing.window.undo.isEnabled()


def test_when_none_can_be_deleted_nothing_is_there_to_undo(reviewing, qtbot):
    page, library = reviewing.review_page, reviewing.library
    (library.recordings / TRASH).write_text("in the way")
    qtbot.keyClick(page.table, Qt.Key.Key_Delete)
    settled(reviewing)
    assert len(names(reviewing)) == 3
    (said,) = page.banner.texts
    assert said.startswith("1 recording could not be deleted. take 2 could not be deleted")
    assert not page.banner.action_buttons("deleted")
    assert not reviewing.window.undo.isEnabled()


def test_classify_again_replaces_the_answers(reviewing, qtbot):
    page = reviewing.review_page
    page.table.selectAll()
    qtbot.mouseClick(page.classify, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not reviewing.jobs.busy, timeout=30_000)
    for take in reviewing.library.takes():
        answer = reviewing.library.finding(take)
        assert answer is not None
        assert [p.model for p in answer.predictions] == ["heartnet"]
    assert page.classify.isVisible()


def test_space_on_classify_never_goes_on_to_rename_or_delete(reviewing, qtbot, answering):
    page = reviewing.review_page
    reviewing.window.activateWindow()
    page.table.selectAll()
    QApplication.processEvents()
    page.classify.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(page.classify, Qt.Key.Key_Space)
    qtbot.waitUntil(page.stop.isVisible, timeout=5000)
    assert QApplication.focusWidget() is page.table
    page.stop.setFocus(Qt.FocusReason.TabFocusReason)
    answering.set()
    qtbot.waitUntil(lambda: not page.stop.isVisible(), timeout=30_000)
    assert QApplication.focusWidget() is page.table


def test_what_is_classified_in_a_moment_moves_no_button(reviewing, qtbot, monkeypatch):
    page, shown = reviewing.review_page, []
    show = page.stop.setVisible
    monkeypatch.setattr(page.stop, "setVisible", lambda on: (shown.append(on), show(on)))
    # A moment that lasts longer than any machine needs.
    reviewing.review._work._show_timer.setInterval(30_000)
    qtbot.mouseClick(page.classify, Qt.MouseButton.LeftButton)
    settled(reviewing)
    assert cell(reviewing, 0, FINDING) != "Murmur 0.80"
    assert page.count.text() == "3 recordings"
    assert not any(shown)
    assert page.classify.isVisible()


def test_files_can_be_added_and_bad_ones_are_named(reviewing, qtbot, tmp_path):
    bad = tmp_path / "bad.wav"
    bad.write_text("no sound")
    drop(reviewing, sample("normal"), bad, sample("murmur"))
    qtbot.waitUntil(lambda: not reviewing.jobs.busy, timeout=30_000)
    qtbot.waitUntil(lambda: len(names(reviewing)) == 5, timeout=10_000)
    assert {"normal", "murmur"} < set(names(reviewing))
    assert "bad.wav" in " ".join(reviewing.review_page.banner.texts)
    # The originals stay where they are.
    assert sample("normal").exists()


def test_a_file_in_which_something_unforeseen_goes_wrong_keeps_no_other_from_its_turn(
    reviewing, qtbot, tmp_path, monkeypatch, caplog
):
    page = reviewing.review_page
    odd, raw = tmp_path / "patient-canary.wav", tmp_path / "letter.raw"
    odd.write_bytes(b"RIFF")
    raw.write_bytes(bytes(8000))

    def read(path, **options):
        if path == odd:
            raise RuntimeError(f"what nobody foresaw of {path}")
        return read_recording(path, **options)

    monkeypatch.setattr("heartgui.library.store.read_recording", read)
    reviewing.review.add_files([odd, raw, sample("normal")])
    qtbot.waitUntil(lambda: not reviewing.jobs.busy, timeout=30_000)
    assert "normal" in names(reviewing)
    (said,) = page.banner.texts
    assert said.startswith("2 of 3 recordings went wrong. patient-canary.wav: This did not work")
    assert "letter.raw could not be read as audio" in said
    assert "RuntimeError" in caplog.text
    assert "canary" not in caplog.text

    failed = []

    def fail_once(path):
        if not failed:
            failed.append(path)
            raise RuntimeError(f"what nobody foresaw of {path}")
        return read_recording(path)

    monkeypatch.setattr("heartgui.ui.review.batch.read_recording", fail_once)
    page.table.selectAll()
    qtbot.mouseClick(page.classify, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not reviewing.jobs.busy, timeout=30_000)
    assert page.banner.texts[0].startswith("1 of 4 recordings went wrong. normal: This did not")
    answers = [reviewing.library.finding(take) for take in reviewing.library.takes()]
    assert [answer.predictions[0].model for answer in answers] == ["heartnet"] * 4


def test_a_dropped_folder_is_added_with_all_its_sounds(program, qtbot, tmp_path):
    (tmp_path / "clinic").mkdir()
    for name in ("normal", "murmur"):
        (tmp_path / "clinic" / f"{name}.flac").write_bytes(sample(name).read_bytes())
    (tmp_path / "clinic" / "readme.txt").write_text("no sound")
    drop(program, tmp_path / "clinic")
    qtbot.waitUntil(lambda: len(names(program)) == 2, timeout=30_000)
    qtbot.waitUntil(lambda: not program.jobs.busy, timeout=30_000)
    assert program.review_page.isVisible()
    assert program.review_page.banner.texts == []


def test_a_folder_dropped_with_files_is_added_with_them(program, qtbot, tmp_path):
    (tmp_path / "clinic").mkdir()
    (tmp_path / "clinic" / "normal.flac").write_bytes(sample("normal").read_bytes())
    (tmp_path / "letter.txt").write_text("no sound")
    drop(program, sample("murmur"), tmp_path / "clinic", tmp_path / "letter.txt")
    qtbot.waitUntil(lambda: not program.jobs.busy, timeout=30_000)
    assert sorted(names(program)) == ["murmur", "normal"]


def test_the_keys_of_the_sites_act_only_where_the_sites_are_seen(reviewing, qtbot):
    press(reviewing, qtbot, Qt.Key.Key_3)
    assert reviewing.page.sites.site is None
    reviewing.window.record_page.trigger()
    press(reviewing, qtbot, Qt.Key.Key_3)
    assert reviewing.page.sites.site is AuscultationSite.TRICUSPID


def test_volume_is_one_for_both_pages_and_is_remembered(reviewing, qtbot):
    here, there = reviewing.review_page.transport, reviewing.page.transport
    assert here.volume_level == pytest.approx(reviewing.settings.volume)
    here.volume.setValue(35)
    assert reviewing.settings.volume == pytest.approx(0.35)
    assert there.volume_level == pytest.approx(0.35)
    there.volume.setValue(60)
    assert here.volume_level == pytest.approx(0.60)


def test_esc_dismisses_the_message_of_the_page_in_front(reviewing, qtbot):
    for banner in (reviewing.page.banner, reviewing.review_page.banner):
        banner.show_message("info", "Something was done.")
    reviewing.review_page.table.setFocus()
    qtbot.keyClick(reviewing.review_page.table, Qt.Key.Key_Escape)
    assert reviewing.review_page.banner.texts == []
    assert reviewing.page.banner.texts == ["Something was done."]
    reviewing.window.record_page.trigger()
    press(reviewing, qtbot, Qt.Key.Key_Escape)
    assert reviewing.page.banner.texts == []


def test_a_missing_file_is_said_and_the_row_stays(reviewing, qtbot):
    take = reviewing.library.takes()[1]
    take.path.unlink()
    reviewing.review_page.table.selectRow(1)
    qtbot.waitUntil(
        lambda: "was not found" in " ".join(reviewing.review_page.banner.texts), timeout=10_000
    )
    assert len(names(reviewing)) == 3


def test_takes_of_a_library_that_was_moved_are_listed_and_used(reviewing, qtbot):
    page, library = reviewing.review_page, reviewing.library
    take = library.takes()[1]
    connection = library._table.connection
    written = f"/away/{take.path.name}"
    connection.execute("UPDATE take SET file = ? WHERE id = ?", (written, take.id))
    connection.commit()
    reviewing.review.refresh()
    page.table.selectRow(1)
    qtbot.waitUntil(lambda: "take 1" in page.caption.text(), timeout=5000)
    qtbot.waitUntil(lambda: reviewing.review.shown_recording is not None, timeout=10_000)
    assert reviewing.review.shown_recording.path == take.path
    assert page.result.headline.text() == "Murmur pattern found"
    qtbot.mouseClick(page.classify, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not reviewing.jobs.busy, timeout=30_000)
    assert library.finding(library.get(take.id)).predictions[0].model == "heartnet"
    qtbot.keyClick(page.table, Qt.Key.Key_Delete)
    settled(reviewing)
    assert not take.path.exists()
    reviewing.window.undo.trigger()
    settled(reviewing)
    assert take.path.exists()
    assert page.banner.texts == []


def test_a_take_that_could_not_be_opened_is_opened_when_it_is_asked_for_again(reviewing, qtbot):
    page, review = reviewing.review_page, reviewing.review
    path = reviewing.library.takes()[1].path
    away = path.with_name("away.bin")
    for come_back in (
        lambda: qtbot.keyClick(page.table, Qt.Key.Key_Return),
        lambda: (reviewing.window.record_page.trigger(), reviewing.window.review_page.trigger()),
    ):
        page.table.selectRow(0)
        qtbot.waitUntil(lambda: "take 2" in page.caption.text(), timeout=5000)
        qtbot.waitUntil(lambda: review.shown_recording is not None, timeout=10_000)
        path.rename(away)
        page.banner.dismiss("open")
        page.table.selectRow(1)
        qtbot.waitUntil(lambda: "not found" in " ".join(page.banner.texts), timeout=10_000)
        away.rename(path)
        come_back()
        qtbot.waitUntil(lambda: review.shown_recording is not None, timeout=5000)
        assert review.shown_recording.path == path


def test_a_new_take_appears_by_itself(reviewing, qtbot):
    reviewing.record.take_stored.emit(add(reviewing, 7, answered=False))
    assert names(reviewing)[0] == "take 7"
    assert cell(reviewing, 0, 4) == "not classified"


def add_rows(program, n_rows: int) -> None:
    """Takes without files, the newest first `t0`."""
    connection = program.library._table.connection
    connection.executemany(
        "INSERT INTO take (file, created_at, duration_s, sample_rate_hz, name)"
        " VALUES (?, ?, ?, ?, ?)",
        [
            (str(program.library.recordings / f"t{n}.wav"),
             (NOW - timedelta(seconds=n)).isoformat(), 5.0, 4000, f"t{n}")
            for n in range(n_rows)
        ],
    )  # fmt: skip
    connection.commit()
    program.window.review_page.trigger()
    program.review.refresh()


def chosen(program) -> list[str]:
    rows = program.review_page.table.selectionModel().selectedRows(NAME)
    return sorted(index.data() for index in rows)


def in_view(program) -> list[str]:
    table = program.review_page.table
    first = table.rowAt(0)
    last = table.rowAt(table.viewport().height() - 1)
    return names(program)[first : last + 1 if last >= 0 else None]


def test_a_large_list_is_chosen_whole_and_its_end_is_a_key_away(program, qtbot):
    add_rows(program, 3 * PAGE)
    page = program.review_page
    assert page.count.text() == f"{3 * PAGE} recordings"
    assert len(set(names(program))) == 3 * PAGE
    page.table.setFocus()
    qtbot.keyClick(page.table, Qt.Key.Key_End)
    assert chosen(program) == [f"t{3 * PAGE - 1}"]
    qtbot.keyClick(page.table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert len(chosen(program)) == 3 * PAGE
    said = list(page.banner.texts)
    qtbot.keyClick(page.table, Qt.Key.Key_Delete)
    assert not page.delete.isEnabled()
    program.review.refresh()
    assert names(program) == []
    qtbot.waitUntil(lambda: not program.jobs.busy, timeout=120_000)
    assert names(program) == []
    assert page.banner.texts[0].startswith(f"{3 * PAGE} recordings were deleted.")
    assert page.banner.texts[1:] == said, "none that is being deleted was opened"
    program.window.undo.trigger()
    qtbot.waitUntil(lambda: len(chosen(program)) == 3 * PAGE, timeout=120_000)
    assert not page.banner.action_buttons("deleted")
    assert page.delete.isEnabled()


def test_bringing_many_back_can_be_cancelled_and_gone_on_with(program, qtbot, monkeypatch):
    add_rows(program, 2 * PAGE)
    page, library = program.review_page, program.library
    page.table.selectAll()
    qtbot.keyClick(page.table, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: not program.jobs.busy, timeout=120_000)
    reached, go_on = threading.Event(), threading.Event()
    restore = library.restore

    def slow(ids):
        if len(library.ids()) == PAGE:
            reached.set()
            go_on.wait(20.0)
        return restore(ids)

    monkeypatch.setattr(library, "restore", slow)
    qtbot.mouseClick(page.banner.action_buttons("deleted")[0], Qt.MouseButton.LeftButton)
    assert reached.wait(60.0)
    wanted = f"Bringing back {PAGE + 1} of {2 * PAGE}…"
    qtbot.waitUntil(lambda: wanted in page.banner.texts, timeout=5000)
    assert not program.window.undo.isEnabled()
    qtbot.mouseClick(page.banner.action_buttons("deleted")[0], Qt.MouseButton.LeftButton)
    go_on.set()
    qtbot.waitUntil(lambda: len(chosen(program)) == PAGE + 1, timeout=20_000)
    wanted = f"Cancelled after {PAGE + 1} recordings. {PAGE - 1} recordings not brought back."
    assert wanted in page.banner.texts
    program.window.undo.trigger()
    qtbot.waitUntil(lambda: len(names(program)) == 2 * PAGE, timeout=60_000)
    assert len(chosen(program)) == PAGE - 1


# --- notes ------------------------------------------------------------------------------


def test_notes_typed_while_the_answer_is_made_stay_and_the_answer_is_shown(reviewing, qtbot):
    page, library = reviewing.review_page, reviewing.library
    take = library.takes()[0]
    for part, label in (("louder ", HeartSoundClass.NORMAL), ("sitting", HeartSoundClass.MURMUR)):
        page.notes.setFocus()
        qtbot.keyClicks(page.notes, part)
        library.set_finding(take.id, finding(label))
        reviewing.review.refresh()
        words = "Murmur" if label is HeartSoundClass.MURMUR else "No murmur"
        qtbot.waitUntil(lambda w=words: page.result.headline.text().startswith(w), timeout=5000)
    assert page.notes.toPlainText() == "louder sitting"
    qtbot.waitUntil(lambda: library.get(take.id).notes == "louder sitting", timeout=5000)


def test_an_answer_that_came_before_the_notes_were_written_is_shown(program, qtbot):
    take_id = add(program, 0, answered=False)
    program.window.review_page.trigger()
    program.review.refresh()
    program.review.shown()
    qtbot.waitUntil(lambda: program.review.shown_recording is not None, timeout=10_000)
    page = program.review_page
    qtbot.keyClicks(page.notes, "quiet")
    program.library.set_finding(take_id, finding())
    qtbot.waitUntil(lambda: program.library.get(take_id).notes == "quiet", timeout=5000)
    qtbot.waitUntil(lambda: page.result.headline.text() == "Murmur pattern found", timeout=5000)
    assert page.notes.toPlainText() == "quiet"


def test_notes_are_kept_by_delete_and_undo_and_by_a_search_without_a_match(reviewing, qtbot):
    page, library = reviewing.review_page, reviewing.library
    take_id = library.takes()[0].id
    qtbot.keyClicks(page.notes, "louder")
    qtbot.keyClick(page.table, Qt.Key.Key_Delete)
    settled(reviewing)
    reviewing.window.undo.trigger()
    assert settled(reviewing).get(take_id).notes == "louder"
    page.table.selectRow(0)
    qtbot.waitUntil(lambda: page.notes.toPlainText() == "louder", timeout=5000)
    qtbot.keyClicks(page.notes, "more ")
    page.search.setText("nothing like it")
    qtbot.waitUntil(lambda: not page.notes.isEnabled(), timeout=5000)
    assert settled(reviewing).get(take_id).notes == "more louder"


def test_notes_that_lose_the_word_that_was_searched_can_be_typed_on(reviewing, qtbot):
    page, library = reviewing.review_page, reviewing.library
    take_id = library.takes()[1].id
    library.set_notes(take_id, "todo")
    reviewing.window.activateWindow()
    page.search.setText("todo")
    qtbot.waitUntil(lambda: page.notes.toPlainText() == "todo", timeout=10_000)
    page.notes.setFocus()
    page.notes.selectAll()
    qtbot.keyClicks(page.notes, "heard")
    qtbot.waitUntil(lambda: library.get(take_id).notes == "heard", timeout=5000)
    qtbot.wait(2 * OPEN_AFTER_MS)
    qtbot.keyClicks(page.notes, " again")
    assert page.notes.isEnabled()
    assert page.notes.toPlainText() == "heard again"
    assert chosen(reviewing) == ["take 1"]
    tip = page.table.model().index(0, NAME).data(Qt.ItemDataRole.ToolTipRole)
    assert "heard" in tip
    # The list is made anew for another reason.
    reviewing.record.take_stored.emit(add(reviewing, 7))
    assert names(reviewing) == []
    qtbot.wait(2 * OPEN_AFTER_MS)
    qtbot.keyClicks(page.notes, ", soft")
    qtbot.waitUntil(lambda: library.get(take_id).notes == "heard again, soft", timeout=5000)
    assert page.notes.toPlainText() == "heard again, soft"


# --- choosing and opening ---------------------------------------------------------------


def test_a_search_without_a_match_leaves_nothing_to_delete(reviewing, qtbot):
    page = reviewing.review_page
    assert page.delete.isEnabled()
    page.search.setText("nothing like it")
    qtbot.waitUntil(lambda: not page.table.isVisible(), timeout=5000)
    assert not page.delete.isEnabled()
    qtbot.waitUntil(lambda: page.tracks.features is None, timeout=5000)
    assert page.caption.text() == ""


def test_a_refresh_waits_for_the_name_that_is_typed(reviewing, qtbot):
    table = reviewing.review_page.table
    table.setCurrentIndex(table.model().index(0, NAME))
    qtbot.keyClick(table, Qt.Key.Key_F2)
    editor = table.findChild(QLineEdit)
    editor.selectAll()
    qtbot.keyClicks(editor, "Ward")
    reviewing.record.take_stored.emit(add(reviewing, 7))
    assert len(names(reviewing)) == 3
    qtbot.keyClicks(editor, " 3")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(names(reviewing)) == 4, timeout=5000)
    assert names(reviewing) == ["take 7", "Ward 3", "take 1", "take 0"]


def test_an_answer_waits_for_the_name_that_is_typed(reviewing, qtbot, answering):
    page = reviewing.review_page
    page.table.selectAll()
    qtbot.mouseClick(page.classify, Qt.MouseButton.LeftButton)
    # The uppermost is answered first.
    page.table.setCurrentIndex(page.table.model().index(0, NAME))
    qtbot.keyClick(page.table, Qt.Key.Key_F2)
    editor = page.table.findChild(QLineEdit)
    editor.selectAll()
    qtbot.keyClicks(editor, "Ward")
    answering.set()
    qtbot.waitUntil(lambda: not reviewing.jobs.busy, timeout=30_000)
    qtbot.keyClicks(editor, " 3")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: names(reviewing)[0] == "Ward 3", timeout=5000)
    # Then it is in the list as well.
    qtbot.waitUntil(lambda: cell(reviewing, 0, FINDING) != "Murmur 0.80", timeout=5000)


def test_deleting_while_a_name_is_edited_deletes(reviewing, qtbot):
    page = reviewing.review_page
    page.table.setCurrentIndex(page.table.model().index(0, NAME))
    qtbot.keyClick(page.table, Qt.Key.Key_F2)
    qtbot.mouseClick(page.delete, Qt.MouseButton.LeftButton)
    settled(reviewing)
    assert names(reviewing) == ["take 1", "take 0"]
    assert page.delete.isEnabled()
    qtbot.waitUntil(lambda: "take 1" in page.caption.text(), timeout=5000)


@pytest.mark.parametrize("how", ["double click", "Enter"])
def test_the_chosen_take_is_opened_at_once_and_played(reviewing, qtbot, monkeypatch, how):
    player, table = reviewing._players[1], reviewing.review_page.table
    loaded, played = [], []
    load = player.load
    monkeypatch.setattr(player, "load", lambda sound: (loaded.append(sound.path), load(sound)))
    monkeypatch.setattr(player, "play", lambda: played.append(loaded[-1]))
    index = table.model().index(1, NAME)
    if how == "Enter":
        qtbot.keyClick(table, Qt.Key.Key_Down)
        qtbot.keyClick(table, Qt.Key.Key_Return)
    else:
        place = table.visualRect(index).center()
        qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
        qtbot.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.waitUntil(lambda: bool(played), timeout=5000)
    assert played == [reviewing.library.takes()[1].path]
    # Where it is open already it plays at once.
    qtbot.waitUntil(lambda: not reviewing.review_page.transport.playing, timeout=5000)
    qtbot.keyClick(table, Qt.Key.Key_Return)
    assert len(played) == 2


def test_while_a_take_is_opened_no_other_ones_sound_is_shown(reviewing, qtbot, monkeypatch):
    page = reviewing.review_page
    go_on = threading.Event()

    def slow(path, progress, cancelled):
        if path == reviewing.library.takes()[1].path:
            go_on.wait(20.0)
            raise AudioFileError("It could not be read.")
        return open_recording(path, progress, cancelled)

    monkeypatch.setattr("heartgui.ui.review.shown_take.open_recording", slow)
    page.table.selectRow(1)
    qtbot.waitUntil(lambda: "take 1" in page.caption.text(), timeout=5000)
    assert page.tracks.features is None
    # It fails after the next one was chosen.
    page.table.selectRow(2)
    qtbot.waitUntil(lambda: page.tracks.features is not None, timeout=5000)
    go_on.set()
    qtbot.waitUntil(lambda: not reviewing.jobs.busy, timeout=5000)
    assert page.tracks.features is not None
    assert page.banner.texts == []


def test_another_versions_answer_has_no_figures_of_todays_model(reviewing, qtbot):
    page, library = reviewing.review_page, reviewing.library
    take = library.takes()[0]
    for version in ("1.0.0", "0.9.0"):
        answer = finding()
        (said,) = answer.predictions
        library.set_finding(
            take.id,
            replace(answer, predictions=(replace(said, model_version=version),),
                    heart_rate_bpm=len(version) + float(version[0])),
        )  # fmt: skip
        reviewing.review.take_changed(take.id)
        qtbot.waitUntil(
            lambda v=version: f"CNN {v}" in page.result.details_text.text(), timeout=5000
        )
        known = version == "1.0.0"
        assert ("sensitivity" in page.result.details_text.text()) is known
        assert bool(page.result.bars.thresholds) is known


# --- long work --------------------------------------------------------------------------


def test_analyse_anyway_on_the_card_is_about_the_take_that_is_shown(reviewing, qtbot, caplog):
    page, library = reviewing.review_page, reviewing.library
    page.table.selectAll()
    with caplog.at_level(logging.INFO, logger="heartgui"):
        page.result.analyse_anyway_requested.emit()
        qtbot.waitUntil(lambda: not reviewing.jobs.busy, timeout=30_000)
    assert "analysed anyway" in caplog.text
    models = [library.finding(take).predictions[0].model for take in library.takes()]
    assert models == ["heartnet", "cnn", "cnn"]
    qtbot.waitUntil(lambda: "HeartNet" in page.result.subline.text(), timeout=5000)
    assert "analysed anyway" in page.result.subline.text()


def test_an_answer_equal_to_the_one_whose_file_was_lost_is_shown(program, qtbot):
    take_id = add(program, 0, answered=False)
    program.window.review_page.trigger()
    program.review.refresh()
    program.review.shown()
    page = program.review_page
    qtbot.waitUntil(lambda: program.review.shown_recording is not None, timeout=10_000)
    assert page.result.subline.text() == "It has no answer yet."
    page.result.anyway.click()
    qtbot.waitUntil(lambda: not page.result.anyway.isVisible(), timeout=30_000)
    said = page.result.headline.text()
    before = program.library.get(take_id)
    sidecar_path(before.path).unlink()
    program.review.refresh()
    qtbot.waitUntil(lambda: page.result.headline.text() == "Not classified", timeout=5000)
    # Its row still has a finding.
    assert page.result.subline.text() == "The file with its answer is gone."
    page.result.anyway.click()
    qtbot.waitUntil(lambda: not program.jobs.busy, timeout=30_000)
    assert program.library.get(take_id) == before
    qtbot.waitUntil(lambda: page.result.headline.text() == said, timeout=5000)


def test_an_answer_that_cannot_be_read_is_not_said_to_be_missing(reviewing, qtbot, monkeypatch):
    page, result = reviewing.review_page, reviewing.review_page.result
    read_text = Path.read_text

    def fail(path, *arguments, **keywords):
        if path.suffix == ".json":
            raise OSError(errno.EIO, "Input/output error")
        return read_text(path, *arguments, **keywords)

    with monkeypatch.context() as failing:
        failing.setattr(Path, "read_text", fail)
        page.table.open_requested.emit()
        assert result.headline.text() == "The answer cannot be read"
        assert "could not be read (Input/output error)" in result.reasons.text()
        assert "drive" in result.remedies.text()
        assert not result.anyway.isVisible()
        assert page.quality.verdict.text() == "–"
    # What is to be done is done.
    page.table.open_requested.emit()
    assert result.headline.text() == "Murmur pattern found"
    assert page.quality.verdict.text() == "good"


def test_an_answer_is_in_its_row_as_soon_as_it_comes(program, qtbot, monkeypatch):
    for n in range(2):
        add(program, n, answered=False)
    program.window.review_page.trigger()
    program.review.refresh()
    program.review.shown()
    page = program.review_page
    assert [cell(program, row, 4) for row in range(2)] == ["not classified"] * 2
    second, go_on = threading.Event(), threading.Event()
    n_read = []

    def slow(path):
        n_read.append(path)
        if len(n_read) == 2:
            second.set()
            go_on.wait(20.0)
        return read_recording(path)

    monkeypatch.setattr("heartgui.ui.review.batch.read_recording", slow)
    page.table.selectAll()
    qtbot.mouseClick(page.classify, Qt.MouseButton.LeftButton)
    assert second.wait(20.0)
    qtbot.waitUntil(lambda: cell(program, 0, 4) != "not classified", timeout=5000)
    assert cell(program, 1, 4) == "not classified"
    assert chosen(program) == ["take 0", "take 1"]
    go_on.set()
    qtbot.waitUntil(lambda: not program.jobs.busy, timeout=30_000)


def gated(monkeypatch) -> tuple[threading.Event, threading.Event]:
    """Adding files waits with the first answer: when it has come so far, and to let it go on."""
    reached, go_on = threading.Event(), threading.Event()

    def slow(path):
        reached.set()
        go_on.wait(20.0)
        return read_recording(path)

    monkeypatch.setattr("heartgui.ui.review.batch.read_recording", slow)
    return reached, go_on


def test_files_dropped_while_others_are_added_are_added_after_them(
    reviewing, qtbot, tmp_path, monkeypatch
):
    bad = tmp_path / "bad.wav"
    bad.write_text("no sound")
    reached, go_on = gated(monkeypatch)
    drop(reviewing, sample("normal"), bad)
    assert reached.wait(20.0)
    drop(reviewing, sample("murmur"))
    reviewing.review.refresh()
    qtbot.waitUntil(lambda: reviewing.review_page.count.text().startswith("Adding"), timeout=5000)
    go_on.set()
    qtbot.waitUntil(lambda: not reviewing.jobs.busy, timeout=30_000)
    assert {"normal", "murmur"} < set(names(reviewing))
    assert "bad.wav" in " ".join(reviewing.review_page.banner.texts)
    assert reviewing.review_page.count.text() == "5 recordings"
    assert reviewing.review_page.add_files.isVisible()


def test_cancel_stops_all_work_and_says_what_came_of_it(reviewing, qtbot, tmp_path, monkeypatch):
    page = reviewing.review_page
    bad = tmp_path / "bad.wav"
    bad.write_text("no sound")
    reached, go_on = gated(monkeypatch)
    drop(reviewing, bad, sample("normal"), sample("extrastole"))
    assert reached.wait(20.0)
    drop(reviewing, sample("murmur"))
    qtbot.waitUntil(page.stop.isVisible, timeout=5000)
    qtbot.mouseClick(page.stop, Qt.MouseButton.LeftButton)
    go_on.set()
    qtbot.waitUntil(lambda: not reviewing.jobs.busy, timeout=30_000)
    assert len(names(reviewing)) == 4
    (said,) = page.banner.texts
    assert said.startswith(
        "Cancelled after 1 recording. 1 of 2 recordings went wrong. bad.wav could not be read"
    ), "its name once"
    assert not page.stop.isVisible()


@pytest.mark.parametrize("work", ["add", "classify"])
def test_a_long_recording_is_cancelled_before_its_end(program, qtbot, tmp_path, monkeypatch, work):
    page, long = program.review_page, tmp_path / "long.wav"
    write_wav(long, np.tile(SyntheticHeart().samples(20.0), 30), 4000)
    program.window.review_page.trigger()
    if work == "classify":
        program.library.add_file(long, NOW)
        program.review.refresh()
        program.review.shown()
    asked, go_on, answer = [], threading.Event(), Classifier.answer

    def slow(classifier, batch):
        asked.append(len(batch))
        go_on.wait(20.0)
        return answer(classifier, batch)

    monkeypatch.setattr(Classifier, "answer", slow)
    if work == "classify":
        page.classify.click()
    else:
        drop(program, long)
    qtbot.waitUntil(lambda: bool(asked), timeout=60_000)
    page.stop.click()
    go_on.set()
    qtbot.waitUntil(lambda: not program.jobs.busy, timeout=60_000)
    assert len(asked) == 1
    assert page.banner.texts[0].startswith("Cancelled after")
    (take,) = program.library.takes()
    assert take.decision is None


def test_closing_drops_the_work_that_waits(reviewing, qtbot, monkeypatch):
    reached, go_on = gated(monkeypatch)
    drop(reviewing, sample("normal"))
    assert reached.wait(20.0)
    drop(reviewing, sample("murmur"))
    go_on.set()
    reviewing.window.close()
    QApplication.processEvents()
    assert not reviewing.jobs.busy
