"""Reading and writing audio files, with limits checked before anything large is decoded."""

from __future__ import annotations

import errno
import math
import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import soundfile

from heartgui.audio.clipping import clipped_samples
from heartgui.audio.resampling import StreamResampler
from heartgui.audio.whole_files import whole_or_not
from heartgui.domain import Recording, Samples
from heartgui.errors import AudioFileError, StorageError

MAX_DURATION_S = 4 * 3600.0
LONG_S = 600.0
"""Longer recordings are kept at LONG_RATE_HZ at most, so that an hour fits in memory."""
LONG_RATE_HZ = 22_050
"""Up to an hour. Up to two at half of it, and so on: four take no more than one, and the heart,
which lies below 1,000 Hz, is in all of them."""
MIN_RATE_HZ = 500
MAX_RATE_HZ = 768_000
MAX_CHANNELS = 32
BLOCK_FRAMES = 262_144
CANCELLED = 1e-4
"""Power of the channels' mean over that of the loudest; one of 32 alone leaves 1e-3."""
STEP_OF_16_BITS = np.float32(1 / 32768)
LARGEST = 1e6
"""Samples beyond are no sound: full scale is 1, or 32,768 where a program forgot to scale."""
NO_SPACE_BYTES = 1 << 20
"""With less left, what libsndfile calls a system error is a full disk."""
Arrived = Callable[[Samples, int, int], None]
"""All samples so far, their rate in Hz, and the number of samples that the file announces."""
Written = Callable[[int, int], None]
"""How many samples are written, and of how many."""


def read_recording(path: Path, *, arrived: Arrived | None = None) -> Recording:
    """Read a WAV, FLAC, OGG or MP3 file of any rate; several channels are averaged to one, or the
    loudest is taken where they cancel each other out. Floats beyond full scale are scaled by their
    peak, so that every copy can hold them.

    arrived: told after every block; what it raises ends the reading. Raises AudioFileError for a
    file that is missing, empty, no audio, damaged, longer than four hours, or holds values that
    are not numbers or far too large.
    """
    try:
        _check_access(path)
        if path.stat().st_size == 0:
            raise AudioFileError(f"{path.name} is empty.", remedy="Open another file.")
        with _sound_file(path) as file:
            _check_limits(path, file)
            samples, rate_hz, clipped_share = _decode(path, file, arrived)
            source_rate_hz, channels = file.samplerate, file.channels
    except UnicodeError as error:
        shown = path.name.encode("utf-8", "replace").decode()
        raise AudioFileError(
            f"The name of {shown} cannot be read on this system.", remedy="Rename the file."
        ) from error
    except soundfile.LibsndfileError as error:
        raise _no_audio(path, _reason(error)) from error
    except OSError as error:
        raise AudioFileError(
            f"{path.name} could not be read ({error.strerror or error}).",
            remedy="Check that you may read it.",
        ) from error
    if not len(samples):
        raise AudioFileError(f"{path.name} holds no sound.", remedy="Open another file.")
    return Recording(
        samples=samples,
        sample_rate_hz=rate_hz,
        path=path,
        source_sample_rate_hz=source_rate_hz,
        source_channels=channels,
        clipped_share=clipped_share,
    )


def write_wav(
    path: Path, samples: Samples, sample_rate_hz: int, *, over: bool = True,
    written: Written | None = None,
) -> None:  # fmt: skip
    """Write a mono WAV file, of 16 bits where they hold the samples as they are, else of 24: a
    quiet recording would get another answer. Values beyond full scale are clipped. Raises
    StorageError; then nothing of it is left, and what was there before still is. over: in place of
    a file that is there. written: told after every block; what it raises ends the writing."""
    subtype = "PCM_16" if _in_steps_of_16_bits(samples) else "PCM_24"
    try:
        with whole_or_not(path, over=over) as new:
            try:
                with soundfile.SoundFile(
                    str(new), "w", sample_rate_hz, 1, subtype, format="WAV"
                ) as file:
                    for start in range(0, len(samples), BLOCK_FRAMES):
                        file.write(samples[start : start + BLOCK_FRAMES])
                        if written is not None:
                            written(file.frames, len(samples))
            except soundfile.LibsndfileError:
                if shutil.disk_usage(new.parent).free < NO_SPACE_BYTES:
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from None
                raise
    except (soundfile.LibsndfileError, OSError) as error:
        raise StorageError(
            f"{path.name} could not be written ({_reason(error)}).",
            remedy="Check that there is space and that you may write to the folder.",
        ) from error


def _in_steps_of_16_bits(samples: Samples) -> bool:
    for start in range(0, len(samples), BLOCK_FRAMES):
        steps = samples[start : start + BLOCK_FRAMES] * 32768.0
        if (steps != np.rint(steps)).any():
            return False
    return True


def _check_access(path: Path) -> None:
    """Raises AudioFileError where there is no file, and OSError where it may not be read, which
    libsndfile would call a system error."""
    if path.is_file():
        path.open("rb").close()
        return
    with suppress(FileNotFoundError, NotADirectoryError, ValueError):
        # For a folder that may not be read, or a file that stands in one.
        next(path.iterdir(), None)
    raise AudioFileError(f"{path.name} was not found.", remedy="Check that it still exists.")


def _sound_file(path: Path) -> soundfile.SoundFile:
    try:
        return soundfile.SoundFile(str(path))
    except TypeError as error:
        # soundfile asks what is in a file whose name ends in .raw.
        raise _no_audio(path, "it does not say its sample rate") from error


def _no_audio(path: Path, reason: str) -> AudioFileError:
    return AudioFileError(
        f"{path.name} could not be read as audio ({reason}).",
        remedy="Open a WAV, FLAC, OGG or MP3 file.",
    )


