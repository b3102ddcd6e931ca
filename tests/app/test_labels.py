"""What is said of a take in pieces: a code letter by letter, a site arrow by arrow."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from tests.helpers.driving import (
    begin_take,
    drop,
    record,
    sample,
    take_ends,
    wait_for_finding,
)


@pytest.fixture
def page(program):
    program.page.take.set_length(10)
    return program.page


@pytest.fixture
def field(page):
    return page.take.patient_code


def type_in(program, qtbot, code: str) -> None:
    field = program.page.take.patient_code
    if not field.hasFocus():
        in_front(program.window, qtbot)
        field.setFocus()
    qtbot.keyClicks(field, code)


def in_front(window: QWidget, qtbot) -> None:
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()


def run_to_its_end(program, qtbot, bench) -> None:
    with take_ends(program, qtbot):
        bench.source.go_on()
    wait_for_finding(program, qtbot)


def codes(program) -> list[str]:
    """Of each take in the library, the newest first."""
    return [take.patient_code for take in program.library.takes()]


# --- the code ---------------------------------------------------------------------------


def test_a_take_that_ends_while_its_code_is_typed_gets_the_whole_code(
    program, page, field, qtbot, bench
):
    begin_take(program, qtbot, bench)
    type_in(program, qtbot, "P1")
    run_to_its_end(program, qtbot, bench)
    assert codes(program) == [""]
    type_in(program, qtbot, "23")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert codes(program) == ["P123"]


@pytest.mark.parametrize("more", ["23", ""])
@pytest.mark.parametrize("end", [Qt.Key.Key_Return, Qt.Key.Key_Tab])
def test_another_window_in_front_is_no_end_of_typing(program, page, field, qtbot, more, end):
    record(program, qtbot)
    type_in(program, qtbot, "P1")
    other = QWidget()
    qtbot.addWidget(other)
    in_front(other, qtbot)
    assert codes(program) == [""]
    in_front(program.window, qtbot)
    type_in(program, qtbot, more)
    qtbot.keyClick(field, end)
    assert codes(program) == ["P1" + more]


def test_a_code_that_is_typed_when_a_take_is_begun_from_the_menu_is_the_takes(
    program, page, field, qtbot, bench
):
    type_in(program, qtbot, "P7")
    begin_take(program, qtbot, bench, program.window.record.trigger)
    assert field.hasFocus()
    run_to_its_end(program, qtbot, bench)
    assert codes(program) == ["P7"]


def test_a_code_is_the_takes_that_it_was_typed_for_though_a_file_is_dropped(
    program, page, field, qtbot
):
    record(program, qtbot)
    type_in(program, qtbot, "P7")
    drop(program, sample("normal"))
    assert codes(program) == ["P7"]
    qtbot.waitUntil(lambda: "normal" in page.caption.full_text, timeout=10_000)
    wait_for_finding(program, qtbot)
