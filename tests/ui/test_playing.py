"""Playback follows the transport bar and the stretch in view, on either page."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtWidgets import QWidget

from heartgui.audio.playback import Player
from heartgui.domain import Recording
from heartgui.features.display import display_features
from heartgui.ui.plots.track_view import TrackView
from heartgui.ui.record.playing import Playing
from heartgui.ui.transport import TransportBar
from heartgui.ui.widgets.banner import BannerArea

RATE_HZ = 4000


class SilentPlayer(Player):
    """Plays nothing, and remembers what it was asked for."""

    loop_s: tuple[float, float] | None = None
    volume = 0.0

    def play(self) -> None:
        pass

    def set_loop(self, span_s: tuple[float, float] | None) -> None:
        self.loop_s = span_s

    def set_volume(self, volume: float) -> None:
        self.volume = volume


@pytest.fixture
def parts(qtbot):
    page = QWidget()
    qtbot.addWidget(page)
    player = SilentPlayer()
    transport, tracks = TransportBar(parent=page), TrackView(parent=page)
    playing = Playing(player, transport, tracks, BannerArea(parent=page))
    samples = np.random.default_rng(1).normal(0, 0.1, 10 * RATE_HZ).astype(np.float32)
    tracks.set_features(display_features(samples, RATE_HZ))
    playing.load(Recording(samples, RATE_HZ))
    yield playing, player, transport, tracks
    playing.close()


def test_loop_repeats_what_is_in_view_and_follows_it(parts):
    _, player, transport, tracks = parts
    tracks.show_range(2.0, 4.0)
    assert player.loop_s is None
    transport.loop.click()
    assert player.loop_s == pytest.approx((2.0, 4.0))
    tracks.pan(1.0)
    assert player.loop_s == pytest.approx((3.0, 5.0))
    tracks.zoom(0.5, 4.0)
    assert player.loop_s == pytest.approx((3.5, 4.5))
    tracks.fit()
    assert player.loop_s == pytest.approx((0.0, 10.0))
    transport.loop.click()
    assert player.loop_s is None
    tracks.show_range(1.0, 2.0)
    assert player.loop_s is None


def test_another_recording_is_looped_whole(parts):
    playing, player, transport, tracks = parts
    transport.loop.click()
    tracks.show_range(2.0, 4.0)
    samples = np.zeros(5 * RATE_HZ, dtype=np.float32)
    tracks.set_features(display_features(samples, RATE_HZ))
    playing.load(Recording(samples, RATE_HZ))
    assert player.loop_s == pytest.approx((0.0, 5.0))


def test_a_volume_set_from_outside_is_that_of_the_next_sound(parts):
    playing, player, transport, _ = parts
    transport.set_volume(0.25)
    playing.set_playing(True)
    assert player.volume == pytest.approx(0.25)
