"""Opening sound files: every format, and clear words for what is none."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import sys
from datetime import UTC, datetime

import numpy as np
import pytest
import soundfile

from heartgui.audio import files
from heartgui.audio.files import read_recording, write_wav
from heartgui.audio.sound_files import sound_files
from heartgui.errors import AudioFileError, StorageError
from heartgui.inference.analysis import open_analyser
from heartgui.library.store import Library
from heartgui.paths import models_folder
from tests.helpers.driving import sample
from tests.helpers.synthetic_heart import SyntheticHeart

RATE_HZ = 44_100
HEART = SyntheticHeart(sample_rate_hz=RATE_HZ).samples(3.0)


@pytest.mark.parametrize(
    ("name", "options", "correlation"),
    [
        ("a.wav", {"subtype": "PCM_16"}, 0.9999),
        ("a.wav", {"subtype": "FLOAT"}, 0.999999),
        ("a.wav", {"subtype": "PCM_U8"}, 0.99),
        ("a.flac", {"subtype": "PCM_24"}, 0.9999),
        ("a.ogg", {"format": "OGG", "subtype": "VORBIS"}, 0.99),
        ("a.mp3", {"format": "MP3"}, 0.99),
    ],
)
def test_formats(tmp_path, name, options, correlation):
    path = tmp_path / name
    soundfile.write(path, HEART, RATE_HZ, **options)
    recording = read_recording(path)
    assert recording.sample_rate_hz == RATE_HZ
    assert recording.duration_s == pytest.approx(3.0, abs=0.06)
    n = min(len(HEART), len(recording.samples))
    likeness = np.correlate(recording.samples[:n], HEART[:n], "full").max() / (
        np.linalg.norm(recording.samples[:n]) * np.linalg.norm(HEART[:n])
    )
    assert likeness > correlation


def test_channels_are_averaged_and_named(tmp_path):
    path = tmp_path / "stereo.wav"
    soundfile.write(path, np.stack([HEART, np.zeros_like(HEART)], axis=1), RATE_HZ, subtype="FLOAT")
    recording = read_recording(path)
    assert recording.source_channels == 2
    np.testing.assert_allclose(recording.samples, HEART / 2, atol=1e-7)


@pytest.mark.parametrize("seconds", [3, 18], ids=["one block", "several"])
def test_channels_that_cancel_each_other_out_leave_the_loudest(tmp_path, seconds):
    sound = np.tile(HEART, seconds // 3)
    path = tmp_path / "opposite.wav"
    channels = [-0.995 * sound, sound]
    soundfile.write(path, np.stack(channels, axis=1), RATE_HZ, subtype="FLOAT")
    np.testing.assert_array_equal(read_recording(path).samples, sound)
    # One of many is quiet in the mean, but there.
    channels = [sound, *[np.zeros_like(sound)] * 31]
    soundfile.write(path, np.stack(channels, axis=1), RATE_HZ, subtype="FLOAT")
    np.testing.assert_allclose(read_recording(path).samples, sound / 32, atol=1e-8)


@pytest.mark.parametrize("seconds", [3, 60], ids=["one block", "several"])
def test_clipping_of_one_channel_is_known_after_they_are_averaged(tmp_path, seconds):
    loud = np.clip(8.0 * np.tile(HEART, seconds // 3), -1.0, 1.0)
    path = tmp_path / "stereo.wav"
    share = np.mean(np.abs(loud) >= 0.999)
    assert share > 0.02
    for channels in ((loud, np.zeros_like(loud)), (0.1 * loud, loud)):
        soundfile.write(path, np.stack(channels, axis=1), RATE_HZ, subtype="PCM_16")
        recording = read_recording(path)
        assert recording.clipped_share == pytest.approx(share, abs=0.005)
    soundfile.write(path, np.stack([0.9 * loud, loud * 0.5], axis=1), RATE_HZ, subtype="PCM_16")
    assert read_recording(path).clipped_share == 0.0
    # Floats go over full scale and are not cut off there.
    soundfile.write(path, np.stack([1.5 * loud, loud], axis=1), RATE_HZ, subtype="FLOAT")
    assert read_recording(path).clipped_share == 0.0


@pytest.mark.parametrize("rate_hz", [2000, 4000, 11_025, 48_000, 192_000])
def test_any_rate_is_kept(tmp_path, rate_hz):
    path = tmp_path / "rate.wav"
    soundfile.write(path, np.zeros(rate_hz), rate_hz)
    assert read_recording(path).sample_rate_hz == rate_hz


def test_an_hour_is_kept_at_a_rate_that_fits_into_memory(tmp_path):
    path = tmp_path / "long.flac"
    with soundfile.SoundFile(path, "w", 48_000, 1, "PCM_16") as file:
        for _ in range(11 * 6):
            file.write(np.zeros(480_000, dtype=np.int16))
    recording = read_recording(path)
    assert recording.sample_rate_hz == 22_050
    assert recording.source_sample_rate_hz == 48_000
    assert recording.duration_s == pytest.approx(660.0, abs=0.01)


@pytest.mark.parametrize(("hours", "kept_hz"), [(1, 1000), (2, 600), (4, 300)])
def test_four_hours_take_no_more_memory_than_one(tmp_path, monkeypatch, hours, kept_hz):
    # In place of 22,050 Hz, so that it is done in a second.
    monkeypatch.setattr(files, "LONG_RATE_HZ", 1200)
    path = tmp_path / "long.flac"
    soundfile.write(path, np.zeros(hours * 3600 * 1000, np.int16), 1000)
    recording = read_recording(path)
    assert recording.sample_rate_hz == kept_hz
    assert recording.source_sample_rate_hz == 1000
    assert recording.duration_s == pytest.approx(hours * 3600.0, abs=0.01)


def _write(path, content: bytes) -> None:
    path.write_bytes(content)


def _not_numbers(path) -> None:
    bad = HEART.copy()
    bad[500] = np.nan
    soundfile.write(path, bad, RATE_HZ, subtype="FLOAT")


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda path: None, "was not found"),
        (lambda path: _write(path, b""), "is empty"),
        (lambda path: _write(path, b"dear diary"), "could not be read as audio"),
        (lambda path: soundfile.write(path, np.empty(0), RATE_HZ), "holds no sound"),
        (_not_numbers, "not numbers"),
        (lambda path: soundfile.write(path, np.zeros(99), 100), "sample rate of 100 Hz"),
        (lambda path: soundfile.write(path, np.zeros((9, 40)), RATE_HZ), "40 channels"),
        (lambda path: path.mkdir(), "was not found"),
    ],
    ids=["missing", "empty", "text", "no samples", "nan", "rate", "channels", "folder"],
)
def test_what_is_no_recording_is_refused_in_words(tmp_path, make, words):
    path = tmp_path / "bad.wav"
    make(path)
    with pytest.raises(AudioFileError, match=words) as caught:
        read_recording(path)
    assert caught.value.message.startswith("bad.wav")
    assert caught.value.remedy


@pytest.mark.parametrize("name", ["raw.raw", "RAW.RAW"])
def test_samples_without_a_header_are_refused_in_words(tmp_path, name):
    path = tmp_path / name
    path.write_bytes((HEART * 32_767).astype(np.int16).tobytes())
    with pytest.raises(AudioFileError, match="could not be read as audio") as caught:
        read_recording(path)
    assert caught.value.message.startswith(name)
    assert "WAV" in caught.value.remedy


def test_an_mp3_file_in_which_nothing_is_found_is_not_called_missing(tmp_path):
    path = tmp_path / "junk.mp3"
    path.write_bytes(np.random.default_rng(0).bytes(3000))
    with pytest.raises(AudioFileError, match="it could not be decoded") as caught:
        read_recording(path)
    assert "exist" not in str(caught.value)


def test_deleted_takes_and_what_macos_adds_are_no_sound_files_of_a_folder(tmp_path):
    for name in ("a.wav", "._a.wav", ".trash/b.wav", "deeper/c.wav"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert sound_files([tmp_path]) == [tmp_path / "a.wav", tmp_path / "deeper" / "c.wav"]
    # What is named is meant.
    assert sound_files([tmp_path / ".trash"]) == [tmp_path / ".trash" / "b.wav"]


@pytest.mark.skipif(sys.platform == "win32", reason="links are a privilege there")
def test_linked_folders_are_of_a_folder_and_no_circle_goes_on_for_ever(tmp_path):
    for name in ("elsewhere/a.wav", "folder/b.wav"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).touch()
    folder = tmp_path / "folder"
    (folder / "linked").symlink_to(tmp_path / "elsewhere")
    (folder / "around").symlink_to(folder)
    assert sound_files([folder]) == [folder / "b.wav", folder / "linked" / "a.wav"]


AS_NOBODY = """
import os, sys
from pathlib import Path
from heartgui.audio.files import read_recording
from heartgui.audio.sound_files import sound_files
from heartgui.errors import AudioFileError
os.chdir(sys.argv[1])
if os.getuid() == 0:
    # Root may read everything.
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
for path in sound_files(map(Path, sys.argv[2:])):
    try:
        print(f"{path}: {read_recording(path).duration_s:.0f} s")
    except AudioFileError as error:
        print(f"{path}: {error}")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="permissions of another kind")
