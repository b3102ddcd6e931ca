"""The list of inputs: what it says where the one listened to, or every one, is gone."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QAccessible

from heartgui.audio.devices import InputDevice
from heartgui.ui.record.device_panel import NONE_FOUND, DevicePanel
from heartgui.ui.record.take_panel import TakePanel


def device(name: str) -> InputDevice:
    return InputDevice(name, "ALSA", 0, 4000, 1, is_default=False)


def shown(panel: DevicePanel) -> str:
    return panel.combo.currentText() or panel.combo.placeholderText()


def test_the_list_says_what_is_chosen_gone_or_missing(qtbot):
    panel = DevicePanel()
    qtbot.addWidget(panel)
    assert shown(panel) == NONE_FOUND
    panel.set_devices([device("Stethoscope"), device("Headset")])
    assert shown(panel) == "Choose an input"
    panel.set_listening("Stethoscope")
    assert shown(panel) == "Stethoscope"
    for left in ([device("Headset")], []):
        panel.set_devices(left)
        assert shown(panel) == "Unplugged"
        assert panel.combo.toolTip() == "Stethoscope is unplugged"
    panel.set_devices([device("Stethoscope")])
    assert shown(panel) == "Stethoscope"
    assert "unplugged" not in panel.combo.toolTip()


def test_a_devices_name_is_no_html(qtbot):
    panel = DevicePanel()
    qtbot.addWidget(panel)
    panel.set_devices([device("<b>Steth</b>")])
    panel.set_listening("<b>Steth</b>")
    panel.set_devices([])
    assert "&lt;b&gt;Steth&lt;/b&gt; is unplugged" in panel.combo.toolTip()


@pytest.mark.parametrize(
    ("panel", "field", "name"),
    [(DevicePanel, "combo", "Stethoscope"), (TakePanel, "models", "Models")],
)
def test_a_screen_reader_has_a_name_for_each_list(qtbot, panel, field, name):
    made = panel()
    qtbot.addWidget(made)
    reader = QAccessible.queryAccessibleInterface(getattr(made, field))
    assert [label.text(QAccessible.Text.Name) for label, _ in reader.relations()] == [name]
