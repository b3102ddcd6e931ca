"""Playing a recording: speed with the pitch kept, bell and diaphragm filters, loop, volume.

Filters and speed change what is heard, never what is analysed. Sound is rendered block by block
on a thread of its own, so an hour starts as fast as a second.
"""

from __future__ import annotations

import logging
import threading
from typing import Any

import numpy as np

from heartgui.audio.devices import load_portaudio
from heartgui.audio.resampling import StreamResampler
from heartgui.audio.time_stretch import TimeStretcher
from heartgui.domain import Recording, Samples
from heartgui.errors import AudioUnavailableError

log = logging.getLogger(__name__)

FILTERS_HZ: dict[str, tuple[float, float]] = {
    "bell": (20.0, 200.0),
    "diaphragm": (100.0, 500.0),
    "wide": (20.0, 1000.0),
}
SPEEDS = (0.5, 0.75, 1.0)
PLAY_RATE_HZ = 44_100
BLOCK_S = 0.03
FULL_LEVEL = 0.8
LATENCY_S = 0.1
"""PortAudio's lowest stalls under a sound server: one block is played, the next never fits."""


class Player:
    """Plays one recording. Calls return at once and may come from any thread.

    opening: held while a stream is opened, by whoever must not start PortAudio anew meanwhile.
    """

    def __init__(self, opening: threading.Lock | None = None) -> None:
        self._opening = opening or threading.Lock()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._stop = threading.Event()
        self._samples: Samples = np.empty(0, dtype=np.float32)
        self._rate_hz = 4000
        self._gain = 1.0
        self._position = 0.0
        self._heard_position = 0.0
        self._begun_at = 0.0
        """Where the present stretch began; what is heard lags, but never to before it."""
        self._jumped = False
        self._speed = 1.0
        self._filter = "wide"
        self._volume = 0.8
        self._loop: tuple[float, float] | None = None

    def load(self, recording: Recording) -> None:
        """Use another recording, from its start; playback stops."""
        self.pause()
        with self._lock:
            self._samples = recording.samples
            self._rate_hz = recording.sample_rate_hz
            peak = float(np.abs(self._samples).max(initial=0.0))
            self._gain = FULL_LEVEL / peak if peak > 1e-4 else 1.0
            self._jump(0.0)
            self._loop = None

    @property
    def duration_s(self) -> float:
        return len(self._samples) / self._rate_hz

    @property
    def playing(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    @property
    def position_s(self) -> float:
        """What is heard now, seconds from the recording's start."""
        return min(self._heard_position / self._rate_hz, self.duration_s)

    def play(self) -> None:
        """Start, or go on. Raises AudioUnavailableError where there is no output."""
        if self.playing or not len(self._samples):
            return
        with self._lock:
            if self._position >= len(self._samples):
                self._jump(0.0)
            self._enter_loop()
        with self._opening:
            stream = _open_output()
            self._stop = threading.Event()
            self._thread = threading.Thread(
                target=self._render, args=(stream, self._stop), name="playback", daemon=True
            )
            self._thread.start()

    def pause(self) -> None:
        """Stop; `play` goes on from here. Waits for the last block."""
        self._stop.set()
        thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            # It counts as playing until its stream is closed.
            thread.join()
        self._thread = None
        with self._lock:
            self._position = self._begun_at = self._heard_position

    def seek(self, time_s: float) -> None:
        with self._lock:
            self._jump(time_s * self._rate_hz)

    def set_speed(self, speed: float) -> None:
        """One of SPEEDS; the pitch stays."""
        if speed not in SPEEDS:
            raise ValueError(f"speed must be one of {SPEEDS}")
        with self._lock:
            self._speed, self._jumped = speed, True

    def set_filter(self, name: str) -> None:
        """One of FILTERS_HZ."""
        if name not in FILTERS_HZ:
            raise ValueError(f"filter must be one of {tuple(FILTERS_HZ)}")
        with self._lock:
            self._filter, self._jumped = name, True

    def set_volume(self, volume: float) -> None:
        """0 to 1."""
        self._volume = float(np.clip(volume, 0.0, 1.0))

    def set_loop(self, span_s: tuple[float, float] | None) -> None:
        """Repeat from start to end (seconds), or None for once through. What plays elsewhere goes
        to the start at once; what is paused, when it plays."""
        with self._lock:
            self._loop = span_s
            if self.playing:
                self._enter_loop()

    def _jump(self, position: float) -> None:
        self._position = float(np.clip(position, 0, len(self._samples)))
        self._heard_position = self._begun_at = self._position
        self._jumped = True

    def _enter_loop(self) -> None:
        if self._loop is None:
            return
        start, end = (time_s * self._rate_hz for time_s in self._loop)
        if not start <= self._position < end:
            self._jump(start)

    # --- on the playback thread ---------------------------------------------------------

    def _render(self, stream: Any, stop: threading.Event) -> None:
        try:
            with stream:
                latency_frames = stream.latency * self._rate_hz
                chain = self._chain()
                while not stop.is_set():
                    with self._lock:
                        if self._jumped:
                            self._jumped = False
                            chain = self._chain()
                        block, self._position = chain.block(self._position, self._end())
                        looped = self._go_round()
                        behind = latency_frames * self._speed
                        self._heard_position = max(self._begun_at, self._position - behind)
                    if not len(block) and not looped:
                        break
                    stream.write(np.ascontiguousarray(block * np.float32(self._volume))[:, None])
                with self._lock:
                    if not stop.is_set():
                        self._position = self._heard_position = float(len(self._samples))
        except Exception:
            # The output may vanish at any time; the recording and the window go on.
            log.exception("playback ended")

    def _go_round(self) -> bool:
        if self._loop is None:
            return False
        if self._position < self._end():
            return False
        self._jump(self._loop[0] * self._rate_hz)
        return True

    def _end(self) -> int:
        """Where the loop, or else the recording, ends: samples."""
        n = len(self._samples)
        return n if self._loop is None else min(n, round(self._loop[1] * self._rate_hz))

    def _chain(self) -> _Chain:
        return _Chain(self._samples, self._rate_hz, self._gain, self._speed, self._filter)


class _Chain:
    """Stretch, filter, resample: the state of one uninterrupted stretch of playback."""

    def __init__(
        self, samples: Samples, rate_hz: int, gain: float, speed: float, filter_name: str
    ) -> None:
        from scipy.signal import butter

        self._samples = samples
        self._gain = np.float32(gain)
        self._stretcher = TimeStretcher(samples, rate_hz, speed) if speed != 1.0 else None
        self._n_block = max(1, round(BLOCK_S * rate_hz))
        low_hz, high_hz = FILTERS_HZ[filter_name]
        self._sos = butter(2, (low_hz, min(high_hz, 0.45 * rate_hz)), "bandpass", fs=rate_hz,
                           output="sos")  # fmt: skip
        self._state = np.zeros((len(self._sos), 2))
        self._resampler = StreamResampler(rate_hz, PLAY_RATE_HZ)

    def block(self, position: float, end: int) -> tuple[Samples, float]:
        """Sound at PLAY_RATE_HZ for a place (samples), and the place after it. Nothing is read from
        `end` on; slowed down, a few milliseconds may be."""
        from scipy.signal import sosfilt

        if self._stretcher is not None:
            raw, after = self._stretcher.block(position)
        else:
            start = round(position)
            raw = self._samples[start : min(start + self._n_block, end)]
            after = float(start + len(raw))
        if not len(raw):
            return np.empty(0, dtype=np.float32), after
        filtered, self._state = sosfilt(self._sos, raw * self._gain, zi=self._state)
        out = self._resampler.push(np.asarray(filtered, dtype=np.float32))
        # The resampler holds back its first samples; silence in their place keeps blocks coming.
        return (out if len(out) else np.zeros(1, dtype=np.float32)), after


def _open_output() -> Any:
    portaudio = load_portaudio()
    try:
        return portaudio.OutputStream(
            samplerate=PLAY_RATE_HZ, channels=1, dtype="float32", latency=LATENCY_S
        )
    except (portaudio.PortAudioError, ValueError) as error:
        raise AudioUnavailableError(
            "There is no loudspeaker or headphone to play through.",
            remedy="Connect headphones or choose an output in the system's sound settings.",
        ) from error
