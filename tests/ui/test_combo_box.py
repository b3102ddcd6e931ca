"""Lists to choose from: the wheel in passing changes nothing."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QComboBox

from heartgui.audio.devices import InputDevice
from heartgui.ui.record.record_page import RecordPage


def turn_wheel(combo: QComboBox) -> None:
    middle = QPointF(combo.rect().center())
    event = QWheelEvent(
        middle, combo.mapToGlobal(middle), QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(combo, event)


@pytest.mark.parametrize("which", ["posture", "models", "devices"])
def test_the_wheel_changes_only_the_list_that_has_the_focus(qtbot, which):
    page = RecordPage()
    qtbot.addWidget(page)
    page.devices.set_devices(
        [InputDevice(name, "ALSA", 0, 4000, 1, is_default=False) for name in ("One", "Two")]
    )
    page.devices.set_listening("One")
    combo = {
        "posture": page.sites.posture, "models": page.take.models, "devices": page.devices.combo,
    }[which]  # fmt: skip
    with qtbot.waitActive(page):
        page.show()
        page.activateWindow()
    page.setFocus()
    turn_wheel(combo)
    assert combo.currentIndex() == 0
    combo.setFocus()
    turn_wheel(combo)
    assert combo.currentIndex() == 1
