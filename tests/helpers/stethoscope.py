"""A stethoscope made of samples: delivers them by the clock, as a device would, or faster."""

from __future__ import annotations

import time

import numpy as np

from heartgui.audio.devices import InputDevice
from heartgui.audio.source import Block
from heartgui.domain import Samples
from heartgui.workers.capture import AudioDevices

NAME = "Synthetic stethoscope"


class SyntheticStethoscope:
    """An AudioSource that plays `samples` over and over. speed: times real time.

    A take of ten seconds is over soon, at six times real time: a test that does something while
    one is recorded holds the sound meanwhile, however slow the machine is.
    """

    lost_frames = 0
    warning = ""

    def __init__(self, samples: Samples, sample_rate_hz: int, *, speed: float = 1.0) -> None:
        self.sample_rate_hz = sample_rate_hz
        self.state = "running"
        self.failure: str | None = None
        self._raw = np.round(np.clip(samples, -1, 1) * 32767).astype(np.int16)
        self._speed = speed
        self._begun_s = 0.0
        self._n_sent = 0
        self._n_last: int | None = None

    def start(self) -> None:
        self._begun_s = time.monotonic()

    def stop(self) -> None:
        self.state = "ended"

    def hold(self, after_s: float = 0.0) -> None:
        """Deliver so many more seconds of sound, and then none until `go_on`."""
        self._n_last = self._n_sent + round(after_s * self.sample_rate_hz)

    def go_on(self) -> None:
        """Deliver by the clock again, from where it was held."""
        self._begun_s = time.monotonic() - self._n_sent / (self.sample_rate_hz * self._speed)
        self._n_last = None

    def unplug(self) -> None:
        self.failure = f"{NAME} was unplugged or stopped by the system."
        self.state = "failed"

    def read(self) -> Block | None:
        if self.state != "running":
            return None
        due = int((time.monotonic() - self._begun_s) * self.sample_rate_hz * self._speed)
        last = self._n_last
        if last is not None:
            due = min(due, last)
        # Blocks of about ten milliseconds, as devices deliver them.
        if due - self._n_sent < self.sample_rate_hz // 100:
            return None
        due = min(due, self._n_sent + self.sample_rate_hz // 10)
        where = np.arange(self._n_sent, due) % len(self._raw)
        block = Block(self._raw[where], self._n_sent)
        self._n_sent = due
        return block


class Bench:
    """Device calls around one stethoscope whose sound can be changed.

    found: the devices that are listed now; empty to unplug all.
    """

    def __init__(self, samples: Samples, sample_rate_hz: int, *, speed: float = 1.0) -> None:
        self.samples = samples
        self.sample_rate_hz = sample_rate_hz
        self.speed = speed
        self.source: SyntheticStethoscope | None = None
        self.found = [
            InputDevice(
                name=NAME, host_api="test", index=0, default_sample_rate_hz=sample_rate_hz,
                max_input_channels=1, is_default=True,
            )
        ]  # fmt: skip

    def devices(self) -> AudioDevices:
        return AudioDevices(lambda: list(self.found), lambda: None, self._open)

    def unplug(self) -> None:
        self.found = []
        if self.source is not None:
            self.source.unplug()

    def _open(self, _device: InputDevice) -> SyntheticStethoscope:
        self.source = SyntheticStethoscope(self.samples, self.sample_rate_hz, speed=self.speed)
        return self.source
