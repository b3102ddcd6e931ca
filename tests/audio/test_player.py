"""Where the player is while it plays: once through, and round and round a stretch."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from heartgui.audio import playback
from heartgui.audio.playback import Player
from heartgui.domain import Recording

RATE_HZ = 4000
LENGTH_S = 4.0


class Loudspeaker:
    """An output that takes sound as fast as it comes, and notes where the player is. None is taken
    while `open` is not set."""

    latency = 0.1

    def __init__(self, player: Player) -> None:
        self._player = player
        self.positions_s: list[float] = []
        self.open = threading.Event()
        self.open.set()

    def __enter__(self) -> Loudspeaker:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def write(self, sound: np.ndarray) -> None:
        self.positions_s.append(self._player.position_s)
        time.sleep(0.001)
        self.open.wait(60)


@pytest.fixture
def player(monkeypatch) -> Iterator[Player]:
    made = Player()
    speaker = Loudspeaker(made)
    monkeypatch.setattr(playback, "_open_output", lambda: speaker)
    t = np.arange(round(LENGTH_S * RATE_HZ)) / RATE_HZ
    made.load(Recording(np.sin(2 * np.pi * 100 * t).astype(np.float32), RATE_HZ))
    made.speaker = speaker  # type: ignore[attr-defined]
    yield made
    speaker.open.set()
    made.pause()


def wait_until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not true():
        assert time.monotonic() < end
        time.sleep(0.005)


def rounds(positions_s: list[float]) -> int:
    return int(np.sum(np.diff(positions_s) < 0))


@pytest.mark.parametrize("speed", [1.0, 0.5])
def test_a_loop_stays_in_its_stretch(player, speed):
    player.set_speed(speed)
    player.set_loop((1.0, 1.5))
    player.play()
    wait_until(lambda: rounds(player.speaker.positions_s) >= 3)
    assert min(player.speaker.positions_s) >= 1.0
    assert max(player.speaker.positions_s) <= 1.5


def test_another_stretch_is_entered_at_once_and_no_loop_plays_to_the_end(player):
    player.set_loop((1.0, 1.5))
    player.play()
    wait_until(lambda: len(player.speaker.positions_s) > 5)
    player.set_loop((2.0, 3.0))
    n = len(player.speaker.positions_s)
    wait_until(lambda: rounds(player.speaker.positions_s[n:]) >= 1)
    # Wider, with the player inside: it goes on from where it is. It is held there meanwhile, for
    # it plays fast enough to come round before this thread gets time again.
    player.speaker.open.clear()
    before_s = player.position_s
    assert before_s >= 2.0
    player.set_loop((0.5, 3.5))
    assert player.position_s >= 2.0
    player.set_loop(None)
    player.speaker.open.set()
    wait_until(lambda: not player.playing)
    assert player.position_s == pytest.approx(LENGTH_S)


def test_a_stretch_chosen_while_paused_is_entered_when_played(player):
    player.seek(3.0)
    player.set_loop((1.0, 1.5))
    assert player.position_s == pytest.approx(3.0)
    player.play()
    wait_until(lambda: len(player.speaker.positions_s) > 5)
    assert 1.0 <= min(player.speaker.positions_s) <= max(player.speaker.positions_s) <= 1.5


def test_from_a_place_before_the_stretch_it_plays_into_it(player):
    player.set_loop((1.0, 1.5))
    player.play()
    wait_until(lambda: len(player.speaker.positions_s) > 5)
    player.seek(0.2)
    wait_until(lambda: min(player.speaker.positions_s) < 1.0)
    wait_until(lambda: rounds(player.speaker.positions_s) >= 3)
    assert max(player.speaker.positions_s) <= 1.5
