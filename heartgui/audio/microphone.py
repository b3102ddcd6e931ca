"""Recording from an input device through PortAudio.

The callback only copies into a ring and notes the time. Everything that can go wrong is watched
on the reading side: the stream's end, a device that falls silent, and frames that the clock
says should be there and are not.
"""

from __future__ import annotations

import time
from typing import Any

from heartgui.audio.devices import InputDevice, load_portaudio, portaudio_words
from heartgui.audio.ring import SampleRing
from heartgui.audio.source import Block, SourceState
from heartgui.audio.source_identity import SourceIdentity
from heartgui.errors import DeviceError

RING_S = 10.0
STALL_S = 0.5
"""No callback for so long means that the device is gone."""
FIRST_BLOCK_S = 3.0
"""Sound servers take up to a second to deliver the first block."""
LOSS_S = 0.1
"""Fewer frames than the clock by this much, for LOSS_SEEN_S, are a loss."""
LOSS_SEEN_S = 0.5
DRIFT = 200e-6
"""Allowed difference between the device's clock and the computer's."""
LONGEST_LOOK_S = 0.05
BLUETOOTH_WARNING = "A Bluetooth headset filters heart sounds; use the stethoscope."


class Microphone:
    """An AudioSource on an input device, mono, 16 bit, at the device's own rate.

    It never carries on from another device: a stream that ends or stalls is a failure.
    """

    def __init__(self, device: InputDevice, *, sample_rate_hz: int | None = None) -> None:
        self.device = device
        self.sample_rate_hz = sample_rate_hz or device.default_sample_rate_hz
        self.state: SourceState = "running"
        self.failure: str | None = None
        self._ring = SampleRing(round(RING_S * self.sample_rate_hz))
        self._stream: Any = None
        self._stopping = False
        self._finished = False
        self._n_callbacks = 0
        self._n_frames = 0
        self._watch = _Watch(self.sample_rate_hz)
        self._identity = SourceIdentity()

    @property
    def warning(self) -> str:
        """What to know before recording from it, empty for nothing. The sound server tells of
        Bluetooth soon after `start`."""
        return BLUETOOTH_WARNING if self._identity.bluetooth else ""

    def start(self) -> None:
        """Open the device. Raises DeviceError, AudioUnavailableError."""
        portaudio = load_portaudio()
        errors = []
        # Some devices offer two channels only; then the first one is taken.
        for channels in dict.fromkeys((1, min(2, self.device.max_input_channels))):
            try:
                self._stream = portaudio.InputStream(
                    samplerate=self.sample_rate_hz,
                    device=self.device.index,
                    channels=channels,
                    dtype="int16",
                    latency="low",
                    callback=self._callback,
                    finished_callback=self._on_finished,
                )
                self._stream.start()
                self._identity.start()
                return
            except portaudio.PortAudioError as error:
                errors.append(error)
                self._close_stream()
        raise DeviceError(
            f"{self.device.name} could not be opened ({portaudio_words(errors[-1])}).",
            remedy="Check that no other program uses it and that microphones are allowed in the"
            " system's privacy settings, or choose another device.",
        )

    def read(self) -> Block | None:
        """Samples that arrived since the last call, or None. Sets `state` at the end."""
        if self._identity.moved and self.state == "running":
            # What waits in the ring may already be another microphone's.
            self._fail(f"{self.device.name} was unplugged; the system went on with another input.")
        if self.state == "failed":
            return None
        block = self._ring.read()
        lost = self._watch.look(self._n_callbacks, self._n_frames + self._ring.lost_frames)
        if lost:
            self._ring.skip(lost)
        if block is not None or self.state != "running":
            return block
        if self._finished and not self._stopping:
            self._fail(f"{self.device.name} was unplugged or stopped by the system.")
        elif self._watch.stalled_s > (STALL_S if self._n_callbacks else FIRST_BLOCK_S):
            self._fail(f"{self.device.name} stopped delivering sound.")
        return None

    def stop(self) -> None:
        """Close the device. Blocks already received can still be read."""
        self._stopping = True
        self._close_stream()
        self._identity.stop()
        if self.state == "running":
            self.state = "ended"

    def _fail(self, failure: str) -> None:
        self.state, self.failure = "failed", failure

    def _close_stream(self) -> None:
        if self._stream is not None:
            self._stream.close(ignore_errors=True)
            self._stream = None

    def _callback(self, indata: Any, frames: int, _time: Any, _status: Any) -> None:
        self._ring.write(indata[:, 0])
        self._n_frames += frames
        self._n_callbacks += 1

    def _on_finished(self) -> None:
        self._finished = True


class _Watch:
    """Compares what was delivered with the clock.

    look(): called often. Time in which this process itself was stopped does not count as a
    stall of the device, but frames lost in it do.
    """

    def __init__(self, sample_rate_hz: int) -> None:
        self._rate_hz = sample_rate_hz
        self.stalled_s = 0.0
        self._last_look_s: float | None = None
        self._seen_callbacks = 0
        self._begun_s = 0.0
        self._least = float("inf")
        self._behind_since_s: float | None = None
        self._least_behind = float("inf")

    def look(self, n_callbacks: int, n_frames: int) -> int:
        """Returns the number of frames now known to be lost, mostly 0."""
        now_s = time.monotonic()
        passed_s = now_s - self._last_look_s if self._last_look_s is not None else 0.0
        self._last_look_s = now_s
        if n_callbacks == self._seen_callbacks:
            self.stalled_s += min(passed_s, LONGEST_LOOK_S)
            return 0
        self.stalled_s = 0.0
        if self._seen_callbacks == 0:
            self._begun_s = now_s
        self._seen_callbacks = n_callbacks
        elapsed_s = now_s - self._begun_s
        missing = elapsed_s * (1 - DRIFT) * self._rate_hz - n_frames
        self._least = min(self._least, missing)
        behind = missing - self._least
        if behind < LOSS_S * self._rate_hz:
            self._behind_since_s = None
            self._least_behind = float("inf")
            return 0
        # Late blocks come in a burst; only what stays away is lost.
        if self._behind_since_s is None:
            self._behind_since_s = now_s
        self._least_behind = min(self._least_behind, behind)
        if now_s - self._behind_since_s < LOSS_SEEN_S:
            return 0
        lost = round(self._least_behind)
        self._behind_since_s = None
        self._least_behind = float("inf")
        return lost
