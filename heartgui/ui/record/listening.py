"""Which device is listened to, and what is said of it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from heartgui.audio.devices import InputDevice, without_card_number
from heartgui.errors import HeartGUIError
from heartgui.settings import Settings
from heartgui.ui.record.record_page import RecordPage
from heartgui.workers.capture import CaptureWorker

NO_DEVICE = "device"
CAME_BACK = "came back"
STANDS_IN = "stands in"


class Listening(QObject):
    """Connects the device list and the level meter with the capture."""

    changed = Signal(bool)
    """Whether a device is listened to, so that a take may begin."""

    def __init__(self, page: RecordPage, capture: CaptureWorker, settings: Settings) -> None:
        super().__init__()
        self._page = page
        self._capture = capture
        self._settings = settings
        self._on = False
        page.devices.device_chosen.connect(self._device_chosen)
        page.devices.refresh_requested.connect(capture.relist)
        page.devices.meter.clip_reset.connect(capture.reset_clip)
        capture.devices_listed.connect(page.devices.set_devices)
        capture.listening.connect(self._on_listening)
        capture.came_back.connect(self._on_came_back)
        capture.stands_in.connect(self._on_stands_in)
        capture.unavailable.connect(self._on_unavailable)

    @property
    def on(self) -> bool:
        """Whether a device is listened to."""
        return self._on

    def _set_on(self, on: bool) -> None:
        self._on = on
        self.changed.emit(on)

    @Slot(object)
    def _on_listening(self, device: InputDevice) -> None:
        banner = self._page.banner
        self._page.result.set_listening(True)
        self._page.devices.set_listening(device.name)
        banner.dismiss(NO_DEVICE)
        if without_card_number(device.name) == without_card_number(self._settings.device_name):
            banner.dismiss(STANDS_IN)
        if device.warning:
            banner.show_message("warning", device.warning, key=NO_DEVICE)
        self._set_on(True)

    @Slot(object)
    def _on_came_back(self, device: InputDevice) -> None:
        self._page.banner.show_message(
            "info", f"{device.name} was plugged in and is listened to now.",
            "Takes are recorded from it until you choose another device.", key=CAME_BACK,
        )  # fmt: skip

    @Slot(object, str)
    def _on_stands_in(self, device: InputDevice, wanted: str) -> None:
        self._page.banner.show_message(
            "warning", f"{wanted} is not plugged in; {device.name} is listened to.",
            "Plug it in (F5 looks for it), or choose another device.", key=STANDS_IN,
        )  # fmt: skip

    @Slot(object)
    def _on_unavailable(self, error: HeartGUIError) -> None:
        self._page.result.set_listening(False)
        self._page.devices.set_level(None)
        self._forget_which_device()
        self._page.banner.show_error(error, key=NO_DEVICE, kind="warning")
        self._set_on(False)

    @Slot(str)
    def _device_chosen(self, name: str) -> None:
        self._settings.device_name = name
        self._forget_which_device()
        self._set_on(False)
        self._capture.listen_to(name)

    def _forget_which_device(self) -> None:
        for key in (CAME_BACK, STANDS_IN):
            self._page.banner.dismiss(key)
