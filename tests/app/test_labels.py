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
    settled,
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
    return [take.patient_code for take in settled(program).takes()]


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


# --- the site ---------------------------------------------------------------------------


@pytest.fixture
def torso(program, page, qtbot):
    """The torso, reached by Tab."""
    in_front(program.window, qtbot)
    page.sites.torso.setFocus(Qt.FocusReason.TabFocusReason)
    return page.sites.torso


def arrows(torso, qtbot, *keys: Qt.Key) -> None:
    for key in keys:
        qtbot.keyClick(torso, key)


def sites(program) -> list[str | None]:
    """Of each take in the library, the newest first."""
    return [take.site for take in settled(program).takes()]


@pytest.mark.parametrize("end", [Qt.Key.Key_Return, Qt.Key.Key_Tab, Qt.Key.Key_3])
def test_the_arrows_store_the_site_they_come_to(program, page, qtbot, end):
    record(program, qtbot)
    torso = page.sites.torso
    torso.setFocus(Qt.FocusReason.TabFocusReason)
    arrows(torso, qtbot, *[Qt.Key.Key_Right] * 3)
    assert page.sites.words.text().startswith("Tricuspid")
    assert sites(program) == [None]
    qtbot.keyClick(torso, end)
    assert sites(program) == [page.sites.site] == ["tricuspid"]


@pytest.mark.parametrize(
    ("key", "site"),
    [
        (Qt.Key.Key_Right, "aortic"),
        (Qt.Key.Key_Down, "aortic"),
        (Qt.Key.Key_Left, "mitral"),
        (Qt.Key.Key_Up, "mitral"),
    ],
)
def test_the_first_arrow_comes_to_an_end_of_the_row(torso, page, qtbot, key, site):
    arrows(torso, qtbot, key)
    assert page.sites.site == site


def test_space_on_the_torso_records_at_the_site_that_is_shown(program, torso, qtbot):
    arrows(torso, qtbot, Qt.Key.Key_Right, Qt.Key.Key_Right)
    with take_ends(program, qtbot):
        qtbot.keyClick(torso, Qt.Key.Key_Space)
    wait_for_finding(program, qtbot)
    assert sites(program) == ["pulmonic"]


def test_space_on_the_torso_stops_a_take_at_the_site_that_is_shown(program, torso, qtbot, bench):
    begin_take(program, qtbot, bench)
    arrows(torso, qtbot, Qt.Key.Key_Right, Qt.Key.Key_Right)
    with take_ends(program, qtbot):
        qtbot.keyClick(torso, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: sites(program) == ["pulmonic"], timeout=10_000)


def test_a_take_that_ends_while_the_arrows_move_gets_the_site_they_come_to(
    program, torso, qtbot, bench
):
    # What asks to record again takes no arrows away either.
    bench.source._raw[:] = 0
    begin_take(program, qtbot, bench)
    arrows(torso, qtbot, Qt.Key.Key_Right)
    run_to_its_end(program, qtbot, bench)
    assert sites(program) == [None]
    assert torso.hasFocus()
    arrows(torso, qtbot, Qt.Key.Key_Right, Qt.Key.Key_Return)
    assert sites(program) == ["pulmonic"]


def test_a_site_the_arrows_came_to_is_stored_when_the_program_is_quit(program, page, start, qtbot):
    record(program, qtbot)
    page.sites.torso.setFocus(Qt.FocusReason.TabFocusReason)
    arrows(page.sites.torso, qtbot, Qt.Key.Key_Left)
    program.window.quit.trigger()
    assert sites(start()) == ["mitral"]


def test_another_window_in_front_is_no_end_of_moving(program, page, qtbot):
    record(program, qtbot)
    torso = page.sites.torso
    torso.setFocus(Qt.FocusReason.TabFocusReason)
    arrows(torso, qtbot, Qt.Key.Key_Right)
    other = QWidget()
    qtbot.addWidget(other)
    in_front(other, qtbot)
    assert sites(program) == [None]
    in_front(program.window, qtbot)
    arrows(torso, qtbot, Qt.Key.Key_Right, Qt.Key.Key_Return)
    assert sites(program) == ["pulmonic"]


def test_arrows_that_have_not_come_to_a_site_say_nothing_of_a_take_that_is_opened(
    program, page, torso, qtbot
):
    record(program, qtbot)
    (take,) = program.library.takes()
    drop(program, sample("normal"))
    qtbot.waitUntil(lambda: "normal" in page.caption.full_text, timeout=10_000)
    program.record.open_file(take.path, take=take)
    arrows(torso, qtbot, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: program.record.shown.take_id == take.id, timeout=10_000)
    qtbot.keyClick(torso, Qt.Key.Key_Tab)
    assert sites(program) == [None]
    assert page.sites.site == "aortic"
