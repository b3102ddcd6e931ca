"""A take is never lost: readable at any moment, also after the death of the program."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import subprocess
import sys
import time
import wave
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event

import numpy as np
import pytest
import soundfile

from heartgui.audio.take_writer import TakeWriter, free_space_s
from heartgui.errors import StorageError

RATE_HZ = 4000


def read_both(path: Path) -> np.ndarray:
    """The samples, the same by the standard library and by soundfile."""
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, RATE_HZ)
        by_wave = np.frombuffer(file.readframes(file.getnframes()), "<i2")
    by_soundfile, rate_hz = soundfile.read(path, dtype="int16")
    assert rate_hz == RATE_HZ
    np.testing.assert_array_equal(by_wave, by_soundfile)
    return by_wave


def test_what_is_written_is_what_is_read(tmp_path):
    samples = np.arange(-3000, 3000, dtype=np.int16)
    writer = TakeWriter(tmp_path / "take.wav", RATE_HZ)
    for block in np.array_split(samples, 7):
        writer.write(block)
    take = writer.close()
    assert take.n_frames == 6000
    np.testing.assert_array_equal(read_both(take.path), samples)


def test_a_gap_keeps_the_time_true_and_is_listed(tmp_path):
    writer = TakeWriter(tmp_path / "take.wav", RATE_HZ)
    writer.write(np.full(100, 5, dtype=np.int16))
    writer.mark_gap(40)
    writer.write(np.full(100, 6, dtype=np.int16))
    take = writer.close()
    assert take.gaps == ((100, 40),)
    samples = read_both(take.path)
    assert len(samples) == 240
    assert not samples[100:140].any()


def test_an_older_take_is_never_overwritten(tmp_path):
    (tmp_path / "take.wav").write_bytes(b"older")
    with pytest.raises(StorageError):
        TakeWriter(tmp_path / "take.wav", RATE_HZ)
    assert (tmp_path / "take.wav").read_bytes() == b"older"


WRITE_FOR_EVER = """
import sys, time
import numpy as np
from pathlib import Path
from heartgui.audio.take_writer import TakeWriter
writer = TakeWriter(Path(sys.argv[1]), 4000)
begun = time.monotonic()
written = 0
while True:
    due = int((time.monotonic() - begun) * 4000)
    writer.write((np.arange(written, due) % 20000).astype(np.int16))
    written = due
    print(written, flush=True)
    time.sleep(0.01)
"""


@pytest.mark.parametrize("after_s", [0.7, 1.3, 1.9])
def test_a_killed_program_loses_at_most_one_second(tmp_path, after_s):
    path = tmp_path / "take.wav"
    process = subprocess.Popen(
        [sys.executable, "-c", WRITE_FOR_EVER, str(path)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    first = process.stdout.readline()
    time.sleep(after_s)
    os.kill(process.pid, signal.SIGKILL)
    with process.stdout:
        # On a machine that is busy it may not have written once more.
        written = int((first + process.stdout.read()).split()[-1])
    process.wait()
    samples = read_both(path)
    assert written - len(samples) <= RATE_HZ
    np.testing.assert_array_equal(samples, np.arange(len(samples)) % 20_000)


FILL_THE_DISK = """
import resource, sys
import numpy as np
from pathlib import Path
from heartgui.audio.take_writer import TakeWriter
from heartgui.errors import StorageError
import signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
writer = TakeWriter(Path(sys.argv[1]), 4000)
try:
    while True:
        writer.write(np.full(1000, 9, dtype=np.int16))
except StorageError as error:
    print(error)
    try:
        writer.close()
    except StorageError:
        pass
