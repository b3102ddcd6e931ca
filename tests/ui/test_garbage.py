"""Garbage goes, on the GUI thread, and only in turns of its own."""

from __future__ import annotations

import gc
import threading
import weakref

import pytest

from heartgui.ui.garbage import ALL_EVERY, Garbage


class Knot:
    """Holds itself."""

    def __init__(self, gone: list[int]) -> None:
        self.itself = self
        weakref.finalize(self, lambda: gone.append(threading.get_ident()))


@pytest.fixture
def garbage(qapp):
    garbage = Garbage()
    garbage._timer.setInterval(5)
    yield garbage
    garbage._timer.stop()


def test_garbage_goes_on_the_gui_thread_and_no_sooner(garbage, qtbot):
    garbage.start()
    assert not gc.isenabled()
    gone: list[int] = []
    # More than Python would wait for, on another thread.
    maker = threading.Thread(target=lambda: [Knot(gone) for _ in range(10_000)])
    maker.start()
    maker.join()
    assert gone == []
    qtbot.waitUntil(lambda: len(gone) == 10_000, timeout=10_000)
    assert set(gone) == {threading.get_ident()}


def test_what_has_lived_for_a_while_goes_too(garbage, qtbot):
    garbage.start()
    gone: list[int] = []
    old = Knot(gone)
    qtbot.waitUntil(lambda: garbage._n > 25, timeout=10_000)
    del old
    qtbot.waitUntil(lambda: bool(gone), timeout=10_000 + 10 * ALL_EVERY)