@pytest.mark.parametrize(
    "given",
    [["all"], ["all/a.wav", "all/closed", "all/deeper", "all/named"]],
    ids=["whole folder", "each in it"],
)
def test_what_may_not_be_read_is_said_of_each_and_the_rest_is_read(tmp_path, given):
    tmp_path.chmod(0o755)
    everything = tmp_path / "all"
    for folder in ("deeper/closed", "closed", "named"):
        (everything / folder).mkdir(parents=True)
    for name in ("a.wav", "deeper/b.wav", "deeper/secret.wav", "closed/c.wav", "named/d.wav"):
        soundfile.write(everything / name, HEART, RATE_HZ)
    (everything / "deeper" / "secret.wav").chmod(0)
    (everything / "deeper" / "closed").chmod(0)
    (everything / "closed").chmod(0)
    # Only the names in it may be known.
    (everything / "named").chmod(0o444)
    try:
        done = subprocess.run(
            [sys.executable, "-c", AS_NOBODY, str(tmp_path), *given, "all/closed/c.wav"],
            capture_output=True, text=True, timeout=60,
        )  # fmt: skip
    finally:
        for folder in ("deeper/closed", "closed", "named"):
            (everything / folder).chmod(0o755)
    assert done.stderr == ""
    said = dict(line.split(": ", 1) for line in done.stdout.splitlines())
    assert {path for path, words in said.items() if words == "3 s"} == {
        "all/a.wav", "all/deeper/b.wav",
    }  # fmt: skip
    unread = ("closed", "deeper/closed", "deeper/secret.wav", "named/d.wav", "closed/c.wav")
    for path in unread:
        name = path.rpartition("/")[2]
        assert said[f"all/{path}"] == (
            f"{name} could not be read (Permission denied). Check that you may read it."
        )
    assert len(said) == 2 + len(unread)


