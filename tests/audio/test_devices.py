"""PortAudio that does not start: said with words, and tried again."""

from __future__ import annotations

import sys

import pytest

from heartgui.audio import devices
from heartgui.errors import AudioUnavailableError

NOT_INITIALISED = -10_000
HOST_ERROR = -9999


class Unwilling:
    """PortAudio itself, except that it cannot be initialised; asked all the same, it says so."""

    def __init__(self, library) -> None:
        self._library = library

    def Pa_Initialize(self) -> int:
        return HOST_ERROR

    def Pa_GetDeviceCount(self) -> int:
        return NOT_INITIALISED

    def __getattr__(self, name: str):
        return getattr(self._library, name)


def test_a_sound_system_that_does_not_start_is_said_and_tried_again(monkeypatch):
    sounddevice = devices.load_portaudio()
    devices.refresh()
    with monkeypatch.context() as patched:
        patched.setattr(sounddevice, "_lib", Unwilling(sounddevice._lib))
        for _ in range(2):
            with pytest.raises(AudioUnavailableError, match="could not be started") as caught:
                devices.refresh()
            assert "(Unanticipated host error)" in caught.value.message
            assert caught.value.remedy
        with pytest.raises(AudioUnavailableError, match="PortAudio not initialized"):
            devices.list_input_devices()
    devices.refresh()
    assert isinstance(devices.list_input_devices(), list)


def test_a_sound_system_that_does_not_start_at_the_import_is_said(monkeypatch, tmp_path):
    (tmp_path / "sounddevice.py").write_text(
        "class PortAudioError(Exception): pass\n"
        "raise PortAudioError('Error initializing PortAudio: Internal error [PaErrorCode -9986]')\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "sounddevice", raising=False)
    for ask in (devices.list_input_devices, devices.refresh):
        with pytest.raises(AudioUnavailableError, match=r"\(Internal error\)") as caught:
            ask()
        assert caught.value.remedy
