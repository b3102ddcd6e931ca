"""The Record page: input on the left, tracks in the middle, the answer on the right."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from heartgui.ui.plots.track_view import TrackView
from heartgui.ui.record.device_panel import DevicePanel
from heartgui.ui.record.heart_card import HeartCard
from heartgui.ui.record.quality_card import QualityCard
from heartgui.ui.record.record_button import RecordButton
from heartgui.ui.record.result_card import ResultCard
from heartgui.ui.record.site_panel import SitePanel
from heartgui.ui.record.take_panel import TakePanel
from heartgui.ui.theme import LIGHT, Palette
from heartgui.ui.transport import TransportBar
from heartgui.ui.widgets.banner import BannerArea
from heartgui.ui.widgets.caption import Caption
from heartgui.ui.widgets.card import Card
from heartgui.ui.widgets.side_column import SideColumn

LEFT_WIDTH_EMS = 17


class RecordPage(QWidget):
    """Lays the parts out; holds no logic. The parts are public attributes."""

    def __init__(self, palette: Palette = LIGHT, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        # The page itself holds the focus until somebody tabs to a control, so that Space records.
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.banner = BannerArea(palette)
        self.devices = DevicePanel(palette)
        self.sites = SitePanel(palette)
        self.take = TakePanel()
        self.record_button = RecordButton(palette)
        self.tracks = TrackView(palette)
        self.result = ResultCard(palette)
        self.heart = HeartCard(palette)
        self.quality = QualityCard(palette)
        self.transport = TransportBar(palette)
        self.caption = Caption()
        # After a code the keys 1 to 4 and Space are the page's again.
        self.take.patient_code.returnPressed.connect(self.setFocus)
        self._lay_out()

    def set_palette(self, palette: Palette) -> None:
        for part in (
            self.banner, self.devices, self.sites, self.record_button, self.tracks,
            self.result, self.heart, self.quality, self.transport,
        ):  # fmt: skip
            part.set_palette(palette)

    def _lay_out(self) -> None:
        em = self.fontMetrics().averageCharWidth()
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        columns = QHBoxLayout()
        columns.setContentsMargins(12, 10, 12, 10)
        columns.setSpacing(12)
        columns.addWidget(self._left(LEFT_WIDTH_EMS * em * 2))
        columns.addLayout(self._middle(), 3)
        columns.addWidget(SideColumn(self.result, self.heart, self.quality), 2)
        rows.addLayout(columns, 1)
        rows.addWidget(self.transport)

    def _left(self, width: int) -> QWidget:
        left = QWidget()
        left.setFixedWidth(max(210, min(300, width)))
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.devices)
        column.addWidget(self.sites, 4)
        column.addWidget(self.take)
        column.addWidget(self.record_button, 5)
        return left

    def _middle(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(8)
        column.addWidget(self.banner)
        frame = Card()
        frame.body.setContentsMargins(6, 6, 6, 6)
        frame.body.setSpacing(2)
        frame.body.addWidget(self.caption)
        frame.body.addWidget(self.tracks, 1)
        column.addWidget(frame, 1)
        return column