def test_damaged_files_are_refused_or_read_but_never_crash(tmp_path):
    """Mutations of each format in a process of its own, with its memory limited."""
    seeds = {"wav": {}, "flac": {}, "ogg": {"format": "OGG", "subtype": "VORBIS"}, "mp3": {}}
    for ending, options in seeds.items():
        soundfile.write(tmp_path / f"seed.{ending}", HEART[:20_000], RATE_HZ, **options)
    script = """
import random, sys
from pathlib import Path
from heartgui.audio.files import read_recording
from heartgui.errors import AudioFileError
folder = Path(sys.argv[1])
rng = random.Random(7)
read = refused = 0
for ending in ("wav", "flac", "ogg", "mp3"):
    seed = (folder / f"seed.{ending}").read_bytes()
    read_recording(folder / f"seed.{ending}")
    for n in range(150):
        data = bytearray(seed)
        for _ in range(rng.choice((1, 3, 10, 100))):
            where = rng.randrange(60 if rng.random() < 0.6 else len(data))
            data[where] = rng.randrange(256)
        if rng.random() < 0.3:
            data = data[: rng.randrange(len(data))]
        path = folder / f"mutant.{ending}"
        path.write_bytes(data)
        try:
            assert len(read_recording(path).samples)
            read += 1
        except AudioFileError:
            refused += 1
status = Path("/proc/self/status").read_text()
print(read, refused, int(status.split("VmHWM:")[1].split()[0]) // 1024)
"""
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr[-2000:]
    read, refused, megabytes = map(int, done.stdout.split())
    assert read + refused == 600
    assert refused > 50
    assert megabytes < 512


