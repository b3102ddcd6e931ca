"""With the system's text at 125 and 150 % the Review page still serves at 1280 by 720."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QFont, QFontMetrics, QFontMetricsF
from PySide6.QtWidgets import QApplication

from heartgui.audio.files import write_wav
from heartgui.domain import AuscultationSite
from heartgui.library.take import TakeLabels
from heartgui.ui.record.quality_card import LABELS, QualityCard
from heartgui.ui.review.take_table import NAME
from tests.helpers.findings import finding
from tests.helpers.synthetic_heart import SyntheticHeart

NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
USUAL_SIZE = QSize(1280, 720)
USUAL_POINTS = 10.0
N_TAKES, QUIET_ROW = 8, 1


@pytest.fixture(params=[USUAL_POINTS, 13.75, 15.0])
def points(request, qapp: QApplication):
    """The system's text size."""
    font = QFont(qapp.font())
    large = QFont(font)
    large.setPointSizeF(request.param)
    qapp.setFont(large)
    yield request.param
    qapp.setFont(font)


@pytest.fixture
def reviewing(points, start, qtbot):
    """Eight takes, the newest on screen; one of the last is very quiet."""
    program = start()
    library = program.library
    library.recordings.mkdir(exist_ok=True)
    for n in range(N_TAKES):
        path, then = library.new_take_path(NOW + timedelta(minutes=n)), NOW + timedelta(minutes=n)
        level = 0.002 if n == N_TAKES - 1 - QUIET_ROW else 0.5
        write_wav(path, level * SyntheticHeart(seed=n).samples(6.0), 4000)
        take = library.add(
            path, duration_s=6.0, sample_rate_hz=4000, created_at=then,
            labels=TakeLabels(list(AuscultationSite)[n % 4], None, f"K-{n}"),
        )  # fmt: skip
        library.set_finding(take.id, finding())
    program.window.resize(USUAL_SIZE)
    program.window.review_page.trigger()
    program.review.refresh()
    program.review.shown()
    qtbot.waitUntil(lambda: program.review.shown_recording is not None, timeout=10_000)
    return program


def test_three_recordings_are_listed_with_names_that_can_be_read(reviewing, points):
    table = reviewing.review_page.table
    assert reviewing.window.size() == USUAL_SIZE
    assert table.viewport().height() >= 3 * table.rowHeight(0)
    assert table.horizontalScrollBar().maximum() == 0
    name = table.model().index(0, NAME).data()
    # The whole date or the whole time of a take, and what is around it.
    letters = len(name) if points == USUAL_POINTS else 18
    assert table.columnWidth(NAME) >= QFontMetrics(table.font()).horizontalAdvance(name[:letters])


def test_the_tracks_are_neither_cut_nor_do_their_labels_touch(reviewing, qtbot):
    page, tracks = reviewing.review_page, reviewing.review_page.tracks
    for row, loudest in ((0, 1.0), (QUIET_ROW, 0.01)):
        page.table.selectRow(row)
        qtbot.waitUntil(lambda top=loudest: tracks.waveform.high <= top, timeout=10_000)
        assert tracks.height() >= tracks.minimumSizeHint().height()
        for track in tracks.tracks:
            metrics = QFontMetricsF(track.tick_font())
            assert metrics.horizontalAdvance(track.y_labels()[1]) <= track.viewport().height()
        for track in (tracks.waveform, tracks.energy, tracks.crossings):
            places = [track.y_of(value) for value in track.y_ticks]
            assert len(places) >= 2
            apart = QFontMetricsF(track.tick_font()).capHeight() + 3
            assert all(abs(one - other) >= apart for one, other in pairwise(places))
    # The quiet take's energies are small: their power of ten is in the title or beside the plot.
    _, title = tracks.energy.y_labels()
    assert "10⁻" in title + tracks.energy.power_beside
    assert ("10⁻" in title) != bool(tracks.energy.power_beside)
    beside = QFontMetricsF(tracks.energy.tick_font()).horizontalAdvance(tracks.energy.power_beside)
    assert beside <= tracks.energy.margins.right - 8


def test_the_words_of_signal_quality_stand_apart_from_the_segments(reviewing):
    rows = reviewing.review_page.findChild(QualityCard).rows
    QApplication.processEvents()
    metrics = QFontMetrics(rows.font())
    words = max(metrics.horizontalAdvance(text) for text in LABELS.values())
    # Five segments of 13 pixels; the columns are 18 apart.
    width = (rows.width() - 18 * (rows.n_columns - 1)) / rows.n_columns
    assert words <= width - 5 * 13
    assert rows.height() >= rows.sizeHint().height()
