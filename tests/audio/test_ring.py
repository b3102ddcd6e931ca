"""The ring between callback and worker: nothing invented, every loss counted where it was."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from heartgui.audio.ring import SampleRing


def ramp(start: int, n: int) -> np.ndarray:
    return ((np.arange(start, start + n)) % 30_000).astype(np.int16)


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 90)), max_size=60))
def test_blocks_come_out_as_they_went_in_with_losses_in_place(steps):
    ring = SampleRing(100)
    n_offered, n_lost = 0, 0
    heard: dict[int, int] = {}
    for write, n in steps:
        if write:
            ring.write(ramp(n_offered, n))
            n_offered += n
        while not write and (block := ring.read()) is not None:
            for offset, sample in enumerate(block.samples):
                heard[block.first_frame + offset] = int(sample)
    while (block := ring.read()) is not None:
        for offset, sample in enumerate(block.samples):
            heard[block.first_frame + offset] = int(sample)
    n_lost = ring.lost_frames
    assert len(heard) + n_lost == n_offered
    # Every sample sits at the place in time where it was recorded.
    assert all(sample == frame % 30_000 for frame, sample in heard.items())


def test_frames_known_to_be_lost_move_what_follows():
    ring = SampleRing(50)
    ring.write(ramp(0, 10))
    ring.skip(7)
    ring.write(ramp(17, 5))
    first, second = ring.read(), ring.read()
    assert first is not None
    assert second is not None
    assert (first.first_frame, len(first.samples)) == (0, 10)
    assert (second.first_frame, len(second.samples)) == (17, 5)
