"""Which input is listened to, and how loud it is."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSizePolicy, QToolButton, QWidget

from heartgui.audio.devices import InputDevice
from heartgui.quality.level import LevelReading
from heartgui.ui.record.level_meter import LevelMeter
from heartgui.ui.theme import LIGHT, Palette
from heartgui.ui.widgets.card import Card, label, plain
from heartgui.ui.widgets.combo_box import ComboBox
from heartgui.ui.widgets.icons import icon

NONE_FOUND = "No input device found"
TOOLTIP = "Input device to record from"


class DevicePanel(Card):
    """Device list, refresh button, level meter."""

    device_chosen = Signal(str)
    """The name of the device that the person chose."""
    refresh_requested = Signal()

    def __init__(self, palette: Palette = LIGHT, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        head = QHBoxLayout()
        title = label("Stethoscope", "muted")
        head.addWidget(title)
        head.addStretch(1)
        self.refresh = QToolButton()
        self.refresh.setIconSize(QSize(16, 16))
        self.refresh.setToolTip("Look for devices again (F5)")
        self.refresh.setAccessibleName("Look for devices again")
        self.refresh.clicked.connect(self.refresh_requested)
        head.addWidget(self.refresh)
        self.body.addLayout(head)
        self.combo = ComboBox()
        self.combo.setAccessibleName("Input device")
        self.combo.setToolTip(TOOLTIP)
        # On Linux the name of a list is that of its label.
        title.setBuddy(self.combo)
        self.combo.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.combo.setMinimumContentsLength(10)
        self.combo.activated.connect(self._chosen)
        self.body.addWidget(self.combo)
        self.meter = LevelMeter(palette)
        self.body.addWidget(self.meter)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._listening = ""
        self.set_devices([])
        self.set_palette(palette)

    def set_palette(self, palette: Palette) -> None:
        self.refresh.setIcon(icon("refresh", palette.muted, 16))
        self.meter.set_palette(palette)

    def set_devices(self, devices: Sequence[InputDevice]) -> None:
        """Show what there is; the one listened to stays chosen."""
        self.combo.blockSignals(True)
        self.combo.clear()
        for device in devices:
            self.combo.addItem(device.name)
            index = self.combo.count() - 1
            self.combo.setItemData(index, plain(device.warning or device.name), 3)
        if not devices:
            self.combo.addItem(NONE_FOUND)
        self.combo.setEnabled(bool(devices))
        self.combo.blockSignals(False)
        self.set_listening(self._listening)

    def set_listening(self, name: str) -> None:
        """The device that is open now; empty for none. None looks chosen while it is not listed,
        as after it was unplugged."""
        self._listening = name
        index = self.combo.findText(name) if name else -1
        gone = bool(name) and index < 0
        # A device's name and what became of it do not fit into the narrow column together.
        self.combo.setPlaceholderText("Unplugged" if gone else "Choose an input")
        self.combo.setToolTip(plain(f"{name} is unplugged") if gone else TOOLTIP)
        none_found = self.combo.itemText(0) == NONE_FOUND
        self.combo.setCurrentIndex(0 if none_found and not gone else index)

    def set_level(self, reading: LevelReading | None) -> None:
        self.meter.set_reading(reading)

    def set_locked(self, locked: bool) -> None:
        """While a take is recorded the device stays."""
        self.combo.setEnabled(not locked and self.combo.itemText(0) != NONE_FOUND)
        self.refresh.setEnabled(not locked)

    def _chosen(self, index: int) -> None:
        self.device_chosen.emit(self.combo.itemText(index))
