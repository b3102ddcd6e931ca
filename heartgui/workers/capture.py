"""The capture worker: owns the input device, meters it, and writes takes while they are recorded.

All of PortAudio's slow calls (listing, opening, closing) happen on this thread. The recorded
path is lossless: every block is written before anything is computed from it, and lost frames
become a marked gap. The screen reads snapshots and may miss some.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from PySide6.QtCore import QThread, Signal

from heartgui.audio.devices import InputDevice, without_card_number
from heartgui.audio.source import AudioSource, Block
from heartgui.domain import Samples
from heartgui.errors import AudioUnavailableError, DeviceError, HeartGUIError, StorageError
from heartgui.quality.level import LevelMeter, LevelReading
from heartgui.workers.live_take import Store
from heartgui.workers.running_take import RunningTake, own_fault

log = logging.getLogger(__name__)

POLL_S = 0.005
"""Longest time a block waits before it is looked at; far below one screen frame."""
RELIST_S = 2.0
"""How often devices are looked for again while there is none to listen to."""
FULL_SCALE = 32768.0
GONE_REMEDY = "Plug it in again, or choose another device."


@dataclass(frozen=True)
class AudioDevices:
    """The device calls the worker needs; tests give their own.

    changed: whether inputs came or went since the last call. busy: whether something is played,
    so that `refresh` would pull the stream from under it.
    """

    list_inputs: Callable[[], Sequence[InputDevice]]
    refresh: Callable[[], None]
    open_source: Callable[[InputDevice], AudioSource]
    changed: Callable[[], bool] = lambda: False
    busy: Callable[[], bool] = lambda: False


class CaptureWorker(QThread):
    """Listens to one input device at a time; records takes from it on request.

    All public methods may be called from any thread and return at once; the signals arrive
    on the receiver's thread.
    """

    devices_listed = Signal(list)
    """list[InputDevice]; empty when there is none."""
    listening = Signal(object)
    """The InputDevice that is now open; once more when a warning about it becomes known."""
    came_back = Signal(object)
    """InputDevice: the one wanted was plugged in and is open now, in place of another."""
    stands_in = Signal(object, str)
    """The InputDevice that is open because the one wanted, by its name, is not there."""
    unavailable = Signal(object)
    """HeartGUIError: why nothing can be heard."""
    take_started = Signal(object)
    """LiveTake."""
    take_finished = Signal(object)
    """FinishedTake."""
    take_refused = Signal(object)
    """HeartGUIError: a take could not be begun."""
    gap_found = Signal(float, float)
    """Start and end of a gap, seconds into the take."""
    space_low = Signal(float)
    """Seconds of recording that still fit on the disk."""

    def __init__(self, devices: AudioDevices) -> None:
        super().__init__()
        self.setObjectName("capture")
        self._devices = devices
        self._commands: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._woken = threading.Event()
        self._closing = False
        self._wanted_name = ""
        self._lost_name = ""
        self._last_said = ""
        self._outdated = False
        self._known: list[InputDevice] = []
        self._source: AudioSource | None = None
        self._device: InputDevice | None = None
        self._next_frame = 0
        self._meter = LevelMeter(1)
        self._level: LevelReading | None = None
        self._take: RunningTake | None = None

    # --- asked from other threads -------------------------------------------------------

    @property
    def level(self) -> LevelReading | None:
        """The newest level, or None while nothing is heard."""
        return self._level

    def listen_to(self, device_name: str) -> None:
        """Open the device of that name; the system's default for an empty or unknown name."""
        self._send(lambda: self._choose(device_name))

    def relist(self) -> None:
        """Look for devices again; after the take while one is recorded, after what is played."""
        self._send(self._relist)

    def start_take(self, path: Path, length_s: float, store: Store | None = None) -> None:
        """Record to `path`, for `length_s` seconds or until `stop_take`. store: called on this
        thread when the file is closed, before anyone is told: the disk may be slow."""
        self._send(lambda: self._start_take(path, length_s, store))

    def stop_take(self) -> None:
        """End the running take and keep it."""
        self._send(self._finish_take)

    def reset_clip(self) -> None:
        """Put out the latched clip lamp."""
        self._send(lambda: self._meter.reset())

    def close(self) -> None:
        """Finish the running take, close the device and end the thread; waits for it."""
        self._closing = True
        self._woken.set()
        self.wait()

    def _send(self, command: Callable[[], None]) -> None:
        self._commands.put(command)
        self._woken.set()

    # --- on this thread -----------------------------------------------------------------

    def run(self) -> None:
        while True:
            self._woken.clear()
            if self._closing:
                break
            heard = False
            try:
                heard = self._turn()
            except Exception as fault:
                self._recover(fault)
            if self._source is None:
                self._outdated |= not self._woken.wait(RELIST_S)
            elif not heard:
                self._woken.wait(POLL_S)
        self._finish_take()
        self._close_source()

    def _turn(self) -> bool:
        """Once round. Returns whether the device had sound."""
        self._obey()
        self._outdated |= self._devices.changed()
        if self._outdated and self._may_refresh:
            self._rescan()
        return self._source is not None and self._drain()

    def _recover(self, fault: Exception) -> None:
        """A fault of ours must not end the thread: the take is kept, and the device is opened
        again when devices are next looked for."""
        log.exception("capture failed")
        kept = "Everything up to then is kept." if self._take is not None else ""
        error = own_fault(fault, kept=kept)
        self._finish_take(error)
        self._lost_name = self._device.name if self._device is not None else self._lost_name
        self._close_source()
        self._say(error)

    def _obey(self) -> None:
        while True:
            try:
                command = self._commands.get_nowait()
            except queue.Empty:
                return
            command()

    # devices

    def _choose(self, device_name: str) -> None:
        self._wanted_name = device_name
        self._lost_name = ""
        self._last_said = ""
        if self._take is not None:
            return
        self._close_source()
        self._list_and_open(refresh=False)

    @property
    def _may_refresh(self) -> bool:
        # PortAudio's list is frozen at its initialisation, and starting it anew would
        # pull the stream from under a running take, or from under what is played.
        return self._take is None and not self._devices.busy()

    def _relist(self) -> None:
        """The person asks, or there is nothing to listen to."""
        if not self._may_refresh:
            self._outdated = True
            return
        self._close_source()
        self._list_and_open(refresh=True)

    def _rescan(self) -> None:
        """Inputs came or went: list them, and go on with the one that is open, or the one that
        is wanted if it came."""
        self._outdated = False
        self._lost_name = self._device.name if self._device is not None else self._lost_name
        self._close_source()
        self._list_and_open(refresh=True)

    def _list_and_open(self, *, refresh: bool) -> None:
        try:
            if refresh:
                self._devices.refresh()
            found = list(self._devices.list_inputs())
        except AudioUnavailableError as error:
            self._announce([])
            self._say(error)
            return
        refused = None
        for device in self._candidates(found):
            refused = self._open(device)
            if refused is None:
                self._now_open(device, found)
                return
        if self._lost_name:
            # Never carry on from another microphone by ourselves: wait for the lost one
            # to come back, or for the person to choose. Some systems list it all the same.
            self._announce([device for device in found if device.name != self._lost_name])
            if not self._last_said:
                self._say(
                    DeviceError(
                        f"{self._lost_name} was unplugged or stopped by the system.",
                        remedy=GONE_REMEDY,
                    )
                )
            return
        self._announce(found)
        self._say(
            refused
            or AudioUnavailableError(
                "No microphone or stethoscope was found.",
                remedy="Plug one in; it is noticed by itself. You can also open a file.",
            )
        )

    def _candidates(self, found: Sequence[InputDevice]) -> list[InputDevice]:
        """What may be opened, in order: the device that is wanted, the one that was open. The
        system's default only where nothing was open and the wanted one is not there."""
        names = [name for name in (self._wanted_among(found), self._lost_name) if name]
        named = [device for name in names for device in found if device.name == name]
        if named or self._lost_name:
            return list(dict.fromkeys(named))
        return [device for device in found if device.is_default][:1] or list(found[:1])

    def _wanted_among(self, found: Sequence[InputDevice]) -> str:
        """The name of the device that is wanted; with the number its card has now, if it is clear
        which one it is."""
        wanted = without_card_number(self._wanted_name)
        # Not in place of a lost one: there may be another of the same make.
        if wanted == without_card_number(self._lost_name):
            return self._wanted_name
        names = [device.name for device in found if without_card_number(device.name) == wanted]
        return names[0] if len(names) == 1 else self._wanted_name

    def _announce(self, found: list[InputDevice]) -> None:
        if found != self._known or not found:
            self._known = found
            self.devices_listed.emit(found)

    def _open(self, device: InputDevice) -> HeartGUIError | None:
        """Returns why it could not be opened, None if it is."""
        try:
            source = self._devices.open_source(device)
            source.start()
        except HeartGUIError as error:
            log.warning("input device not opened: %s", error.message)
            return error
        self._source = source
        self._device = device
        self._next_frame = 0
        self._meter = LevelMeter(source.sample_rate_hz)
        return None

    def _now_open(self, device: InputDevice, found: list[InputDevice]) -> None:
        instead_of, self._lost_name = self._lost_name, ""
        self._last_said = ""
        self._announce(found)
        self.listening.emit(device)
        if instead_of and instead_of != device.name:
            self.came_back.emit(device)
        wanted = without_card_number(self._wanted_name)
        if wanted and not instead_of and wanted != without_card_number(device.name):
            self.stands_in.emit(device, self._wanted_name)

    def _close_source(self) -> None:
        source, self._source = self._source, None
        self._device = None
        self._level = None
        if source is None:
            return
        try:
            source.stop()
        except Exception:
            log.exception("the input device was not closed")

    # sound

    def _drain(self) -> bool:
        """Take one block from the device. False when there was none."""
        source = self._source
        assert source is not None
        self._warn(source.warning)
        block = source.read()
        if block is not None:
            self._hear(block, source.sample_rate_hz)
            return True
        if source.state != "running":
            self._source_gone(source.failure)
        return False

    def _warn(self, warning: str) -> None:
        """Tell what became known of the device only after it was opened."""
        device = self._device
        if warning and device is not None and not device.warning:
            self._device = replace(device, warning=warning)
            self.listening.emit(self._device)

    def _hear(self, block: Block, sample_rate_hz: int) -> None:
        lost = max(0, block.first_frame - self._next_frame)
        self._next_frame = block.first_frame + len(block.samples)
        samples = block.samples.astype(np.float32) / np.float32(FULL_SCALE)
        if self._take is not None:
            self._keep(block.samples, samples, lost)
        self._level = self._meter.push(samples)

    def _keep(self, raw: np.ndarray, samples: Samples, lost: int) -> None:
        take = self._take
        assert take is not None
        try:
            gap = take.keep(raw, samples, lost)
        except StorageError as error:
            self._finish_take(error)
            return
        if gap is not None:
            self.gap_found.emit(*gap)
        left_s = take.low_space_s()
        if left_s is not None:
            self.space_low.emit(left_s)
        if take.live.complete:
            self._finish_take()

    def _source_gone(self, failure: str | None) -> None:
        name = self._device.name if self._device else "the input device"
        error = DeviceError(
            failure or f"{name} stopped delivering sound.",
            kept="Everything up to then is kept." if self._take is not None else "",
            remedy=GONE_REMEDY,
        )
        log.warning("the input device is gone: %s", error.message)
        self._finish_take(error)
        self._lost_name = self._device.name if self._device else ""
        self._close_source()
        self._announce([device for device in self._known if device.name != self._lost_name])
        self._say(error)

    def _say(self, error: HeartGUIError) -> None:
        """Tell why nothing can be heard, once: devices are looked for every few seconds."""
        if error.message != self._last_said:
            self._last_said = error.message
            self.unavailable.emit(error)

    # takes

    def _start_take(self, path: Path, length_s: float, store: Store | None) -> None:
        if self._take is not None:
            return
        if self._source is None:
            self.take_refused.emit(
                DeviceError(
                    "There is nothing to record from.",
                    remedy="Plug in a stethoscope or microphone, or open a file.",
                )
            )
            return
        try:
            take = RunningTake(path, self._source.sample_rate_hz, length_s, store)
        except StorageError as error:
            self.take_refused.emit(error)
            return
        except Exception as fault:
            # Somebody waits for the take to begin.
            log.exception("a take did not begin")
            self.take_refused.emit(own_fault(fault, kept=""))
            return
        self._meter.reset()
        self._take = take
        self.take_started.emit(take.live)

    def _finish_take(self, error: HeartGUIError | None = None) -> None:
        take, self._take = self._take, None
        if take is not None:
            self.take_finished.emit(take.finish(error))
