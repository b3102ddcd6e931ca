"""What the four tracks show, computed as the sound arrives.

The recording is brought to 4 kHz, where heart sounds live (20 to 1,000 Hz), and cut into
frames of 50 ms every 10 ms. Short-time energy and zero-crossing rate look at the middle 25 ms
of each frame, so that the three features of one frame belong to one moment.
"""

from __future__ import annotations

import numpy as np

from heartgui.audio.resampling import StreamResampler
from heartgui.domain import Samples
from heartgui.features.envelope import MinMaxPyramid
from heartgui.features.framing import FrameStream
from heartgui.features.growing import GrowingArray
from heartgui.features.mel import MelConfig, mel_centres_hz, mel_of_frames, power_to_db
from heartgui.features.short_time_energy import energy_of_frames
from heartgui.features.zero_crossing_rate import crossings_of_frames

ANALYSIS_RATE_HZ = 4000
HOP_LENGTH = 40
HOP_S = HOP_LENGTH / ANALYSIS_RATE_HZ
MEL_LENGTH = 200
ENERGY_LENGTH = 100
ENERGY_OFFSET = (MEL_LENGTH - ENERGY_LENGTH) // 2
FIRST_FRAME_S = MEL_LENGTH / 2 / ANALYSIS_RATE_HZ
"""Time of the middle of frame 0."""
DISPLAY_MEL = MelConfig(
    sample_rate_hz=ANALYSIS_RATE_HZ,
    n_fft=512,
    win_length=MEL_LENGTH,
    hop_length=HOP_LENGTH,
    n_mels=64,
    fmin_hz=0.0,
    fmax_hz=1000.0,
    center=False,
    area_normalised=False,
)
FULL_SCALE_POWER = (MEL_LENGTH / 4) ** 2
"""Power of a full-scale sine in one FFT bin under the Hann window: the 0 dB of the picture."""
FLOOR_DB = -100.0
DB_PER_LEVEL = 100.0 / 255.0
CHUNK_S = 20.0


class DisplayFeatures:
    """The growing content of the four tracks. One thread appends, others read.

    Frame k belongs to the time FIRST_FRAME_S + k * HOP_S. ste: shape (n_frames,), squared
    full scale summed over 25 ms. zcr: shape (n_frames,), 0 to 1. mel_levels: shape
    (n_frames, 64), uint8, FLOOR_DB + level * DB_PER_LEVEL in dB of a full-scale sine.
    """

    def __init__(self, sample_rate_hz: int) -> None:
        self.sample_rate_hz = sample_rate_hz
        self.pyramid = MinMaxPyramid()
        self._ste = GrowingArray((), np.float32)
        self._zcr = GrowingArray((), np.float32)
        self._mel = GrowingArray((DISPLAY_MEL.n_mels,), np.uint8)

    @property
    def duration_s(self) -> float:
        return len(self.pyramid) / self.sample_rate_hz

    @property
    def n_frames(self) -> int:
        return len(self._mel)

    @property
    def ste(self) -> Samples:
        return self._ste.values

    @property
    def zcr(self) -> Samples:
        return self._zcr.values

    @property
    def mel_levels(self) -> np.ndarray:
        return self._mel.values

    @property
    def mel_centres_hz(self) -> np.ndarray:
        """Centre of each Mel band, Hz, shape (64,)."""
        return mel_centres_hz(DISPLAY_MEL)

    def add_frames(self, frames: np.ndarray) -> None:
        """Append the features of frames of shape (n, 200) at 4 kHz."""
        if not len(frames):
            return
        middle = np.ascontiguousarray(frames[:, ENERGY_OFFSET : ENERGY_OFFSET + ENERGY_LENGTH])
        power = mel_of_frames(frames, DISPLAY_MEL)
        decibels = power_to_db(power, ref=FULL_SCALE_POWER, top_db=None)
        levels = np.clip(np.rint((decibels - FLOOR_DB) / DB_PER_LEVEL), 0, 255)
        self._ste.append(energy_of_frames(middle))
        self._zcr.append(crossings_of_frames(middle))
        self._mel.append(levels.T.astype(np.uint8))


class FeatureStream:
    """Feeds DisplayFeatures from blocks of any size, at the recording's own rate: each pushed, or
    all from a recording that grows."""

    def __init__(self, sample_rate_hz: int) -> None:
        self.features = DisplayFeatures(sample_rate_hz)
        self._resampler = StreamResampler(sample_rate_hz, ANALYSIS_RATE_HZ)
        self._frames = FrameStream(MEL_LENGTH, HOP_LENGTH)

    def push(self, block: Samples) -> None:
        """Add samples, shape (n,), float32, full scale -1 to 1."""
        self.features.pyramid.append(block)
        self._add(block)

    def grow(self, so_far: Samples) -> None:
        """Go on to the end of a recording that is kept as a whole elsewhere and not copied.

        so_far: shape (n,), the same recording as before and what came since.
        """
        new = so_far[len(self.features.pyramid) :]
        self.features.pyramid.grow(so_far)
        self._add(new)

    def _add(self, block: Samples) -> None:
        self.features.add_frames(self._frames.push(self._resampler.push(block)))

    def finish(self) -> None:
        """Flush what the resampler still holds. Nothing may be pushed afterwards."""
        self.features.add_frames(self._frames.push(self._resampler.finish()))


def display_features(samples: Samples, sample_rate_hz: int) -> DisplayFeatures:
    """The four tracks of a whole recording, shape (n_samples,)."""
    stream = FeatureStream(sample_rate_hz)
    n_chunk = round(CHUNK_S * sample_rate_hz)
    for start in range(0, len(samples), n_chunk):
        stream.grow(samples[: start + n_chunk])
    stream.finish()
    return stream.features


def frame_at(time_s: float) -> int:
    """Index of the frame whose middle is nearest to a time in seconds."""
    return round((time_s - FIRST_FRAME_S) / HOP_S)
