"""Opening a recording: its samples and tracks, errors, and stopping half-way."""

from __future__ import annotations

import threading

import numpy as np
import pytest
import soundfile

from heartgui.audio.files import read_recording
from heartgui.errors import AudioFileError, Cancelled
from heartgui.features.display import display_features
from heartgui.workers.opening import open_recording
from tests.helpers.synthetic_heart import SyntheticHeart

RATE_HZ = 44_100


@pytest.fixture
def path(tmp_path):
    """Half a minute: several of the blocks in which a file is read."""
    path = tmp_path / "heart.wav"
    soundfile.write(path, SyntheticHeart(sample_rate_hz=RATE_HZ).samples(30.0), RATE_HZ)
    return path


def never() -> bool:
    return False


def test_samples_and_tracks_are_those_of_reading_and_computing_in_turn(path):
    told: list[tuple[int, int]] = []
    opened = open_recording(path, lambda done, total: told.append((done, total)), never)
    recording = read_recording(path)
    np.testing.assert_array_equal(opened.recording.samples, recording.samples)
    assert opened.recording.sample_rate_hz == recording.sample_rate_hz
    features = display_features(recording.samples, recording.sample_rate_hz)
    assert opened.features.duration_s == features.duration_s == 30.0
    assert opened.features.n_frames == features.n_frames
    np.testing.assert_allclose(opened.features.ste, features.ste, rtol=1e-5, atol=1e-9)
    np.testing.assert_array_equal(opened.features.zcr, features.zcr)
    levels = opened.features.mel_levels.astype(int) - features.mel_levels.astype(int)
    assert np.abs(levels).max() <= 1
    assert np.shares_memory(opened.features.pyramid.samples, opened.recording.samples)
    done = [samples for samples, _ in told]
    assert done == sorted(done)
    assert len(told) > 3
    assert told[-1] == (30 * RATE_HZ, 30 * RATE_HZ)


def test_it_can_be_stopped_at_any_part(path):
    for n_parts in range(4):
        told: list[int] = []
        with pytest.raises(Cancelled):
            open_recording(
                path,
                lambda done, total, told=told: told.append(done),
                lambda told=told, n_parts=n_parts: len(told) >= n_parts,
            )
        assert len(told) == n_parts
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("read")]


def test_what_cannot_be_read_is_told_as_ever(path, tmp_path):
    with pytest.raises(AudioFileError, match="was not found"):
        open_recording(tmp_path / "missing.wav", lambda done, total: None, never)
    broken = np.full(RATE_HZ * 10, np.nan, dtype=np.float32)
    broken[: RATE_HZ * 8] = 0.1
    soundfile.write(path, broken, RATE_HZ, subtype="FLOAT")
    with pytest.raises(AudioFileError, match="not numbers"):
        open_recording(path, lambda done, total: None, never)
