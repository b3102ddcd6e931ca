"""What a person sees and does in the four tracks."""

from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QFontMetricsF, QHelpEvent, QImage, QMouseEvent, QRegion, QWheelEvent
from PySide6.QtWidgets import QApplication, QToolTip, QWidget
from pytestqt.qtbot import QtBot

from heartgui.domain import HeartSoundClass, WindowPrediction
from heartgui.features.display import (
    DB_PER_LEVEL,
    FIRST_FRAME_S,
    FLOOR_DB,
    HOP_S,
    FeatureStream,
    display_features,
    frame_at,
)
from heartgui.features.mel import hz_to_mel
from heartgui.ui.plots.patterns import class_brush
from heartgui.ui.plots.track import Track
from heartgui.ui.plots.track_view import TrackView
from heartgui.ui.theme import DARK, LIGHT

RATE_HZ = 8000
MURMUR = (0.1, 0.8, 0.05, 0.03, 0.02)
NORMAL = (0.7, 0.2, 0.05, 0.03, 0.02)


def beats(duration_s: float, *, peak: float = 0.4) -> np.ndarray:
    """Bursts of 60 Hz once a second over faint noise; one sample alone reaches `peak`."""
    t = np.arange(round(duration_s * RATE_HZ)) / RATE_HZ
    samples = 0.2 * np.sin(2 * np.pi * 60 * t) * np.exp(-(((t % 1.0 - 0.3) / 0.04) ** 2))
    samples += np.random.default_rng(5).normal(0, 1e-4, len(t))
    samples[len(t) // 3] = peak
    samples[len(t) // 2] = -0.9 * peak
    return samples.astype(np.float32)


@pytest.fixture
def view(qtbot: QtBot) -> TrackView:
    widget = TrackView(LIGHT)
    qtbot.addWidget(widget)
    widget.resize(700, 520)
    widget.show()
    qtbot.waitExposed(widget)
    return widget


@pytest.fixture
def loaded(view: TrackView) -> TrackView:
    view.set_features(display_features(beats(15.0), RATE_HZ))
    return view


def pixels(track: Track) -> np.ndarray:
    """The track as it is on the screen: shape (height, width, 3), red, green, blue."""
    image = track.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    flat = np.frombuffer(image.constBits(), dtype=np.uint8).reshape(image.height(), -1, 4)
    return flat[:, :, 2::-1].astype(int)


def at(track: Track, time_s: float, share: float = 0.5) -> QPointF:
    plot = track.plot_rect()
    return QPointF(track.x_of(time_s), plot.bottom() - share * plot.height())


def mouse(track: Track, kind: QEvent.Type, point: QPointF, *, held: bool = False) -> None:
    viewport = track.viewport()
    button = Qt.MouseButton.NoButton if kind is QEvent.Type.MouseMove else Qt.MouseButton.LeftButton
    buttons = Qt.MouseButton.LeftButton if held else Qt.MouseButton.NoButton
    where = QPointF(viewport.mapToGlobal(point))
    event = QMouseEvent(kind, point, where, button, buttons, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(viewport, event)


def wheel(track: Track, point: QPointF, notches: int) -> None:
    viewport = track.viewport()
    event = QWheelEvent(
        point,
        QPointF(viewport.mapToGlobal(point)),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(viewport, event)


class Painted(QObject):
    """Collects the regions that a widget repaints from now on."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.region = QRegion()
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Paint:
            self.region = self.region.united(event.region())
        return False


# What is drawn.


@pytest.mark.parametrize("duration_s", [0.8, 15.0, 200.0])
def test_the_waveform_covers_the_real_extremes(view: TrackView, duration_s: float) -> None:
    samples = beats(duration_s)
    samples[-1] = 0.77
    view.set_features(display_features(samples, RATE_HZ))
    _, y = view.waveform.curve.points()
    assert y.min() == samples.min()
    assert y.max() == samples.max()


def test_zoomed_in_the_waveform_is_the_samples_themselves(loaded: TrackView) -> None:
    samples = beats(15.0)
    loaded.show_range(5.28, 5.34)
    x, y = loaded.waveform.curve.points()
    inside = (x >= 5.28) & (x <= 5.34)
    np.testing.assert_allclose(y[inside], samples[np.rint(x[inside] * RATE_HZ).astype(int)])
    assert inside.sum() >= 0.059 * RATE_HZ


def test_energy_and_crossings_show_their_own_values(loaded: TrackView) -> None:
    features = display_features(beats(15.0), RATE_HZ)
    _, energy = loaded.energy.curve.points()
    _, crossings = loaded.crossings.curve.points()
    assert energy.max() == pytest.approx(float(features.ste.max()))
    assert crossings.max() == pytest.approx(float(features.zcr.max()))
    assert crossings.min() == pytest.approx(float(features.zcr.min()))


@pytest.mark.parametrize("tone_hz", [100.0, 200.0, 400.0, 800.0])
def test_a_tone_is_lightest_at_its_own_tick(view: TrackView, tone_hz: float) -> None:
    t = np.arange(8 * RATE_HZ) / RATE_HZ
    tone = (0.3 * np.sin(2 * np.pi * tone_hz * t)).astype(np.float32)
    view.set_features(display_features(tone, RATE_HZ))
    plot = view.mel.plot_rect()
    image = pixels(view.mel)
    column = image[int(plot.top()) + 1 : int(plot.bottom()) - 1, int(plot.center().x())]
    brightest = plot.top() + 1 + int(column.sum(axis=1).argmax())
    band = plot.height() / 64
    assert abs(brightest - view.mel.y_of(float(hz_to_mel(tone_hz)))) <= 1.5 * band


def test_a_beat_stands_at_the_same_place_in_every_track(view: TrackView) -> None:
    samples = np.random.default_rng(0).normal(0, 1e-4, 6 * RATE_HZ).astype(np.float32)
    burst = np.arange(round(0.1 * RATE_HZ))
    samples[4 * RATE_HZ : 4 * RATE_HZ + len(burst)] += 0.5 * np.sin(
        2 * np.pi * 80 / RATE_HZ * burst
    )
    view.set_features(display_features(samples, RATE_HZ))
    expected = view.waveform.x_of(4.05)
    x, y = view.waveform.curve.points()
    loud = x[np.abs(y) > 0.2]
    assert loud.min() == pytest.approx(4.0, abs=0.03)
    assert loud.max() == pytest.approx(4.1, abs=0.03)
    x, y = view.energy.curve.points()
    assert x[y.argmax()] == pytest.approx(4.05, abs=0.05)
    plot = view.mel.plot_rect()
    image = pixels(view.mel)[int(plot.top()) + 1 : int(plot.bottom()) - 1]
    left = int(view.mel.x_of(0.5))
    columns = image[:, left : int(view.mel.x_of(5.5))].sum(axis=(0, 2))
    assert left + int(columns.argmax()) == pytest.approx(expected, abs=8)


def test_plots_share_their_edges_and_only_the_lowest_has_a_time_axis(loaded: TrackView) -> None:
    edges = {(t.plot_rect().left(), t.plot_rect().right()) for t in loaded.tracks}
    assert len(edges) == 1
    room = [t.viewport().height() - t.plot_rect().bottom() for t in loaded.tracks]
    assert room[3] > 15
    assert max(room[:3]) < 10


@pytest.mark.parametrize("peak", [1.0, 0.31, 0.012, 0.0007])
@pytest.mark.parametrize("size", [(660, 480), (1000, 640)])
def test_no_axis_label_is_cut(view: TrackView, peak: float, size: tuple[int, int]) -> None:
    view.resize(*size)
    view.set_features(display_features(beats(5.0, peak=peak) * peak, RATE_HZ))
    metrics = QFontMetricsF(view.waveform.tick_font())
    room = view.waveform.plot_rect().left() - 6 - metrics.height()
    for track in view.tracks:
        labels, title = track.y_labels()
        assert labels
        assert max(metrics.horizontalAdvance(label) for label in labels) <= room
        assert metrics.horizontalAdvance(title) <= track.viewport().height()
    assert metrics.horizontalAdvance("Time, s") <= view.mel.margins.right


def test_all_five_frequencies_are_labelled(loaded: TrackView) -> None:
    labels, title = loaded.mel.y_labels()
    assert labels == ["50", "100", "200", "400", "800"]
    assert "Hz" in title
    apart = np.abs(np.diff([loaded.mel.y_of(v) for v in loaded.mel.y_ticks]))
    assert apart.min() >= QFontMetricsF(loaded.mel.tick_font()).capHeight() + 1


def test_automatic_gain_scales_to_the_signal_and_off_shows_full_scale(view: TrackView) -> None:
    view.set_features(display_features(beats(5.0, peak=0.11), RATE_HZ))
    assert 0.2 <= view.waveform.high <= 0.3
    view.waveform.auto_gain.click()
    assert (view.waveform.low, view.waveform.high) == (-1.0, 1.0)
    labels, _ = view.waveform.y_labels()
    assert labels[-1] == "1.0"


def test_a_knock_is_marked_where_it_leaves_the_axis(view: TrackView) -> None:
    samples = beats(15.0, peak=0.1)
    samples[9 * RATE_HZ : 9 * RATE_HZ + 40] = 0.95
    view.set_features(display_features(samples, RATE_HZ))
    assert view.waveform.high < 0.5
    ((time_s, text),) = view.waveform.off_scale
    assert time_s == pytest.approx(9.0, abs=0.05)
    assert text == "peak 0.95"
    assert view.energy.off_scale
    view.waveform.auto_gain.click()
    assert view.waveform.off_scale == []


def test_a_gap_is_shaded_where_samples_were_lost(loaded: TrackView) -> None:
    before = pixels(loaded.crossings)
    loaded.set_gaps([(6.0, 6.8)])
    after = pixels(loaded.crossings)
    changed = np.flatnonzero((before != after).any(axis=(0, 2)))
    assert changed.min() == pytest.approx(loaded.crossings.x_of(6.0), abs=2)
    assert changed.max() == pytest.approx(loaded.crossings.x_of(6.8), abs=2)


def test_empty_says_what_to_do_and_a_recording_replaces_it(view: TrackView) -> None:
    assert view.waveform.message
    view.set_empty_text("Press Space to record.")
    assert view.waveform.message == "Press Space to record."
    view.set_features(display_features(beats(3.0), RATE_HZ))
    assert view.waveform.message == ""
    view.set_features(None)
    assert view.waveform.message == "Press Space to record."
    assert view.waveform.curve.points()[0].size == 0


def test_an_empty_recording_is_shown_without_a_signal(view: TrackView) -> None:
    view.set_features(display_features(np.empty(0, dtype=np.float32), RATE_HZ))
    view.set_cursor(1.0)
    assert view.cursor_text == ""
    view.grab()


def test_a_theme_switch_repaints_everything(loaded: TrackView) -> None:
    loaded.set_windows([WindowPrediction(0.0, 15.0, MURMUR)])
    light = loaded.grab().toImage()
    loaded.set_palette(DARK)
    dark = loaded.grab().toImage()
    for y in range(2, dark.height(), 25):
        assert light.pixelColor(1, y).lightness() > 200
        assert dark.pixelColor(1, y).lightness() < 80
    loaded.set_palette(LIGHT)
    assert loaded.grab().toImage() == light


@pytest.mark.parametrize("points", [0, 20])
def test_what_scrolls_leaves_no_trace_of_the_frame_before(
    view: TrackView, qtbot: QtBot, points: int
) -> None:
    """Only what scrolls is painted again; the screen must show what painting all of it would."""
    if points:
        font = view.font()
        font.setPointSize(points)
        view.setFont(font)
        view.resize(900, 900)
    samples = beats(16.0)
    # It grows louder, so that the colours' scale changes on the way.
    samples[: 12 * RATE_HZ] *= 0.02
    stream = FeatureStream(RATE_HZ)
    stream.push(samples[: 10 * RATE_HZ])
    view.set_features(stream.features)
    top_db = view.mel.top_db
    view.begin_live()
    view.set_beats([(0.4 * n, "S1" if n % 2 else "S2") for n in range(40)])
    qtbot.wait(50)
    for n in range(10 * RATE_HZ, len(samples), RATE_HZ // 7):
        stream.push(samples[n : n + RATE_HZ // 7])
        view.refresh_live()
        QApplication.processEvents()
    assert view.mel.top_db > top_db
    shown = view.screen().grabWindow(view.winId()).toImage()
    whole = view.grab().toImage()
    assert shown.size() == whole.size()
    assert shown.convertToFormat(whole.format()) == whole


# Moving about.


def test_the_wheel_zooms_about_the_pointer(loaded: TrackView, qtbot: QtBot) -> None:
    point = at(loaded.energy, 10.0)
    with qtbot.waitSignal(loaded.view_changed) as changed:
        wheel(loaded.energy, point, 3)
    start_s, end_s = loaded.visible_range_s
    assert changed.args == [start_s, end_s]
    assert end_s - start_s < 10.0
    assert loaded.energy.time_at(point.x()) == pytest.approx(10.0, abs=1e-6)
    assert {(t.start_s, t.end_s) for t in loaded.tracks} == {(start_s, end_s)}


def test_zoom_stops_at_fifty_milliseconds_and_at_the_whole(loaded: TrackView) -> None:
    wheel(loaded.waveform, at(loaded.waveform, 7.0), 200)
    start_s, end_s = loaded.visible_range_s
    assert end_s - start_s == pytest.approx(0.05)
    wheel(loaded.waveform, at(loaded.waveform, start_s), -200)
    assert loaded.visible_range_s == pytest.approx((0.0, 15.0))


def test_dragging_pans_and_does_not_seek(loaded: TrackView, qtbot: QtBot) -> None:
    loaded.show_range(5.0, 9.0)
    with qtbot.assertNotEmitted(loaded.seek_requested):
        start = at(loaded.waveform, 6.0)
        mouse(loaded.waveform, QEvent.Type.MouseButtonPress, start, held=True)
        for share in (0.25, 0.5, 0.75, 1.0):
            step = QPointF(share * (at(loaded.waveform, 7.0).x() - at(loaded.waveform, 6.0).x()), 0)
            mouse(loaded.waveform, QEvent.Type.MouseMove, start + step, held=True)
        mouse(loaded.waveform, QEvent.Type.MouseButtonRelease, start + step)
    assert loaded.visible_range_s == pytest.approx((4.0, 8.0), abs=0.05)


def test_a_double_click_fits(loaded: TrackView) -> None:
    loaded.show_range(5.0, 9.0)
    mouse(loaded.mel, QEvent.Type.MouseButtonDblClick, at(loaded.mel, 6.0), held=True)
    assert loaded.visible_range_s == (0.0, 15.0)


def test_a_click_seeks_to_its_time(loaded: TrackView, qtbot: QtBot) -> None:
    point = at(loaded.mel, 4.0)
    with qtbot.waitSignal(loaded.seek_requested) as seek:
        mouse(loaded.mel, QEvent.Type.MouseButtonPress, point, held=True)
        mouse(loaded.mel, QEvent.Type.MouseButtonRelease, point)
    assert seek.args == [pytest.approx(4.0, abs=0.03)]


def test_keys_zoom_pan_and_fit(loaded: TrackView, qtbot: QtBot) -> None:
    for _ in range(4):
        qtbot.keyClick(loaded, Qt.Key.Key_Plus)
    span_s = loaded.visible_range_s[1] - loaded.visible_range_s[0]
    assert span_s < 4.0
    qtbot.keyClick(loaded, Qt.Key.Key_Home)
    assert loaded.visible_range_s == pytest.approx((0.0, span_s))
    qtbot.keyClick(loaded, Qt.Key.Key_Right)
    assert loaded.visible_range_s[0] == pytest.approx(0.1 * span_s)
    qtbot.keyClick(loaded, Qt.Key.Key_Left)
    assert loaded.visible_range_s[0] == pytest.approx(0.0)
    qtbot.keyClick(loaded, Qt.Key.Key_End)
    assert loaded.visible_range_s[1] == pytest.approx(15.0)
    qtbot.keyClick(loaded, Qt.Key.Key_Minus)
    assert loaded.visible_range_s[1] - loaded.visible_range_s[0] > span_s
    qtbot.keyClick(loaded, Qt.Key.Key_0)
    assert loaded.visible_range_s == (0.0, 15.0)


def test_the_cursor_moves_and_seeks_by_keyboard(loaded: TrackView, qtbot: QtBot) -> None:
    qtbot.keyClick(loaded, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert loaded.cursor_text.startswith("7.65 s: ")
    with qtbot.waitSignal(loaded.seek_requested) as seek:
        qtbot.keyClick(loaded, Qt.Key.Key_Return)
    assert seek.args == [pytest.approx(7.65)]


def test_panning_shows_the_columns_of_the_new_stretch(loaded: TrackView) -> None:
    loaded.show_range(3.0, 5.0)
    x, _ = loaded.waveform.curve.points()
    assert x.min() <= 3.01
    assert x.max() >= 4.99
    x, _ = loaded.crossings.curve.points()
    assert x.min() <= 3.0
    assert x.max() >= 5.0


# Values under the cursor.


def test_the_read_outs_are_the_features_at_that_time(loaded: TrackView) -> None:
    samples = beats(15.0)
    features = display_features(samples, RATE_HZ)
    time_s = 5.0
    loaded.set_cursor(time_s)
    frame = frame_at(time_s)
    assert loaded.waveform.read_out == "0.40 of full scale"
    assert float(samples[5 * RATE_HZ]) == pytest.approx(0.40)
    assert float(loaded.energy.read_out.split()[0]) == pytest.approx(features.ste[frame], rel=0.05)
    assert loaded.crossings.read_out == f"{features.zcr[frame]:.2f} per sample"
    loudest = int(features.mel_levels[frame].argmax())
    decibels = FLOOR_DB + features.mel_levels[frame, loudest] * DB_PER_LEVEL
    hertz = features.mel_centres_hz[loudest]
    assert loaded.mel.read_out == f"\N{MINUS SIGN}{-decibels:.0f} dB at {hertz:.0f} Hz"
    assert loaded.cursor_text == (
        f"5.00 s: amplitude 0.40, STE {loaded.energy.read_out.split()[0]}, "
        f"ZCR {features.zcr[frame]:.2f}, {loaded.mel.read_out}"
    )
    assert loaded.caption.text == loaded.cursor_text


def test_one_cursor_follows_the_pointer_in_all_tracks(loaded: TrackView, qtbot: QtBot) -> None:
    clean = [pixels(track) for track in loaded.tracks]
    with qtbot.waitSignal(loaded.cursor_moved) as moved:
        mouse(loaded.crossings, QEvent.Type.MouseMove, at(loaded.crossings, 9.0))
    assert moved.args == [pytest.approx(9.0, abs=0.03)]
    x = round(loaded.waveform.x_of(9.0))
    for track, before in zip(loaded.tracks, clean, strict=True):
        plot = track.plot_rect()
        middle = int(plot.top() + 0.8 * plot.height())
        changed = np.flatnonzero((pixels(track)[middle] != before[middle]).any(axis=1))
        assert changed.min() >= x - 3
        assert changed.max() <= x + 3
        assert track.read_out
    QApplication.sendEvent(loaded.crossings, QEvent(QEvent.Type.Leave))
    assert loaded.cursor_text == ""
    np.testing.assert_array_equal(pixels(loaded.mel), clean[3])


def test_a_moving_cursor_repaints_where_it_was_and_is_and_no_more(
    loaded: TrackView, qtbot: QtBot
) -> None:
    loaded.set_cursor(9.0)
    QApplication.processEvents()
    painted = Painted(loaded.crossings.viewport())
    loaded.set_cursor(11.0)
    QApplication.processEvents()
    middle = round(loaded.crossings.plot_rect().center().y())
    for time_s, expected in ((9.0, True), (11.0, True), (5.0, False)):
        point = QPoint(round(loaded.crossings.x_of(time_s)), middle)
        assert painted.region.contains(point) is expected


def test_a_new_stretch_repaints_the_whole_track(loaded: TrackView) -> None:
    QApplication.processEvents()
    painted = [Painted(track.viewport()) for track in loaded.tracks]
    loaded.show_range(3.0, 6.0)
    QApplication.processEvents()
    for track, seen in zip(loaded.tracks, painted, strict=True):
        assert QRegion(track.viewport().rect()).subtracted(seen.region).isEmpty()


def test_the_pointer_in_the_spectrogram_reads_its_own_frequency(loaded: TrackView) -> None:
    share = (loaded.mel.plot_rect().bottom() - loaded.mel.y_of(float(hz_to_mel(400.0)))) / (
        loaded.mel.plot_rect().height()
    )
    mouse(loaded.mel, QEvent.Type.MouseMove, at(loaded.mel, 5.3, share))
    hertz = float(loaded.mel.read_out.split(" at ")[1].split()[0])
    assert hertz == pytest.approx(400.0, abs=12.0)
    assert loaded.mel.read_out in loaded.cursor_text


def test_a_cursor_out_of_view_reads_nothing(loaded: TrackView) -> None:
    loaded.set_cursor(2.0)
    loaded.show_range(5.0, 9.0)
    assert loaded.cursor_text == ""
    assert [track.read_out for track in loaded.tracks] == [""] * 4


def test_the_playhead_is_drawn_apart_from_the_cursor(loaded: TrackView) -> None:
    clean = pixels(loaded.waveform)
    loaded.set_playhead(3.0)
    x = round(loaded.waveform.x_of(3.0))
    changed = np.flatnonzero((pixels(loaded.waveform) != clean).any(axis=(0, 2)))
    assert x - 3 <= changed.min() <= changed.max() <= x + 3
    loaded.set_playhead(None)
    np.testing.assert_array_equal(pixels(loaded.waveform), clean)


# Live.


def test_the_live_view_scrolls_and_the_take_is_whole_at_the_end(view: TrackView) -> None:
    samples = beats(13.0)
    stream = FeatureStream(RATE_HZ)
    view.set_features(stream.features)
    view.begin_live(10.0)
    for second in range(13):
        stream.push(samples[second * RATE_HZ : (second + 1) * RATE_HZ])
        view.refresh_live()
        done_s = second + 1.0
        assert view.visible_range_s == pytest.approx((max(0.0, done_s - 10), max(done_s, 10.0)))
        x, _ = view.waveform.curve.points()
        assert x.max() == pytest.approx(done_s, abs=0.05)
        x, _ = view.energy.curve.points()
        newest_s = FIRST_FRAME_S + (stream.features.n_frames - 1) * HOP_S
        assert x.max() == pytest.approx(newest_s, abs=0.021)
    view.end_live()
    assert view.visible_range_s == (0.0, 13.0)
    _, y = view.waveform.curve.points()
    assert y.max() == samples.max()


def test_while_live_the_axes_hold_still(view: TrackView) -> None:
    samples = beats(9.0, peak=0.25)
    stream = FeatureStream(RATE_HZ)
    view.set_features(stream.features)
    view.begin_live(10.0)
    tops = []
    for block in np.array_split(samples, 270):
        stream.push(block)
        view.refresh_live()
        tops.append((view.waveform.high, view.energy.high, view.crossings.high, view.mel.top_db))
    changes = sum(a != b for a, b in pairwise(tops[60:]))
    assert changes <= 4


def test_a_resting_pointer_reads_what_passes_under_it(view: TrackView) -> None:
    samples = beats(14.0)
    stream = FeatureStream(RATE_HZ)
    stream.push(samples[: 11 * RATE_HZ])
    view.set_features(stream.features)
    view.begin_live(10.0)
    mouse(view.waveform, QEvent.Type.MouseMove, at(view.waveform, 6.0))
    assert view.cursor_text.startswith("6.0")
    stream.push(samples[11 * RATE_HZ : 13 * RATE_HZ])
    view.refresh_live()
    assert view.cursor_text.startswith("8.0")


def test_while_live_the_newest_stays_in_view(view: TrackView, qtbot: QtBot) -> None:
    stream = FeatureStream(RATE_HZ)
    stream.push(beats(20.0))
    view.set_features(stream.features)
    view.begin_live(10.0)
    qtbot.keyClick(view, Qt.Key.Key_Home)
    wheel(view.waveform, at(view.waveform, 12.0), 2)
    start_s, end_s = view.visible_range_s
    assert end_s == 20.0
    assert 10.0 < start_s < 19.0


# The rows below.


def test_each_windows_answer_is_there_in_words(loaded: TrackView) -> None:
    loaded.set_windows(
        {
            "cnn": [WindowPrediction(0.0, 10.0, MURMUR), WindowPrediction(5.0, 15.0, NORMAL)],
            "lstm": [WindowPrediction(0.0, 15.0, NORMAL)],
        }
    )
    assert [model for model, _ in loaded.windows.rows] == ["cnn", "lstm"]
    words = loaded.windows.accessibleDescription()
    assert "cnn, 0.0 to 10.0 s, Normal: 0.10, Murmur: 0.80" in words
    assert words.count("lstm") == 1
    loaded.set_windows([])
    assert loaded.windows.rows == []
    assert loaded.windows.height() > 10


def test_the_tooltip_of_a_window_lists_its_probabilities(loaded: TrackView, qtbot: QtBot) -> None:
    loaded.set_windows([WindowPrediction(0.0, 10.0, MURMUR), WindowPrediction(5.0, 15.0, NORMAL)])
    strip = loaded.windows
    point = QPoint(round(strip.x_of(12.0)), strip.height() // 2)
    event = QHelpEvent(QEvent.Type.ToolTip, point, strip.mapToGlobal(point))
    QApplication.sendEvent(strip, event)
    assert "5.0 to 15.0 s" in QToolTip.text()
    assert "Normal: 0.70" in QToolTip.text()
    QToolTip.hideText()


def test_a_click_on_a_window_seeks(loaded: TrackView, qtbot: QtBot) -> None:
    loaded.set_windows([WindowPrediction(0.0, 15.0, MURMUR)])
    strip = loaded.windows
    with qtbot.waitSignal(loaded.seek_requested) as seek:
        qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, pos=QPoint(round(strip.x_of(11.0)), 8))
    assert seek.args == [pytest.approx(11.0, abs=0.05)]


def test_strips_stand_on_the_tracks_time_axis(loaded: TrackView) -> None:
    loaded.show_range(2.0, 7.0)
    for strip in loaded.strips:
        for time_s in (2.0, 4.4, 7.0):
            in_strip = strip.mapTo(loaded, QPoint(0, 0)).x() + strip.x_of(time_s)
            in_track = loaded.mel.mapTo(loaded, QPoint(0, 0)).x() + loaded.mel.x_of(time_s)
            assert in_strip == pytest.approx(in_track, abs=0.6)


def test_classes_differ_without_colour(qtbot: QtBot) -> None:
    shapes = set()
    for label in HeartSoundClass:
        image = class_brush(label, LIGHT, 1.0).texture().toImage()
        grey = np.array(
            [[image.pixelColor(x, y).lightness() for x in range(12)] for y in range(12)]
        )
        shapes.add((grey < (int(grey.min()) + int(grey.max())) / 2).tobytes())
    assert len(shapes) == len(HeartSoundClass)


def test_the_heart_rate_is_told_or_said_to_be_unknown(loaded: TrackView) -> None:
    assert loaded.beats.text == ""
    loaded.set_heart_rate(93.6)
    assert loaded.beats.text == "Heart rate 94 /min"
    loaded.set_heart_rate(None)
    assert loaded.beats.text == "Heart rate not determinable"
    loaded.set_features(None)
    assert loaded.beats.text == ""


def test_every_track_has_a_name_for_screen_readers(loaded: TrackView) -> None:
    for widget in (loaded, *loaded.tracks, *loaded.strips, loaded.waveform.auto_gain):
        assert widget.accessibleName()
    for track in loaded.tracks:
        assert track.accessibleDescription()
    assert loaded.waveform.auto_gain.toolTip()


def test_the_caption_tells_long_from_short_marks_where_they_have_no_names(loaded, qtbot):
    loaded.set_beats([(0.25 * n, "S1" if n % 2 else "S2") for n in range(60)])
    assert loaded.caption.text == "Beats: S1 long, S2 short · Each window's answer"
    loaded.zoom(0.1, 7.0)
    assert loaded.caption.text == "Each window's answer"
    loaded.fit()
    assert "S1 long" in loaded.caption.text
    loaded.resize(2000, 520)
    qtbot.waitUntil(lambda: loaded.caption.text == "Each window's answer")