"""


def test_nobody_waits_for_a_slow_disk_while_recording(tmp_path, monkeypatch):
    begun, go_on, waited_in_vain = Event(), Event(), []

    def fsync(descriptor: int) -> None:
        begun.set()
        if waited_in_vain or not go_on.wait(20.0):
            waited_in_vain.append(descriptor)

    monkeypatch.setattr("heartgui.audio.take_writer.PATCH_S", 0.0)
    monkeypatch.setattr(os, "fsync", fsync)
    writer = TakeWriter(tmp_path / "take.wav", RATE_HZ)
    samples = np.arange(100, dtype=np.int16)
    writer.write(samples)
    assert begun.wait(20.0)
    for _ in range(20):
        writer.write(samples)
    # Nothing is on the disk yet, and all is in the file.
    np.testing.assert_array_equal(read_both(writer.path), np.tile(samples, 21))
    go_on.set()
    assert writer.close().n_frames == 2100
    assert waited_in_vain == []


@pytest.mark.parametrize("told", ["while it is recorded", "at its end"])
def test_a_take_that_did_not_reach_the_disk_is_said(tmp_path, monkeypatch, told):
    failed = Event()

    def fsync(descriptor: int) -> None:
        # Linux tells an error of a file once.
        if not failed.is_set():
            failed.set()
            raise OSError(errno.EIO, os.strerror(errno.EIO))

    def write_on() -> None:
        for _ in range(1000):
            writer.write(np.arange(100, dtype=np.int16))
            time.sleep(0.001)

    monkeypatch.setattr("heartgui.audio.take_writer.PATCH_S", 0.0)
    monkeypatch.setattr(os, "fsync", fsync)
    writer = TakeWriter(tmp_path / "take.wav", RATE_HZ)
    writer.write(np.arange(100, dtype=np.int16))
    assert failed.wait(20.0)
    with pytest.raises(StorageError, match="Input/output error"):
        write_on() if told == "while it is recorded" else writer.close()
    if told == "while it is recorded":
        with pytest.raises(StorageError):
            writer.close()
    assert not len(read_both(writer.path)) % 100


def test_a_full_disk_is_said_and_what_was_written_stays_readable(tmp_path):
    path = tmp_path / "take.wav"
    done = subprocess.run(
        [sys.executable, "-c", FILL_THE_DISK, str(path)], capture_output=True, text=True
    )
    assert "could not be written" in done.stdout
    assert "are kept" in done.stdout, done.stderr
    samples = read_both(path)
    assert len(samples) >= 24_000
    assert set(samples.tolist()) == {9}


def test_a_take_that_has_no_room_for_its_beginning_leaves_no_file(tmp_path, monkeypatch):
    def fail(*_arguments):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(TakeWriter, "_write_all", fail)
    with pytest.raises(StorageError, match="No space left"):
        TakeWriter(tmp_path / "take.wav", 4000)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="what is open cannot be removed there")
@pytest.mark.parametrize(
    "remove",
    [Path.unlink, lambda path: shutil.rmtree(path.parent),
     lambda path: path.parent.rename(path.parent.with_name("other"))],
    ids=["file", "folder", "folder renamed"],
)  # fmt: skip
def test_a_take_whose_file_is_removed_while_it_is_recorded_is_there_at_the_end(tmp_path, remove):
    path = tmp_path / "takes" / "take.wav"
    path.parent.mkdir()
    writer = TakeWriter(path, RATE_HZ)
    samples = np.arange(2000, dtype=np.int16)
    writer.write(samples[:1000])
    remove(path)
    writer.write(samples[1000:])
    assert writer.close().path == path
    np.testing.assert_array_equal(read_both(path), samples)
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.skipif(sys.platform == "win32", reason="what is open cannot be removed there")
def test_a_removed_take_that_cannot_be_written_again_is_said(tmp_path):
    path = tmp_path / "takes" / "take.wav"
    path.parent.mkdir()
    writer = TakeWriter(path, RATE_HZ)
    writer.write(np.ones(1000, dtype=np.int16))
    shutil.rmtree(path.parent)
    path.parent.write_text("a file in its place")
    with pytest.raises(StorageError, match=r"was removed while .* Save a copy"):
        writer.close()


FOLDER_IS_SHUT = """
import os, sys
import numpy as np
from pathlib import Path
from heartgui.audio.take_writer import TakeWriter
path = Path(sys.argv[1])
if os.geteuid() == 0:
    # Nothing is shut to root.
    os.chown(path.parent, 65534, 65534)
    os.setuid(65534)
writer = TakeWriter(path, 4000)
path.parent.chmod(0)
writer.write(np.ones(1000, dtype=np.int16))
print(writer.close().n_frames)
path.parent.chmod(0o755)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="folders are not shut so there")
def test_a_folder_that_is_shut_while_a_take_is_recorded_is_no_removed_one():
    # Not tmp_path, which lies in a folder that is shut to everybody else.
    with TemporaryDirectory() as folder:
        path = Path(folder) / "take.wav"
        done = subprocess.run(
            [sys.executable, "-c", FOLDER_IS_SHUT, str(path)], capture_output=True, text=True
        )
        assert done.stdout.strip() == "1000", done.stderr
        assert len(read_both(path)) == 1000


def test_free_space_is_in_seconds_of_sound(tmp_path):
    at_4k, at_44k = free_space_s(tmp_path, 4000), free_space_s(tmp_path, 44_000)
    assert at_4k == pytest.approx(11 * at_44k, rel=0.01)