def test_written_files_read_back_within_one_step(tmp_path):
    write_wav(tmp_path / "out.wav", HEART * 1.5, RATE_HZ)
    back = read_recording(tmp_path / "out.wav")
    np.testing.assert_allclose(back.samples, np.clip(HEART * 1.5, -1, 1), atol=1 / 16_000)


@pytest.mark.parametrize(("subtype", "kept"), [("PCM_24", "PCM_24"), ("PCM_16", "PCM_16")])
def test_a_quiet_recording_loses_nothing_in_its_copy(tmp_path, subtype, kept):
    soundfile.write(tmp_path / "quiet.wav", 0.003 * HEART, RATE_HZ, subtype=subtype)
    read = read_recording(tmp_path / "quiet.wav").samples
    write_wav(tmp_path / "copy.wav", read, RATE_HZ)
    np.testing.assert_array_equal(read_recording(tmp_path / "copy.wav").samples, read)
    # Nor does a common file grow.
    assert soundfile.info(tmp_path / "copy.wav").subtype == kept


@pytest.mark.parametrize("subtype", ["FLOAT", "DOUBLE"])
@pytest.mark.parametrize("gain", [0.4, 1.5, 32_768.0])
def test_floats_beyond_full_scale_are_scaled_by_their_peak(tmp_path, gain, subtype):
    told = HEART / np.abs(HEART).max() * gain
    soundfile.write(tmp_path / "float.wav", told, RATE_HZ, subtype=subtype)
    read = read_recording(tmp_path / "float.wav").samples
    np.testing.assert_allclose(read, told / max(1.0, gain), rtol=1e-5)
    write_wav(tmp_path / "copy.wav", read, RATE_HZ)
    np.testing.assert_allclose(read_recording(tmp_path / "copy.wav").samples, read, atol=1 / 16_000)


@pytest.mark.parametrize("gain", [1.5, 32_768.0])
def test_a_file_of_unscaled_floats_and_its_copy_get_the_answer_of_the_scaled_one(tmp_path, gain):
    samples, rate_hz = soundfile.read(sample("murmur"), dtype="float32")
    samples *= gain / np.abs(samples).max()
    soundfile.write(tmp_path / "original.wav", samples, rate_hz, subtype="FLOAT")
    with contextlib.closing(Library(tmp_path / "library.sqlite", tmp_path / "takes")) as library:
        copy = library.add_file(tmp_path / "original.wav", datetime.now(UTC)).path
    analyser = open_analyser(models_folder(), ["heartnet"])
    expected, *others = (
        analyser.analyse(read_recording(path))
        for path in (sample("murmur"), tmp_path / "original.wav", copy)
    )
    for finding in others:
        assert finding.decision is expected.decision
        assert finding.probabilities == pytest.approx(expected.probabilities, abs=1e-3)


def test_a_folder_that_is_missing_is_said_on_writing(tmp_path):
    with pytest.raises(StorageError, match=r"out\.wav could not be written"):
        write_wav(tmp_path / "none" / "out.wav", HEART, RATE_HZ)


@contextlib.contextmanager
def little_room():
    """No file gets larger than 10 kB, as on a disk that is nearly full.

    Around one call, not a fixture: pytest writes a test's result before it takes fixtures down,
    and its own output may be a file longer than that.
    """
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_file_that_has_no_room_is_not_left_in_part(tmp_path):
    # At the next start a part in the recordings folder would be a take.
    out = tmp_path / "out.wav"
    out.write_bytes(b"before")
    with pytest.raises(StorageError, match=r"out\.wav could not be written"), little_room():
        write_wav(out, HEART, RATE_HZ)
    assert out.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [out]


def test_a_full_disk_is_called_that(tmp_path, monkeypatch):
    full = shutil.disk_usage(tmp_path)._replace(free=0)
    monkeypatch.setattr("shutil.disk_usage", lambda _: full)
    with pytest.raises(StorageError, match="No space left on device"), little_room():
        write_wav(tmp_path / "out.wav", HEART, RATE_HZ)
