"""Input devices as PortAudio sees them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from heartgui.errors import AudioUnavailableError

_PLUG_INS = ("dmix", "surround", "front", "iec958", "spdif", "hdmi", "sysdefault", "samplerate",
             "speexrate", "upmix", "vdownmix", "lavrate", "oss", "jack")  # fmt: skip
"""ALSA's converters, which list themselves as devices."""
_CARD_NUMBER = re.compile(r" \(hw:\d+,\d+\)$")


@dataclass(frozen=True)
class InputDevice:
    """An input. index: PortAudio's, valid until the next `refresh`. warning: what to know before
    recording with it, empty for nothing."""

    name: str
    host_api: str
    index: int
    default_sample_rate_hz: int
    max_input_channels: int
    is_default: bool
    warning: str = ""


def without_card_number(name: str) -> str:
    """A device's name as it is at every start: ALSA numbers the cards anew as they come."""
    return _CARD_NUMBER.sub("", name)


def list_input_devices() -> list[InputDevice]:
    """All inputs, the system's default first; empty where there is none.

    Raises AudioUnavailableError where PortAudio is missing or does not start.
    """
    portaudio = load_portaudio()
    try:
        default = _default_input(portaudio)
        apis = portaudio.query_hostapis()
        entries = portaudio.query_devices()
    except portaudio.PortAudioError as error:
        raise _not_started(error) from error
    devices = []
    for entry in entries:
        if entry["max_input_channels"] < 1 or _is_plug_in(entry["name"]):
            continue
        rate_hz = round(entry["default_samplerate"])
        devices.append(
            InputDevice(
                name=entry["name"],
                host_api=apis[entry["hostapi"]]["name"],
                index=entry["index"],
                default_sample_rate_hz=rate_hz,
                max_input_channels=entry["max_input_channels"],
                is_default=entry["index"] == default,
                warning=_warning(entry["name"], rate_hz),
            )
        )
    return sorted(_without_repeats(devices), key=lambda device: not device.is_default)


def refresh() -> None:
    """Look for devices anew. Every open stream ends, so only while none is in use.

    PortAudio's list is frozen at its initialisation. Raises AudioUnavailableError.
    """
    portaudio = load_portaudio()
    try:
        with quiet_alsa():
            # It does not run where it could not be started the last time.
            if portaudio._initialized:
                portaudio._terminate()
            portaudio._initialize()
    except portaudio.PortAudioError as error:
        raise _not_started(error) from error


def load_portaudio() -> Any:
    """The sounddevice module, with PortAudio started. Raises AudioUnavailableError with the remedy
    where it cannot load or start."""
    try:
        with quiet_alsa():
            import sounddevice
    except (OSError, ImportError) as error:
        raise AudioUnavailableError(
            "The audio library PortAudio is missing, so nothing can be recorded or played.",
            remedy="On Debian or Ubuntu: sudo apt install libportaudio2. Files can be opened.",
        ) from error
    except Exception as error:
        # Importing starts PortAudio, and a module that did not load has no PortAudioError to name.
        raise _not_started(error) from error
    return sounddevice


def portaudio_words(error: Exception) -> str:
    """PortAudio's own words, without what was tried and the error's number."""
    return str(error.args[0] if error.args else error).split(" [")[0].split(": ")[-1]


@contextmanager
def quiet_alsa() -> Iterator[None]:
    """Keep what ALSA's C code prints about absent devices off standard error."""
    try:
        kept = os.dup(2)
    except OSError:
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def _not_started(error: Exception) -> AudioUnavailableError:
    return AudioUnavailableError(
        f"The system's sound could not be started ({portaudio_words(error)}), so nothing can be"
        " recorded or played.",
        remedy="Check the system's sound settings; it is tried again by itself."
        " Files can be opened.",
    )


def _default_input(portaudio: Any) -> int:
    index = portaudio.default.device[0]
    if index is not None and index >= 0:
        return int(index)
    apis = portaudio.query_hostapis()
    return int(apis[0]["default_input_device"]) if apis else -1


def _is_plug_in(name: str) -> bool:
    return name.split(":")[0].lower().startswith(_PLUG_INS)


def _without_repeats(devices: list[InputDevice]) -> list[InputDevice]:
    """One entry for each name; Windows lists each device once for every host API."""
    best: dict[str, InputDevice] = {}
    for device in devices:
        known = best.get(device.name)
        if known is None or (device.is_default and not known.is_default):
            best[device.name] = device
    return list(best.values())


def _warning(name: str, rate_hz: int) -> str:
    if rate_hz <= 16_000 and any(
        word in name.lower() for word in ("bluetooth", "headset", "hands")
    ):
        return f"A headset at {rate_hz // 1000} kHz filters heart sounds; use the stethoscope."
    return ""
