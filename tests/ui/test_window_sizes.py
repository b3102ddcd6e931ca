"""Nothing is cut or on top of another thing in the smallest window, and at 1280 by 720 the answer
is seen whole."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from math import hypot

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLabel, QWidget

from heartgui.domain import AuscultationSite, AveragedBeat, Decision, HeartCycle, Reason
from heartgui.features.display import display_features
from heartgui.inference.bundle import load_bundle
from heartgui.paths import models_folder
from heartgui.ui import theme
from heartgui.ui.main_window import SMALLEST_SIZE, MainWindow
from heartgui.ui.record.record_page import RecordPage
from heartgui.ui.record.site_panel import Torso
from heartgui.ui.review.review_page import ReviewPage
from heartgui.ui.widgets.card import Card
from heartgui.ui.widgets.side_column import SideColumn
from tests.helpers.findings import finding
from tests.helpers.synthetic_heart import SyntheticHeart

USUAL_SIZE = QSize(1280, 720)
RECORD, REVIEW = 0, 1
BEAT = AveragedBeat((0.0, 1.0, 0.2, 0.8, 0.1), (0.1,) * 5, 0.2, 24, 0.2, 0.4, 0.6)
CYCLE = HeartCycle(((0.1, "S1"), (0.4, "S2")), 0.8, 0.02, (), "systolic", 12.0, BEAT)
MURMUR = replace(finding(), cycle=CYCLE)
UNCERTAIN = replace(
    MURMUR,
    decision=Decision.INCONCLUSIVE,
    reasons=(
        Reason(
            "close",
            "Murmur and extrasystole are too close to call (0.08 apart, each weighed by its"
            " threshold).",
            "Record again at the same site and compare, or ask for a second opinion.",
        ),
    ),
)


@pytest.fixture
def window(qapp: QApplication, qtbot):
    """The window with both pages, dressed as the program dresses it."""
    font, sheet = qapp.font(), qapp.styleSheet()
    theme.load_fonts(qapp)
    theme.apply(qapp, theme.LIGHT)
    made = MainWindow()
    qtbot.addWidget(made)
    made.add_page(RecordPage(), "Record", "record", made.record_page)
    made.add_page(ReviewPage(), "Review", "review", made.review_page)
    made.finish_rail()
    samples = SyntheticHeart().samples(10.0)
    for page in pages(made):
        page.tracks.set_features(display_features(samples, 4000))
        show(page, MURMUR)
    made.show()
    yield made
    qapp.setFont(font)
    qapp.setStyleSheet(sheet)


def pages(window: MainWindow) -> list[RecordPage | ReviewPage]:
    return [window.pages.widget(n) for n in (RECORD, REVIEW)]


def show(page: RecordPage | ReviewPage, answer) -> None:
    page.result.explains = isinstance(page, RecordPage)
    page.result.show_finding(answer, [load_bundle(models_folder(), "heartnet").card])
    page.heart.show_finding(answer)
    page.quality.show_quality(answer.quality)


def settle(window: MainWindow, size: QSize, page: int) -> None:
    window.resize(size)
    window.show_page(page)
    for _ in range(3):
        QApplication.processEvents()


def shown(page: QWidget, *kinds: type) -> list[QWidget]:
    return [w for kind in kinds for w in page.findChildren(kind) if w.isVisible()]


def place(widget: QWidget, page: QWidget) -> QRect:
    return QRect(widget.mapTo(page, QPoint(0, 0)), widget.size())


@pytest.mark.parametrize("page", [RECORD, REVIEW])
def test_every_control_has_room_for_its_text_in_the_smallest_window(window, page):
    settle(window, SMALLEST_SIZE, page)
    front = pages(window)[page]
    for control in shown(front, QAbstractButton, QComboBox):
        needed = control.minimumSizeHint() if control.width() > 120 else control.sizeHint()
        assert control.width() >= needed.width(), control.accessibleName()
        assert control.height() >= needed.height(), control.accessibleName()
    for text in shown(front, QLabel):
        if text.text() and not text.wordWrap():
            assert text.width() >= text.sizeHint().width(), text.text()
            assert text.height() >= text.sizeHint().height(), text.text()
    transport = place(front.transport, front)
    assert transport.bottom() <= front.height()
    assert transport.right() <= front.width()


def test_the_parts_at_the_left_stand_below_each_other_in_the_smallest_window(window):
    settle(window, SMALLEST_SIZE, RECORD)
    page = pages(window)[RECORD]
    parts = (page.devices, page.sites, page.take, page.record_button, page.transport)
    places = [place(part, page) for part in parts]
    for upper, lower in pairwise(places):
        assert upper.bottom() < lower.top()
    assert page.sites.torso.height() >= page.sites.torso.minimumSizeHint().height()
    assert page.sites.torso.geometry().bottom() < page.sites.words.geometry().top()


@pytest.mark.parametrize("height", [40, 60, 84, 140, 300])
@pytest.mark.parametrize("width", [140, 244, 300])
def test_the_sites_never_touch(qtbot, width, height):
    torso = Torso()
    qtbot.addWidget(torso)
    torso.resize(width, height)
    sites = list(AuscultationSite)
    for n, site in enumerate(sites):
        for other in sites[n + 1 :]:
            apart = torso._centre(site) - torso._centre(other)
            assert hypot(apart.x(), apart.y()) >= 2 * torso._radius() + 1, (site, other)


@pytest.mark.parametrize("answer", [MURMUR, UNCERTAIN], ids=["murmur", "inconclusive"])
@pytest.mark.parametrize("page", [RECORD, REVIEW])
def test_the_answer_is_seen_without_scrolling(window, page, answer):
    front = pages(window)[page]
    show(front, answer)
    settle(window, USUAL_SIZE, page)
    # The inconclusive answer has two more paragraphs; beside the notes they may need a few rows.
    allowed = 80 if (page, answer) == (REVIEW, UNCERTAIN) else 0
    assert front.findChild(SideColumn).verticalScrollBar().maximum() <= allowed


@pytest.mark.parametrize("page", [RECORD, REVIEW])
def test_tab_stops_at_the_right_column_only_where_it_scrolls(window, page):
    front = pages(window)[page]
    column = front.findChild(SideColumn)
    show(front, UNCERTAIN)
    for size, scrolls in ((QSize(1280, 1000), False), (SMALLEST_SIZE, True)):
        settle(window, size, page)
        assert (column.verticalScrollBar().maximum() > 0) == scrolls
        assert bool(column.focusPolicy() & Qt.FocusPolicy.TabFocus) == scrolls
    assert column.accessibleName()
    column.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(column, Qt.Key.Key_Down)
    assert column.verticalScrollBar().value() > 0


@pytest.mark.parametrize("name", ["x" * 246 + ".wav", "a b " * 62 + ".wav"])
@pytest.mark.parametrize("page", [RECORD, REVIEW])
def test_a_long_name_takes_no_room_from_the_answer(window, page, name):
    front = pages(window)[page]
    settle(window, SMALLEST_SIZE, page)
    before = front.result.width()
    front.caption.show_text(name, "02 September 2026, 09:30 · tricuspid · 2:00:00 · 44100 Hz")
    settle(window, SMALLEST_SIZE, page)
    assert window.size() == SMALLEST_SIZE
    assert front.result.width() == before
    assert front.caption.text().endswith("2:00:00 · 44100 Hz")
    assert "…" in front.caption.text()


def test_signal_quality_stays_in_view_with_two_messages_and_with_details(window):
    front = pages(window)[RECORD]
    front.banner.show_message("error", "broken.wav could not be read as audio.", "Open another.")
    front.banner.show_message("warning", "The stethoscope was unplugged.", "Plug it in again.")
    front.result.details.setChecked(True)
    settle(window, USUAL_SIZE, RECORD)
    column = front.findChild(SideColumn)
    assert column.viewport().rect().contains(place(front.quality, column.viewport()))


def test_the_values_under_the_cursor_are_read_whole(window):
    for size in (SMALLEST_SIZE, USUAL_SIZE):
        settle(window, size, RECORD)
        tracks = pages(window)[RECORD].tracks
        tracks.set_cursor(4.62)
        caption = tracks.caption
        assert caption.text == tracks.cursor_text
        needed = QFontMetricsF(caption.margins.tick_font).horizontalAdvance(caption.text)
        assert needed <= caption.width() - 8


@pytest.mark.parametrize("page", [RECORD, REVIEW])
@pytest.mark.parametrize("outlined", [False, True])
def test_no_card_is_cut_at_the_right_in_the_smallest_window(window, page, outlined):
    settle(window, SMALLEST_SIZE, page)
    front = pages(window)[page]
    front.result.details.setChecked(True)
    front.result.show_why("Outlined: hiding it changes the answer most.", shown=outlined)
    settle(window, SMALLEST_SIZE, page)
    column = front.findChild(SideColumn)
    assert column.verticalScrollBar().maximum() > 0
    for card in shown(column, Card):
        assert place(card, column.viewport()).right() < column.viewport().width()


@pytest.mark.parametrize("size", [SMALLEST_SIZE, USUAL_SIZE])
def test_labels_of_the_axes_stand_apart(window, size):
    for front in pages(window):
        settle(window, size, window.pages.indexOf(front))
        for track in (front.tracks.waveform, front.tracks.energy, front.tracks.crossings):
            metrics = QFontMetricsF(track.tick_font())
            places = [track.y_of(value) for value in track.y_ticks]
            assert len(places) >= 2
            for one, other in pairwise(places):
                assert abs(one - other) >= metrics.capHeight() + 3
            assert metrics.horizontalAdvance(track.y_labels()[1]) <= track.viewport().height()
        assert front.tracks.height() >= front.tracks.minimumSizeHint().height()


def test_without_an_answer_no_older_one_is_shown(window):
    front = pages(window)[REVIEW]
    front.result.show_unclassified("No recording is chosen.")
    assert front.result.bars.probabilities == ()
    assert front.result.bars.label is None
