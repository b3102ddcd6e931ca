"""Where the chest piece is held: a torso with the four auscultation sites, and the posture."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from heartgui.domain import AuscultationSite, Posture
from heartgui.ui.theme import LIGHT, Palette
from heartgui.ui.widgets.card import Card, label
from heartgui.ui.widgets.combo_box import ComboBox

PLACES: dict[AuscultationSite, tuple[float, float, str]] = {
    AuscultationSite.AORTIC: (0.38, 0.34, "Aortic, right 2nd intercostal space"),
    AuscultationSite.PULMONIC: (0.60, 0.34, "Pulmonic, left 2nd intercostal space"),
    AuscultationSite.TRICUSPID: (0.57, 0.64, "Tricuspid, lower left sternal border"),
    AuscultationSite.MITRAL: (0.76, 0.80, "Mitral, apex"),
}
"""Place in the torso (shares of width and height, the patient facing us) and name."""
NONE_TEXT = "No site chosen (keys 1 to 4)"
RADIUS = 10.0
RADIUS_SHARE = 0.13
"""Of the torso's height, at most: the nearest sites are 0.3 apart."""


class Torso(QWidget):
    """Four numbered sites on an outline. Click or keys 1 to 4; the same again clears. The arrows
    move over the sites; where they come to is chosen by Return, or when the torso is left."""

    site_shown = Signal(object)
    """AuscultationSite or None: what is marked now, chosen or not."""
    site_chosen = Signal(object)
    """AuscultationSite or None."""

    def __init__(self, palette: Palette = LIGHT, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._palette = palette
        self.site: AuscultationSite | None = None
        self.stored = True
        """False where the choice should have been stored and was not: the same site again tries
        again."""
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Auscultation site")
        self.setToolTip("Auscultation site: 1 aortic, 2 pulmonic, 3 tricuspid, 4 mitral")
        self.setMouseTracking(True)

    @property
    def moving(self) -> bool:
        """Whether the arrows have moved, and are not yet where they are to come to."""
        return bool(self.property("moving"))

    @moving.setter
    def moving(self, moving: bool) -> None:
        self.setProperty("moving", moving)

    def set_palette(self, palette: Palette) -> None:
        self._palette = palette
        self.update()

    def set_site(self, site: AuscultationSite | None) -> None:
        self.site = site
        self.stored = True
        self.moving = False
        self.setAccessibleDescription(PLACES[site][2] if site else NONE_TEXT)
        self.update()
        self.site_shown.emit(site)

    def choose(self, site: AuscultationSite) -> None:
        """Choose a site, or clear it when it is the chosen one."""
        chosen = site is self.site and self.stored and not self.moving
        self.set_site(None if chosen else site)
        self.site_chosen.emit(self.site)

    def settle(self) -> None:
        """The site that the arrows came to is chosen."""
        if self.moving:
            self.moving = False
            self.site_chosen.emit(self.site)

    def sizeHint(self) -> QSize:
        return QSize(180, 132)

    def minimumSizeHint(self) -> QSize:
        return QSize(140, 84)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        site = self._at(event.position())
        if site is not None:
            self.choose(site)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        over = self._at(event.position()) is not None
        self.setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        sites = list(AuscultationSite)
        step = {Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1, Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1}
        key = Qt.Key(event.key())
        if key in step:
            # From none the first is one step forward, and the last one back.
            index = sites.index(self.site) if self.site else min(0, -step[key])
            self.set_site(sites[(index + step[key]) % len(sites)])
            self.moving = True
        elif self.moving and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.settle()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        # Who comes back from another window, or a menu, moves on.
        reason = Qt.FocusReason
        if event.reason() not in (reason.ActiveWindowFocusReason, reason.PopupFocusReason):
            self.settle()

    def _area(self) -> QRectF:
        height = self.height() - 4.0
        width = min(self.width() - 4.0, height * 1.7)
        return QRectF((self.width() - width) / 2, 2, width, height)

    def _centre(self, site: AuscultationSite) -> QPointF:
        area, (x, y, _) = self._area(), PLACES[site]
        return QPointF(area.left() + x * area.width(), area.top() + y * area.height())

    def _radius(self) -> float:
        return min(RADIUS, RADIUS_SHARE * self._area().height())

    def _at(self, point: QPointF) -> AuscultationSite | None:
        for site in AuscultationSite:
            offset = point - self._centre(site)
            if offset.x() ** 2 + offset.y() ** 2 <= (self._radius() + 4) ** 2:
                return site
        return None

    def paintEvent(self, event: QPaintEvent) -> None:
        p = self._palette
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = self._area()
        painter.setPen(QPen(QColor(p.accent if self.hasFocus() else p.border), 1.6))
        painter.setBrush(QColor(p.window))
        painter.drawPath(_outline(area))
        font = painter.font()
        font.setPointSizeF(max(8.0, font.pointSizeF() - 1))
        painter.setFont(font)
        radius = self._radius()
        for number, site in enumerate(AuscultationSite, 1):
            chosen = site is self.site
            circle = QRectF(0, 0, 2 * radius, 2 * radius)
            circle.moveCenter(self._centre(site))
            painter.setPen(QPen(QColor(p.accent if chosen else p.muted), 1.4))
            painter.setBrush(QColor(p.accent if chosen else p.card))
            painter.drawEllipse(circle)
            painter.setPen(QColor(p.accent_text if chosen else p.text))
            painter.drawText(circle, Qt.AlignmentFlag.AlignCenter, str(number))
        painter.end()


class SitePanel(Card):
    """The torso, the chosen site in words, and the posture."""

    site_chosen = Signal(object)
    posture_chosen = Signal(str)

    def __init__(self, palette: Palette = LIGHT, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        head = QHBoxLayout()
        head.addWidget(label("Site", "muted"))
        head.addStretch(1)
        self.posture = ComboBox()
        self.posture.setAccessibleName("Posture")
        self.posture.setToolTip("Posture of the patient")
        self.posture.addItems([str(posture) for posture in Posture])
        self.posture.textActivated.connect(self.posture_chosen)
        head.addWidget(self.posture)
        self.body.addLayout(head)
        self.torso = Torso(palette)
        self.torso.site_shown.connect(self._show)
        self.torso.site_chosen.connect(self.site_chosen)
        self.body.addWidget(self.torso, 1)
        self.words = label(NONE_TEXT, "muted", wrap=True)
        self.body.addWidget(self.words)
        self.body.setSpacing(4)

    @property
    def site(self) -> AuscultationSite | None:
        """The site that is marked."""
        return self.torso.site

    @property
    def chosen_site(self) -> AuscultationSite | None:
        """None while the arrows move: they pass over sites that are not meant."""
        return None if self.torso.moving else self.torso.site

    def set_site(self, site: AuscultationSite | None) -> None:
        self.torso.set_site(site)

    def set_palette(self, palette: Palette) -> None:
        self.torso.set_palette(palette)

    def _show(self, site: AuscultationSite | None) -> None:
        self.words.setText(PLACES[site][2] if site else NONE_TEXT)


def _outline(area: QRectF) -> QPainterPath:
    """Neck, shoulders and chest."""

    def at(x: float, y: float) -> QPointF:
        return QPointF(area.left() + x * area.width(), area.top() + y * area.height())

    path = QPainterPath(at(0.06, 1.0))
    path.cubicTo(at(0.06, 0.45), at(0.12, 0.22), at(0.36, 0.14))
    path.cubicTo(at(0.42, 0.12), at(0.42, 0.05), at(0.42, 0.0))
    path.lineTo(at(0.58, 0.0))
    path.cubicTo(at(0.58, 0.05), at(0.58, 0.12), at(0.64, 0.14))
    path.cubicTo(at(0.88, 0.22), at(0.94, 0.45), at(0.94, 1.0))
    return path