def _check_limits(path: Path, file: soundfile.SoundFile) -> None:
    if not MIN_RATE_HZ <= file.samplerate <= MAX_RATE_HZ:
        raise AudioFileError(
            f"{path.name} has a sample rate of {file.samplerate} Hz.",
            remedy=f"Rates from {MIN_RATE_HZ} to {MAX_RATE_HZ} Hz can be opened.",
        )
    if file.channels > MAX_CHANNELS:
        raise AudioFileError(
            f"{path.name} has {file.channels} channels.",
            remedy=f"Files of up to {MAX_CHANNELS} channels can be opened.",
        )
    if file.frames > MAX_DURATION_S * file.samplerate:
        raise AudioFileError(
            f"{path.name} is longer than four hours.", remedy="Cut it into shorter files."
        )


def _decode(
    path: Path, file: soundfile.SoundFile, arrived: Arrived | None
) -> tuple[Samples, int, float]:
    """The sound of all channels, its rate, which is that of the file unless it is long, and what
    share of a channel is clipped."""
    rate_hz = _kept_rate_hz(file)
    resampler = StreamResampler(file.samplerate, rate_hz)
    scale = _scale(file)
    # Untouched pages of this array cost nothing, so a header that claims too much is harmless.
    announced = int(file.frames * rate_hz / file.samplerate)
    samples = np.empty(announced + BLOCK_FRAMES, np.float32)
    n = 0
    reader = _Mono(file)
    while True:
        mono = reader.next()
        # Not a number fails the comparison as well.
        if not (np.abs(mono) <= LARGEST).all():
            raise AudioFileError(
                f"{path.name} holds values that are not numbers or far too large.",
                remedy="Export it again from the program that made it.",
            )
        out = resampler.push(mono * scale) if len(mono) else resampler.finish()
        if n + len(out) > len(samples):
            # Some compressed files announce fewer frames than they hold.
            samples = np.concatenate([samples[:n], np.empty(len(samples), np.float32)])
        samples[n : n + len(out)] = out
        n += len(out)
        if arrived is not None:
            arrived(samples[:n], rate_hz, announced)
        if not len(mono):
            return samples[:n], rate_hz, reader.clipped_share
        if n > MAX_DURATION_S * rate_hz:
            raise AudioFileError(
                f"{path.name} is longer than four hours.", remedy="Cut it into shorter files."
            )


def _kept_rate_hz(file: soundfile.SoundFile) -> int:
    duration_s = file.frames / file.samplerate
    if duration_s <= LONG_S:
        return int(file.samplerate)
    return min(file.samplerate, LONG_RATE_HZ // math.ceil(duration_s / 3600.0))


class _Mono:
    """Reads a file's channels as one, from where it stands."""

    def __init__(self, file: soundfile.SoundFile) -> None:
        self._file = file
        self._parts: Samples | None = None
        self._of_16_bits = file.subtype == "PCM_16"
        # Floats may go over full scale, and are not cut off there.
        self._may_clip = file.channels > 1 and file.subtype not in ("FLOAT", "DOUBLE")
        self._clipped = np.zeros(file.channels)
        self._n = 0

    @property
    def clipped_share(self) -> float:
        """Of the channel with the most clipped samples, of all that was read; 0 of one alone."""
        return float(self._clipped.max()) / max(self._n, 1)

    def next(self) -> Samples:
        """The next frames, shape (n,); empty at the end."""
        block = self._block()
        if self._file.channels == 1:
            return np.asarray(block[:, 0])
        if self._parts is None:
            self._parts = _parts(block)
        if self._may_clip:
            self._clipped += [clipped_samples(channel) for channel in block.T]
            self._n += len(block)
        return np.asarray(block @ self._parts)

    def _block(self) -> Samples:
        """The next frames of all channels, shape (n, n_channels)."""
        if self._of_16_bits:
            # The same values in half the time: libsndfile makes floats in steps of 8 KB.
            steps = self._file.read(BLOCK_FRAMES, dtype="int16", always_2d=True)
            return np.asarray(steps * STEP_OF_16_BITS)
        return np.asarray(self._file.read(BLOCK_FRAMES, dtype="float32", always_2d=True))


def _parts(block: Samples) -> Samples:
    """What each channel adds to the one sound, shape (n_channels,), by the first block, shape
    (n, n_channels). Of cables with one pole swapped, the mean would be silence."""
    n_channels = block.shape[1]
    mean = np.full(n_channels, 1 / n_channels, np.float32)
    exact = block.astype(np.float64)
    powers = (exact**2).sum(axis=0)
    if ((exact @ mean) ** 2).sum() < CANCELLED * powers.max():
        return np.eye(n_channels, dtype=np.float32)[powers.argmax()]
    return mean


def _scale(file: soundfile.SoundFile) -> np.float32:
    """What brings floats within full scale, at the price of reading the file twice. Other files
    hold no more than full scale; what a lossy one goes over it is of its coding."""
    peak = 1.0
    if file.subtype in ("FLOAT", "DOUBLE"):
        reader = _Mono(file)
        while len(mono := reader.next()):
            peak = max(peak, float(np.abs(mono).max()))
        file.seek(0)
    return np.float32(1.0 / peak)


def _reason(error: Exception) -> str:
    """What libsndfile or the system says, without its prefix and path."""
    text = str(getattr(error, "error_string", "") or getattr(error, "strerror", "") or error)
    if text.startswith("File does not exist"):
        # Said of an MP3 file in which nothing could be found; that it is there was seen before.
        return "it could not be decoded"
    return text.rstrip(". ") or type(error).__name__
