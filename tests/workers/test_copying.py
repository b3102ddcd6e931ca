"""Saving a copy: the same sound, stopped half-way without a trace."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from heartgui.audio.files import read_recording, write_wav
from heartgui.errors import Cancelled
from heartgui.workers import copying
from heartgui.workers.copying import save_copy
from tests.helpers.synthetic_heart import SyntheticHeart

N_PARTS = 4


@pytest.fixture(params=["its own file", "from memory"])
def recording(request, tmp_path, monkeypatch):
    """One that is written in four parts."""
    path = tmp_path / "heart.wav"
    write_wav(path, SyntheticHeart().samples(10.0), 4000)
    read = read_recording(path)
    monkeypatch.setattr(copying, "PART_BYTES", path.stat().st_size // N_PARTS + 1)
    monkeypatch.setattr("heartgui.audio.files.BLOCK_FRAMES", 10_000)
    return read if request.param == "its own file" else replace(read, path=None)


def test_a_copy_holds_the_same_sound_and_tells_how_far_it_is(recording, tmp_path):
    told: list[tuple[int, int]] = []
    target = tmp_path / "copy.wav"
    target.write_bytes(b"before")
    assert save_copy(recording, target, lambda *far: told.append(far), lambda: False) == target
    np.testing.assert_array_equal(read_recording(target).samples, recording.samples)
    assert len(told) == N_PARTS
    assert told == sorted(told)
    assert told[-1][0] == told[-1][1]
    if recording.path is not None:
        assert target.read_bytes() == recording.path.read_bytes()


def test_stopped_at_any_part_it_leaves_what_was_there(recording, tmp_path):
    target = tmp_path / "copy.wav"
    target.write_bytes(b"before")
    for n_parts in range(N_PARTS):
        told: list[int] = []
        with pytest.raises(Cancelled):
            save_copy(
                recording, target, lambda done, _, told=told: told.append(done),
                lambda n=n_parts, told=told: len(told) >= n,
            )  # fmt: skip
        assert len(told) == n_parts
        assert target.read_bytes() == b"before"
        assert {path.name for path in tmp_path.iterdir()} == {"copy.wav", "heart.wav"}
